"""Evidence files: added by the team, handed out to the team, reviewers and supervisors; apart because of their size."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.auth import Allow, Caller, IdempotencyKey
from app.evidence import EvidenceStore, clean
from app.file_names import NAME_LENGTH, NAME_WORDS, handed_out
from app.routes.callers import InspectorCaller
from app.service import Service
from app.wire.evidence import EvidenceOut
from registry.base import legal_day
from registry.errors import AbsentError
from registry.evidence import add_evidence, evidence_of, get_evidence
from registry.findings import latest_finding, own_visit
from registry.journal import Act
from registry.people import Role

router = APIRouter(prefix="/api/v1", tags=["检查 visits"])
Reader = Annotated[Caller, Depends(Allow(Role.INSPECTOR, Role.REVIEWER, Role.SUPERVISOR))]
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The bytes of a JPEG, PNG, PDF or UTF-8 text; the type is told by the content.",
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}, "example": "现场笔录……"}
        },
    }
}


async def raw_body(request: Request) -> bytes:
    """Return the body as it came."""
    return await request.body()


@router.post("/assignments/{visit_id}/evidence", status_code=201, response_model=EvidenceOut, openapi_extra=FILE_BODY)
def post_evidence(
    visit_id: str,
    caller: InspectorCaller,
    key: IdempotencyKey,
    data: Annotated[bytes, Depends(raw_body)],
    name: Annotated[str, Query(max_length=NAME_LENGTH, description=NAME_WORDS)] = "",
) -> Response:
    """Add a file to a visit whose team has set out, until its finding is confirmed (上传检查附件)."""
    settings = caller.service.settings
    with caller.service.database.reading() as session:  # before anything of a stranger's is decoded
        own_visit(session, caller.person, visit_id, legal_day(caller.service.clock.now()))
    cleaned = clean(data, name, max_pixels=settings.max_evidence_pixels)

    def command(act: Act) -> EvidenceOut:
        added = add_evidence(
            act,
            caller.person,
            visit_id,
            cleaned.kept,
            limit=settings.max_evidence_files,
            store=lambda evidence_id: store_of(caller.service).keep(evidence_id, cleaned.data),
        )
        return EvidenceOut.model_validate(added)

    return caller.record(command, key=key, body=name.encode() + b"\n" + data)


@router.get("/assignments/{visit_id}/evidence")
def list_evidence(visit_id: str, caller: InspectorCaller) -> list[EvidenceOut]:
    """The files of one of the inspector's own visits (检查附件)."""
    day = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        own_visit(session, caller.person, visit_id, day)
        return [EvidenceOut.model_validate(each) for each in evidence_of(session, visit_id)]


@router.get(
    "/evidence/{evidence_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file, as a download."}},
)
def read_evidence_file(evidence_id: str, caller: Reader) -> Response:
    """One file: for its team, for reviewers once the visit has filed, for supervisors (下载附件)."""
    service, person = caller.service, caller.person
    with service.database.reading() as session:
        evidence = get_evidence(session, evidence_id)
        filed = Role.REVIEWER in person.roles and latest_finding(session, evidence.visit_id) is not None
        if Role.SUPERVISOR not in person.roles and not filed:
            try:
                own_visit(session, person, evidence.visit_id, legal_day(service.clock.now()))
            except AbsentError:
                raise AbsentError(what_zh="附件", what_en="file", key=evidence_id) from None
        data = store_of(service).read(evidence)
    return handed_out(data, name=evidence.name, media_type=evidence.media_type)


def store_of(service: Service) -> EvidenceStore:
    """Return the directory of a service's evidence files."""
    return EvidenceStore(service.settings.data_dir / "evidence")
