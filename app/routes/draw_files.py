"""The files of a draw, one by one and as a bundle: megabytes of a large one, for anybody, as often as they ask.

A reader who has a file is told so by its digest, before anything is read. What is large is read or packed once, kept
for those who ask next, and leaves in pieces, so that a slow reader holds none of it but the piece under way.
"""

from collections.abc import Callable, Iterator
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from app.auth import PUBLIC
from app.routes.public import MEDIA_TYPES, Code, ServiceHere, same, tagged, tags
from publicity.bundle import bundle_tag, bundle_zip, draw_files, files_beside
from publicity.draw_files import LARGE, public_files
from publicity.kept import Kept
from registry.draws import get_draw
from registry.errors import AbsentError

router = APIRouter(tags=["公示 public"], dependencies=[PUBLIC])
BYTES: Final = 64 * 2**20
"""How many bytes the files that are kept have together."""
PIECE: Final = 256 * 1024
_KEPT: Final[Kept[tuple[str, str, str], bytes]] = Kept(BYTES, len)


@router.get("/draws/{draw_id}/bundle.zip", response_class=Response, summary="抽查存证包")
def bundle(request: Request, draw_id: Code, service: ServiceHere) -> Response:
    """Everything needed to recompute an opened draw, offline; a sealed or withheld one answers 404."""
    with service.database.reading() as session:
        draw = get_draw(session, draw_id)
        if draw.opened is None or draw.committed.withheld:
            raise AbsentError(what_zh="抽取", what_en="draw", key=draw_id)
        beside = files_beside(session, draw, draw.opened)
        tag = bundle_tag(draw, beside)

    def pack() -> bytes:
        with service.database.reading() as session:
            return bundle_zip(draw_files(get_draw(session, draw_id)) | beside)

    return _in_pieces(request, (draw_id, "bundle.zip", tag), pack)


@router.get("/draws/{draw_id}/files/{name}", response_class=Response, summary="抽查文件")
def draw_file(request: Request, draw_id: Code, name: Code, service: ServiceHere) -> Response:
    """One file of a draw: the commitment from the start, the rest once it is open; otherwise 404."""
    with service.database.reading() as session:
        file = public_files(session, get_draw(session, draw_id)).get(name)
        if file is None:
            raise AbsentError(what_zh="文件", what_en="file", key=name)
        if name not in LARGE:
            return tagged(request, file.read(), MEDIA_TYPES[name.rpartition(".")[2]])

    def read() -> bytes:
        with service.database.reading() as session:
            return public_files(session, get_draw(session, draw_id))[name].read()

    return _in_pieces(request, (draw_id, name, file.digest), read)


def _in_pieces(request: Request, key: tuple[str, str, str], make: Callable[[], bytes]) -> Response:
    """Return a large file, made where nobody asked for it lately; a session is held by whoever makes it alone."""
    _, name, digest = key
    headers = tags(digest[:32])
    if same(request, headers):
        return Response(status_code=304, headers=headers)
    data = _KEPT.get(key, make)
    headers["Content-Length"] = str(len(data))
    return StreamingResponse(_pieces(data), media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)


def _pieces(data: bytes) -> Iterator[bytes]:
    yield from (data[start : start + PIECE] for start in range(0, len(data), PIECE))
