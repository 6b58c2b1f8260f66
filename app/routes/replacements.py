"""Replacing a drawn operator by the next alternate, or an inspector by the protocol's own step (替补、更换检查人员)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from sqlmodel import Session, col, select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import READERS, Approver, Supervisor
from app.routes.paging import PageAsked
from app.wire.base import read_off
from app.wire.replacements import (
    CameOut,
    ReplacementDecisionIn,
    ReplacementOut,
    ReplacementReasonOut,
    SeatReplacementIn,
    UnitReplacementIn,
)
from app.wire.visits import SeatOut
from registry.base import legal_day
from registry.draws import get_draw
from registry.errors import AbsentError
from registry.findings import own_visit
from registry.journal import Act
from registry.people import Role
from registry.replacements import Grounds, SeatNamed, decide_replacement, request_inspector, request_unit
from registry.replacing import Fallen, Replacement, ReplacementDecision, came_of, reasons_on, replacements_file
from registry.sealed import has_visit, readable_visits, replaceable_visits
from registry.teams import MAX_SEATS
from registry.visits import get_visit

router = APIRouter(prefix="/api/v1", tags=["检查 visits"])
Asker = Annotated[Caller, Depends(Allow(Role.INSPECTOR, Role.DRAW_OFFICER))]
SeatNumber = Annotated[int, Path(ge=1, le=MAX_SEATS)]
Reader = Annotated[Caller, Depends(Allow(*READERS))]


@router.post("/visits/{visit_id}/replacement", status_code=201, response_model=ReplacementOut)
def post_unit_replacement(visit_id: str, body: UnitReplacementIn, caller: Asker, key: IdempotencyKey) -> Response:
    """Ask that the next alternate come: by the team, or by an officer once the draw is open (替补经营者)."""
    grounds = Grounds(reason=body.reason, text=body.text, evidence=tuple(body.evidence))

    def command(act: Act) -> ReplacementOut:
        _check_known(act, caller, visit_id)
        return _out(act.session, request_unit(act, visit_id, grounds))

    return caller.record(command, key=key, body=body)


@router.post("/visits/{visit_id}/seats/{department}/{seat}/replacement", status_code=201, response_model=ReplacementOut)
def post_seat_replacement(  # noqa: PLR0913, PLR0917 - the parts of the address
    visit_id: str, department: str, seat: SeatNumber, body: SeatReplacementIn, caller: Asker, key: IdempotencyKey
) -> Response:
    """Ask that another come for an inspector of a team who must not or cannot go (更换检查人员)."""
    grounds = Grounds(reason=body.reason, text=body.text, evidence=tuple(body.evidence))
    named = SeatNamed(department=department, seat=seat, altogether=body.altogether)

    def command(act: Act) -> ReplacementOut:
        _check_known(act, caller, visit_id)
        return _out(act.session, request_inspector(act, visit_id, named, grounds))

    return caller.record(command, key=key, body=body)


@router.post("/replacements/{replacement_id}/decision", response_model=ReplacementOut)
def post_replacement_decision(
    replacement_id: str, body: ReplacementDecisionIn, caller: Approver, key: IdempotencyKey
) -> Response:
    """Approve a replacement that another person asked for, or refuse it; the computation says who comes (替补审批)."""

    def command(act: Act) -> ReplacementOut:
        decide_replacement(act, replacement_id, approved=body.approved, text=body.text)
        return _out(act.session, act.session.get_one(Replacement, replacement_id))

    return caller.record(command, key=key, body=body, status=200)


@router.get("/replacements")
def list_replacements(caller: Reader, page: PageAsked) -> list[ReplacementOut]:
    """Replacements, newest first; of a sealed draw for those who decide them and for supervisors alone (替补)."""
    with caller.service.database.reading() as session:
        told = col(Replacement.visit_id).in_(replaceable_visits(caller.person))
        order = (Replacement.requested_at, Replacement.replacement_id)
        rows = page.rows(session, select(Replacement).where(told), *order, newest_first=True)
        return [_out(session, row) for row in rows]


@router.get("/replacements/reasons")
def list_replacement_reasons(caller: Annotated[Caller, Depends(Allow(*Role))]) -> list[ReplacementReasonOut]:
    """The reasons that may be given today (替补理由)."""
    day = legal_day(caller.service.clock.now())
    found = [each for fallen in Fallen for each in reasons_on(fallen, day).values()]
    return [ReplacementReasonOut.model_validate(each) for each in found]


@router.get("/draws/{draw_id}/replacements.json", response_class=Response)
def read_replacements_file(draw_id: str, caller: Supervisor) -> Response:
    """The chain of a draw's replacements, also of one that is sealed or withheld (替补链)."""
    with caller.service.database.reading() as session:
        data = replacements_file(session, get_draw(session, draw_id))
    if data is None:
        raise AbsentError(what_zh="替补", what_en="replacement in the draw", key=draw_id)
    return Response(data, media_type="application/json", headers={"Cache-Control": "no-store"})


def _check_known(act: Act, caller: Caller, visit_id: str) -> None:
    """Refuse a visit that the caller may not know of, as if it did not exist. Raises AbsentError."""
    if Role.DRAW_OFFICER in caller.person.roles and has_visit(act.session, readable_visits(), visit_id):
        return
    if Role.INSPECTOR not in caller.person.roles:
        raise AbsentError(what_zh="检查任务", what_en="visit", key=visit_id)
    own_visit(act.session, caller.person, visit_id, act.today)


def _out(session: Session, asked: Replacement) -> ReplacementOut:
    decision = session.get(ReplacementDecision, asked.replacement_id)
    visit = get_visit(session, asked.visit_id)
    came = [
        CameOut(
            visit_id=each.visit.visit_id,
            unit_id=each.visit.unit_id,
            operator_name=each.visit.operator_name,
            seats=[SeatOut.model_validate(seat) for seat in seats],
        )
        for each, seats in came_of(session, asked.replacement_id)
    ]
    extra = {
        "unit_id": visit.unit_id,
        "operator_name": visit.operator_name,
        "approved": decision.approved if decision else None,
        "decided_by": decision.decided_by if decision else None,
        "decided_at": decision.decided_at if decision else None,
        "decision_text": decision.text if decision else None,
        "number": decision.number if decision else None,
        "state": decision.state if decision else None,
        "came": came,
    }
    return ReplacementOut(**read_off(ReplacementOut, asked, extra))
