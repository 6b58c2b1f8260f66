"""The register: departments, recusals."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from sqlmodel import Session, select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import BUREAU, Approver, Bureau, RegisterOfficer
from app.routes.paging import PageAsked
from app.wire.base import ApprovalIn
from app.wire.register import (
    DepartmentCodeIn,
    DepartmentIn,
    DepartmentOut,
    RecusalIn,
    RecusalOut,
    RecusalsDecisionIn,
    RecusalsOut,
)
from registry.department_codes import department_codes, state_department_code
from registry.departments import Department, add_department
from registry.journal import Act
from registry.people import Role
from registry.recusals import Asking, Recusal, decide_recusal, decide_recusals, request_recusal
from registry.sealed import readable_recusals

router = APIRouter(prefix="/api/v1", tags=["名录 register"])

Reader = Annotated[Caller, Depends(Allow(*BUREAU, Role.DEPARTMENT_READER))]


@router.get("/departments")
def list_departments(caller: Reader, page: PageAsked) -> list[DepartmentOut]:
    """Departments (部门)."""
    with caller.service.database.reading() as session:
        rows = page.rows(session, select(Department), Department.code)
        return _departments(session, rows)


@router.post("/departments", status_code=201, response_model=DepartmentOut)
def post_department(body: DepartmentIn, caller: RegisterOfficer) -> Response:
    """Add a department (登记部门)."""
    return caller.record(
        lambda act: _departments(act.session, [add_department(act, code=body.code, name=body.name)])[0]
    )


@router.post("/departments/{code}/credit-code", status_code=201, response_model=DepartmentOut)
def post_department_code(
    code: Annotated[str, Path(max_length=64)], body: DepartmentCodeIn, caller: RegisterOfficer
) -> Response:
    """State a department's unified credit code; stated again, the newest counts (登记部门统一社会信用代码)."""

    def command(act: Act) -> DepartmentOut:
        return _departments(act.session, [state_department_code(act, code, credit_code=body.credit_code)])[0]

    return caller.record(command)


def _departments(session: Session, rows: Sequence[Department]) -> list[DepartmentOut]:
    codes = department_codes(session)
    return [DepartmentOut(code=row.code, name=row.name, credit_code=codes.get(row.code)) for row in rows]


@router.get("/recusals")
def list_recusals(caller: Bureau, page: PageAsked) -> list[RecusalOut]:
    """Recusals, decided or not; what would tell who was drawn under seal is for those who decide it (回避)."""
    with caller.service.database.reading() as session:
        told = readable_recusals(session, select(Recusal).order_by(Recusal.recusal_id), caller.person)
        return [RecusalOut.model_validate(row) for row in page.of(told, lambda each: each.recusal_id)]


@router.post("/recusals", status_code=201, response_model=RecusalOut)
def post_recusal(body: RecusalIn, caller: RegisterOfficer) -> Response:
    """File a recusal; an approver decides it (申请回避)."""
    return caller.record(
        lambda act: RecusalOut.model_validate(
            request_recusal(
                act,
                inspector_no=body.inspector_no,
                unit_id=body.unit_id,
                reason=body.reason,
                asking=Asking(**body.asked.model_dump()) if body.asked else None,
            )
        )
    )


@router.post("/recusals/decisions", response_model=RecusalsOut)
def post_recusals_decision(body: RecusalsDecisionIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Decide several recusals alike, all or none, such as those of one import (批量决定回避)."""

    def command(act: Act) -> RecusalsOut:
        decided = decide_recusals(act, body.recusal_ids, approved=body.approved)
        return RecusalsOut(recusals=[RecusalOut.model_validate(each) for each in decided])

    return caller.record(command, key=key, body=body, status=200)


@router.post("/recusals/{recusal_id}/decision", response_model=RecusalOut)
def post_recusal_decision(
    recusal_id: Annotated[str, Path(max_length=64)], body: ApprovalIn, caller: Approver, key: IdempotencyKey
) -> Response:
    """Decide a recusal that another person filed (决定回避)."""
    return caller.record(
        lambda act: RecusalOut.model_validate(decide_recusal(act, recusal_id, approved=body.approved)),
        key=key,
        body=body,
        status=200,
    )
