"""Evidence files: told by their content, made anew where they are images, kept in a directory of their own.

Taken: JPEG, PNG, PDF, plain text in UTF-8; the name and the type a caller gives decide nothing, and a name that ends as
another type does is refused (``app.file_names``). Images are decoded and
encoded again, so that nothing but pixels is left of them. A PDF is kept as it is, and refused when it shows that it can
run something; it is only ever handed out as a download. Files lie under ``DATA_DIR/evidence``, readable by the service
alone, named by their id, and are whole on disk before the record of them is committed: a crash leaves a file too many
at worst, which ``check_evidence`` finds.
"""

import hashlib
import io
import os
import re
import struct
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app.file_names import JPEG, PDF, PNG, TEXT, name_for
from registry.errors import RegistryError
from registry.evidence import Evidence, Kept

JPEG_QUALITY = 92
PDF_END_WITHIN = 1024
"""Bytes from the end within which a PDF says that it ends (ISO 32000-1, annex H)."""
ORIENTATION = 0x0112
"""The tag that tells how a camera was held. Source: Exif 2.32, table 4."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Orientation → what sets the picture upright; 1 is upright."""

_DECODING = threading.BoundedSemaphore(1)
"""One image is decoded and encoded at a time: a large one takes half a gigabyte while it is."""

_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_KEPT_MODES = ("L", "RGB", "RGBA")


class FileTypeError(RegistryError):
    """The content is none of the types that are taken."""

    zh = "附件不是 JPEG、PNG、PDF 或 UTF-8 纯文本（按内容判断）。未保存；请转换格式后再传。"
    en = "The file is no JPEG, PNG, PDF or plain text in UTF-8, by its content. Nothing was kept; convert it first."


class EmptyFileError(RegistryError):
    """There is nothing in it."""

    zh = "附件是空文件。未保存；请核对后再传。"
    en = "The file is empty. Nothing was kept; check it and send it again."


class BrokenImageError(RegistryError):
    """An image that cannot be decoded to its end."""

    zh = "图片已损坏，无法完整读取。未保存；请重新导出或拍摄后再传。"
    en = "The image is broken and cannot be read to its end. Nothing was kept; export or take it again."


class ImageTooLargeError(RegistryError):
    """An image with more pixels than are taken: a small file can hold a very large one."""

    zh = "图片有 {pixels} 像素，超过上限 {limit}。未保存；请缩小后再传。"
    en = "The image has {pixels} pixels, more than {limit}. Nothing was kept; make it smaller."


class ActiveDocumentError(RegistryError):
    """A PDF that can run something or carries other files."""

    zh = "PDF 含有脚本、启动动作或嵌入文件（{found}）。未保存；请打印为不含这些内容的 PDF 后再传。"
    en = "The PDF holds a script, a launch action or other files ({found}). Nothing was kept; print it to a plain PDF."


class BrokenDocumentError(RegistryError):
    """A PDF without its end."""

    zh = "PDF 不完整（缺少结尾标记）。未保存；请重新导出后再传。"
    en = "The PDF is cut off: its end mark is missing. Nothing was kept; export it again."


class AlteredFileError(RegistryError):
    """The stored file is gone or is not what the record says."""

    nature = "unready"
    zh = "附件 {evidence_id} 的文件缺失或与登记的摘要不符，不予提供。请告知管理员运行 double-random evidence check。"
    en = "The file {evidence_id} is missing or not what its record says, and is not given out. Tell the administrator."


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """A file that may be kept, with its record."""

    kept: Kept
    data: bytes


def clean(data: bytes, name: str, *, max_pixels: int) -> Cleaned:
    """Return what may be kept of a file. Raises the errors of this module, one sentence each, and FieldError."""
    if not data:
        raise EmptyFileError
    media_type = tell_type(data)
    stored = _reencode(data, media_type, max_pixels=max_pixels) if media_type in (JPEG, PNG) else data
    if media_type == PDF:
        _check_pdf(data)
    kept = Kept(
        name=name_for(name, media_type),
        media_type=media_type,
        original_sha256=hashlib.sha256(data).hexdigest(),
        stored_sha256=hashlib.sha256(stored).hexdigest(),
        size=len(stored),
    )
    return Cleaned(kept=kept, data=stored)


def tell_type(data: bytes) -> str:
    """Return a file's media type by its content alone. Raises FileTypeError.

    >>> tell_type("现场笔录".encode())
    'text/plain'
    """
    for start, media_type in ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"%PDF-", PDF)):
        if data.startswith(start):
            return media_type
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileTypeError from None
    if _CONTROL.search(text):
        raise FileTypeError
    return TEXT


@dataclass(frozen=True, kw_only=True)
class EvidenceReport:
    """What a comparison of files and records found: ids of records, names of files."""

    checked: int
    missing: tuple[str, ...]
    altered: tuple[str, ...]
    orphaned: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Return whether nothing is wrong."""
        return not (self.missing or self.altered or self.orphaned)


@dataclass(frozen=True)
class EvidenceStore:
    """The directory of evidence files."""

    directory: Path

    def keep(self, evidence_id: str, data: bytes) -> None:
        """Write a file whole: under another name first, to disk, then under its own."""
        path = self._path(evidence_id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        # a crash before the rename leaves a file that no record names
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        _sync(path.parent)

    def read(self, evidence: Evidence) -> bytes:
        """Return a file that is what its record says. Raises AlteredFileError."""
        return self.read_kept(evidence.evidence_id, evidence.stored_sha256)

    def read_kept(self, file_id: str, stored_sha256: str) -> bytes:
        """Return the file of an id that has a digest. Raises AlteredFileError."""
        try:
            data = self._path(file_id).read_bytes()
        except OSError:
            raise AlteredFileError(evidence_id=file_id) from None
        if hashlib.sha256(data).hexdigest() != stored_sha256:
            raise AlteredFileError(evidence_id=file_id)
        return data

    def discard(self, evidence_id: str) -> None:
        """Delete a file whose record was erased; one that is gone already stays gone."""
        self._path(evidence_id).unlink(missing_ok=True)

    def check(self, records: Iterable[Evidence]) -> EvidenceReport:
        """Compare every file with its record, and every record with its file."""
        return self.check_kept((each.evidence_id, each.stored_sha256) for each in records)

    def check_kept(self, records: Iterable[tuple[str, str]]) -> EvidenceReport:
        """Do the same with (id, digest) of every record."""
        missing, altered, named = [], [], set()
        for file_id, stored_sha256 in records:
            path = self._path(file_id)
            named.add(path)
            if not path.is_file():
                missing.append(file_id)
            elif _digest(path) != stored_sha256:
                altered.append(file_id)
        there = {path for path in self.directory.rglob("*") if not path.is_dir()}
        orphaned = sorted(str(path.relative_to(self.directory)) for path in there - named)
        return EvidenceReport(
            checked=len(named), missing=tuple(missing), altered=tuple(altered), orphaned=tuple(orphaned)
        )

    def _path(self, evidence_id: str) -> Path:
        return self.directory / evidence_id[:2] / evidence_id


def _reencode(data: bytes, media_type: str, *, max_pixels: int) -> bytes:
    """Decode an image and encode its pixels anew: no metadata, no second image, nothing behind its end."""
    form = "JPEG" if media_type == JPEG else "PNG"
    try:
        with _DECODING, Image.open(io.BytesIO(data), formats=[form]) as image:
            pixels = image.width * image.height
            if pixels > max_pixels:  # told by the head, before anything is decoded
                raise ImageTooLargeError(pixels=pixels, limit=max_pixels)
            image.load()
            upright = _upright(image)
            mode = "RGB" if form == "JPEG" and upright.mode != "L" else _mode(upright)
            bare = Image.new(mode, upright.size)
            bare.paste(upright if upright.mode == mode else upright.convert(mode))
            made = io.BytesIO()
            bare.save(made, form, **({"quality": JPEG_QUALITY} if form == "JPEG" else {}))
            return made.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageTooLargeError(pixels="?", limit=max_pixels) from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise BrokenImageError from None


def _upright(image: Image.Image) -> Image.Image:
    """Return an image as the camera held it; a head that cannot be read says nothing."""
    try:
        orientation = image.getexif().get(ORIENTATION)
    except (AttributeError, EOFError, KeyError, OSError, SyntaxError, TypeError, ValueError, struct.error):
        orientation = None
    turn = TURNS.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)


def _mode(image: Image.Image) -> str:
    if image.mode in _KEPT_MODES:
        return image.mode
    return "RGBA" if image.has_transparency_data else "RGB"


def _check_pdf(data: bytes) -> None:
    if b"%%EOF" not in data[-PDF_END_WITHIN:]:
        raise BrokenDocumentError
    plain = _ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), data)
    active = _ACTIVE.search(plain) or _ACTIVE.search(data)
    if active:
        raise ActiveDocumentError(found=active.group(0).decode())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
