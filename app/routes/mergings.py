"""Merging duplicates of the register: asked for by one person, decided by another."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlmodel import select

from app.auth import IdempotencyKey
from app.routes.callers import Approver, Bureau, RegisterOfficer
from app.routes.paging import PageAsked
from app.wire.base import ApprovalIn
from app.wire.history import MergingIn, MergingOut
from registry.merging import Merging, decide_merging, request_merging

router = APIRouter(prefix="/api/v1", tags=["名录 register"])


@router.get("/mergings")
def list_mergings(caller: Bureau, page: PageAsked) -> list[MergingOut]:
    """Requests to merge duplicates, decided or not (合并重复主体)."""
    with caller.service.database.reading() as session:
        rows = page.rows(session, select(Merging), Merging.merging_id)
        return [MergingOut.model_validate(row) for row in rows]


@router.post("/mergings", status_code=201, response_model=MergingOut)
def post_merging(body: MergingIn, caller: RegisterOfficer, key: IdempotencyKey) -> Response:
    """Ask that a duplicate be merged, or that a merging be undone; an approver decides it (申请合并或撤销合并)."""
    asked = body.model_dump()
    return caller.record(lambda act: MergingOut.model_validate(request_merging(act, **asked)), key=key, body=body)


@router.post("/mergings/{merging_id}/decision", response_model=MergingOut)
def post_merging_decision(
    merging_id: Annotated[str, Path(max_length=64)], body: ApprovalIn, caller: Approver, key: IdempotencyKey
) -> Response:
    """Decide a request that another person filed; approved, it is done at once (决定合并)."""
    return caller.record(
        lambda act: MergingOut.model_validate(decide_merging(act, merging_id, approved=body.approved)),
        key=key,
        body=body,
        status=200,
    )
