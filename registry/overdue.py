"""Overdue draws: past ``execute_by`` without an execution, past ``open_by`` without an opening (protocol, section 2).

Read off the steps and the clock, so that no job has to run for it. A term once missed stays missed, also when the step
was taken later or the draw was voided, and when the clock is set back: what was recorded after the term saw it pass.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from registry.draws import Draw
from registry.journal import Fact


class Overdue(StrEnum):
    """Which term a draw has missed, and whether the step was taken since."""

    NOT_EXECUTED = "not_executed"
    EXECUTED_LATE = "executed_late"
    NOT_OPENED = "not_opened"
    OPENED_LATE = "opened_late"


OVERDUE_WORDS = {
    Overdue.NOT_EXECUTED: "逾期未摇号",
    Overdue.EXECUTED_LATE: "逾期摇号",
    Overdue.NOT_OPENED: "逾期未公开名单",
    Overdue.OPENED_LATE: "逾期公开名单",
}


@dataclass(frozen=True, kw_only=True)
class Missed:
    """Whether a draw has missed either term."""

    execution: bool
    opening: bool


def as_of(session: Session, now: datetime) -> datetime:
    """Return the instant as of which terms are judged: the clock's, or that of the newest fact where it is later."""
    newest = session.exec(select(Fact.at).order_by(col(Fact.fact_id).desc()).limit(1)).first()
    return now if newest is None else max(now, newest)


def missed_terms(draw: Draw, at: datetime) -> Missed:
    """Return which terms a draw has missed as of an instant; a void stops its clock."""
    end = draw.voided.confirmed_at if draw.voided else at
    executed_at = draw.executed.executed_at if draw.executed else end
    opened_at = draw.opened.opened_at if draw.opened else end
    return Missed(execution=executed_at > draw.committed.execute_by, opening=opened_at > draw.committed.open_by)


def overdue_of(draw: Draw, at: datetime) -> Overdue | None:
    """Return the first term that a draw has missed, or None."""
    missed = missed_terms(draw, at)
    if missed.execution:
        return Overdue.EXECUTED_LATE if draw.executed else Overdue.NOT_EXECUTED
    if missed.opening:
        return Overdue.OPENED_LATE if draw.opened else Overdue.NOT_OPENED
    return None
