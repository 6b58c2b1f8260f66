"""Legal clocks on the wire."""

from datetime import date

from app.wire.base import Answer
from publicity.clocks import Duty, State


class ClockOut(Answer):
    """One duty with its last day; ``key`` is the visit, the penalty, the case or, once done, the publication.

    ``days_left`` are working days, negative once the last day is past. ``due_on`` is null where the term runs into
    ``missing_year``, whose holiday notice is not on file (import it, and the day is there), and while a case is paused.
    """

    place: str
    duty: Duty
    words: str
    key: str
    unit_id: str
    operator_name: str
    event_on: date
    due_on: date | None
    done_on: date | None
    state: State
    days_left: int | None
    missing_year: int | None
    basis: str
