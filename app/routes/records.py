"""One published record at an address of its own, as long as it stands; what has ended answers 410, and no more."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from app.auth import PUBLIC
from app.routes.public import REVALIDATE, answer
from app.service import Service, service_of
from app.site import site_of
from publicity.endings import find_version, refuse_ended
from publicity.pages.record import RecordPage
from publicity.views.record import record_page
from publicity.views.records import record_path
from registry.base import legal_day

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
RecordId = Annotated[str, Path(max_length=64, description="公示编号")]


@router.get("/records/{record_id}", response_class=Response, summary="公示记录")
@router.get("/records/{record_id}.json", response_model=RecordPage, summary="公示记录 (JSON)")
def record(request: Request, record_id: RecordId, service: Annotated[Service, Depends(service_of)]) -> Response:
    """A published result or penalty; a version that was replaced leads to the one that stands, an ended one to 410."""
    with service.database.reading() as session:
        refuse_ended(session, record_id, legal_day(service.clock.now()))
        newest = find_version(session, record_id)
        if newest.disclosure_id == record_id:
            return answer(request, record_page(session, site_of(request, session), newest))
        path = record_path(newest) + (".json" if request.url.path.endswith(".json") else "")
    return RedirectResponse(path, HTTPStatus.MOVED_PERMANENTLY, headers={"Cache-Control": REVALIDATE})
