"""The list of inspection items: what is on it on a day, and its changes."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.routes.callers import Bureau, RegisterOfficer
from app.routes.paging import PageAsked
from app.values import LegalDate
from app.wire.items import ItemEndIn, ItemIn, ItemOut, ItemTerms
from registry.base import legal_day
from registry.items import ItemEntry, add_item, change_item, end_item, item_versions, items_on

router = APIRouter(prefix="/api/v1/items", tags=["抽查事项 items"])
Day = Annotated[LegalDate | None, Query(description="The day, by default today.")]


@router.get("")
def list_items(caller: Bureau, page: PageAsked, on: Day = None) -> list[ItemOut]:
    """The list of inspection items as it stands on a day (抽查事项清单)."""
    day = on or legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        return [ItemOut.model_validate(row) for row in page.of(items_on(session, day), lambda row: row.code)]


@router.get("/{code}")
def read_item(code: str, caller: Bureau) -> list[ItemOut]:
    """Every version of an item, the first first (抽查事项的各版本)."""
    with caller.service.database.reading() as session:
        return [ItemOut.model_validate(row) for row in item_versions(session, code)]


@router.post("", status_code=201, response_model=ItemOut)
def post_item(body: ItemIn, caller: RegisterOfficer) -> Response:
    """Put an item on the list (登记抽查事项)."""
    return caller.record(lambda act: ItemOut.model_validate(add_item(act, ItemEntry(**body.model_dump()))))


@router.post("/{code}/versions", status_code=201, response_model=ItemOut)
def post_version(code: str, body: ItemTerms, caller: RegisterOfficer) -> Response:
    """End the present version of an item and begin another (变更抽查事项)."""
    entry = ItemEntry(code=code, **body.model_dump())
    return caller.record(lambda act: ItemOut.model_validate(change_item(act, entry)))


@router.post("/{code}/end", response_model=ItemOut)
def post_end(code: str, body: ItemEndIn, caller: RegisterOfficer) -> Response:
    """Take an item off the list after a day (抽查事项失效)."""
    return caller.record(
        lambda act: ItemOut.model_validate(end_item(act, code, valid_until=body.valid_until)), status=200
    )
