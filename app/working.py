"""The worker: what has become due is done, in order of its time, each thing once.

Every job's effect and the mark that it is done are one transaction under the log's lock. So it does not matter how many
workers look at once, where one is killed, or how late it begins: what was done is marked, and what is not marked was
not done. What becomes due by the thousand is done some hundreds a transaction; where one of those fails, the others of
its block are done one by one. A job that fails is tried again later and later, and holds up no other.

What reaches outside comes last, when everything else is done: a slow relay keeps no list shut. It is done at least once
rather than at most once: a worker that is killed between the mail and the mark mails again.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.clock_guard import watch_clock
from app.db import ReadOnlyError
from app.effects import HANDLING, able_kinds
from app.record import SYSTEM
from app.repeating import repeating
from app.service import Service
from publicity.clock_watch import HELD
from publicity.sequencer import ClockBehindError
from registry.journal import Act
from registry.outbox import Job, Upshot, Work, claim, due_jobs, fail, finish, take_all
from sampling.wording import Bilingual

SECONDS = 10.0
"""From one look to the next."""
BLOCK = 200
"""Jobs a transaction, at most: every command waits for the log's lock meanwhile."""
NOT_THE_JOBS = (ClockBehindError, ReadOnlyError, OperationalError, PoolTimeoutError)
"""What says nothing of a job: the worker stops and looks again later."""
TAKEN = "taken"
LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Task:
    """A job as it was found: what it is and where it stands in the list."""

    number: int
    kind: Work
    key: str

    @classmethod
    def of(cls, job: Job) -> "Task":
        """Read a job off the list."""
        return cls(job.number or 0, Work(job.kind), job.key)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


def never() -> bool:
    """Return False: go on to the end."""
    return False


def work(service: Service, until: Callable[[], bool] = never) -> Iterator[Task]:
    """Do all that is due, or what of it can be done ``until`` something, block by block.

    Yields each job that did something as soon as it is done and committed. Nothing is written when nothing is due, or
    while the service is read-only; what the clock would make irrevocable is left while nobody vouches for the clock.
    Raises ClockBehindError, ReadOnlyError.
    """
    if service.database.shut is not None:
        return
    held = frozenset() if watch_clock(service) is None else HELD
    kinds = [kind for kind in able_kinds(service.settings) if kind not in held]
    inward = [kind for kind in kinds if not HANDLING[kind].outward]
    outward = [kind for kind in kinds if HANDLING[kind].outward]
    while not until():
        if block := _due(service, inward, BLOCK):
            yield from _block_done(service, block)
        elif one := _due(service, outward, 1):
            yield from _outward_done(service, one[0])
        else:
            return


@contextmanager
def working(service: Service, seconds: float = SECONDS) -> Iterator[None]:
    """Work every so many seconds in a thread of its own until the block ends; it ends with the jobs under way."""
    leaving = threading.Event()
    with repeating(lambda: work_and_tell(service, leaving.is_set), seconds, name="worker"):
        try:
            yield
        finally:
            leaving.set()


def work_and_tell(service: Service, until: Callable[[], bool] = never) -> None:
    """Do the same, and log each thing that was done."""
    for task in work(service, until):
        LOG.info("job_done", job=task.kind, key=task.key)


def _due(service: Service, kinds: Sequence[Work], rows: int) -> list[Task]:
    with service.database.reading() as session:
        return [Task.of(job) for job in due_jobs(session, service.clock.now(), kinds, rows)]


def _block_done(service: Service, block: Sequence[Task]) -> Iterator[Task]:
    """Do a block in one transaction; where that fails, its jobs one by one."""
    try:
        done = _recorded(service, block)
    except NOT_THE_JOBS:
        raise
    except Exception:  # noqa: BLE001 - whose fault it is, is found one by one
        for task in block:
            yield from _tried(service, task)
        return
    yield from done


def _outward_done(service: Service, task: Task) -> Iterator[Task]:
    """Do a job that reaches outside, unless another worker has just begun it."""
    if service.recorder.record(SYSTEM, lambda act: TAKEN if claim(act, task.number) else "").body == TAKEN:
        yield from _tried(service, task)


def _tried(service: Service, task: Task) -> Iterator[Task]:
    """Do one job, and note where it fails."""
    try:
        done = _recorded(service, [task])
    except NOT_THE_JOBS:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever it is, the other jobs are done
        _fail(service, task, problem)
        return
    yield from done


def _recorded(service: Service, tasks: Sequence[Task]) -> list[Task]:
    """Do some jobs in one transaction and return those that did something; who was done meanwhile is left alone.

    Those of one kind that follow each other are done together.
    """
    keys: dict[Work, list[str]] = {}
    for task in tasks:
        keys.setdefault(task.kind, []).append(task.key)
    effects = {kind: HANDLING[kind].prepare(service, its) for kind, its in keys.items()}
    done: list[Task] = []

    def command(act: Act) -> str:
        for kind, group in groupby(take_all(act, [task.number for task in tasks]), key=lambda job: Work(job.kind)):
            jobs = list(group)
            for job, outcome in zip(jobs, effects[kind](act, jobs), strict=True):
                finish(act, job, outcome)
                if outcome is Upshot.DONE:
                    done.append(Task.of(job))
        return ""

    service.recorder.record(SYSTEM, command)
    return done


def _fail(service: Service, task: Task, problem: Exception) -> None:
    name = type(problem).__name__
    service.recorder.record(SYSTEM, lambda act: fail(act, task.number, name))
    if isinstance(problem, Bilingual):
        LOG.warning("job_failed", job=task.kind, key=task.key, problem=name, why=problem.text("en"))
    else:
        LOG.error("job_failed", job=task.kind, key=task.key, problem=name, exc_info=problem)
