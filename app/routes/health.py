"""Whether the process lives, and whether it can serve."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from app.auth import PUBLIC
from app.clock_guard import unvouched
from app.effects import able_kinds
from app.errors import plain_problem
from app.schema import is_current
from app.service import Service, service_of
from registry.outbox import due_since

router = APIRouter(tags=["健康 health"], dependencies=[PUBLIC])


LATE = timedelta(minutes=5)
"""How long something may be due before it is said to be: longer than a worker needs that keeps up."""


class HealthOut(BaseModel):
    """Alive."""

    status: Literal["ok"] = "ok"


class ReadyOut(HealthOut):
    """Ready. ``work_due_since`` is when the oldest thing became due that nobody has done, once that is late.

    ``clock_followed_until`` is set while the clock is further on than that and nobody has vouched for the day: nothing
    past its term is emptied meanwhile.
    """

    work_due_since: datetime | None
    clock_followed_until: datetime | None


@router.get("/healthz")
def healthz() -> HealthOut:
    """The process answers (存活)."""
    return HealthOut()


@router.get("/readyz", response_model=ReadyOut)
def readyz(request: Request, service: Annotated[Service, Depends(service_of)]) -> Response | ReadyOut:
    """The database answers and has the schema of this version; and whether what is due is being done (就绪)."""
    if not is_current(service.database):
        return plain_problem(request, 503)
    with service.database.reading() as session:
        since = due_since(session, service.clock.now() - LATE, able_kinds(service.settings))
    found = unvouched(service)
    return ReadyOut(work_due_since=since, clock_followed_until=None if found is None else found.seen)
