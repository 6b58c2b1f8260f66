"""What stands around every public page, and the page a reader gets when there is nothing at an address."""

from http import HTTPStatus

from fastapi import Request
from sqlmodel import Session

from app.service import Service, service_of
from publicity import sequencer
from publicity.pages.site import MissingPage, Site
from publicity.render import render
from registry.base import SHANGHAI

PAGELESS = (
    "/api/",
    "/log/entries/",
    "/log/evidence/",
    "/log/proof/",
    "/log/tile/",
    "/log/head",
    "/log/checkpoint",
    "/static/",
)
FILES = (".json", ".zip", ".csv", ".atom")
TITLES = {
    HTTPStatus.NOT_FOUND: "没有找到",
    HTTPStatus.GONE: "公示已经结束",
    HTTPStatus.UNPROCESSABLE_ENTITY: "地址中的内容有误",
    HTTPStatus.SERVICE_UNAVAILABLE: "暂时无法提供",
}


def site_of(request: Request, session: Session) -> Site:
    """Return what stands around a page, as of one state of the data."""
    query = f"?{request.url.query}" if request.url.query else ""
    return site_at(service_of(request), session, request.url.path, query)


def site_at(service: Service, session: Session, address: str, query: str = "") -> Site:
    """Return what stands around the page at an address, as of one state of the data."""
    head = sequencer.read_head(session)
    path = address.removesuffix(".json")
    return Site(
        authority=service.settings.authority,
        stage=service.stage,
        made_at=service.clock.now().replace(microsecond=0).astimezone(SHANGHAI),
        path=("/" if path == "/index" else path) + query,
        json_path=("/index" if path in ("/", "/index") else path) + ".json" + query,
        log_size=head.size,
        log_root=head.root.hex(),
        read_only=service.database.shut is not None,
    )


def public_address(request: Request) -> str:
    """Return the address under which the site is known, or else the one that was asked, without a slash at the end."""
    return service_of(request).settings.public_url or str(request.base_url).rstrip("/")


def wants_page(request: Request) -> bool:
    """Return whether a browser asks for a page, so that an error should be one too."""
    path = request.url.path
    html = "text/html" in request.headers.get("accept", "")
    return html and request.method in ("GET", "HEAD") and not path.startswith(PAGELESS) and not path.endswith(FILES)


def missing_page(request: Request, status: int, detail: str) -> bytes:
    """Return the page for an error. Raises whatever the database raises when it cannot be read."""
    with service_of(request).database.reading() as session:
        site = site_of(request, session)
    title = TITLES.get(HTTPStatus(status), "无法显示")
    return render(MissingPage(site=site, status=int(status), title=title, detail=detail)).encode()
