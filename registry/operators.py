"""The register of operators (经营者): who is there, where, what they run, whether they trade.

Contacts and the risk class are kept for the bureau and are never public; a natural person without a licence is shown to
the public by the first character of the name alone. What a record has to be is in ``operator_entries``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import ClassVar, Protocol

from sqlalchemy import ColumnElement, Index, delete, insert, text
from sqlmodel import Field, Session, and_, col, select

from registry.base import ByteOrdered, Record
from registry.credit_code import normalise_credit_code
from registry.errors import AbsentError, FieldError, RegistryError
from registry.journal import Act, Kind, write
from registry.naming import masked_name
from registry.operator_entries import (
    COLUMNS,
    OperatorEntry,
    OperatorKind,
    OperatorStatus,
    as_text,
    check_operator,
    days_ahead,
    distinct_sites,
    operator_row,
    record_of,
)
from registry.sites import BLOCK, SITE_COLUMNS, OperatorSite, Site, site_rows, sites_of

IS_MERGED = "merged_into IS NOT NULL"
"""Few are: an index over those alone costs an import nothing."""


class Operator(Record, table=True):
    """One row of the register; the contact and risk columns are for the bureau only.

    ``unit_id`` is the key everywhere; ``serial`` only orders searches, and ties SQLite's index of names to the rows.
    The index over ``name_grams`` is of another kind on each database and stands in the migration alone.
    """

    __tablename__ = "operators"
    __mapper_args__: ClassVar[dict[str, object]] = {"primary_key": ["unit_id"]}
    __table_args__ = (Index(None, "merged_into", sqlite_where=text(IS_MERGED), postgresql_where=text(IS_MERGED)),)

    serial: int | None = Field(default=None, primary_key=True)
    unit_id: str = Field(unique=True, sa_type=ByteOrdered)
    credit_code: str
    register_no: str
    name: str
    natural_person: bool
    kind: str
    status: str
    status_on: date | None
    trading: bool
    area: str = Field(index=True)
    address: str
    legal_representative: str
    contact_name: str
    contact_phone: str
    risk_class: str
    risk_month: str
    risk_source: str
    abnormal_on: date | None
    serious_on: date | None
    last_inspected_on: date | None
    name_key: str = Field(index=True)
    name_grams: str
    merged_into: str | None = Field(default=None)


class NameBearer(Protocol):
    """Whatever says how an operator is named in public: a row of the register or a checked record."""

    @property
    def name(self) -> str:
        """Return the registered name."""
        ...

    @property
    def natural_person(self) -> bool:
        """Return whether it is a natural person."""
        ...

    @property
    def credit_code(self) -> str:
        """Return the credit code, which whoever has a licence has; empty without."""
        ...


class MergedError(RegistryError):
    """The record was merged into another."""

    nature = "conflict"
    zh = "{unit_id} 已并入 {kept}，不再单独变更。未作任何改动；请变更 {kept}，或先撤销合并。"
    en = "{unit_id} was merged into {kept}. Nothing was changed; change {kept}, or undo the merging first."


def entry_of(operator: Operator, sites: Sequence[Site]) -> OperatorEntry:
    """Return the record that a row and its sites make."""
    columns = {name: getattr(operator, name) for name in COLUMNS}
    columns |= {"kind": OperatorKind(operator.kind), "status": OperatorStatus(operator.status)}
    return OperatorEntry(**columns, sites=tuple(sites))


def public_name(operator: NameBearer) -> str:
    """Return the name that the public sees: of a natural person without a licence the first character alone."""
    return shown_name(operator.name, masked=operator.natural_person and not operator.credit_code)


def shown_name(name: str, *, masked: bool) -> str:
    """Return a name as the public sees it."""
    return masked_name(name) if masked else name


def is_masked() -> ColumnElement[bool]:
    """Return the condition under which the public sees a masked name."""
    return and_(col(Operator.natural_person).is_(True), col(Operator.credit_code) == "")


def masked_codes(session: Session, codes: Sequence[str]) -> set[str]:
    """Return those of the operators named whose names the public sees masked, asked for in blocks."""
    found: set[str] = set()
    for start in range(0, len(codes), BLOCK):
        block = col(Operator.unit_id).in_(codes[start : start + BLOCK])
        found |= set(session.exec(select(Operator.unit_id).where(block, is_masked())))
    return found


def get_operator(session: Session, unit_id: str) -> Operator:
    """Return an operator or raise AbsentError."""
    found = session.get(Operator, unit_id)
    if found is None:
        raise AbsentError(what_zh="经营者", what_en="operator", key=unit_id)
    return found


def spelled_code(session: Session, asked: str) -> str:
    """Return the code of an operator as the register spells it, for one in lower case, full width or with blanks.

    What names nobody either way is returned as it was asked for.
    """
    code = normalise_credit_code(asked)
    return code if session.get(Operator, asked) is None and session.get(Operator, code) is not None else asked


def change_operator(
    act: Act, unit_id: str, changes: Mapping[str, str], *, sites: Sequence[Mapping[str, str]] | None = None
) -> Operator:
    """Change columns of one operator, and its sites when they are given; the key stands.

    A column of a site may stand among the changes of an operator with at most one. Raises MergedError, or the first
    FieldError of the whole new record. What a draw has committed to is not touched: it holds its own copy of the frame.
    """
    operator = get_operator(act.session, unit_id)
    if operator.merged_into:
        raise MergedError(unit_id=unit_id, kept=operator.merged_into)
    if not changes and sites is None:
        raise FieldError(
            (), ("没有要变更的内容。", "Nothing is to be changed."), ("请至少填一项。", "Name one column.")
        )
    before = entry_of(operator, sites_of(act.session, [unit_id])[unit_id])
    after = _changed(before, changes, sites)
    ahead = days_ahead([getattr(after, name) for name in COLUMNS], act.today)
    if ahead:
        raise ahead[0]
    store(act.session, operator, after)
    body = {"unit_id": unit_id, "changed": _differences(record_of(before), record_of(after))}
    write(act, Kind.OPERATOR_CHANGED, subject=unit_id, body=body, parts=[(unit_id, record_of(after))])
    return operator


def store(session: Session, operator: Operator, entry: OperatorEntry) -> None:
    """Put a whole record in the place of an operator's row and sites."""
    operator.sqlmodel_update(operator_row(entry))
    session.add(operator)
    session.flush()
    session.execute(delete(OperatorSite).where(col(OperatorSite.unit_id) == operator.unit_id))
    if entry.sites:
        session.execute(insert(OperatorSite), site_rows(operator.unit_id, entry.sites))


def _changed(
    before: OperatorEntry, changes: Mapping[str, str], sites: Sequence[Mapping[str, str]] | None
) -> OperatorEntry:
    """Return the record after a change, checked whole. Raises FieldError."""
    old = [asdict(site) for site in before.sites]
    if len(old) > 1 and any(name in changes for name in SITE_COLUMNS):
        raise FieldError(
            (),
            ("该经营者有多个网络经营场所。", "The operator has several sites."),
            ("请在 sites 中填写全部场所。", "Give all of them in sites."),
        )
    wanted: list[Mapping[str, str]] = [dict(each) for each in (old if sites is None else sites)] or [{}]
    given = {name: value for name, value in changes.items() if name in SITE_COLUMNS}
    columns = as_text(before) | {name: value for name, value in changes.items() if name not in SITE_COLUMNS}
    entries: list[OperatorEntry] = []
    for place, site in enumerate(wanted):
        entry, problems = check_operator(columns | dict(site) | given)
        if entry is None:
            first = problems[0]
            within = sites is not None and first.field[0] in SITE_COLUMNS
            raise FieldError(("sites", place, *first.field) if within else first.field, first.problem, first.mend)
        entries.append(entry)
    return replace(entries[0], sites=distinct_sites(site for entry in entries for site in entry.sites))


def _differences(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in after.items() if before[name] != value}
