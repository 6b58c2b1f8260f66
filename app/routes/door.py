"""The proof at the door: the page behind the QR code of a notice, and the same value in JSON.

There is no way to it but the paper: it is not in any list, is not to be indexed or stored, and an address that is none
is answered like any other that is none.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.auth import PUBLIC
from app.routes.public import show
from publicity.pages.door import DoorPage
from publicity.views.door import door_page

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
Token = Annotated[str, Path(description="What ends the address on the notice.")]


@router.get("/door/{token}", response_class=Response, summary="通知书核验")
@router.get("/door/{token}.json", response_model=DoorPage, summary="通知书核验 (JSON)")
def door(request: Request, token: Token) -> Response:
    """What one notice proves: this operator was drawn, these inspectors were sent; nothing of any other."""
    response = show(request, lambda session, site: door_page(session, site, token))
    del response.headers["ETag"]
    response.headers["Cache-Control"] = "no-store"
    return response
