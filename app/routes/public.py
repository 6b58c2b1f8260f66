"""The public site: each page as HTML and, with ``.json``, as the same value in JSON. No login, no cookie."""

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter
from sqlmodel import Session

from app.auth import PUBLIC
from app.service import Service, service_of
from app.site import site_of
from publicity.pages.counts import CountsPage
from publicity.pages.draws import DrawPage, DrawsPage
from publicity.pages.front import HomePage, SearchPage
from publicity.pages.operators import OperatorPage
from publicity.pages.records import PenaltiesPage, ResultsPage
from publicity.pages.site import Site
from publicity.render import Page, render
from publicity.views import counts, draws, front, operators, records
from registry.operators import spelled_code

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
ServiceHere = Annotated[Service, Depends(service_of)]
Year = Annotated[int | None, Query(ge=2000, le=2999, description="年度")]
After = Annotated[str | None, Query(max_length=100, description="The last row of the page before.")]
Code = Annotated[str, Path(max_length=64)]
REVALIDATE = "public, max-age=0, must-revalidate"
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "zip": "application/zip"}


def answer(request: Request, page: Page, status: int = 200) -> Response:
    """Return a page in the form its address asks for, with a strong ETag over its content."""
    if request.url.path.endswith(".json"):
        body = _json(page)
        media_type = "application/json"
    else:
        body = render(page).encode()
        media_type = "text/html; charset=utf-8"
    return tagged(request, body, media_type, status=status, tag=_tag(page, media_type))


def tagged(request: Request, body: bytes, media_type: str, *, status: int = 200, tag: str | None = None) -> Response:
    """Return bytes with their ETag, or 304 when the reader has them already."""
    headers = tags(tag or hashlib.sha256(body).hexdigest()[:32])
    if status == HTTPStatus.OK and same(request, headers):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, status_code=status, media_type=media_type, headers=headers)


def tags(tag: str) -> dict[str, str]:
    """Return the headers by which a reader asks later whether anything changed."""
    return {"ETag": f'"{tag}"', "Cache-Control": REVALIDATE}


def same(request: Request, headers: Mapping[str, str]) -> bool:
    """Return whether a reader has already what bears these headers."""
    known = request.headers.get("if-none-match", "")
    return headers["ETag"] in known or known.strip() == "*"


def _tag(page: Page, media_type: str) -> str:
    """Hash what a page says, without the minute it was made in."""
    timeless = dataclasses.replace(
        page, site=dataclasses.replace(page.site, made_at=page.site.made_at.replace(hour=0, minute=0, second=0))
    )
    return hashlib.sha256(media_type.encode() + _json(timeless)).hexdigest()[:32]


PAGE: Final[TypeAdapter[Page]] = TypeAdapter(Page)


def _json(page: Page) -> bytes:
    return PAGE.dump_json(page)


def show(request: Request, make: Callable[[Session, Site], Page]) -> Response:
    """Make a page on one consistent state of the data and answer with it."""
    with service_of(request).database.reading() as session:
        return answer(request, make(session, site_of(request, session)))


@router.get("/", response_class=Response, summary="首页")
@router.get("/index.json", response_model=HomePage, summary="首页 (JSON)")
def home(request: Request, service: ServiceHere, year: Year = None) -> Response:
    """The year's figures, newest notices, terms due."""
    return show(request, lambda session, site: front.home_page(session, site, service.deadlines, year))


@router.get("/search", response_class=Response, summary="查询")
@router.get("/search.json", response_model=SearchPage, summary="查询 (JSON)")
def search(
    request: Request,
    q: Annotated[str, Query(max_length=100, description="名称（至少两个字）、统一社会信用代码、登记编号或域名")] = "",
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Operators by part of the name, or the beginning of the code or the domain."""
    return show(request, lambda session, site: front.search_page(session, site, q, after))


@router.get("/operators/{code}", response_class=Response, summary="经营者信用页")
@router.get("/operators/{code}.json", response_model=OperatorPage, summary="经营者信用页 (JSON)")
def operator(request: Request, code: Code, service: ServiceHere) -> Response:
    """The credit page of one operator, with what is restricted today; another spelling of its code leads to it."""
    with service.database.reading() as session:
        spelled = spelled_code(session, code)
    if spelled != code:
        form = ".json" if request.url.path.endswith(".json") else ""
        return RedirectResponse(f"/operators/{spelled}{form}", HTTPStatus.MOVED_PERMANENTLY)
    rules = service.consequences
    return show(request, lambda session, site: operators.operator_page(session, site, code, rules))


@router.get("/draws", response_class=Response, summary="抽查列表")
@router.get("/draws.json", response_model=DrawsPage, summary="抽查列表 (JSON)")
def draw_list(request: Request, after: After = None) -> Response:
    """Every draw ever committed."""
    return show(request, lambda session, site: draws.draws_page(session, site, after))


@router.get("/draws/counts", response_class=Response, summary="抽查统计")
@router.get("/draws/counts.json", response_model=CountsPage, summary="抽查统计 (JSON)")
def draw_counts(request: Request) -> Response:
    """How many draws were voided, drawn again or overdue, by office."""
    return show(request, counts.counts_page)


@router.get("/draws/{draw_id}", response_class=Response, summary="抽查详情")
@router.get("/draws/{draw_id}.json", response_model=DrawPage, summary="抽查详情 (JSON)")
def draw(
    request: Request,
    draw_id: Code,
    code: Annotated[str, Query(max_length=64, description="统一社会信用代码或登记编号：查它在本次抽查中的位置")] = "",
) -> Response:
    """One draw in five steps, with what it proves; ``code``: the place of one operator in it, once the draw is open."""
    return show(request, lambda session, site: draws.draw_page(session, site, draw_id, code))


@router.get("/results", response_class=Response, summary="检查结果")
@router.get("/results.json", response_model=ResultsPage, summary="检查结果 (JSON)")
def results(
    request: Request, year: Year = None, only: Literal["all", "problem", "clear"] = "all", after: After = None
) -> Response:
    """Published results."""
    chosen = records.Filter(year=year, only=only, after=after)
    return show(request, lambda session, site: records.results_page(session, site, chosen))


@router.get("/penalties", response_class=Response, summary="行政处罚")
@router.get("/penalties.json", response_model=PenaltiesPage, summary="行政处罚 (JSON)")
def penalties(request: Request, year: Year = None, after: After = None) -> Response:
    """Published penalties."""
    chosen = records.Filter(year=year, after=after)
    return show(request, lambda session, site: records.penalties_page(session, site, chosen))
