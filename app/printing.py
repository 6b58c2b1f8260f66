"""Notices as they are printed: with the QR code that leads to the proof of a drawn visit."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.service import service_of
from publicity.render import render_notice
from registry.notices import Notice


def printed_notice(request: Request, notice: Notice) -> HTMLResponse:
    """Return a notice to print and hand over.

    The code holds a whole address: that of the public site by its setting, else the one that the notice was asked for
    under.
    """
    service = service_of(request)
    base = service.settings.public_url or str(request.base_url).rstrip("/")
    door = None if notice.door is None else f"{base}/door/{notice.door}"
    html = render_notice(notice, authority=service.settings.authority, stage=service.stage, door=door)
    return HTMLResponse(html)
