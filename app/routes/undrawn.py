"""Visits that no draw caused, approvals of visits, and the file of a visit for the bureau."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from app.auth import Allow, Caller, IdempotencyKey
from app.printing import printed_notice
from app.routes.callers import Approver, DrawOfficer
from app.routes.paging import PageAsked
from app.wire.base import read_off
from app.wire.items import ItemOut
from app.wire.steps import NoticeOut, StepOut
from app.wire.undrawn import ApprovedVisitsOut, CancellationIn, DecisionIn, VisitFileOut, VisitRequestIn
from app.wire.visits import SeatOut
from registry.approvals import approve_visits, cancel_visit, decide_visit
from registry.errors import AbsentError
from registry.items import items_by_code
from registry.journal import Act
from registry.notices import newest_notice
from registry.people import Person, Role
from registry.sealed import has_visit, readable_visits
from registry.steps import state_after, steps_of_visit
from registry.undrawn import Request, request_visit, undrawn_visits
from registry.visits import Assignment, VisitRequest, get_assignment

router = APIRouter(prefix="/api/v1", tags=["检查 visits"])
Reader = Annotated[Caller, Depends(Allow(Role.DRAW_OFFICER, Role.APPROVER, Role.REVIEWER, Role.SUPERVISOR))]


@router.post("/draws/{draw_id}/visits/approval", status_code=201, response_model=ApprovedVisitsOut)
def post_list_approval(draw_id: str, caller: Approver, key: IdempotencyKey) -> Response:
    """Approve every visit of an executed draw at once; nobody can leave one out (审批检查名单)."""
    return caller.record(
        lambda act: ApprovedVisitsOut(draw_id=draw_id, approved=len(approve_visits(act, draw_id))), key=key
    )


@router.post("/visits", status_code=201, response_model=VisitFileOut)
def post_visit(body: VisitRequestIn, caller: DrawOfficer, key: IdempotencyKey) -> Response:
    """Ask for a visit that no draw caused: complaint, referral, lead, key inspection (提出非抽取检查)."""
    request = Request(**body.model_dump() | {"items": tuple(body.items), "team": tuple(body.team)})
    return caller.record(lambda act: _file_out(act.session, request_visit(act, request)), key=key, body=body)


@router.get("/visits")
def list_visits(caller: Reader, page: PageAsked) -> list[VisitFileOut]:
    """Visits that no draw caused, newest first (非抽取检查)."""
    with caller.service.database.reading() as session:
        asked = page.of(undrawn_visits(session), lambda each: each.visit.visit_id)
        return [_file_out(session, each) for each in asked]


@router.get("/visits/{visit_id}")
def read_visit(visit_id: str, caller: Reader) -> VisitFileOut:
    """One visit with its steps; one of a sealed draw is there for supervisors alone until it is opened (检查卷)."""
    with caller.service.database.reading() as session:
        return _file_out(session, _readable(session, visit_id, caller.person))


@router.post("/visits/{visit_id}/decision", response_model=VisitFileOut)
def post_decision(visit_id: str, body: DecisionIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Approve a visit that another person asked for, or reject it with a reason (检查审批)."""

    def command(act: Act) -> VisitFileOut:
        decide_visit(act, visit_id, approved=body.approved, reason=body.reason)
        return _file_out(act.session, get_assignment(act.session, visit_id))

    return caller.record(command, key=key, body=body, status=200)


@router.post("/visits/{visit_id}/cancellation", response_model=VisitFileOut)
def post_cancellation(visit_id: str, body: CancellationIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Cancel a visit that no draw caused, with the reason, before its team arrives (取消检查)."""

    def command(act: Act) -> VisitFileOut:
        cancel_visit(act, visit_id, reason=body.reason)
        return _file_out(act.session, get_assignment(act.session, visit_id))

    return caller.record(command, key=key, body=body, status=200)


@router.get("/visits/{visit_id}/notice")
def read_visit_notice(visit_id: str, caller: Reader) -> NoticeOut:
    """The newest notice of a visit (检查通知书)."""
    with caller.service.database.reading() as session:
        _readable(session, visit_id, caller.person)
        return NoticeOut.model_validate(newest_notice(session, visit_id))


@router.get("/visits/{visit_id}/notice.html", response_class=HTMLResponse)
def print_visit_notice(request: HttpRequest, visit_id: str, caller: Reader) -> HTMLResponse:
    """The same to print (打印检查通知书)."""
    with caller.service.database.reading() as session:
        _readable(session, visit_id, caller.person)
        notice = newest_notice(session, visit_id)
    return printed_notice(request, notice)


def _readable(session: Session, visit_id: str, reader: Person) -> Assignment:
    """Return a visit that somebody may read; one of a sealed draw is as if it did not exist."""
    if not has_visit(session, readable_visits(reader), visit_id):
        raise AbsentError(what_zh="检查任务", what_en="visit", key=visit_id)
    return get_assignment(session, visit_id)


def _file_out(session: Session, assignment: Assignment) -> VisitFileOut:
    visit, order = assignment.visit, assignment.order
    items = items_by_code(session, order.items, on=order.period_from)
    steps = steps_of_visit(session, visit.visit_id)
    request = session.get(VisitRequest, visit.visit_id)
    asked = {name: getattr(request, name, None) for name in ("source_no", "reason", "requested_by")}
    extra = asked | {
        "drawn": assignment.drawn,
        "state": state_after(steps).value,
        "plan_no": order.plan_no,
        "title": order.title,
        "period_from": order.period_from,
        "period_to": order.period_to,
        "items": [ItemOut.model_validate(item) for item in items.values()],
        "team": [SeatOut.model_validate(seat) for seat in assignment.seats],
        "steps": [StepOut.model_validate(step) for step in steps],
    }
    return VisitFileOut(**read_off(VisitFileOut, visit, extra))
