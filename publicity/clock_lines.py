"""One line of a list of duties, and what a reader of such a list asks for."""

from dataclasses import dataclass
from datetime import date

from publicity.clocks import ClockRule, Duty, State
from publicity.due_records import Visits


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One duty: ``key`` is the visit, the penalty, the case or, once done, the publication.

    ``due_on`` is None where no notice has fixed the working days of ``missing_year``; ``days_left`` are working days,
    negative once the last day is past.
    """

    rule: ClockRule
    key: str
    unit_id: str
    operator_name: str
    event_on: date
    due_on: date | None
    done_on: date | None
    state: State
    days_left: int | None
    missing_year: int | None = None
    stands_at: str = ""

    @property
    def place(self) -> str:
        """Return where it stands in its list, for the page after it: by its key, unless its last day moves."""
        return f"{self.rule.duty}/{self.stands_at or self.key}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reader narrowed a list to; ``after`` is the place of the last one of the page before."""

    visits: Visits
    rows: int
    after: str = ""
    duty: Duty | None = None
    state: State | None = None
