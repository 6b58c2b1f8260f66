"""The file of a case (案卷), whole, for supervisors."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse

from app.auth import Allow, Caller
from app.petition_files import petition_store
from app.routes.evidence import store_of
from app.routes.receipts import signed
from publicity.bundle import EARLIEST
from publicity.case_files import Piece, case_file, case_members
from registry.people import Role

router = APIRouter(prefix="/api/v1", tags=["检查 visits"])
Supervisor = Annotated[Caller, Depends(Allow(Role.SUPERVISOR))]
IN_MEMORY = 8 * 2**20
"""Bytes of an archive that are kept in memory; a larger one goes to a file that has no name."""
PIECE = 256 * 1024
ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The archive: receipts, evidence, their digests, and how to check them.",
    }
}


@router.get("/visits/{visit_id}/case.zip", response_class=Response, responses=ARCHIVE)
def read_case_file(visit_id: str, caller: Supervisor) -> Response:
    """All that the log holds of one visit, with proofs and evidence (案卷)."""
    service = caller.service
    case = signed(service, lambda session: case_file(session, visit_id))
    stores = {False: store_of(service), True: petition_store(service)}

    def read(piece: Piece) -> bytes:
        return stores[piece.of_petition].read_kept(piece.file_id, piece.sha256)

    with ExitStack() as opened:
        out = opened.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in case_members(case, read):
                archive.writestr(zipfile.ZipInfo(name, EARLIEST), data, zipfile.ZIP_DEFLATED)
        out.seek(0)
        opened.pop_all()  # it is closed when the last piece has left
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="case-{visit_id}.zip"'}
    return StreamingResponse(_pieces(out), media_type="application/zip", headers=headers)


def _pieces(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        while piece := out.read(PIECE):
            yield piece
