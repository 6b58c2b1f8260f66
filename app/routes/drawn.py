"""Who was drawn and who comes next, page by page, once a draw is open."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.auth import PUBLIC
from app.routes.public import After, Code, show
from publicity.pages.drawn import AlternatesPage, DrawnPage, ReplacementsPage
from publicity.views import drawn, replacements

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
Group = Annotated[str | None, Query(max_length=64, description="组：只列这一组 (one stratum alone)")]
Number = Annotated[int, Query(ge=0, le=1_000_000, description="The number of the last row of the page before.")]


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


@router.get("/draws/{draw_id}/replacements", response_class=Response, summary="替补和更换检查人员")
@router.get("/draws/{draw_id}/replacements.json", response_model=ReplacementsPage, summary="替补和更换检查人员 (JSON)")
def replacement_list(request: Request, draw_id: Code, after: Number = 0) -> Response:
    """Who was replaced by whom, in order of the decisions. Before the draw is open 404."""
    return show(request, lambda session, site: replacements.replacements_page(session, site, draw_id, after))
