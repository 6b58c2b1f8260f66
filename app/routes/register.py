"""The register: departments, recusals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from sqlmodel import select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import BUREAU, Approver, Bureau, RegisterOfficer
from app.routes.paging import PageAsked
from app.wire.base import ApprovalIn
from app.wire.register import (
    DepartmentIn,
    DepartmentOut,
    RecusalIn,
    RecusalOut,
    RecusalsDecisionIn,
    RecusalsOut,
)
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
        return [DepartmentOut.model_validate(row) for row in rows]


@router.post("/departments", status_code=201, response_model=DepartmentOut)
def post_department(body: DepartmentIn, caller: RegisterOfficer) -> Response:
    """Add a department (登记部门)."""
    return caller.record(lambda act: DepartmentOut.model_validate(add_department(act, code=body.code, name=body.name)))


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
