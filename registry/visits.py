"""Visits (检查): one operator, one team, drawn or caused by something else. What a visit is never changes.

A drawn visit comes out of an executed draw and is for what its batch says. A visit that no draw caused (投诉举报, 转办,
监测线索, 重点检查) is for what its request says, and never counts as drawn. How far a visit has come is told by its
steps (``registry.steps``). Source: 优化营商环境条例 54 (complaints and alerts are inspected without a draw).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, or_
from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime
from registry.batches import Batch
from registry.errors import AbsentError


class Cause(StrEnum):
    """What led to a visit."""

    DRAWN = "drawn"
    COMPLAINT = "complaint"
    REFERRAL = "referral"
    MONITORING = "monitoring"
    KEY = "key"


CAUSE_WORDS = {
    Cause.DRAWN: "双随机抽取",
    Cause.COMPLAINT: "投诉举报",
    Cause.REFERRAL: "转办",
    Cause.MONITORING: "监测线索",
    Cause.KEY: "重点检查",
}


class Visit(Record, table=True):
    """One operator to be visited; the name is that of the day, ``year`` the calendar year for which the visit counts.

    ``number`` counts the draw's visits from 1; a visit that no draw caused has none.
    """

    __tablename__ = "visits"

    visit_id: str = Field(primary_key=True)
    cause: str = Field(index=True)
    year: int = Field(index=True)
    draw_id: str | None = Field(default=None, foreign_key="draw_commitments.draw_id", index=True)
    task_no: str | None = Field(default=None, foreign_key="batches.task_no", index=True)
    number: int | None = None
    unit_id: str = Field(foreign_key="operators.unit_id", index=True)
    operator_name: str
    area: str


class VisitRequest(Record, table=True):
    """What a visit is for that no draw caused; ``source_no`` is the number of the complaint, referral or lead."""

    __tablename__ = "visit_requests"

    visit_id: str = Field(primary_key=True, foreign_key="visits.visit_id")
    plan_no: str | None = Field(default=None, foreign_key="plans.plan_no", index=True)
    title: str
    source_no: str
    reason: str
    departments: list[str] = Field(sa_type=JSON)
    items: list[str] = Field(sa_type=JSON)
    period_from: date
    period_to: date
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)


class Seat(Record, table=True):
    """One inspector's seat on a visit; seat 1 of the first department leads (主办). Roster numbers are a draw's."""

    __tablename__ = "visit_seats"

    visit_id: str = Field(primary_key=True, foreign_key="visits.visit_id")
    department: str = Field(primary_key=True, foreign_key="departments.code")
    seat: int = Field(primary_key=True)
    roster_no: str | None = None
    inspector_no: str = Field(foreign_key="inspectors.inspector_no", index=True)
    inspector_name: str


class ReplacedSeat(Record, table=True):
    """Who took a seat after the one before left it; ``turn`` counts from 1, and the last one holds it."""

    __tablename__ = "replaced_seats"

    visit_id: str = Field(primary_key=True, foreign_key="visits.visit_id")
    department: str = Field(primary_key=True, foreign_key="departments.code")
    seat: int = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    roster_no: str
    inspector_no: str = Field(foreign_key="inspectors.inspector_no", index=True)
    inspector_name: str
    replacement_id: str = Field(foreign_key="replacements.replacement_id")


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a visit is for: as its batch says, or its request. ``departments`` in team order, the leading one first."""

    plan_no: str | None
    title: str
    departments: tuple[str, ...]
    items: list[str]
    period_from: date
    period_to: date


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One visit as its team sees it: seats in team order."""

    visit: Visit
    order: Order
    seats: tuple[Seat, ...]

    @property
    def drawn(self) -> bool:
        """Return whether a draw led to the visit."""
        return self.visit.cause == Cause.DRAWN

    def has(self, inspector_no: str | None) -> bool:
        """Return whether the inspector is on the team."""
        return any(seat.inspector_no == inspector_no for seat in self.seats)

    def in_period(self, day: date) -> bool:
        """Return whether a day lies in the visit's period."""
        return self.order.period_from <= day <= self.order.period_to


def get_visit(session: Session, visit_id: str) -> Visit:
    """Return a visit or raise AbsentError."""
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise AbsentError(what_zh="检查任务", what_en="visit", key=visit_id)
    return visit


def get_assignment(session: Session, visit_id: str) -> Assignment:
    """Return a visit with its order and team or raise AbsentError."""
    return next(iter(with_teams(session, [get_visit(session, visit_id)])))


def with_teams(session: Session, visits: Iterable[Visit]) -> list[Assignment]:
    """Return the visits with their orders and teams, in the order given; a seat is whose it is now."""
    chosen = list(visits)
    teams: dict[str, list[Seat]] = {visit.visit_id: [] for visit in chosen}
    later = _later_holders(session, list(teams))
    for seat in session.exec(select(Seat).where(col(Seat.visit_id).in_(list(teams)))):
        teams[seat.visit_id].append(later.get((seat.visit_id, seat.department, seat.seat), seat))
    orders = _orders(session, chosen)
    return [
        Assignment(
            visit=visit,
            order=orders[visit.visit_id],
            seats=_in_team_order(orders[visit.visit_id], teams[visit.visit_id]),
        )
        for visit in chosen
    ]


def team_at_first(session: Session, assignment: Assignment) -> list[Seat]:
    """Return the team of a visit as it was made, in team order, whoever left it since."""
    seats = session.exec(select(Seat).where(Seat.visit_id == assignment.visit.visit_id))
    return list(_in_team_order(assignment.order, list(seats)))


def visits_of_inspector(session: Session, inspector_no: str) -> list[Assignment]:
    """Return every visit an inspector is sent on, by draw and number; what may be shown is decided elsewhere."""
    first = select(Seat.visit_id).where(Seat.inspector_no == inspector_no)
    later = select(ReplacedSeat.visit_id).where(ReplacedSeat.inspector_no == inspector_no)
    visits = select(Visit).where(or_(col(Visit.visit_id).in_(first), col(Visit.visit_id).in_(later)))
    in_order = visits.order_by(col(Visit.draw_id).nulls_last(), col(Visit.number), col(Visit.visit_id))
    return [each for each in with_teams(session, session.exec(in_order)) if each.has(inspector_no)]


def _later_holders(session: Session, visit_ids: list[str]) -> dict[tuple[str, str, int], Seat]:
    """Return (visit, department, seat) → the seat as it is held now, of the seats that changed hands."""
    changed = select(ReplacedSeat).where(col(ReplacedSeat.visit_id).in_(visit_ids)).order_by(col(ReplacedSeat.turn))
    return {
        (each.visit_id, each.department, each.seat): Seat(**each.model_dump(exclude={"turn", "replacement_id"}))
        for each in session.exec(changed)
    }


def _orders(session: Session, visits: list[Visit]) -> Mapping[str, Order]:
    """Return visit → order, from the batches of those drawn and the requests of the others."""
    tasks = {visit.task_no for visit in visits if visit.task_no is not None}
    ids = [visit.visit_id for visit in visits if visit.task_no is None]
    batches = {each.task_no: each for each in session.exec(select(Batch).where(col(Batch.task_no).in_(tasks)))}
    requests = session.exec(select(VisitRequest).where(col(VisitRequest.visit_id).in_(ids)))
    found = {each.visit_id: _order(each) for each in requests}
    return found | {visit.visit_id: _order(batches[visit.task_no]) for visit in visits if visit.task_no is not None}


def _order(source: Batch | VisitRequest) -> Order:
    return Order(
        plan_no=source.plan_no,
        title=source.title,
        departments=tuple(source.departments),
        items=source.items,
        period_from=source.period_from,
        period_to=source.period_to,
    )


def _in_team_order(order: Order, seats: list[Seat]) -> tuple[Seat, ...]:
    return tuple(sorted(seats, key=lambda seat: (order.departments.index(seat.department), seat.seat)))
