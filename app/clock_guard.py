"""The clock as the worker believes it: before anything is emptied for good, it is held against what was followed.

A database that any clock may serve, a demonstration's, has nothing that could be lost, and is not watched.
"""

from datetime import datetime, timedelta

import structlog

from app.record import SYSTEM
from app.service import Service
from publicity.clock_watch import ClockLeapError, Leap, is_noted, leap, note_clock
from registry.base import SHANGHAI

LOG = structlog.get_logger()


def unvouched(service: Service) -> Leap | None:
    """Return the leap of the clock that nobody has vouched for, or None."""
    if service.stage.marking.any_clock:
        return None
    with service.database.reading() as session:
        return leap(session, service.clock.now(), timedelta(days=service.settings.clock_leap_days))


def watch_clock(service: Service) -> Leap | None:
    """Return the same for the worker, which says so in its log; a clock that did not leap it follows, hour by hour."""
    found = unvouched(service)
    if found is not None:
        LOG.error("clock_leapt", held="penalty.expiry", why=leap_error(found).text("en"))
    elif not service.stage.marking.any_clock:
        with service.database.reading() as session:
            noted = is_noted(session, service.clock.now())
        if not noted:
            service.recorder.record(SYSTEM, lambda act: str(note_clock(act)))
    return found


def leap_error(found: Leap) -> ClockLeapError:
    """Return the error that says what waits, and what to do."""
    return ClockLeapError(seen=_told(found.seen), now=_told(found.now))


def _told(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
