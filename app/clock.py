"""What time it is. Only this module asks the machine.

The service has the real clock. The demonstration sets its own, and only a database that it has marked takes it
(``app.marks``); served again, it goes on from its newest entry, so that its year is seen as it ended.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the instant, aware."""

    def now(self) -> datetime:
        """Return the present instant with a time zone."""
        ...


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class DemoClock:
    """A clock that the demonstration sets; it runs on from there at the machine's pace."""

    def __init__(self, start: datetime) -> None:
        self._lead = start - datetime.now(UTC)

    def now(self) -> datetime:
        """Return the simulated instant in UTC."""
        return datetime.now(UTC) + self._lead

    def set(self, instant: datetime) -> None:
        """Move the clock to an instant; going back is refused, as a log's times never do."""
        if instant < self.now() - timedelta(seconds=1):
            msg = f"the clock stands at {self.now().isoformat()} and does not go back to {instant.isoformat()}"
            raise ValueError(msg)
        self._lead = instant - datetime.now(UTC)
