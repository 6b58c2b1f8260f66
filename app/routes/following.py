"""What is followed: changes of what is public, as JSON in the order of the log and as an Atom feed. No login."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import TypeAdapter

from app.auth import PUBLIC
from app.routes.public import MEDIA_TYPES, tagged
from app.service import Service, service_of
from app.site import public_address, site_of
from app.values import Place
from publicity.feed import MEDIA_TYPE, write_feed
from publicity.following import MOST, changes_after, changes_before
from publicity.pages.following import ChangeList
from publicity.sequencer import read_entry
from registry.base import legal_day
from registry.errors import FieldError
from sampling.merkle import leaf_hash

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
ServiceHere = Annotated[Service, Depends(service_of)]
After = Annotated[Place | None, Query(description="The last entry that is known; without it, from the first.")]
Before = Annotated[Place | None, Query(description="Lines before this entry; without it, the newest.")]
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


@router.get("/changes.atom", response_class=Response, summary="变更流 (Atom)")
def feed(request: Request, service: ServiceHere, before: Before = None, limit: Limit = 50) -> Response:
    """The same as an Atom feed, the newest first, older ones on further pages; no operator is named in it."""
    with service.database.reading() as session:
        page = changes_before(session, before, limit, legal_day(service.clock.now()))
        log_id = leaf_hash(read_entry(session, 0)).hex()
        body = write_feed(site_of(request, session), page, log_id=log_id, base=public_address(request))
    return tagged(request, body, MEDIA_TYPE)
