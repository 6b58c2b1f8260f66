"""Who was drawn and who comes next, page by page, once a draw is open."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.auth import PUBLIC
from app.routes.public import After, Code, show
from publicity.pages.drawn import AlternatesPage, DrawnPage
from publicity.views import drawn

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
Group = Annotated[str | None, Query(max_length=64, description="组：只列这一组 (one stratum alone)")]


@router.get("/draws/{draw_id}/drawn", response_class=Response, summary="抽取名单")
@router.get("/draws/{draw_id}/drawn.json", response_model=DrawnPage, summary="抽取名单 (JSON)")
def drawn_list(request: Request, draw_id: Code, after: After = None) -> Response:
    """Who was drawn and sent, in drawn order; of a withheld draw by code. Before the draw is open 404."""
    return show(request, lambda session, site: drawn.drawn_page(session, site, draw_id, after))


@router.get("/draws/{draw_id}/alternates", response_class=Response, summary="候补名单")
@router.get("/draws/{draw_id}/alternates.json", response_model=AlternatesPage, summary="候补名单 (JSON)")
def alternate_list(request: Request, draw_id: Code, after: After = None, stratum: Group = None) -> Response:
    """Who comes next, in the order in which they would. Of a withheld draw, and before the draw is open, 404."""
    return show(
        request,
        lambda session, site: drawn.alternates_page(session, site, draw_id, after=after, stratum=stratum),
    )
