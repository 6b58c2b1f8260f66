"""The steps of an inspector's own visits: notice, attempts, postponement, confirmation, telling."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.auth import IdempotencyKey
from app.printing import printed_notice
from app.routes.callers import InspectorCaller
from app.routes.visits import finding_out
from app.wire.steps import (
    AttemptIn,
    CallingIn,
    ConfirmationIn,
    NoticeOut,
    PostponementIn,
    StepOut,
    TellingIn,
)
from app.wire.visits import FindingOut
from registry.base import legal_day
from registry.findings import confirm_finding, get_finding, own_visit
from registry.journal import Act
from registry.notices import newest_notice
from registry.steps import steps_of_visit
from registry.visiting import Attempt, Calling, Telling, attempt, notify, postpone, tell

router = APIRouter(prefix="/api/v1/assignments/{visit_id}", tags=["检查 visits"])


@router.get("/steps")
def list_steps(visit_id: str, caller: InspectorCaller) -> list[StepOut]:
    """What was done on one of the inspector's own visits, in order (检查经过)."""
    day = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        own_visit(session, caller.person, visit_id, day)
        return [StepOut.model_validate(step) for step in steps_of_visit(session, visit_id)]


@router.post("/notice", status_code=201, response_model=StepOut)
def post_notice(visit_id: str, body: CallingIn, caller: InspectorCaller, key: IdempotencyKey) -> Response:
    """Issue the notice of a visit that was approved, for a day of its period (制发检查通知书)."""
    calling = Calling(**body.model_dump())
    return caller.record(
        lambda act: StepOut.model_validate(notify(act, caller.person, visit_id, calling)), key=key, body=body
    )


@router.get("/notice")
def read_notice(visit_id: str, caller: InspectorCaller) -> NoticeOut:
    """The newest notice of one of the inspector's own visits (检查通知书)."""
    day = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        own_visit(session, caller.person, visit_id, day)
        return NoticeOut.model_validate(newest_notice(session, visit_id))


@router.get("/notice.html", response_class=HTMLResponse)
def print_notice(request: Request, visit_id: str, caller: InspectorCaller) -> HTMLResponse:
    """The same to print and hand over (打印检查通知书)."""
    service = caller.service
    with service.database.reading() as session:
        own_visit(session, caller.person, visit_id, legal_day(service.clock.now()))
        notice = newest_notice(session, visit_id)
    return printed_notice(request, notice)


@router.post("/postponement", status_code=201, response_model=StepOut)
def post_postponement(visit_id: str, body: PostponementIn, caller: InspectorCaller, key: IdempotencyKey) -> Response:
    """Put a visit off to another day of its period, with the reason; a new notice follows (延期)."""
    return caller.record(
        lambda act: StepOut.model_validate(
            postpone(act, caller.person, visit_id, until=body.until, reason=body.reason)
        ),
        key=key,
        body=body,
    )


@router.post("/attempts", status_code=201, response_model=StepOut)
def post_attempt(visit_id: str, body: AttemptIn, caller: InspectorCaller, key: IdempotencyKey) -> Response:
    """Record arrival, or what was met instead: refused, not found, moved (到场、不配合、无法联系、迁址)."""
    tried = Attempt(met=body.met, happened_at=body.happened_at, present=tuple(body.present), text=body.text)
    return caller.record(
        lambda act: StepOut.model_validate(attempt(act, caller.person, visit_id, tried)), key=key, body=body
    )


@router.post("/confirmation", response_model=FindingOut)
def post_confirmation(visit_id: str, body: ConfirmationIn, caller: InspectorCaller, key: IdempotencyKey) -> Response:
    """Confirm the newest finding as a second inspector of the team; only then is it reviewed (第二人确认)."""

    def command(act: Act) -> FindingOut:
        own_visit(act.session, caller.person, visit_id, act.today)
        confirm_finding(act, caller.person, body.finding_id)
        return finding_out(act.session, get_finding(act.session, body.finding_id))

    return caller.record(command, key=key, body=body, status=200)


@router.post("/telling", status_code=201, response_model=StepOut)
def post_telling(visit_id: str, body: TellingIn, caller: InspectorCaller, key: IdempotencyKey) -> Response:
    """Record that the operator was told of the newest finding; only then is it published (告知检查结果)."""
    telling = Telling(**body.model_dump())
    return caller.record(
        lambda act: StepOut.model_validate(tell(act, caller.person, visit_id, telling)), key=key, body=body
    )
