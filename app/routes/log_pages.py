"""The public pages of the log, as HTML and as the same value in JSON. No login, no cookie."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.auth import PUBLIC
from app.routes.public import show
from app.service import Service, service_of
from app.values import Place
from publicity.answer_keys import revocation_receipt
from publicity.pages.log import EntryPage, LogPage
from publicity.views import log as views

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
ServiceHere = Annotated[Service, Depends(service_of)]


@router.get("/log", response_class=Response, summary="透明日志")
@router.get("/log.json", response_model=LogPage, summary="透明日志 (JSON)")
def log(request: Request, service: ServiceHere) -> Response:
    """The transparency log: its head, who signed it and what that is worth, the newest entries in words."""
    return show(request, lambda session, site: views.log_page(session, site, service.log.keys))


@router.get("/log/entry/{index}", response_class=Response, summary="日志条目")
@router.get("/log/entry/{index}.json", response_model=EntryPage, summary="日志条目 (JSON)")
def entry(request: Request, index: Annotated[Place, Path()]) -> Response:
    """One entry of the log in words, with its proof."""
    return show(request, lambda session, site: views.entry_page(session, site, index))


@router.get(
    "/log/revocations/{index}",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}, "description": "A receipt, byte for byte."}},
    summary="查询回执密钥的撤销",
)
def revocation(index: Annotated[Place, Path()], service: ServiceHere) -> Response:
    """That a key for answers was revoked, as a receipt for `double-random verify ANSWER REVOCATION`."""
    with service.database.reading() as session:
        found = revocation_receipt(session, index)
    name = f"revocation-{index}.json"
    headers = {"Cache-Control": "no-cache", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.to_bytes(), media_type="application/json", headers=headers)
