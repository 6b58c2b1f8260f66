"""What becomes due by the clock alone: draws are opened, publications end, rounds of drand are fetched, by themselves.

``double-random tick`` does it once, for a timer; ``double-random serve`` does it every minute by itself. Several at
once do no harm: each step is one transaction under the log's lock, and what is open is not opened again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from app.ending import end_what_is_over
from app.record import SYSTEM
from app.repeating import repeating
from app.rounds import fetch_due
from app.service import Service
from registry.openings import due_draws, open_due

SECONDS = 60.0
"""From one look to the next."""
LOG = structlog.get_logger()


def tick(service: Service) -> list[str]:
    """Open what is due, end what is past its term, fetch the rounds that are due, and return the draws that went on.

    Nothing is written when nothing is due. Relays come last: a slow one keeps no list shut.
    """
    opened = _open(service)
    end_what_is_over(service)
    return [*opened, *fetch_due(service)]


@contextmanager
def ticking(service: Service, seconds: float = SECONDS) -> Iterator[None]:
    """Tick every so many seconds in a thread of its own until the block ends; a tick that failed is tried again."""
    with repeating(lambda: tick(service), seconds, name="tick"):
        yield


def _open(service: Service) -> list[str]:
    with service.database.reading() as session:
        due = due_draws(session, service.clock.now())
    if not due:
        return []
    return service.recorder.record(SYSTEM, lambda act: "\n".join(open_due(act))).body.split()
