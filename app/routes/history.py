"""The history of every record of the register: who changed what, when, in which fact, from which file."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from sqlmodel import Session, col, select

from app.auth import Allow, Caller
from app.routes.operators import BUREAU
from app.wire.history import ChangeOut, VersionOut
from registry.batches import get_batch
from registry.history import Subject, versions_of
from registry.inspectors import get_inspector
from registry.items import get_item
from registry.merging import merged_codes
from registry.operators import get_operator
from registry.people import Person
from registry.plans import get_plan
from registry.sealed import readable_recusal

router = APIRouter(prefix="/api/v1", tags=["名录 register"])
Bureau = Annotated[Caller, Depends(Allow(*BUREAU))]
Key = Annotated[str, Path(max_length=64)]


@router.get("/operators/{unit_id}/history")
def read_operator_history(unit_id: Key, caller: Bureau) -> list[VersionOut]:
    """Every change of an operator, and of the duplicates merged into it, oldest first (经营者变更记录)."""
    with caller.service.database.reading() as session:
        get_operator(session, unit_id)
        return _history(session, Subject.OPERATOR, [unit_id, *merged_codes(session, unit_id)])


@router.get("/inspectors/{inspector_no}/history")
def read_inspector_history(inspector_no: Key, caller: Bureau) -> list[VersionOut]:
    """Every change of an inspector's entry, oldest first (检查人员变更记录)."""
    with caller.service.database.reading() as session:
        get_inspector(session, inspector_no)
        return _history(session, Subject.INSPECTOR, [inspector_no])


@router.get("/recusals/{recusal_id}/history")
def read_recusal_history(recusal_id: Key, caller: Bureau) -> list[VersionOut]:
    """A recusal as filed and as decided (回避申请变更记录)."""
    with caller.service.database.reading() as session:
        readable_recusal(session, recusal_id, caller.person)
        return _history(session, Subject.RECUSAL, [recusal_id])


@router.get("/items/{code}/history")
def read_item_history(code: Key, caller: Bureau) -> list[VersionOut]:
    """Every change of an item of the list, oldest first (抽查事项变更记录)."""
    with caller.service.database.reading() as session:
        get_item(session, code)
        return _history(session, Subject.ITEM, [code])


@router.get("/plans/{plan_no}/history")
def read_plan_history(plan_no: Key, caller: Bureau) -> list[VersionOut]:
    """Every change of a plan, oldest first (计划变更记录)."""
    with caller.service.database.reading() as session:
        get_plan(session, plan_no)
        return _history(session, Subject.PLAN, [plan_no])


@router.get("/batches/{task_no}/history")
def read_batch_history(task_no: Key, caller: Bureau) -> list[VersionOut]:
    """Every change of a batch, oldest first (批次变更记录)."""
    with caller.service.database.reading() as session:
        get_batch(session, task_no)
        return _history(session, Subject.BATCH, [task_no])


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
