"""The worker as a process of its own: once, for a timer, or until it is told to stop."""

import signal
import sys
import threading
from collections.abc import Iterator

import structlog

from app.cli.shared import opened
from app.clock_guard import leap_error, unvouched
from app.logs import configure_logs
from app.service import Service
from app.working import SECONDS, work, work_and_tell

LOG = structlog.get_logger()


def done_once() -> Iterator[str]:
    """Do what is due by the settings, and yield a line for each job that did something; what fails is logged.

    Raises ClockLeapError at the end, where terms wait until somebody vouches for the clock.
    """
    configure_logs(lambda: sys.stderr)
    with opened() as service:
        yield from map(str, work(service))
        if (found := unvouched(service)) is not None:
            raise leap_error(found)


def run_worker() -> None:
    """Do what becomes due by the settings until the process is told to stop; what is done is logged."""
    configure_logs()
    with opened() as service:
        work_until_stopped(service)


def work_until_stopped(service: Service) -> None:
    """Look every so many seconds until SIGTERM or SIGINT; the block of jobs under way is brought to its end."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    LOG.info("worker", state="started")
    while not stop.is_set():
        try:
            work_and_tell(service, stop.is_set)
        except Exception:
            LOG.exception("worker")
        stop.wait(SECONDS)
    LOG.info("worker", state="stopped")
