"""Lists of operators: decisions entered by a register officer, confirmed or refused by an approver."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session, select

from app.auth import IdempotencyKey
from app.routes.callers import Approver, Bureau, RegisterOfficer
from app.routes.paging import PageAsked
from app.wire.base import ApprovalIn, read_off
from app.wire.listings import ListDecisionIn, ListingIn, ListingOut
from registry.journal import Act
from registry.listings import (
    ListDecision,
    ListingConfirmation,
    ListingOrder,
    OperatorList,
    confirmations_of,
    decide_listing,
    enter_listing,
    enter_removal,
    get_order,
    standing_among,
)
from registry.near_codes import find_operator

router = APIRouter(prefix="/api/v1", tags=["名录 register"])


@router.get("/listings")
def list_listings(caller: Bureau, page: PageAsked, listed: OperatorList | None = None) -> list[ListingOut]:
    """Decisions about lists, newest first (名录决定)."""
    query = select(ListingOrder)
    if listed is not None:
        query = query.where(ListingOrder.listed == listed)
    with caller.service.database.reading() as session:
        rows = page.rows(session, query, ListingOrder.entered_at, ListingOrder.order_id, newest_first=True)
        return _outs(session, rows)


@router.get("/listings/{order_id}")
def read_listing(order_id: str, caller: Bureau) -> ListingOut:
    """One decision about a list (名录决定详情)."""
    with caller.service.database.reading() as session:
        return _out(session, get_order(session, order_id))


@router.post("/listings", status_code=201, response_model=ListingOut)
def post_listing(body: ListingIn, caller: RegisterOfficer, key: IdempotencyKey) -> Response:
    """Enter a decision that puts an operator on a list; another person confirms it (列入名录)."""

    def command(act: Act) -> ListingOut:
        unit_id = find_operator(act.session, body.unit_id).unit_id
        return _out(act.session, enter_listing(act, unit_id, body.listed, _decision(body)))

    return caller.record(command, key=key, body=body)


@router.post("/listings/{order_id}/removal", status_code=201, response_model=ListingOut)
def post_removal(order_id: str, body: ListDecisionIn, caller: RegisterOfficer, key: IdempotencyKey) -> Response:
    """Enter a decision that takes an operator off a list; another person confirms it (移出名录)."""
    return caller.record(
        lambda act: _out(act.session, enter_removal(act, order_id, _decision(body))), key=key, body=body
    )


@router.post("/listings/{order_id}/decision", status_code=201, response_model=ListingOut)
def post_decision(order_id: str, body: ApprovalIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Confirm or refuse a decision that another person entered; confirmed, it is public at once (确认名录决定)."""

    def command(act: Act) -> ListingOut:
        decide_listing(act, order_id, approved=body.approved)
        return _out(act.session, get_order(act.session, order_id))

    return caller.record(command, key=key, body=body)


def _decision(body: ListDecisionIn) -> ListDecision:
    return ListDecision(**body.model_dump(include=set(ListDecisionIn.model_fields)))


def _out(session: Session, order: ListingOrder) -> ListingOut:
    (found,) = _outs(session, [order])
    return found


def _outs(session: Session, orders: Sequence[ListingOrder]) -> list[ListingOut]:
    keys = [order.order_id for order in orders]
    said, standing = confirmations_of(session, keys), standing_among(session, keys)
    return [
        ListingOut(
            **read_off(
                ListingOut, order, _confirmed(said.get(order.order_id)) | {"standing": order.order_id in standing}
            )
        )
        for order in orders
    ]


def _confirmed(said: ListingConfirmation | None) -> dict[str, Any]:
    names = ("approved", "confirmed_by", "confirmed_at")
    return {name: None if said is None else getattr(said, name) for name in names}
