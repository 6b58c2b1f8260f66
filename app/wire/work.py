"""What is to be done and what is reminded of, on the wire."""

from datetime import date, datetime

from app.wire.base import Answer
from publicity.clocks import Duty
from publicity.reminders import ReminderState
from registry.outbox import JobState, Work


class JobOut(Answer):
    """One thing to do; ``key`` is what it is about, null to whoever may not know that.

    ``problem`` is the code of the last error, of a try that failed; the next comes no earlier than ``not_before``.
    """

    number: int
    kind: Work
    words: str
    key: str | None
    state: JobState
    state_words: str
    due_at: datetime
    attempts: int
    not_before: datetime | None
    problem: str | None
    done_at: datetime | None


class ReminderOut(Answer):
    """One reminder; ``key`` is the visit, penalty or withdrawal. ``due_on`` is the last day as it was when noted."""

    reminder_id: int
    duty: Duty
    words: str
    state: ReminderState
    state_words: str
    key: str
    due_on: date | None
    noted_at: datetime
