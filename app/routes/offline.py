"""What people take away and run with the network off: the page that makes a secret, and the verifiers of a draw.

The pages are the only ones here with scripts in them, and each bears a policy of its own that lets in its own script
and style, by their hashes, and nothing else: served and saved they may do the same.
"""

import re

from fastapi import APIRouter, Request, Response

from app.auth import PUBLIC
from app.routes.public import tagged
from publicity.offline import shipped, verifier_sha256

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])


@router.get("/secret.html", response_class=Response, summary="各方秘密：离线生成")
def secret_page(request: Request) -> Response:
    """The page to make a party's secret with, to be saved and opened offline."""
    return _page(request, "secret.html")


@router.get("/verify.html", response_class=Response, summary="核对页：单个文件")
def verifier_page(request: Request) -> Response:
    """The verifier for browsers as one file, to be saved and opened offline; it bears its own policy."""
    return _page(request, "verify.html")


@router.get("/verify.py", response_class=Response, summary="核对程序")
def verifier(request: Request) -> Response:
    """The verifier of a draw: one file of Python, standard library only, to be run offline on a bundle."""
    return tagged(request, shipped("verify.py"), TEXT)


@router.get("/verify.py.sha256", response_class=Response, summary="核对程序的摘要")
def verifier_digest(request: Request) -> Response:
    """The verifier's SHA-256 as ``sha256sum -c`` reads it; compare it with one from elsewhere."""
    return tagged(request, f"{verifier_sha256()}  verify.py\n".encode(), TEXT)


def _page(request: Request, name: str) -> Response:
    page = shipped(name)
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', page.decode())
    response = tagged(request, page, HTML)
    response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
    return response
