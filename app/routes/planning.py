"""The public pages of plans and of the list of items, as HTML and as the same value in JSON. No login, no cookie."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.auth import PUBLIC
from app.routes.public import Code, show
from app.values import LegalDate
from publicity.pages.caps import CapsPage
from publicity.pages.items import ItemsPage
from publicity.pages.plans import PlanPage, PlansPage
from publicity.views import caps, items, plans
from registry.base import legal_day

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
Day = Annotated[LegalDate | None, Query(description="哪一天，默认今天")]


@router.get("/plans", response_class=Response, summary="抽查计划")
@router.get("/plans.json", response_model=PlansPage, summary="抽查计划 (JSON)")
def plan_list(request: Request) -> Response:
    """Every approved plan by year, with its rates."""
    return show(request, plans.plans_page)


@router.get("/plans/{plan_no}", response_class=Response, summary="计划详情")
@router.get("/plans/{plan_no}.json", response_model=PlanPage, summary="计划详情 (JSON)")
def plan(request: Request, plan_no: Code) -> Response:
    """One plan with its batches, its rates and every change with its reason."""
    return show(request, lambda session, site: plans.plan_page(session, site, plan_no))


@router.get("/items", response_class=Response, summary="抽查事项清单")
@router.get("/items.json", response_model=ItemsPage, summary="抽查事项清单 (JSON)")
def item_list(request: Request, on: Day = None) -> Response:
    """The inspection items in force on a day."""
    return show(request, lambda session, site: items.items_page(session, site, on or legal_day(site.made_at)))


@router.get("/caps", response_class=Response, summary="检查频次上限")
@router.get("/caps.json", response_model=CapsPage, summary="检查频次上限 (JSON)")
def cap_list(request: Request, on: Day = None) -> Response:
    """The caps on inspections a year, with the one in force on a day."""
    return show(request, lambda session, site: caps.caps_page(session, site, on or legal_day(site.made_at)))
