"""Who may be drawn and who may be sent: caps, leave, loans; recusals that inspectors declare, and withdrawals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from sqlmodel import select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import Approver, Bureau, DrawOfficer, InspectorCaller, RegisterOfficer
from app.routes.paging import PageAsked
from app.wire.base import ApprovalIn
from app.wire.register import RecusalOut
from app.wire.staffing import CapIn, CapOut, DeclarationIn, LeaveIn, LeaveOut, LoanIn, LoanOut, OwnLeaveIn, WithdrawalIn
from registry.batches import get_batch
from registry.caps import Cap, CapDraft, approve_cap, draft_cap
from registry.leaves import Leave, cancel_leave, decide_leave, declare_leave, record_leave
from registry.loans import Loan, decide_loan, request_loan
from registry.people import Role
from registry.recusals import Recusal, declare_recusal, withdraw_recusal

router = APIRouter(prefix="/api/v1", tags=["派员 staffing"])
Withdrawing = Annotated[Caller, Depends(Allow(Role.INSPECTOR, Role.REGISTER_OFFICER, Role.APPROVER))]
Number = Annotated[str, Path(max_length=64)]


@router.get("/caps")
def list_caps(caller: Bureau, page: PageAsked) -> list[CapOut]:
    """Caps on inspections, the latest begun first (检查频次上限)."""
    with caller.service.database.reading() as session:
        rows = page.rows(session, select(Cap), Cap.valid_from, Cap.cap_id, newest_first=True)
        return [CapOut.model_validate(row) for row in rows]


@router.post("/caps", status_code=201, response_model=CapOut)
def post_cap(body: CapIn, caller: DrawOfficer) -> Response:
    """Draft a cap: inspections a subject and year, and what counts as low risk (拟定检查频次上限)."""
    draft = CapDraft(valid_from=body.valid_from, yearly=body.yearly, low_risk=tuple(body.low_risk), basis=body.basis)
    return caller.record(lambda act: CapOut.model_validate(draft_cap(act, draft)))


@router.post("/caps/{cap_id}/approval", response_model=CapOut)
def post_cap_approval(cap_id: Number, caller: Approver, key: IdempotencyKey) -> Response:
    """Approve a cap that another person drafted (审批检查频次上限)."""
    return caller.record(lambda act: CapOut.model_validate(approve_cap(act, cap_id)), key=key, status=200)


@router.get("/leaves")
def list_leaves(caller: Bureau, page: PageAsked) -> list[LeaveOut]:
    """Leave of inspectors, the latest begun first (请假)."""
    with caller.service.database.reading() as session:
        rows = page.rows(session, select(Leave), Leave.from_on, Leave.leave_id, newest_first=True)
        return [LeaveOut.model_validate(row) for row in rows]


@router.post("/leaves", status_code=201, response_model=LeaveOut)
def post_leave(body: LeaveIn, caller: RegisterOfficer) -> Response:
    """Record a leave; it counts once an approver has approved it (登记请假)."""
    return caller.record(lambda act: LeaveOut.model_validate(record_leave(act, **body.model_dump())))


@router.get("/leaves/declarations")
def list_own_leaves(caller: InspectorCaller, page: PageAsked) -> list[LeaveOut]:
    """The inspector's own leave, whoever recorded it (本人的请假)."""
    with caller.service.database.reading() as session:
        own = select(Leave).where(Leave.inspector_no == caller.person.inspector_no)
        return [LeaveOut.model_validate(row) for row in page.rows(session, own, Leave.leave_id)]


@router.post("/leaves/declarations", status_code=201, response_model=LeaveOut)
def post_own_leave(body: OwnLeaveIn, caller: InspectorCaller) -> Response:
    """File one's own leave, which counts at once (本人申请请假)."""
    return caller.record(lambda act: LeaveOut.model_validate(declare_leave(act, **body.model_dump())))


@router.post("/leaves/{leave_id}/decision", response_model=LeaveOut)
def post_leave_decision(leave_id: Number, body: ApprovalIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Decide a leave that another person recorded (审批请假)."""
    return caller.record(
        lambda act: LeaveOut.model_validate(decide_leave(act, leave_id, approved=body.approved)),
        key=key,
        body=body,
        status=200,
    )


@router.post("/leaves/{leave_id}/cancellation", response_model=LeaveOut)
def post_leave_cancellation(leave_id: Number, caller: RegisterOfficer) -> Response:
    """Cancel a leave; it stays on record (销假)."""
    return caller.record(lambda act: LeaveOut.model_validate(cancel_leave(act, leave_id)), status=200)


@router.get("/batches/{task_no}/loans")
def list_loans(task_no: Number, caller: Bureau, page: PageAsked) -> list[LoanOut]:
    """Inspectors lent, or asked for, for a batch (异地借调)."""
    with caller.service.database.reading() as session:
        get_batch(session, task_no)
        rows = page.rows(session, select(Loan).where(Loan.task_no == task_no), Loan.loan_id)
        return [LoanOut.model_validate(row) for row in rows]


@router.post("/batches/{task_no}/loans", status_code=201, response_model=LoanOut)
def post_loan(task_no: Number, body: LoanIn, caller: DrawOfficer) -> Response:
    """Ask for an inspector to be lent to an area of the batch (申请借调)."""
    return caller.record(lambda act: LoanOut.model_validate(request_loan(act, task_no, **body.model_dump())))


@router.post("/loans/{loan_id}/decision", response_model=LoanOut)
def post_loan_decision(loan_id: Number, body: ApprovalIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Decide a loan that another person asked for (决定借调)."""
    return caller.record(
        lambda act: LoanOut.model_validate(decide_loan(act, loan_id, approved=body.approved)),
        key=key,
        body=body,
        status=200,
    )


@router.get("/recusals/declarations")
def list_declarations(caller: InspectorCaller, page: PageAsked) -> list[RecusalOut]:
    """The inspector's own recusals that they filed (本人提出的回避)."""
    with caller.service.database.reading() as session:
        own = select(Recusal).where(Recusal.requested_by == caller.id)
        return [RecusalOut.model_validate(row) for row in page.rows(session, own, Recusal.recusal_id)]


@router.post("/recusals/declarations", status_code=201, response_model=RecusalOut)
def post_declaration(body: DeclarationIn, caller: InspectorCaller) -> Response:
    """File a recusal of one's own; an approver decides it (自行申请回避)."""
    return caller.record(
        lambda act: RecusalOut.model_validate(declare_recusal(act, unit_id=body.unit_id, reason=body.reason))
    )


@router.post("/recusals/{recusal_id}/withdrawal", response_model=RecusalOut)
def post_withdrawal(recusal_id: Number, body: WithdrawalIn, caller: Withdrawing, key: IdempotencyKey) -> Response:
    """Withdraw a recusal: its filer until it is decided, an approver afterwards (撤回回避)."""
    return caller.record(
        lambda act: RecusalOut.model_validate(withdraw_recusal(act, recusal_id, reason=body.reason)),
        key=key,
        body=body,
        status=200,
    )
