"""Uploads to national platforms (上报): recorded by receipt, listed, and what has to be taken down there as well."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session, select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, Publisher
from app.routes.paging import PageAsked
from app.wire.base import read_off
from app.wire.statutory import TakedownOut, UploadIn, UploadOut
from publicity.uploads import (
    HandedIn,
    Platform,
    Upload,
    UploadedRecord,
    named_by,
    record_upload,
    sizes_of,
    to_take_down,
)
from registry.base import legal_day
from registry.journal import Act

router = APIRouter(prefix="/api/v1/uploads", tags=["上报 uploads"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]


@router.post("", status_code=201, response_model=UploadOut)
def post_upload(body: UploadIn, caller: Publisher, key: IdempotencyKey) -> Response:
    """Record that records were uploaded, or taken down, with the platform's receipt (登记上报或撤下)."""
    handed, deadlines = HandedIn(**body.model_dump()), caller.service.deadlines

    def command(act: Act) -> UploadOut:
        return _out(act.session, [record_upload(act, handed, deadlines)])[0]

    return caller.record(command, key=key, body=body)


@router.get("")
def list_uploads(caller: Reader, page: PageAsked) -> list[UploadOut]:
    """What was uploaded and taken down, newest first (上报记录)."""
    with caller.service.database.reading() as session:
        rows = page.rows(session, select(Upload), Upload.recorded_at, Upload.upload_id, newest_first=True)
        return _out(session, rows)


@router.get("/takedowns")
def list_takedowns(
    caller: Reader,
    page: PageAsked,
    platform: Annotated[Platform, Query(description="The platform.")] = Platform.DOUBLE_PUBLICITY,
) -> list[TakedownOut]:
    """What a platform has and is published here no longer: to be taken down there as well (待撤下)."""
    with caller.service.database.reading() as session:
        rows = page.rows(
            session, to_take_down(platform, legal_day(caller.service.clock.now())), UploadedRecord.disclosure_id
        )
        numbers = named_by(session, [each.disclosure_id for each in rows])
        uploads = {row.upload_id: session.get_one(Upload, row.upload_id) for row in rows}
        return [
            TakedownOut(
                platform=platform,
                disclosure_id=each.disclosure_id,
                named=numbers[each.disclosure_id],
                upload_id=each.upload_id,
                receipt_no=uploads[each.upload_id].receipt_no,
                uploaded_on=each.done_on,
            )
            for each in rows
        ]


def _out(session: Session, rows: list[Upload]) -> list[UploadOut]:
    sizes = sizes_of(session, [each.upload_id for each in rows])
    return [UploadOut(**read_off(UploadOut, each, {"records": sizes[each.upload_id]})) for each in rows]
