"""Penalties that another province pushed here: recorded by an approver, then prepared and published as any other."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import col, select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, Approver
from app.routes.paging import PageAsked
from app.routes.penalties import decided_of, penalty_out
from app.wire.penalties import PenaltyOut, ReceivedPenaltyIn
from publicity.receiving import receive_penalty
from registry.errors import AbsentError
from registry.journal import Act
from registry.near_codes import find_operator
from registry.penalties import Penalty, get_penalty
from registry.received import Received

router = APIRouter(prefix="/api/v1/received-penalties", tags=["处罚 penalties"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]


@router.get("")
def list_received(caller: Reader, page: PageAsked) -> list[PenaltyOut]:
    """Penalties received from other provinces, newest first (收到的外省处罚)."""
    with caller.service.database.reading() as session:
        received = select(Penalty).where(col(Penalty.finding_id).is_(None))
        rows = page.rows(session, received, Penalty.decided_at, Penalty.penalty_id, newest_first=True)
        return [penalty_out(session, row) for row in rows]


@router.get("/{penalty_id}")
def read_received(penalty_id: str, caller: Reader) -> PenaltyOut:
    """One penalty received from another province (收到的外省处罚详情)."""
    with caller.service.database.reading() as session:
        penalty = get_penalty(session, penalty_id)
        if penalty.finding_id is not None:
            raise AbsentError(what_zh="收到的外省处罚", what_en="penalty received", key=penalty_id)
        return penalty_out(session, penalty)


@router.post("", status_code=201, response_model=PenaltyOut)
def post_received(body: ReceivedPenaltyIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Record a penalty that another province pushed; it is published within its days (登记收到的外省处罚)."""
    deadlines = caller.service.deadlines

    def command(act: Act) -> PenaltyOut:
        values = decided_of(body) | {"unit_id": find_operator(act.session, body.unit_id).unit_id}
        return penalty_out(act.session, receive_penalty(act, Received(**values), deadlines))

    return caller.record(command, key=key, body=body)
