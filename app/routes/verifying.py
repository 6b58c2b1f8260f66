"""The check in the reader's browser: the page of a draw, and the verifier as one file to save and open offline."""

import re
from functools import cache
from importlib import resources

from fastapi import APIRouter, Request, Response

from app.auth import PUBLIC
from app.routes.public import Code, show, tagged
from publicity.pages.verifying import VerifyPage
from publicity.views.verifying import verify_page

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])


@router.get("/draws/{draw_id}/verify", response_class=Response, summary="在浏览器中核对")
@router.get("/draws/{draw_id}/verify.json", response_model=VerifyPage, summary="在浏览器中核对 (JSON)")
def verify_draw(request: Request, draw_id: Code) -> Response:
    """The page that recomputes a draw in the reader's browser, and what it fetches to do so."""
    return show(request, lambda session, site: verify_page(session, site, draw_id))


@router.get("/verify.html", response_class=Response, summary="核对页：单个文件")
def verifier_page(request: Request) -> Response:
    """The verifier for browsers as one file, to be saved and opened offline; it bears its own policy."""
    page = single_page()
    response = tagged(request, page, "text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = f"{own_policy(page.decode())}; frame-ancestors 'none'"
    return response


@cache
def single_page() -> bytes:
    """Return the file as it is shipped."""
    return resources.files("publicity").joinpath("offline/verify.html").read_bytes()


def own_policy(html: str) -> str:
    """Return the policy that stands in the page itself, so that served and saved it may do the same."""
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', html)
    return str(policy)
