"""Penalties: decided by an approver, published by another person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session, col, select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, Approver, Publisher
from app.routes.paging import PageAsked
from app.routes.visits import disclosure_out
from app.wire.base import read_off
from app.wire.penalties import DisclosureOut, PenaltyIn, PenaltyOut
from publicity.disclosure import is_published, penalty_source, publish_penalty
from registry.errors import AbsentError
from registry.findings import get_finding
from registry.penalties import Decision, Penalty, decide_penalty, get_penalty
from registry.sealed import findings_of, found_visits, has_visit

router = APIRouter(prefix="/api/v1", tags=["处罚 penalties"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]


@router.get("/penalties")
def list_penalties(caller: Reader, page: PageAsked) -> list[PenaltyOut]:
    """Penalties on record, newest first (处罚)."""
    with caller.service.database.reading() as session:
        told = select(Penalty).where(col(Penalty.finding_id).in_(findings_of(found_visits(caller.person))))
        rows = page.rows(session, told, Penalty.decided_at, Penalty.penalty_id, newest_first=True)
        return [_penalty_out(session, row) for row in rows]


@router.get("/penalties/{penalty_id}")
def read_penalty(penalty_id: str, caller: Reader) -> PenaltyOut:
    """One penalty (处罚详情)."""
    with caller.service.database.reading() as session:
        penalty = get_penalty(session, penalty_id)
        visit_id = get_finding(session, penalty.finding_id).visit_id
        if not has_visit(session, found_visits(caller.person), visit_id):
            raise AbsentError(what_zh="处罚", what_en="penalty", key=penalty_id)
        return _penalty_out(session, penalty)


@router.post("/penalties", status_code=201, response_model=PenaltyOut)
def post_penalty(body: PenaltyIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Record a decision that follows from a reviewed finding (登记处罚决定)."""
    decision = Decision(**body.model_dump() | {"kinds": tuple(body.kinds)})
    return caller.record(lambda act: _penalty_out(act.session, decide_penalty(act, decision)), key=key, body=body)


@router.post("/penalties/{penalty_id}/publication", status_code=201, response_model=DisclosureOut)
def post_publication(penalty_id: str, caller: Publisher, key: IdempotencyKey) -> Response:
    """Publish a decision that lacks nothing; not by who decided or reviewed it (公示处罚)."""
    calendar = caller.service.calendar
    return caller.record(lambda act: disclosure_out(publish_penalty(act, penalty_id, calendar)), key=key)


def _penalty_out(session: Session, penalty: Penalty) -> PenaltyOut:
    published = is_published(session, penalty_source(penalty.penalty_id))
    return PenaltyOut(**read_off(PenaltyOut, penalty, {"published": published}))
