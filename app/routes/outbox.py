"""What is to be done by the clock, what of it failed, and what was done (待办): for administrators and supervisors."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlmodel import col

from app.auth import Allow, Caller
from app.errors import code_named
from app.routes.paging import PageAsked
from app.wire.work import JobOut
from registry.outbox import JOB_STATE_WORDS, WORK_WORDS, Job, JobState, Work, jobs_in, state_of
from registry.people import Role

router = APIRouter(prefix="/api/v1/outbox", tags=["健康 health"])
Watcher = Annotated[Caller, Depends(Allow(Role.ADMINISTRATOR, Role.SUPERVISOR))]
OF_RECORDS = (Work.DUTY,)
"""Jobs whose key names a visit: an administrator keeps the program going and reads no records."""


@router.get("")
def list_jobs(
    caller: Watcher,
    page: PageAsked,
    state: Annotated[
        JobState | None, Query(description="Only what stands so; by default all that is not done.")
    ] = None,
) -> list[JobOut]:
    """Jobs in the order in which they were written down first (待办清单)."""
    whole = Role.SUPERVISOR in caller.person.roles
    with caller.service.database.reading() as session:
        query = jobs_in(state).where(col(Job.number) > page.after_number).order_by(col(Job.number))
        found = list(session.exec(query.limit(page.limit + 1)))
        return [_out(each, whole=whole) for each in page.cut(found, lambda each: str(each.number))]


def _out(job: Job, *, whole: bool) -> JobOut:
    state = state_of(job)
    return JobOut(
        number=job.number or 0,
        kind=Work(job.kind),
        words=WORK_WORDS[Work(job.kind)][0],
        key=job.key if whole or job.kind not in OF_RECORDS else None,
        state=state,
        state_words=JOB_STATE_WORDS[state],
        due_at=job.due_at,
        attempts=job.attempts,
        not_before=job.not_before,
        problem=job.problem and code_named(job.problem),
        done_at=job.done_at,
    )
