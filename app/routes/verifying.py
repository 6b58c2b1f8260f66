"""The check in the reader's browser: the page of a draw that recomputes it. The same in one file is in ``offline``."""

from fastapi import APIRouter, Request, Response

from app.auth import PUBLIC
from app.routes.public import Code, show
from publicity.pages.verifying import VerifyPage
from publicity.views.verifying import verify_page

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])


@router.get("/draws/{draw_id}/verify", response_class=Response, summary="在浏览器中核对")
@router.get("/draws/{draw_id}/verify.json", response_model=VerifyPage, summary="在浏览器中核对 (JSON)")
def verify_draw(request: Request, draw_id: Code) -> Response:
    """The page that recomputes a draw in the reader's browser, and what it fetches to do so."""
    return show(request, lambda session, site: verify_page(session, site, draw_id))
