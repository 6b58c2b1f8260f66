"""The page on which a party makes its secret: one file that works from disk with the network off.

It is the only page here with a script of its own, and bears a policy that lets in that script and that style sheet, by
their hashes, and nothing else. The same policy stands in the file, for when it is opened from disk.
"""

import base64
import hashlib
import re
from functools import cache
from importlib import resources

from fastapi import APIRouter, Request, Response

from app.auth import PUBLIC
from app.routes.public import tagged

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])


@router.get("/secret.html", response_class=Response, summary="各方秘密：离线生成")
def secret_page(request: Request) -> Response:
    """The page to make a party's secret with, to be saved and opened offline."""
    page = offline_page()
    response = tagged(request, page, "text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = f"{offline_policy(page.decode())}; frame-ancestors 'none'"
    return response


@cache
def offline_page() -> bytes:
    """Return the file as it is shipped."""
    return resources.files("publicity").joinpath("offline/secret.html").read_bytes()


def offline_policy(html: str) -> str:
    """Return the policy under which a page may run its own script and style, and do nothing else."""
    script, style = (_hash_of(html, tag) for tag in ("script", "style"))
    return f"default-src 'none'; script-src {script}; style-src {style}; form-action 'none'; base-uri 'none'"


def _hash_of(html: str, tag: str) -> str:
    (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()}'"
