"""Changes of an approved plan and its batches: asked for by one person, decided by another, and published."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import READERS, Approver, DrawOfficer
from app.routes.paging import PageAsked
from app.routes.plans import CLEARABLE, batch_terms
from app.wire.base import ApprovalIn, read_off
from app.wire.changes import BatchChangeIn, CancellationIn, ChangeOut, PlanChangeIn
from registry.changes import (
    Change,
    changes_of,
    decide_change,
    request_batch_change,
    request_cancellation,
    request_plan_change,
)
from registry.plans import get_plan

router = APIRouter(prefix="/api/v1", tags=["计划 plans"])
Reader = Annotated[Caller, Depends(Allow(*READERS))]


@router.get("/plans/{plan_no}/changes")
def list_changes(plan_no: str, caller: Reader, page: PageAsked) -> list[ChangeOut]:
    """Changes of a plan and its batches, decided or not (计划变更)."""
    with caller.service.database.reading() as session:
        get_plan(session, plan_no)
        asked = page.of(changes_of(session, plan_no), lambda each: each.asked.change_id)
        return [_change_out(each) for each in asked]


@router.post("/plans/{plan_no}/changes", status_code=201, response_model=ChangeOut)
def post_plan_change(plan_no: str, body: PlanChangeIn, caller: DrawOfficer) -> Response:
    """Ask for a change of an approved plan (提出计划变更)."""
    named = body.changes.model_dump(exclude_unset=True).items()
    terms: dict[str, Any] = {name: value for name, value in named if value is not None or name in CLEARABLE}
    return caller.record(lambda act: _change_out(request_plan_change(act, plan_no, terms, reason=body.reason)))


@router.post("/batches/{task_no}/changes", status_code=201, response_model=ChangeOut)
def post_batch_change(task_no: str, body: BatchChangeIn, caller: DrawOfficer) -> Response:
    """Ask for a change of an approved batch that is not committed yet (提出批次变更)."""
    settings = caller.service.settings
    terms, region = batch_terms(body.changes, settings.drand_margin), settings.region
    return caller.record(
        lambda act: _change_out(request_batch_change(act, task_no, terms, reason=body.reason, region=region))
    )


@router.post("/batches/{task_no}/cancellation", status_code=201, response_model=ChangeOut)
def post_cancellation(task_no: str, body: CancellationIn, caller: DrawOfficer) -> Response:
    """Ask for an approved batch that is not committed yet to be cancelled (提出取消批次)."""
    return caller.record(lambda act: _change_out(request_cancellation(act, task_no, reason=body.reason)))


@router.post("/changes/{change_id}/decision", response_model=ChangeOut)
def post_change_decision(change_id: str, body: ApprovalIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Decide a change that another person asked for; approved, it takes effect and is published (决定变更)."""
    region = caller.service.settings.region
    return caller.record(
        lambda act: _change_out(decide_change(act, change_id, approved=body.approved, region=region)),
        key=key,
        body=body,
        status=200,
    )


def _change_out(change: Change) -> ChangeOut:
    decided = change.decision
    extra = {name: getattr(decided, name) if decided else None for name in ("approved", "decided_by", "decided_at")}
    return ChangeOut(**read_off(ChangeOut, change.asked, extra))
