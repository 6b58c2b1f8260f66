"""Replacements on record (替补、更换检查人员): what was asked, what was decided, and who visits now.

A request and its decision are rows that stay. The events of a draw are those approved, in the order of their decisions;
who comes is what ``sampling.replacement`` makes of them (protocol, section 9), and nobody's choice.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources

from sqlalchemy import JSON, LargeBinary, UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from registry.base import Record, UtcDateTime
from registry.draws import Draw, committed_files
from registry.errors import AbsentError
from registry.steps import Step, latest_step, steps_of_visit
from registry.visits import Assignment, ReplacedSeat, Seat, Visit, get_assignment, team_at_first, with_teams
from sampling import names
from sampling.bundle import Replay, replay
from sampling.replacement import Event, Replacements, Standing, follow, read_event, start


class Fallen(StrEnum):
    """What falls away."""

    UNIT = "unit"
    INSPECTOR = "inspector"


FALLEN_WORDS = {Fallen.UNIT: "替补经营者", Fallen.INSPECTOR: "更换检查人员"}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason, in force from a day; ``one`` when it concerns one visit alone. The last day is included."""

    of: str
    code: str
    zh: str
    en: str
    one: bool
    effective_from: date
    effective_until: date | None = None


class Replacement(Record, table=True):
    """A request: of one visit, or of one seat of it; ``altogether`` when the inspector is out for the whole draw.

    ``evidence`` are files of the visit.
    """

    __tablename__ = "replacements"

    replacement_id: str = Field(primary_key=True)
    draw_id: str = Field(foreign_key="draw_commitments.draw_id", index=True)
    visit_id: str = Field(foreign_key="visits.visit_id", index=True)
    fallen: str
    department: str | None = Field(default=None, foreign_key="departments.code")
    seat: int | None = None
    inspector_no: str | None = Field(default=None, foreign_key="inspectors.inspector_no")
    altogether: bool
    reason: str
    text: str
    evidence: list[str] = Field(sa_type=JSON)
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class ReplacementDecision(Record, table=True):
    """The decision on a request; of an approved one the event, its number in the draw, and the state after it."""

    __tablename__ = "replacement_decisions"
    __table_args__ = (UniqueConstraint("draw_id", "number"),)

    replacement_id: str = Field(primary_key=True, foreign_key="replacements.replacement_id")
    draw_id: str = Field(foreign_key="draw_commitments.draw_id")
    number: int | None = None
    approved: bool
    text: str
    event: bytes | None = Field(default=None, sa_type=LargeBinary)
    state: str | None = None
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


def reasons_on(fallen: Fallen, day: date) -> Mapping[str, Reason]:
    """Return code → reason in force on a day, in the order in which they are offered."""
    return {
        each.code: each
        for each in _reasons()
        if each.of == fallen
        and each.effective_from <= day
        and (each.effective_until is None or day <= each.effective_until)
    }


def reason_words(code: str) -> tuple[str, str]:
    """Return a reason in Chinese and in English, whether or not it is still in force."""
    return next((each.zh, each.en) for each in _reasons() if each.code == code)


def get_replacement(session: Session, replacement_id: str) -> Replacement:
    """Return a request or raise AbsentError."""
    found = session.get(Replacement, replacement_id)
    if found is None:
        raise AbsentError(what_zh="替补申请", what_en="replacement", key=replacement_id)
    return found


def approved_replacements(session: Session, draw_id: str) -> Sequence[tuple[Replacement, ReplacementDecision]]:
    """Return what was approved in a draw, in the order of the decisions."""
    query = (
        select(Replacement, ReplacementDecision)
        .join(ReplacementDecision, col(ReplacementDecision.replacement_id) == col(Replacement.replacement_id))
        .where(ReplacementDecision.draw_id == draw_id, col(ReplacementDecision.number).is_not(None))
        .order_by(col(ReplacementDecision.number))
    )
    return session.exec(query).all()


def events_of(session: Session, draw_id: str) -> list[Event]:
    """Return the events of a draw in order."""
    return [read_event(decision.event or b"") for _, decision in approved_replacements(session, draw_id)]


def standings_of(session: Session, replayed: Replay) -> list[Standing]:
    """Return what stood after the draw, and after each event."""
    found = [start(replayed)]
    for event in events_of(session, replayed.commitment.draw_id):
        found.append(follow(found[-1], event))
    return found


def standing_of(session: Session, draw: Draw) -> Standing:
    """Return what stands of an executed draw, recomputed from its files. Raises LookupError before the execution."""
    if draw.executed is None:
        raise LookupError(draw.committed.draw_id)
    return standings_of(session, replay(committed_files(draw.committed) | {names.REVEAL: draw.executed.reveal}))[-1]


def replacements_file(session: Session, draw: Draw) -> bytes | None:
    """Return ``replacements.json`` of a draw, or None where nobody was replaced."""
    approved = approved_replacements(session, draw.committed.draw_id)
    if not approved:
        return None
    events = tuple(events_of(session, draw.committed.draw_id))
    state = approved[-1][1].state or ""
    return Replacements(draw.committed.draw_id, draw.committed.digest, events, state).to_bytes()


def came_of(session: Session, replacement_id: str, most: int | None = None) -> list[tuple[Assignment, list[Seat]]]:
    """Return the visits that a replacement changed, each with the seats that somebody came to by it.

    Of an operator that is the visit of the one that came, with its whole team; nothing before it is approved. An
    inspector may leave thousands: ``most`` of the seats are told, in order of the visits.
    """
    asked = get_replacement(session, replacement_id)
    if asked.fallen == Fallen.UNIT:
        step = latest_step(steps_of_visit(session, asked.visit_id), Step.REPLACED)
        own = step is not None and step.detail["replacement_id"] == replacement_id
        found = [get_assignment(session, step.detail["visit_id"])] if step and own else []
        return [(each, team_at_first(session, each)) for each in found]
    order = (ReplacedSeat.visit_id, ReplacedSeat.department, ReplacedSeat.seat)
    left = select(ReplacedSeat).where(ReplacedSeat.replacement_id == replacement_id).order_by(*map(col, order))
    rows = sorted(session.exec(left.limit(most)), key=lambda row: (row.visit_id, row.department, row.seat))
    visits = session.exec(select(Visit).where(col(Visit.visit_id).in_({row.visit_id for row in rows}))).all()
    changed = {each.visit.visit_id: each for each in with_teams(session, visits)}
    return [(changed[row.visit_id], [Seat(**row.model_dump(exclude={"turn", "replacement_id"}))]) for row in rows]


def came_count(session: Session, asked: Replacement) -> int:
    """Return how many seats somebody came to by a replacement that was approved; one operator came for another."""
    if asked.fallen == Fallen.UNIT:
        return 1
    own = ReplacedSeat.replacement_id == asked.replacement_id
    return session.exec(select(func.count()).select_from(ReplacedSeat).where(own)).one()


@cache
def _reasons() -> tuple[Reason, ...]:
    data = tomllib.loads(resources.files("registry").joinpath("data/replacements.toml").read_text(encoding="utf-8"))
    return tuple(Reason(**each) for each in data["reason"])
