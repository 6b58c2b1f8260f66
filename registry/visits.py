"""Visits (检查): one drawn operator, one team. A visit comes out of an executed draw and is never edited.

An inspector sees their own visits only, and only in the batch's period; a visit whose finding was returned stays in
sight until it is corrected.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Field, Session, col, select

from registry.base import Record
from registry.batches import Batch
from registry.errors import AbsentError


class Visit(Record, table=True):
    """One operator to be visited; ``number`` counts the draw's visits from 1. The name is that of the day."""

    __tablename__ = "visits"

    visit_id: str = Field(primary_key=True)
    draw_id: str = Field(foreign_key="draw_commitments.draw_id", index=True)
    task_no: str = Field(foreign_key="batches.task_no", index=True)
    number: int
    unit_id: str = Field(foreign_key="operators.unit_id", index=True)
    operator_name: str
    area: str


class Seat(Record, table=True):
    """One inspector's seat on a visit; seat 1 of the batch's first department leads (主办)."""

    __tablename__ = "visit_seats"

    visit_id: str = Field(primary_key=True, foreign_key="visits.visit_id")
    department: str = Field(primary_key=True, foreign_key="departments.code")
    seat: int = Field(primary_key=True)
    roster_no: str
    inspector_no: str = Field(foreign_key="inspectors.inspector_no", index=True)
    inspector_name: str


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One visit as its team sees it: seats in team order, departments as in the batch."""

    visit: Visit
    batch: Batch
    seats: tuple[Seat, ...]

    def has(self, inspector_no: str | None) -> bool:
        """Return whether the inspector is on the team."""
        return any(seat.inspector_no == inspector_no for seat in self.seats)

    def in_period(self, day: date) -> bool:
        """Return whether a day lies in the batch's period."""
        return self.batch.period_from <= day <= self.batch.period_to


def get_assignment(session: Session, visit_id: str) -> Assignment:
    """Return a visit with its batch and team or raise AbsentError."""
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise AbsentError(what_zh="检查任务", what_en="visit", key=visit_id)
    return next(iter(with_teams(session, [visit])))


def with_teams(session: Session, visits: Iterable[Visit]) -> list[Assignment]:
    """Return the visits with their batches and teams, in the order given."""
    chosen = list(visits)
    ids = [visit.visit_id for visit in chosen]
    teams: dict[str, list[Seat]] = {visit_id: [] for visit_id in ids}
    for seat in session.exec(select(Seat).where(col(Seat.visit_id).in_(ids))):
        teams[seat.visit_id].append(seat)
    wanted = {visit.task_no for visit in chosen}
    batches = {each.task_no: each for each in session.exec(select(Batch).where(col(Batch.task_no).in_(wanted)))}
    return [
        Assignment(
            visit=visit,
            batch=batches[visit.task_no],
            seats=_in_team_order(batches[visit.task_no], teams[visit.visit_id]),
        )
        for visit in chosen
    ]


def visits_of_inspector(session: Session, inspector_no: str) -> list[Assignment]:
    """Return every visit an inspector was ever sent on, by draw and number; what may be shown is decided elsewhere."""
    own = select(Seat.visit_id).where(Seat.inspector_no == inspector_no)
    visits = select(Visit).where(col(Visit.visit_id).in_(own)).order_by(col(Visit.draw_id), col(Visit.number))
    return with_teams(session, session.exec(visits))


def _in_team_order(batch: Batch, seats: list[Seat]) -> tuple[Seat, ...]:
    order = batch.departments
    return tuple(sorted(seats, key=lambda seat: (order.index(seat.department), seat.seat)))
