"""Sealed draws and later frames: what is not open yet must not be told by whom a later draw leaves out.

Caps, low risk and "inspected within N months" look at visits, and the visits of a sealed draw count for nothing until
it is open (``registry.caps``). Where such a draw could bear on a batch, the batch waits: its commitment is refused.
Whether it could is judged without looking at the outcome: by kinds, areas and periods, which are public, and by the
visits that may be counted. So the refusal tells nothing of who was drawn.

Until then its visits are read by their teams and by supervisors alone, their findings by those who review them too, and
no penalty or closing rests on them: for the rest of the bureau they are as if they were not there. A recusal filed
since the execution for an operator of the frame is hidden likewise: who files one then may have been told of a visit.
It is read by those who decide it, by supervisors, and by the two who know it anyway; a later frame that would have it
in its files waits. That one was filed, and when, stands in the public log; a number that a list lacks tells no more.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.areas import protocol_area
from registry.base import months_before
from registry.batches import Batch
from registry.caps import Cap, Inspected, cap_on
from registry.conditions import Criterion
from registry.criteria import in_scope
from registry.drafts import blocks
from registry.draws import DrawCommitment, DrawExecution, DrawOpening
from registry.errors import AbsentError, RegistryError
from registry.findings import Finding
from registry.journal import Act, Fact
from registry.merging import kept_codes
from registry.operators import Operator
from registry.people import Person, Role
from registry.recusals import Recusal, standing_recusals
from registry.visits import Visit

Reader = Person | None
"""Who reads; None is anybody of the bureau."""


class HiddenOutcomeError(RegistryError):
    """An outcome that is sealed could decide who may be drawn."""

    nature = "conflict"
    zh = (
        "批次 {task_no} 未锁定：密封抽取 {draws} 尚未公开名单，其范围与本批次重叠，"
        "而本批次要计算经营者受检查的次数或时间，或受摇号后提出的回避影响。请先公开该名单，再锁定本批次。未作任何改动。"
    )
    en = (
        "Batch {task_no} was not committed: the sealed draw {draws} is not open yet, its scope meets this batch's, and "
        "this batch counts when or how often operators were inspected, or a recusal filed since then would stand in "
        "it. Open it first. Nothing was changed."
    )


class SealedError(RegistryError):
    """Something would rest on a visit whose draw is not open."""

    nature = "conflict"
    zh = "检查 {visit_id} 出自密封抽取，名单尚未公开。请先公开该名单，再办理此事。未作任何改动。"
    en = "The visit {visit_id} comes out of a sealed draw that is not open yet. Open it first. Nothing was changed."


def refuse_hidden(session: Session, batch: Batch, *, on: date) -> None:
    """Refuse a batch on whose frame the outcome of a sealed draw could bear. Raises HiddenOutcomeError."""
    hidden = [each for each in _executed_not_open(session) if meets(each, batch)]
    bearing = sorted({*(each.task_no for each in _bearing(session, batch, hidden, on)), *_recused(session, batch)})
    if bearing:
        raise HiddenOutcomeError(task_no=batch.task_no, draws="、".join(bearing))


def meets(one: Batch, other: Batch) -> bool:
    """Return whether two batches have a kind and an area in common."""
    areas = [(protocol_area(mine), protocol_area(theirs)) for mine in one.areas for theirs in other.areas]
    return bool(set(one.kinds) & set(other.kinds)) and any(
        mine.startswith(theirs) or theirs.startswith(mine) for mine, theirs in areas
    )


def near_cap(session: Session, batch: Batch, cap: Cap, more: int) -> bool:
    """Return whether so many more visits could bring an operator in scope to the cap who is not there yet."""
    year, inspected = batch.period_from.year, Inspected(session)
    near = and_(inspected.times(year, cap.yearly - more), ~inspected.times(year, cap.yearly))
    return session.exec(select(Operator.unit_id).where(in_scope(batch), near).limit(1)).first() is not None


def readable_visits(reader: Reader = None) -> SelectOfScalar[str]:
    """Return a query for the visits that somebody may read of: before a sealed draw is open, supervisors alone."""
    return _visits_for(reader, Role.SUPERVISOR)


def found_visits(reader: Reader = None) -> SelectOfScalar[str]:
    """Return a query for the visits of which somebody may read what was found: reviewers too, who have to."""
    return _visits_for(reader, Role.SUPERVISOR, Role.REVIEWER)


def replaceable_visits(reader: Reader = None) -> SelectOfScalar[str]:
    """Return a query for the visits of which somebody may read what is to be replaced: approvers too, who decide it."""
    return _visits_for(reader, Role.SUPERVISOR, Role.APPROVER)


def findings_of(visits: SelectOfScalar[str]) -> SelectOfScalar[str]:
    """Return a query for the findings of some visits."""
    return select(Finding.finding_id).where(col(Finding.visit_id).in_(visits))


def has_visit(session: Session, visits: SelectOfScalar[str], visit_id: str) -> bool:
    """Return whether a visit is among some."""
    return session.exec(visits.where(Visit.visit_id == visit_id)).first() is not None


def refuse_sealed(act: Act, visit_id: str, absent: AbsentError) -> None:
    """Refuse to let anything rest on a visit before its draw is open.

    Raises SealedError to who may read what was found, and ``absent`` to everybody else.
    """
    if not has_visit(act.session, readable_visits(), visit_id):
        reads = has_visit(act.session, found_visits(act.session.get(Person, act.person)), visit_id)
        raise SealedError(visit_id=visit_id) if reads else absent


def readable_recusals(session: Session, query: SelectOfScalar[Recusal], reader: Reader = None) -> Iterator[Recusal]:
    """Yield the recusals of a query that somebody may read, in its order: one statement where none is hidden."""
    decides = reader is not None and bool({Role.APPROVER, Role.SUPERVISOR} & set(reader.roles))
    first = select(func.min(DrawExecution.executed_at)).where(_not_open()).scalar_subquery()
    seals = _Seals(session)
    for recusal, since in session.execute(query.add_columns(first)).all():
        may_hide = since is not None and recusal.requested_at >= since
        if decides or not may_hide or _concerns(recusal, reader) or not seals.on(recusal):
            yield recusal


def readable_recusal(session: Session, recusal_id: str, reader: Reader = None) -> Recusal:
    """Return a recusal that somebody may read. Raises AbsentError."""
    for recusal in readable_recusals(session, select(Recusal).where(Recusal.recusal_id == recusal_id), reader):
        return recusal
    raise AbsentError(what_zh="回避申请", what_en="recusal", key=recusal_id)


def readable_facts(reader: Reader = None) -> SelectOfScalar[Fact]:
    """Return a query for the facts of the journal that somebody may read, in order.

    Who acted on which visit tells of a sealed outcome: what was done since such a draw was executed is for supervisors.
    """
    facts = select(Fact).order_by(col(Fact.fact_id))
    if reader is not None and Role.SUPERVISOR in reader.roles:
        return facts
    first = select(func.min(DrawExecution.fact_id)).where(_not_open()).scalar_subquery()
    return facts.where(or_(first.is_(None), col(Fact.fact_id) < first))


def _visits_for(reader: Reader, *roles: Role) -> SelectOfScalar[str]:
    if reader is not None and set(roles) & set(reader.roles):
        return select(Visit.visit_id)
    opened = select(DrawOpening.draw_id)
    return select(Visit.visit_id).where(or_(col(Visit.draw_id).is_(None), col(Visit.draw_id).in_(opened)))


def _concerns(recusal: Recusal, reader: Reader) -> bool:
    return reader is not None and (
        recusal.requested_by == reader.person_id or recusal.inspector_no == reader.inspector_no
    )


@dataclass(frozen=True, kw_only=True)
class _Seal:
    """A draw that was executed and is not open: since when, and the rows of its frame, in order of their units."""

    task_no: str
    since: datetime
    rows: Sequence[bytes]

    def holds(self, unit_id: str) -> bool:
        row = f"{unit_id},".encode()
        at = bisect_left(self.rows, row)
        return at < len(self.rows) and self.rows[at].startswith(row)


class _Seals:
    """The draws that are not open, read when a recusal is first asked about: each may have a province in its frame."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def on(self, recusal: Recusal) -> list[str]:
        """Return the batches whose sealed draws hide a recusal: filed since, for an operator of the frame."""
        kept = self._kept.get(recusal.unit_id, recusal.unit_id)
        keys = {kept, *(code for code, into in self._kept.items() if into == kept)}
        later = [each for each in self._all if each.since <= recusal.requested_at]
        return [each.task_no for each in later if any(map(each.holds, keys))]

    @cached_property
    def _all(self) -> list[_Seal]:
        joined = col(DrawExecution.draw_id) == col(DrawCommitment.draw_id)
        query = select(DrawCommitment.task_no, DrawExecution.executed_at, DrawCommitment.frame)
        return [
            _Seal(task_no=task_no, since=since, rows=frame.split(b"\n")[1:-1])
            for task_no, since, frame in self._session.exec(query.join(DrawExecution, joined).where(_not_open()))
        ]

    @cached_property
    def _kept(self) -> dict[str, str]:
        return kept_codes(self._session)


def _not_open() -> ColumnElement[bool]:
    return col(DrawExecution.draw_id).not_in(select(DrawOpening.draw_id))


def _executed_not_open(session: Session) -> Sequence[Batch]:
    waiting = (
        select(Batch)
        .join(DrawCommitment, col(DrawCommitment.task_no) == col(Batch.task_no))
        .join(DrawExecution, col(DrawExecution.draw_id) == col(DrawCommitment.draw_id))
    )
    return session.exec(waiting.where(_not_open())).all()


def _bearing(session: Session, batch: Batch, hidden: Sequence[Batch], on: date) -> Iterator[Batch]:
    """Yield the sealed draws that could change whom one of the batch's rules leaves out."""
    same_year = [each for each in hidden if each.period_from.year == batch.period_from.year]
    cap = cap_on(session, batch.period_from)
    if cap is not None and same_year and (cap.low_risk or near_cap(session, batch, cap, len(same_year))):
        yield from same_year
    for entry in batch.criteria:
        if entry["criterion"] == Criterion.NOT_INSPECTED_WITHIN:
            since = months_before(on, entry["months"])
            yield from (each for each in hidden if each.period_to > since)


def _recused(session: Session, batch: Batch) -> Iterator[str]:
    """Yield the batches of sealed draws that hide a recusal which would stand in this one's files."""
    seals, kept = _Seals(session), kept_codes(session)
    told = {each.recusal_id for each in readable_recusals(session, standing_recusals())}
    hidden = {
        kept.get(each.unit_id, each.unit_id): each
        for each in session.exec(standing_recusals())
        if each.recusal_id not in told
    }
    for block in blocks(list(hidden)):
        found = select(Operator.unit_id).where(in_scope(batch), col(Operator.unit_id).in_(block))
        for unit_id in session.exec(found):
            yield from seals.on(hidden[unit_id])
