"""Erasure: asked for by one person, confirmed by another; what is gone is listed, its text is not."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from sqlmodel import Session, col, delete, select

from app.auth import Allow, Caller, IdempotencyKey
from app.petition_files import petition_store
from app.record import StoredAnswer
from app.routes.callers import Approver
from app.routes.evidence import store_of
from app.routes.paging import PageAsked
from app.wire.erasures import ErasedOut, ErasureIn, ErasureOut
from publicity.erasing import erase
from registry.erasing import ErasureRequest
from registry.erasures import erasures_of, get_erasure, request_erasure
from registry.journal import Act
from registry.people import Role
from registry.petitions import files_of

router = APIRouter(prefix="/api/v1", tags=["日志 log"])

Asking = Annotated[Caller, Depends(Allow(Role.REGISTER_OFFICER, Role.PUBLISHER))]
Reading = Annotated[Caller, Depends(Allow(Role.REGISTER_OFFICER, Role.PUBLISHER, Role.APPROVER, Role.SUPERVISOR))]


@router.get("/erasures")
def list_erasures(caller: Reading, page: PageAsked) -> list[ErasureOut]:
    """Erasures asked for and done (依法删除记录)."""
    with caller.service.database.reading() as session:
        rows = page.rows(session, select(ErasureRequest), ErasureRequest.request_id)
        return [_out(session, row) for row in rows]


@router.post("/erasures", status_code=201, response_model=ErasureOut)
def post_erasure(body: ErasureIn, caller: Asking, key: IdempotencyKey) -> Response:
    """Ask that the texts of a record be erased; an approver confirms it (申请依法删除)."""
    asked = body.model_dump()
    return caller.record(lambda act: _out(act.session, request_erasure(act, **asked)), key=key, body=body)


@router.post("/erasures/{erasure_id}/confirmation", response_model=ErasureOut)
def post_erasure_confirmation(
    erasure_id: Annotated[str, Path(max_length=64)], caller: Approver, key: IdempotencyKey
) -> Response:
    """Confirm what another person asked for: texts and salts are gone at once (确认删除).

    Stored answers that speak of the record go too. A file goes when this has been committed.
    """
    answer = caller.record(lambda act: _erase(act, erasure_id), key=key, status=200)
    with caller.service.database.reading() as session:
        asked = get_erasure(session, erasure_id)
        files = [each.file_id for each in files_of(session, asked.key)] if asked.matter == "petition" else []
    if asked.matter == "evidence":
        store_of(caller.service).discard(asked.key)
    for file_id in files:
        petition_store(caller.service).discard(file_id)
    return answer


def _erase(act: Act, erasure_id: str) -> ErasureOut:
    asked = erase(act, erasure_id)
    act.session.flush()
    act.session.exec(delete(StoredAnswer).where(col(StoredAnswer.body).contains(asked.key, autoescape=True)))
    return _out(act.session, asked)


def _out(session: Session, asked: ErasureRequest) -> ErasureOut:
    done = erasures_of(session, asked.request_id)
    first = done[0] if done else None
    return ErasureOut(
        **asked.model_dump(exclude={"fact_id"}),
        confirmed_by=first.confirmed_by if first else None,
        confirmed_at=first.confirmed_at if first else None,
        erased=[ErasedOut.model_validate(each) for each in done],
    )
