"""Voids of draws (作废): asked for by one person with the reason, confirmed by another."""

from fastapi import APIRouter, Response

from app.auth import IdempotencyKey
from app.routes.callers import Approver
from app.routes.draws import Overseer
from app.routes.paging import PageAsked
from app.wire.base import read_off
from app.wire.voids import VoidIn, VoidOut, VoidRequestOut
from registry.commitments import next_draw_id
from registry.draws import DrawVoid, VoidRequest, get_draw
from registry.journal import Act
from registry.voids import asked_of, confirm_void, request_void

router = APIRouter(prefix="/api/v1/draws/{draw_id}/voids", tags=["抽查 draws"])


@router.get("")
def list_void_requests(draw_id: str, caller: Overseer, page: PageAsked) -> list[VoidRequestOut]:
    """Requests to void a draw, confirmed or not, in their order (作废申请)."""
    with caller.service.database.reading() as session:
        get_draw(session, draw_id)
        order = (VoidRequest.fact_id, VoidRequest.request_id)
        return [VoidRequestOut.model_validate(each) for each in page.rows(session, asked_of(draw_id), *order)]


@router.post("", status_code=201, response_model=VoidRequestOut)
def post_void_request(draw_id: str, body: VoidIn, caller: Overseer, key: IdempotencyKey) -> Response:
    """Ask for a draw that is not open to be voided; that it was asked for is public (提出作废)."""
    return caller.record(
        lambda act: VoidRequestOut.model_validate(request_void(act, draw_id, reason=body.reason, text=body.text)),
        key=key,
        body=body,
    )


@router.post("/{request_id}/confirmation", status_code=201, response_model=VoidOut)
def post_void(draw_id: str, request_id: str, caller: Approver, key: IdempotencyKey) -> Response:
    """Void a draw by a second person; an outcome that was computed becomes public (确认作废)."""

    def command(act: Act) -> VoidOut:
        committed = confirm_void(act, draw_id, request_id).committed
        redraw_id = next_draw_id(act.session, committed.task_no)
        return VoidOut(**read_off(VoidOut, act.session.get_one(DrawVoid, draw_id), {"redraw_id": redraw_id}))

    return caller.record(command, key=key)
