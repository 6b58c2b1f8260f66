"""Who watches the log from outside, in words; and its newest signed head as a sheet of paper."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.auth import PUBLIC
from app.routes.public import show, tagged
from app.service import Service, service_of
from app.site import site_of
from publicity.pages.witnesses import WitnessesPage
from publicity.render import render_head_sheet
from publicity.views.witnesses import head_sheet, witnesses_page

ServiceHere = Annotated[Service, Depends(service_of)]
router = APIRouter(tags=["日志 log"], dependencies=[PUBLIC])


@router.get("/log/witnesses", response_class=Response, summary="日志见证人")
@router.get("/log/witnesses.json", response_model=WitnessesPage, summary="日志见证人 (JSON)")
def read_witnesses(request: Request) -> Response:
    """The witnesses that the log names, and up to where each has cosigned it."""
    return show(request, witnesses_page)


@router.get("/log/head.html", response_class=Response, summary="日志头（打印）")
def read_head_sheet(request: Request, service: ServiceHere) -> Response:
    """The newest signed head with its QR code, to print and keep; before the first signature 404."""
    with service.database.reading() as session:
        sheet = head_sheet(session, site_of(request, session))
    return tagged(request, render_head_sheet(sheet).encode(), "text/html; charset=utf-8")
