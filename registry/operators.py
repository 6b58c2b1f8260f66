"""The register of operators (经营者): who is there, where, what they run, whether they trade.

A record comes from an import row or an edit, is checked whole, and every problem with it is reported at once. The five
kinds are those of the 2020 Shanxi report. The key of each is its credit code where there is one, otherwise a register
number; never an identity number. Contacts and the risk class are kept for the bureau and are never public; a natural
person without a licence is shown to the public by the first character of the name alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from sqlalchemy import ColumnElement, Index, delete, insert, text
from sqlmodel import Field, Session, and_, col, select

from registry.areas import parse_area
from registry.base import ByteOrdered, Record
from registry.checking import Checker
from registry.credit_code import parse_credit_code
from registry.errors import AbsentError, FieldError, RegistryError
from registry.identity import MEND, PROBLEM, is_identity_number
from registry.journal import Act, Kind, write
from registry.naming import masked_name, name_grams, name_key
from registry.sites import BLOCK, SITE_COLUMNS, OperatorSite, Site, as_site, check_site, site_rows, sites_of
from sampling.names import UnitId


class OperatorKind(StrEnum):
    """The five classes of subject."""

    PLATFORM = "platform"
    ON_PLATFORM = "on_platform"
    OWN_SITE = "own_site"
    OTHER_SERVICE = "other_service"
    SOCIAL = "social"


class OperatorStatus(StrEnum):
    """Registration status (登记状态)."""

    ACTIVE = "active"
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"
    MOVED_OUT = "moved_out"


KIND_WORDS = {
    OperatorKind.PLATFORM: "电商平台经营者",
    OperatorKind.ON_PLATFORM: "平台内经营者",
    OperatorKind.OWN_SITE: "自建网站经营者",
    OperatorKind.OTHER_SERVICE: "其他网络服务经营者",
    OperatorKind.SOCIAL: "微商",
}
STATUS_WORDS = {
    OperatorStatus.ACTIVE: "存续",
    OperatorStatus.DEREGISTERED: "注销",
    OperatorStatus.REVOKED: "吊销",
    OperatorStatus.MOVED_OUT: "迁出",
}


@dataclass(frozen=True, kw_only=True)
class OperatorEntry:
    """A checked record of an operator, as it goes into the register; without either number it has no key yet."""

    credit_code: str
    register_no: str
    name: str
    natural_person: bool
    kind: OperatorKind
    status: OperatorStatus
    status_on: date | None
    trading: bool
    area: str
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
    sites: tuple[Site, ...]

    @property
    def unit_id(self) -> UnitId:
        """Return the key: the credit code, or the register number where there is none."""
        return UnitId(self.credit_code or self.register_no)


COLUMNS = tuple(field.name for field in fields(OperatorEntry) if field.name != "sites")
"""The columns of an operator, without those of its sites."""
PLAIN = ("name", "address", "legal_representative", "contact_name", "contact_phone", "risk_class", "risk_source")
FLAGS = ("natural_person", "trading")
DAYS = ("status_on", "abnormal_on", "serious_on", "last_inspected_on")
_PAST = [COLUMNS.index(name) for name in DAYS]
REQUIRED = ("name", "kind", "status", "trading", "area", "address")
HEADINGS = {
    "统一社会信用代码": "credit_code",
    "登记编号": "register_no",
    "名称": "name",
    "是否自然人": "natural_person",
    "主体类型": "kind",
    "登记状态": "status",
    "状态日期": "status_on",
    "是否开展交易": "trading",
    "行政区划代码": "area",
    "住所": "address",
    "法定代表人": "legal_representative",
    "联系人": "contact_name",
    "联系电话": "contact_phone",
    "平台名称": "platform_name",
    "网站名称": "site_name",
    "域名": "domain",
    "ICP备案号": "icp_no",
    "店铺编号": "shop_id",
    "店铺链接": "shop_url",
    "风险等级": "risk_class",
    "风险等级月份": "risk_month",
    "风险等级来源": "risk_source",
    "列入经营异常名录日期": "abnormal_on",
    "列入严重违法失信名单日期": "serious_on",
    "最近检查日期": "last_inspected_on",
}
IS_MERGED = "merged_into IS NOT NULL"
"""Few are: an index over those alone costs an import nothing."""
REGISTER_NO = re.compile(r"[0-9A-Za-z._-]{1,32}")


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


def check_operator(raw: Mapping[str, str]) -> tuple[OperatorEntry | None, list[FieldError]]:
    """Check one row as handed in (column → text, one site) and return the record, or every problem with it.

    Words are taken in Chinese or as codes; white space at the ends and Unicode forms are normalised.
    """
    check = Checker(raw, (*COLUMNS, *SITE_COLUMNS), REQUIRED)
    credit_code, register_no = _check_key(check)
    area = check.parsed("area", parse_area)
    kind = check.word("kind", KIND_WORDS)
    status = check.word("status", STATUS_WORDS)
    trading = check.flag("trading")
    natural_person = check.flag("natural_person") or False
    days = {name: check.day(name) for name in DAYS}
    risk_month = check.month("risk_month") or ""
    if check.text["risk_class"] and not check.text["risk_month"]:
        check.refuse(
            "risk_month",
            ("有风险等级而没有月份。", "A risk class is given without its month."),
            ("请填写评定的月份，如 2020-09。", "Give the month it was assigned in, such as 2020-09."),
        )
    site = check_site(check)
    _check_place(check, kind)
    if check.problems or area is None or kind is None or status is None or trading is None:
        return None, check.problems
    columns: dict[str, Any] = {name: check.text[name] for name in PLAIN} | days
    return (
        OperatorEntry(
            credit_code=credit_code,
            register_no=register_no,
            natural_person=natural_person,
            kind=kind,
            status=status,
            trading=trading,
            area=area,
            risk_month=risk_month,
            sites=(site,) if site else (),
            **columns,
        ),
        [],
    )


def _check_key(check: Checker) -> tuple[str, str]:
    """Return the credit code and the register number, either of which may be empty, after noting what is wrong."""
    for name in ("credit_code", "register_no"):
        check.code(name)
        if is_identity_number(check.text[name]):
            check.refuse(name, PROBLEM, MEND, withheld=True)
            return "", ""
    register_no = check.text["register_no"]
    if register_no and not REGISTER_NO.fullmatch(register_no):
        check.refuse(
            "register_no",
            ("登记编号不合格式。", "The register number is not in form."),
            ("请用 1–32 个字母、数字或 . _ -。", "Use 1 to 32 letters, digits or . _ -."),
        )
    return check.parsed("credit_code", parse_credit_code) or "", register_no


def _check_place(check: Checker, kind: OperatorKind | None) -> None:
    """Note what a kind needs to be found by: the platform and the shop, or the domain."""
    if kind is OperatorKind.ON_PLATFORM:
        if not check.text["platform_name"]:
            check.refuse(
                "platform_name",
                ("平台内经营者没有平台名称。", "An operator on a platform has no platform."),
                ("请填写所在平台的名称。", "Name the platform it sells on."),
            )
        if not check.text["shop_id"] and not check.text["shop_url"]:
            check.refuse(
                "shop_id",
                ("平台内经营者没有店铺编号或链接。", "An operator on a platform has no shop number or link."),
                ("请至少填写一项。", "Give at least one of the two."),
            )
    if kind is OperatorKind.OWN_SITE and not check.text["domain"]:
        check.refuse(
            "domain",
            ("自建网站经营者没有域名。", "An operator of its own site has no domain."),
            ("请填写网站域名。", "Give the domain of the site."),
        )


def operator_row(entry: OperatorEntry) -> dict[str, object]:
    """Return the row of ``operators`` for a record, without the database's own serial."""
    key = name_key(entry.name)
    return _columns(entry) | {"unit_id": entry.unit_id, "name_key": key, "name_grams": name_grams(key)}


def entry_of(operator: Operator, sites: Sequence[Site]) -> OperatorEntry:
    """Return the record that a row and its sites make."""
    columns = {name: getattr(operator, name) for name in COLUMNS}
    columns |= {"kind": OperatorKind(operator.kind), "status": OperatorStatus(operator.status)}
    return OperatorEntry(**columns, sites=tuple(sites))


def record_of(entry: OperatorEntry, *, merged_into: str | None = None) -> dict[str, object]:
    """Return a whole record as the journal keeps it: the columns, dates in ISO form, the sites, and where it went."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in _columns(entry).items()}
    return plain | {"sites": [asdict(site) for site in entry.sites], "merged_into": merged_into}


def _columns(entry: OperatorEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in COLUMNS}


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


def days_ahead(head: Sequence[object], today: date) -> list[FieldError]:
    """Return what is wrong with the days of a record (``COLUMNS`` in order): none of them may lie ahead."""
    return [
        FieldError(
            (COLUMNS[place],),
            (f"日期 {head[place]} 晚于今天。", f"The day {head[place]} lies ahead."),
            ("请填已经发生的日期。", "Give a day on which it happened."),
        )
        for place in _PAST
        if isinstance(day := head[place], date) and day > today
    ]


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


def distinct_sites(sites: Iterable[Site]) -> tuple[Site, ...]:
    """Return sites in order, each once."""
    return tuple(dict.fromkeys(sites))


def _differences(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in after.items() if before[name] != value}


def as_text(entry: OperatorEntry) -> dict[str, str]:
    """Return the columns of a record as they would be handed in: column → text, without its sites."""
    columns = _columns(entry)
    return {name: _text(value) for name, value in columns.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def entry_from(record: Mapping[str, object]) -> OperatorEntry:
    """Return the record that the journal kept, checked by nothing: it was when it was written."""
    columns: dict[str, Any] = {name: record.get(name) or "" for name in COLUMNS}
    columns |= {name: bool(columns[name]) for name in FLAGS}
    columns |= {name: date.fromisoformat(columns[name]) if columns[name] else None for name in DAYS}
    columns |= {"kind": OperatorKind(columns["kind"]), "status": OperatorStatus(columns["status"])}
    listed = record.get("sites")
    return OperatorEntry(**columns, sites=tuple(map(as_site, listed)) if isinstance(listed, list) else ())
