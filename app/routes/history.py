"""The history of every record of the register: who changed what, when, in which fact, from which file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path
from sqlmodel import Session, col, select

from app.routes.callers import Bureau
from app.wire.history import ChangeOut, VersionOut
from registry.batches import get_batch
from registry.caps import get_cap
from registry.history import Subject, versions_of
from registry.inspectors import get_inspector
from registry.items import get_item
from registry.leaves import get_leave
from registry.loans import get_loan
from registry.merging import merged_codes
from registry.operators import get_operator
from registry.people import Person
from registry.plans import get_plan
from registry.sealed import readable_recusal

router = APIRouter(prefix="/api/v1", tags=["名录 register"])


def _alone(_session: Session, key: str) -> Sequence[str]:
    return [key]


def _with_duplicates(session: Session, unit_id: str) -> Sequence[str]:
    return [unit_id, *merged_codes(session, unit_id)]


def _whoever(get: Callable[[Session, str], object]) -> Callable[[Session, str, Person], object]:
    """Return what reads a record that every reader may see."""
    return lambda session, key, _reader: get(session, key)


@dataclass(frozen=True, kw_only=True)
class Told:
    """The history of one kind of record: where it is read, and what it tells.

    ``get`` raises where there is no such record; ``keys`` are those under which its versions stand.
    """

    subject: Subject
    resource: str
    parameter: str
    what: str
    get: Callable[[Session, str, Person], object]
    keys: Callable[[Session, str], Sequence[str]] = _alone


HISTORIES = (
    Told(
        subject=Subject.OPERATOR,
        resource="operators",
        parameter="unit_id",
        what="Every change of an operator, and of the duplicates merged into it, oldest first (经营者变更记录).",
        get=_whoever(get_operator),
        keys=_with_duplicates,
    ),
    Told(
        subject=Subject.INSPECTOR,
        resource="inspectors",
        parameter="inspector_no",
        what="Every change of an inspector's entry, oldest first (检查人员变更记录).",
        get=_whoever(get_inspector),
    ),
    Told(
        subject=Subject.RECUSAL,
        resource="recusals",
        parameter="recusal_id",
        what="A recusal as filed and as decided (回避申请变更记录).",
        get=readable_recusal,
    ),
    Told(
        subject=Subject.ITEM,
        resource="items",
        parameter="code",
        what="Every change of an item of the list, oldest first (抽查事项变更记录).",
        get=_whoever(get_item),
    ),
    Told(
        subject=Subject.PLAN,
        resource="plans",
        parameter="plan_no",
        what="Every change of a plan, oldest first (计划变更记录).",
        get=_whoever(get_plan),
    ),
    Told(
        subject=Subject.BATCH,
        resource="batches",
        parameter="task_no",
        what="Every change of a batch, oldest first (批次变更记录).",
        get=_whoever(get_batch),
    ),
    Told(
        subject=Subject.LEAVE,
        resource="leaves",
        parameter="leave_id",
        what="A leave as recorded, decided and cancelled (请假变更记录).",
        get=_whoever(get_leave),
    ),
    Told(
        subject=Subject.LOAN,
        resource="loans",
        parameter="loan_id",
        what="A loan as asked for and as decided (借调变更记录).",
        get=_whoever(get_loan),
    ),
    Told(
        subject=Subject.CAP,
        resource="caps",
        parameter="cap_id",
        what="A cap as drafted and as approved (检查频次上限变更记录).",
        get=_whoever(get_cap),
    ),
)


def _add_route(told: Told) -> None:
    def read(
        key: Annotated[str, Path(alias=told.parameter, max_length=64)],
        caller: Bureau,
    ) -> list[VersionOut]:
        with caller.service.database.reading() as session:
            told.get(session, key, caller.person)
            return _history(session, told.subject, told.keys(session, key))

    path = f"/{told.resource}/{{{told.parameter}}}/history"
    router.add_api_route(path, read, name=f"read_{told.subject}_history", description=told.what)


for each in HISTORIES:
    _add_route(each)


def _history(session: Session, subject: Subject, keys: Iterable[str]) -> list[VersionOut]:
    versions = versions_of(session, subject, keys)
    wanted = col(Person.person_id).in_({version.by for version in versions})
    names = dict(session.exec(select(Person.person_id, Person.name).where(wanted)).all())
    return [
        VersionOut(
            key=version.key,
            fact_id=version.fact_id,
            at=version.at,
            by=version.by,
            by_name=names.get(version.by),
            kind=version.kind,
            file=version.file,
            erased=version.record is None,
            changes=[ChangeOut.model_validate(change) for change in version.changes],
        )
        for version in versions
    ]
