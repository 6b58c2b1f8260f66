"""Withdrawals (撤回): asked for by a publisher, decided by a second person, open to those who read of results."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session, select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, Publisher
from app.routes.paging import PageAsked
from app.wire.base import read_off
from app.wire.withdrawals import WithdrawalDecisionIn, WithdrawalIn, WithdrawalOut
from publicity.withdrawals import Withdrawal, WithdrawalDecision, get_withdrawal
from publicity.withdrawing import Wanted, decide_withdrawal, request_withdrawal
from registry.journal import Act
from registry.people import Role

router = APIRouter(prefix="/api/v1", tags=["公示 disclosures"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]
Deciding = Annotated[Caller, Depends(Allow(Role.APPROVER, Role.PUBLISHER))]


@router.get("/withdrawals")
def list_withdrawals(caller: Reader, page: PageAsked) -> list[WithdrawalOut]:
    """Withdrawals asked for and decided, in their order (撤回申请)."""
    with caller.service.database.reading() as session:
        order = (Withdrawal.fact_id, Withdrawal.withdrawal_id)
        return [_out(session, each) for each in page.rows(session, select(Withdrawal), *order)]


@router.post("/disclosures/{disclosure_id}/withdrawal", status_code=201, response_model=WithdrawalOut)
def post_withdrawal(disclosure_id: str, body: WithdrawalIn, caller: Publisher, key: IdempotencyKey) -> Response:
    """Ask that what was published be withdrawn; a second person decides (申请撤回公示)."""
    wanted, deadlines = Wanted(**body.model_dump()), caller.service.deadlines
    return caller.record(
        lambda act: _out(act.session, request_withdrawal(act, disclosure_id, wanted, deadlines)), key=key, body=body
    )


@router.post("/withdrawals/{withdrawal_id}/decision", response_model=WithdrawalOut)
def post_withdrawal_decision(
    withdrawal_id: str, body: WithdrawalDecisionIn, caller: Deciding, key: IdempotencyKey
) -> Response:
    """Decide on a withdrawal, as another person; withdrawn, the record is gone at once (确认撤回公示)."""
    deadlines = caller.service.deadlines

    def command(act: Act) -> WithdrawalOut:
        decide_withdrawal(act, withdrawal_id, **body.model_dump(), deadlines=deadlines)
        return _out(act.session, get_withdrawal(act.session, withdrawal_id))

    return caller.record(command, key=key, body=body, status=200)


def _out(session: Session, asked: Withdrawal) -> WithdrawalOut:
    decision = session.get(WithdrawalDecision, asked.withdrawal_id)
    names = ("approved", "text", "decided_by", "decided_at")
    return WithdrawalOut(**read_off(WithdrawalOut, asked, {name: getattr(decision, name, None) for name in names}))
