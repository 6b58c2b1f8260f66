"""The outbox (待办): what has to be done at a time, written down in the transaction that makes it due.

A job names what it is about and nothing else; whoever does it looks at the record as it stands then. So a job may be
done late, and one that lost its reason comes to nothing. Jobs are a work list and no facts: what they do writes facts.
Each is there once, by kind and key.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from sqlalchemy import ColumnElement, UniqueConstraint, and_, or_
from sqlmodel import Field, Index, Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.base import Record, UtcDateTime, among
from registry.bulk import table_of
from registry.journal import Act

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
"""From one try to the next: twice as long each time, and no longer than this."""
DOUBLINGS = 6
CLAIM = timedelta(minutes=2)
"""How long a job is left to who took it: what acts outside the transaction is not begun twice meanwhile."""
BLOCK = 500


class Work(StrEnum):
    """The closed vocabulary of what there is to do."""

    BACKLOG = "backlog"
    OPENING = "draw.opening"
    ROUND = "draw.round"
    EXPIRY = "penalty.expiry"
    DUTY = "duty"
    MAIL = "reminders.mail"


WORK_WORDS = {
    Work.BACKLOG: ("补记待办", "write down what was due before"),
    Work.OPENING: ("公开密封名单", "open a sealed draw"),
    Work.ROUND: ("取得 drand 轮次", "fetch a round of drand"),
    Work.EXPIRY: ("公示期届满停止公示", "end a publication whose term is over"),
    Work.DUTY: ("核对期限", "look at the term of a duty"),
    Work.MAIL: ("寄发提醒", "mail the reminders of a day"),
}


class Upshot(StrEnum):
    """How a job ended: what it is for was done by it, or there was nothing to do any more."""

    DONE = "done"
    NOTHING = "nothing"


Outcome = Upshot | datetime
"""What came of a job: it ended, or it is looked at again at a later time."""


class Watched(StrEnum):
    """The duties that begin in the register, by their names in ``publicity.clocks``."""

    RESULT = "result"
    PENALTY = "penalty"
    UPLOAD = "upload"
    PENALTY_RECEIVED = "penalty_received"


class Job(Record, table=True):
    """One thing to do from ``due_at`` on; after a try that failed not before ``not_before``, unless it is done.

    ``problem`` is the name of the last error. ``enqueued_at`` is when it was written down, the last time.
    """

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("kind", "key"), Index(None, "done_at", "due_at"))

    number: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str
    enqueued_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def enqueue(act: Act, kind: Work, key: str, due_at: datetime) -> None:
    """Write a job down with what makes it due. One that waits is due no later; one that was done is to be done anew."""
    job = find_job(act.session, kind, key)
    if job is None:
        act.session.add(Job(kind=kind, key=key, enqueued_at=act.at, due_at=due_at))
    elif job.done_at is None:
        job.due_at = min(job.due_at, due_at)
    else:
        job.enqueued_at, job.due_at, job.done_at = act.at, due_at, None
        job.attempts, job.not_before, job.problem = 0, None, None


def watch(act: Act, duty: str, key: str) -> None:
    """Have a duty that begins now looked at until it is done: reminded of when it ends soon, and when it is over."""
    enqueue(act, Work.DUTY, f"{duty}/{key}", act.at)


def hasten(act: Act, kind: Work, key: str) -> None:
    """Make a job that waits due at once."""
    job = find_job(act.session, kind, key)
    if job is not None and job.done_at is None:
        job.due_at = min(job.due_at, act.at)


def is_waiting(session: Session, kind: Work, key: str) -> bool:
    """Return whether a job is there and not done."""
    job = find_job(session, kind, key)
    return job is not None and job.done_at is None


def settle(act: Act, kind: Work, key: str) -> None:
    """Note that what a job is for was done, by whomever."""
    job = find_job(act.session, kind, key)
    if job is not None and job.done_at is None:
        finish(act, job)


def finish(act: Act, job: Job, outcome: Outcome = Upshot.DONE) -> None:
    """Note what came of a job: it is done, or put off."""
    job.not_before, job.problem, job.attempts = None, None, 0
    if isinstance(outcome, Upshot):
        job.done_at = act.at
        return
    if outcome <= act.at:
        msg = f"{job.kind} {job.key} is put off to {outcome}, which is no later than now"
        raise ValueError(msg)
    job.due_at = outcome


def fail(act: Act, number: int, problem: str) -> str:
    """Note that a try failed, and return by which error: the next one comes later, and later each time.

    A job that was done meanwhile stays done.
    """
    for job in take_all(act, [number]):
        pause = min(FIRST_PAUSE * 2 ** min(job.attempts, DOUBLINGS), LONGEST_PAUSE)
        job.attempts, job.problem, job.not_before = job.attempts + 1, problem, act.at + pause
    return problem


def claim(act: Act, number: int) -> bool:
    """Take a job for a moment, before something is done that no transaction takes back; False when another has it."""
    free = act.session.exec(select(Job.number).where(Job.number == number, _free(act.at))).first()
    for job in take_all(act, [number]) if free is not None else ():
        job.not_before = act.at + CLAIM
        return True
    return False


def take_all(act: Act, numbers: Sequence[int]) -> Iterator[Job]:
    """Yield those of some jobs that are due, in their order, under the lock of the log; one may settle a later one."""
    found = {job.number: job for job in act.session.exec(select(Job).where(col(Job.number).in_(numbers)))}
    for job in (found[number] for number in numbers):
        if job.done_at is None and job.due_at <= act.at:
            yield job


def find_job(session: Session, kind: Work, key: str) -> Job | None:
    """Return a job, done or not."""
    return session.exec(select(Job).where(Job.kind == kind, Job.key == key)).first()


def due_jobs(session: Session, at: datetime, kinds: Collection[Work], rows: int) -> Sequence[Job]:
    """Return the next jobs of some kinds that can be tried now, in the order in which they became due."""
    query = select(Job).where(_due(at, kinds), _free(at))
    return session.exec(query.order_by(col(Job.due_at), col(Job.number)).limit(rows)).all()


class JobState(StrEnum):
    """Where a job stands: not due yet or due and not tried, failed and tried again later, done."""

    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


JOB_STATE_WORDS = {JobState.WAITING: "待办", JobState.FAILED: "失败，待重试", JobState.DONE: "已办"}


def state_of(job: Job) -> JobState:
    """Return where a job stands."""
    if job.done_at is not None:
        return JobState.DONE
    return JobState.FAILED if job.problem is not None else JobState.WAITING


def jobs_in(state: JobState | None) -> SelectOfScalar[Job]:
    """Return a query for the jobs that stand so; for None, for all that are not done."""
    done, failed = col(Job.done_at).is_not(None), col(Job.problem).is_not(None)
    if state is JobState.DONE:
        return select(Job).where(done)
    waiting = select(Job).where(~done)
    if state is None:
        return waiting
    return waiting.where(failed if state is JobState.FAILED else ~failed)


def due_since(session: Session, at: datetime, kinds: Collection[Work]) -> datetime | None:
    """Return since when the oldest job of some kinds is due and not done, tried or not."""
    return session.exec(select(func.min(Job.due_at)).where(_due(at, kinds))).one()


def enqueue_all(act: Act, kind: Work, jobs: Iterable[tuple[str, datetime]]) -> None:
    """Write down many jobs, (key, due_at) each, but for those that are there."""
    rest = iter(jobs)
    while block := dict(islice(rest, BLOCK)):
        there = select(Job.key).where(Job.kind == kind, among(act.session, col(Job.key), list(block)))
        known = set(act.session.exec(there))
        common = {"kind": kind.value, "enqueued_at": act.at, "attempts": 0}
        rows = [common | {"key": key, "due_at": due} for key, due in block.items() if key not in known]
        if rows:
            act.session.connection().execute(table_of(Job).insert(), rows)


def _due(at: datetime, kinds: Collection[Work]) -> ColumnElement[bool]:
    return and_(col(Job.done_at).is_(None), col(Job.due_at) <= at, col(Job.kind).in_(list(kinds)))


def _free(at: datetime) -> ColumnElement[bool]:
    """Return the condition that no pause lasts; one beyond the longest is of a clock that was set back since."""
    until = col(Job.not_before)
    return or_(until.is_(None), until <= at, until > at + LONGEST_PAUSE)
