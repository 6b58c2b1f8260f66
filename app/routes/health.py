"""Whether the process lives, and whether it can serve."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from app.auth import PUBLIC
from app.errors import plain_problem
from app.schema import is_current
from app.service import Service, service_of

router = APIRouter(tags=["健康 health"], dependencies=[PUBLIC])


class HealthOut(BaseModel):
    """Alive or ready."""

    status: Literal["ok"] = "ok"


@router.get("/healthz")
def healthz() -> HealthOut:
    """The process answers (存活)."""
    return HealthOut()


@router.get("/readyz", response_model=HealthOut)
def readyz(request: Request, service: Annotated[Service, Depends(service_of)]) -> Response | HealthOut:
    """The database answers and has the schema of this version (就绪)."""
    if not is_current(service.database):
        return plain_problem(request, 503)
    return HealthOut()
