"""The certificate of a draw (抽取记录单): one sheet of A4; its code leads back to it and names the commitment."""

import dataclasses
import hashlib
from typing import Final

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from app.auth import PUBLIC
from app.printing import printed_certificate
from app.routes.public import Code, ServiceHere, tagged
from app.site import site_of
from publicity.pages.certificate import Certificate
from publicity.views.certificate import certificate

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
SHEET: Final[TypeAdapter[Certificate]] = TypeAdapter(Certificate)
HTML = "text/html; charset=utf-8"
JSON = "application/json"


@router.get("/draws/{draw_id}/certificate", response_class=Response, summary="抽取记录单")
@router.get("/draws/{draw_id}/certificate.json", response_model=Certificate, summary="抽取记录单 (JSON)")
def draw_certificate(request: Request, draw_id: Code, service: ServiceHere) -> Response:
    """One draw on one sheet of A4 to print and sign: what is locked, what came out, what that proves."""
    with service.database.reading() as session:
        sheet = certificate(session, site_of(request, session), draw_id)
    if request.url.path.endswith(".json"):
        return tagged(request, SHEET.dump_json(sheet), JSON, tag=_tag(sheet, JSON))
    html = printed_certificate(request, sheet)
    return tagged(request, html.encode(), HTML, tag=_tag(sheet, f"{HTML} {request.base_url}"))


def _tag(sheet: Certificate, form: str) -> str:
    """Hash what a sheet says, without the minute it was made in, in the draw's page too."""
    site = dataclasses.replace(sheet.site, made_at=sheet.site.made_at.replace(hour=0, minute=0, second=0))
    timeless = dataclasses.replace(sheet, site=site, draw=dataclasses.replace(sheet.draw, site=site))
    return hashlib.sha256(form.encode() + SHEET.dump_json(timeless)).hexdigest()[:32]
