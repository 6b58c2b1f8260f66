"""What people take away and run with the network off: the page that makes a secret, and the verifier of a draw.

The page is the only one here with a script of its own, and bears a policy that lets in that script and that style
sheet, by their hashes, and nothing else. The same policy stands in the file, for when it is opened from disk.
"""

import base64
import hashlib
import re
from functools import cache
from importlib import resources

from fastapi import APIRouter, Request, Response

from app.auth import PUBLIC
from app.routes.public import tagged

TEXT = "text/plain; charset=utf-8"

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])


@router.get("/secret.html", response_class=Response, summary="各方秘密：离线生成")
def secret_page(request: Request) -> Response:
    """The page to make a party's secret with, to be saved and opened offline."""
    page = offline_page()
    response = tagged(request, page, "text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = f"{offline_policy(page.decode())}; frame-ancestors 'none'"
    return response


@router.get("/verify.py", response_class=Response, summary="核对程序")
def verifier(request: Request) -> Response:
    """The verifier of a draw: one file of Python, standard library only, to be run offline on a bundle."""
    return tagged(request, offline_verifier(), TEXT)


@router.get("/verify.py.sha256", response_class=Response, summary="核对程序的摘要")
def verifier_digest(request: Request) -> Response:
    """The verifier's SHA-256 as ``sha256sum -c`` reads it; compare it with one from elsewhere."""
    line = f"{hashlib.sha256(offline_verifier()).hexdigest()}  verify.py\n"
    return tagged(request, line.encode(), TEXT)


@cache
def offline_page() -> bytes:
    """Return the page as it is shipped."""
    return resources.files("publicity").joinpath("offline/secret.html").read_bytes()


@cache
def offline_verifier() -> bytes:
    """Return the verifier as it is shipped."""
    return resources.files("publicity").joinpath("offline/verify.py").read_bytes()


def offline_policy(html: str) -> str:
    """Return the policy under which a page may run its own script and style, and do nothing else."""
    script, style = (_hash_of(html, tag) for tag in ("script", "style"))
    return f"default-src 'none'; script-src {script}; style-src {style}; form-action 'none'; base-uri 'none'"


def _hash_of(html: str, tag: str) -> str:
    (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()}'"
