"""Files of petitions: added by staff, handed out to who handles and decides; apart because of their size."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.auth import Allow, Caller, IdempotencyKey
from app.file_names import NAME_LENGTH, NAME_WORDS, handed_out
from app.petition_files import clean_petition_file, petition_store
from app.routes.callers import RESULTS
from app.routes.evidence import FILE_BODY, raw_body
from app.routes.petitions import Handling, PetitionId
from app.wire.petitions import PetitionFileOut
from registry.journal import Act
from registry.petitioning import add_petition_file
from registry.petitions import get_petition, get_petition_file

router = APIRouter(prefix="/api/v1/petitions/{petition_id}/files", tags=["申请 petitions"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]


@router.post("", status_code=201, response_model=PetitionFileOut, openapi_extra=FILE_BODY)
def post_petition_file(
    petition_id: PetitionId,
    caller: Handling,
    key: IdempotencyKey,
    data: Annotated[bytes, Depends(raw_body)],
    name: Annotated[str, Query(max_length=NAME_LENGTH, description=NAME_WORDS)] = "",
) -> Response:
    """Add a file that came with a petition: PDF, JPEG or PNG, by its content (登记申请附件)."""
    service = caller.service
    with service.database.reading() as session:
        get_petition(session, petition_id)
    cleaned = clean_petition_file(data, name, max_pixels=service.settings.max_evidence_pixels)

    def command(act: Act) -> PetitionFileOut:
        added = add_petition_file(
            act,
            petition_id,
            cleaned.kept,
            limit=service.settings.max_petition_files,
            store=lambda file_id: petition_store(service).keep(file_id, cleaned.data),
        )
        return PetitionFileOut.model_validate(added)

    return caller.record(command, key=key, body=name.encode() + b"\n" + data)


@router.get(
    "/{file_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file, as a download."}},
)
def read_petition_file(petition_id: PetitionId, file_id: PetitionId, caller: Reader) -> Response:
    """One file of a petition (下载申请附件)."""
    with caller.service.database.reading() as session:
        file = get_petition_file(session, petition_id, file_id)
        data = petition_store(caller.service).read_kept(file.file_id, file.stored_sha256)
    return handed_out(data, name=file.name, media_type=file.media_type)
