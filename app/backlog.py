"""The backlog (补记): jobs for what stood on record before there was an outbox, written down once.

A database that is years behind is caught up with like any other: everything that is due is done in order of its time.
"""

from collections.abc import Iterator
from datetime import datetime

from publicity.clocks import Deadlines
from publicity.duties import open_keys
from publicity.expiring import running_terms
from publicity.reminders import WATCHES
from registry.beacons import awaited_rounds
from registry.journal import Act
from registry.openings import sealed_draws
from registry.outbox import Job, Outcome, Upshot, Work, enqueue_all


def take_up_backlog(deadlines: Deadlines, act: Act, _job: Job) -> Outcome:
    """Write down a job for every draw that waits, every term that runs and every open duty that has none."""
    enqueue_all(act, Work.OPENING, sealed_draws(act.session))
    enqueue_all(act, Work.ROUND, awaited_rounds(act.session))
    enqueue_all(act, Work.EXPIRY, running_terms(act.session))
    enqueue_all(act, Work.DUTY, _duties(act, deadlines))
    return Upshot.DONE


def _duties(act: Act, deadlines: Deadlines) -> Iterator[tuple[str, datetime]]:
    for key in open_keys(act.session, deadlines, WATCHES):
        yield key, act.at
