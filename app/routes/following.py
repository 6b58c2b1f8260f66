"""What machines follow: changes of what is public, in the order of the log. JSON at both addresses, no login."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import TypeAdapter

from app.auth import PUBLIC
from app.routes.public import MEDIA_TYPES, tagged
from app.service import Service, service_of
from app.values import Place
from publicity.following import MOST, changes_after
from publicity.pages.following import ChangeList
from registry.base import legal_day
from registry.errors import FieldError

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
ServiceHere = Annotated[Service, Depends(service_of)]
After = Annotated[Place | None, Query(description="The last entry that is known; without it, from the first.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Lines at most.")]
PAGE = TypeAdapter(ChangeList)


@router.get("/changes", response_model=ChangeList, summary="变更流")
@router.get("/changes.json", response_model=ChangeList, summary="变更流 (JSON)")
def changes(request: Request, service: ServiceHere, after: After = None, limit: Limit = 100) -> Response:
    """What was published, changed, ended, listed and delisted after an entry of the log; what is gone is not named."""
    with service.database.reading() as session:
        found = changes_after(session, -1 if after is None else after, limit, legal_day(service.clock.now()))
    if after is not None and after >= found.log_size:
        raise FieldError(
            ("after",),
            (
                f"日志只有 {found.log_size} 条，没有第 {after} 条：可能跟随的是另一份日志，或者日志不完整。",
                f"The log has {found.log_size} entries and no entry {after}: it may be another log, or one cut short.",
            ),
            (
                "请核对地址；确认无误的，从头读取并比对已有记录。",
                "Check the address; if it is right, read from the first on and compare with what you have.",
            ),
        )
    return tagged(request, PAGE.dump_json(found), MEDIA_TYPES["json"])
