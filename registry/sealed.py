"""Sealed draws and later frames: what is not open yet must not be told by whom a later draw leaves out.

Caps, low risk and "inspected within N months" look at visits, and the visits of a sealed draw count for nothing until
it is open (``registry.caps``). Where such a draw could bear on a batch, the batch waits: its commitment is refused.
Whether it could is judged without looking at the outcome: by kinds, areas and periods, which are public, and by the
visits that may be counted. So the refusal tells nothing of who was drawn.

Until then findings of its visits are read by those who review them and by supervisors alone, and no penalty or closing
rests on them: for the rest of the bureau they are as if they were not there.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.areas import protocol_area
from registry.base import months_before
from registry.batches import Batch
from registry.caps import Cap, cap_on, inspected_times
from registry.conditions import Criterion
from registry.criteria import in_scope
from registry.draws import DrawCommitment, DrawExecution, DrawOpening
from registry.errors import RegistryError
from registry.findings import Finding
from registry.operators import Operator
from registry.visits import Visit


class HiddenOutcomeError(RegistryError):
    """An outcome that is sealed could decide who may be drawn."""

    nature = "conflict"
    zh = (
        "批次 {task_no} 未锁定：密封抽取 {draws} 尚未公开名单，其范围与本批次重叠，"
        "而本批次要计算经营者受检查的次数或时间。请先公开该名单，再锁定本批次。未作任何改动。"
    )
    en = (
        "Batch {task_no} was not committed: the sealed draw {draws} is not open yet, its scope meets this batch's, and "
        "this batch counts when or how often operators were inspected. Open it first. Nothing was changed."
    )


def refuse_hidden(session: Session, batch: Batch, *, on: date) -> None:
    """Refuse a batch on whose frame the outcome of a sealed draw could bear. Raises HiddenOutcomeError."""
    hidden = [each for each in _executed_not_open(session) if _meets(each, batch)]
    bearing = sorted({each.task_no for each in _bearing(session, batch, hidden, on)})
    if bearing:
        raise HiddenOutcomeError(task_no=batch.task_no, draws="、".join(bearing))


def readable_visits() -> SelectOfScalar[str]:
    """Return a query for the visits that the whole bureau may read of: not those of a sealed draw before it is open."""
    opened = select(DrawOpening.draw_id)
    return select(Visit.visit_id).where(or_(col(Visit.draw_id).is_(None), col(Visit.draw_id).in_(opened)))


def readable_findings() -> SelectOfScalar[str]:
    """Return a query for the findings of the visits that the whole bureau may read of."""
    return select(Finding.finding_id).where(col(Finding.visit_id).in_(readable_visits()))


def is_readable(session: Session, visit_id: str) -> bool:
    """Return whether the whole bureau may read of a visit."""
    return session.exec(readable_visits().where(Visit.visit_id == visit_id)).first() is not None


def _executed_not_open(session: Session) -> Sequence[Batch]:
    opened = select(DrawOpening.draw_id)
    waiting = (
        select(Batch)
        .join(DrawCommitment, col(DrawCommitment.task_no) == col(Batch.task_no))
        .join(DrawExecution, col(DrawExecution.draw_id) == col(DrawCommitment.draw_id))
        .where(col(DrawCommitment.draw_id).not_in(opened))
    )
    return session.exec(waiting).all()


def _meets(one: Batch, other: Batch) -> bool:
    """Return whether two batches have a kind and an area in common."""
    areas = [(protocol_area(mine), protocol_area(theirs)) for mine in one.areas for theirs in other.areas]
    return bool(set(one.kinds) & set(other.kinds)) and any(
        mine.startswith(theirs) or theirs.startswith(mine) for mine, theirs in areas
    )


def _bearing(session: Session, batch: Batch, hidden: Sequence[Batch], on: date) -> Iterator[Batch]:
    """Yield the sealed draws that could change whom one of the batch's rules leaves out."""
    same_year = [each for each in hidden if each.period_from.year == batch.period_from.year]
    cap = cap_on(session, batch.period_from)
    if cap is not None and same_year and (cap.low_risk or _near(session, batch, cap, len(same_year))):
        yield from same_year
    for entry in batch.criteria:
        if entry["criterion"] == Criterion.NOT_INSPECTED_WITHIN:
            since = months_before(on, entry["months"])
            yield from (each for each in hidden if each.period_to > since)


def _near(session: Session, batch: Batch, cap: Cap, more: int) -> bool:
    """Return whether so many more visits could bring an operator in scope to the cap who is not there yet."""
    year = batch.period_from.year
    near = and_(inspected_times(year, cap.yearly - more), ~inspected_times(year, cap.yearly))
    return session.exec(select(Operator.unit_id).where(in_scope(batch), near).limit(1)).first() is not None
