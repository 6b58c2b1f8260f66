"""Pushes of penalties to the province where the party is registered: recorded by an approver, as the decision is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from sqlmodel import Session

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, Approver
from app.wire.base import read_off
from app.wire.pushes import PushIn, PushOut, PushReceiptIn, PushReceiptOut, PushReturnIn, PushReturnOut
from publicity.pushing import push_penalty
from registry.erasing import row_key, shown_text
from registry.grounds import readable_penalty
from registry.journal import Act
from registry.pushes import Push, Pushed, pushes_of, record_push_receipt, record_push_return

router = APIRouter(prefix="/api/v1/penalties/{penalty_id}/pushes", tags=["处罚 penalties"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
def list_pushes(penalty_id: str, caller: Reader) -> list[PushOut]:
    """The pushes of one penalty in order, with receipts and returns (推送记录)."""
    with caller.service.database.reading() as session:
        readable_penalty(session, penalty_id, caller.person)
        return [_out(session, each) for each in pushes_of(session, [penalty_id])[penalty_id]]


@router.post("", status_code=201, response_model=PushOut)
def post_push(penalty_id: str, body: PushIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Record that a penalty was pushed to the province where its party is registered (登记推送)."""
    push, deadlines = Push(**body.model_dump()), caller.service.deadlines

    def command(act: Act) -> PushOut:
        return _numbered(act.session, penalty_id, push_penalty(act, penalty_id, push, deadlines).number)

    return caller.record(command, key=key, body=body)


@router.post("/{number}/receipt", status_code=201, response_model=PushOut)
def post_push_receipt(
    penalty_id: str, number: Number, body: PushReceiptIn, caller: Approver, key: IdempotencyKey
) -> Response:
    """Record the other side's receipt of a push (登记签收)."""

    def command(act: Act) -> PushOut:
        record_push_receipt(act, penalty_id, number, **body.model_dump())
        return _numbered(act.session, penalty_id, number)

    return caller.record(command, key=key, body=body)


@router.post("/{number}/return", status_code=201, response_model=PushOut)
def post_push_return(
    penalty_id: str, number: Number, body: PushReturnIn, caller: Approver, key: IdempotencyKey
) -> Response:
    """Record that a push was sent back; the penalty is to be pushed again (登记退回)."""

    def command(act: Act) -> PushOut:
        record_push_return(act, penalty_id, number, **body.model_dump())
        return _numbered(act.session, penalty_id, number)

    return caller.record(command, key=key, body=body)


def _numbered(session: Session, penalty_id: str, number: int) -> PushOut:
    return _out(session, pushes_of(session, [penalty_id])[penalty_id][number - 1])


def _out(session: Session, pushed: Pushed) -> PushOut:
    back = pushed.returned
    returned = None
    if back is not None:
        reason = shown_text(session, back.reason, table="push_returns", key=row_key(back.penalty_id, back.number))
        returned = PushReturnOut(**read_off(PushReturnOut, back, {"reason": reason}))
    receipt = None if pushed.receipt is None else PushReceiptOut.model_validate(pushed.receipt)
    return PushOut(**read_off(PushOut, pushed.push, {"receipt": receipt, "returned": returned}))
