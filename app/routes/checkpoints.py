"""The log as C2SP tlog-tiles serves it: signed head, tiles of the tree, bundles of entries; and where heads come in.

Addresses and bytes are the specification's, so that existing monitors and witnesses follow this log as any other.
"""

import gzip
import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.auth import PUBLIC
from app.gate import shut
from app.record import SYSTEM
from app.routes.log import IMMUTABLE
from app.service import Service, service_of
from publicity import sequencer
from publicity.heads import (
    HeadAheadError,
    HeadBesideError,
    UnsignedLogError,
    find_kept,
    newest_head,
    take_head,
)
from publicity.tlog.tiles import EntryBundle, parse_path
from publicity.witnessing import cosigned_note

router = APIRouter(tags=["日志 log"], dependencies=[PUBLIC])
ServiceHere = Annotated[Service, Depends(service_of)]
TilePath = Annotated[str, Path(max_length=200, description="L/N, entries/N, and .p/W after it where it is not full.")]
NOTE = "text/plain; charset=utf-8"
TILE = "application/octet-stream"
FRESH = {"Cache-Control": "public, max-age=2"}
"""A head is soon outgrown."""
EXAMPLE = "log.example/records\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— log.example/records AAAAAAA=\n"
POSTED = {
    "requestBody": {
        "required": True,
        "description": "A C2SP tlog-checkpoint: origin, size, root, and who signed it.",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}


async def posted(request: Request) -> bytes:
    """Return the body of a request, as it came."""
    return await request.body()


@router.get(
    "/log/checkpoint",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "A C2SP tlog-checkpoint."}},
)
def read_checkpoint(request: Request, service: ServiceHere) -> Response:
    """The newest signed head of the log (检查点); before the first signature 404."""
    with service.database.reading() as session:
        head = newest_head(session)
        if head is None:
            raise UnsignedLogError
        note = cosigned_note(session, head)
    return _tagged(request, note, NOTE, FRESH)


@router.post(
    "/log/checkpoint",
    response_class=Response,
    status_code=201,
    openapi_extra=POSTED,
    responses={201: {"content": {"text/plain": {}}, "description": "The signed head as it was kept."}},
)
def post_checkpoint(note: Annotated[bytes, Depends(posted)], service: ServiceHere) -> Response:
    """Hand in a signed head (收存检查点): who signed it is all that counts, not who brings it.

    It is kept when a key of this log signed it, and it speaks of this log's entries and of no fewer than the newest.
    One that a key of this log signed over entries that are not here shows that the log lost or changed some: nothing
    is written any more (503) until a person has looked.
    """
    keys = service.log.keys
    try:
        with service.database.reading() as session:  # what says nothing new waits for no command, and none waits for it
            kept = find_kept(session, note, keys)
            answer = None if kept is None else kept.note
    except (HeadAheadError, HeadBesideError) as lost:
        shut(service.database, (lost.text("zh"), lost.text("en")))
        raise
    if answer is None:
        answer = service.recorder.record(SYSTEM, lambda act: take_head(act, note, keys).note.decode()).body.encode()
    return Response(answer, status_code=201, media_type=NOTE)


@router.get(
    "/log/tile/{path:path}",
    response_class=Response,
    responses={
        200: {"content": {TILE: {}}, "description": "Hashes one after the other, or entries with their lengths."}
    },
)
def read_tile(path: TilePath, request: Request, service: ServiceHere) -> Response:
    """A tile of the tree or a bundle of entries (日志分块), by C2SP tlog-tiles; it never changes."""
    tile = parse_path(f"tile/{path}")
    with service.database.reading() as session:
        if isinstance(tile, EntryBundle):
            return _packed(request, sequencer.read_bundle(session, tile))
        return _tagged(request, sequencer.read_tile(session, tile), TILE, IMMUTABLE)


def _tagged(request: Request, body: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """Return bytes with their ETag, or 304 when the reader has them already."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = headers | {"ETag": etag}
    known = request.headers.get("if-none-match", "")
    if etag in known or known.strip() == "*":
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _packed(request: Request, body: bytes) -> Response:
    """Return entries, which repeat each other, packed where the reader unpacks."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return _tagged(request, body, TILE, IMMUTABLE | {"Vary": "Accept-Encoding"})
    packed = gzip.compress(body, mtime=0)
    return _tagged(request, packed, TILE, IMMUTABLE | {"Vary": "Accept-Encoding", "Content-Encoding": "gzip"})
