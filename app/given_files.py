"""What somebody hands in to be checked, told by its content: a draw's bundle as ZIP or directory, a receipt, an answer.

Read, bounded, into memory, and never unpacked to disk. An address is fetched: of a draw its bundle and what is
published beside it, of anything else the one file.
"""

import io
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from app.site_client import draw_address, fetch_beside, fetch_bundle, fetch_file
from publicity.checking.archive import BESIDE, CHUNK, KNOWN_FILES, Intake, Limits, refused, take_archive
from publicity.tlog.errors import TlogError
from publicity.tlog.receipts import MAX_BYTES
from sampling.wording import Words

ARCHIVE: Final = b"PK"
OBJECT: Final = b"{"
ANSWER: Final = b'{"answer":'
"""How a signed answer begins in its canonical form; a receipt has another first member."""
MAX_REVOCATION: Final = 2**20
NOT_PLAIN: Words = ("不是普通文件", "it is not a plain file")
TWICE: Words = ("给了两次", "it was given twice")


class UnknownFileError(TlogError):
    """What was handed in is none of what can be checked."""

    zh = "{name} 不是抽查的全套文件（ZIP 或目录），也不是回执或者查询回执。没有核对；请重新下载，不要用其他程序另存。"
    en = (
        "{name} is no draw's bundle (a ZIP or a directory), no receipt and no signed answer. Nothing was checked; "
        "download it again and do not save it otherwise."
    )


class BesideError(TlogError):
    """A further file is none of those that stand beside a bundle."""

    zh = "{name} 不是放在全套文件旁边的文件。没有核对；只能是 replacements.json 或 cosigned.json。"
    en = "{name} is no file that stands beside a bundle. Nothing was checked; it is replacements.json or cosigned.json."


@dataclass(frozen=True, slots=True)
class DrawFiles:
    """The files of a draw, by their names."""

    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """What should be a receipt."""

    data: bytes


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """What should be a signed answer about restrictions, and what should be revocations of keys beside it."""

    data: bytes
    revocations: tuple[bytes, ...] = ()


Given = DrawFiles | ReceiptFile | AnswerFile


def read_path(path: Path, beside: Sequence[Path], limits: Limits) -> Given:
    """Read a file or a directory, and what is given beside it. Raises TlogError of every kind, OSError."""
    intake = Intake(limits)
    if path.is_dir():
        _take_directory(path, intake)
    else:
        if not stat.S_ISREG(path.stat().st_mode):
            raise refused(path.name, NOT_PLAIN)
        with path.open("rb") as stream:
            receipt = _take(path.name, stream, intake)
        if isinstance(receipt, AnswerFile):
            return AnswerFile(receipt.data, tuple(_revocation(each) for each in beside))
        if receipt is not None:
            return receipt
    for each in beside:
        if each.name not in BESIDE:
            raise BesideError(name=each.name)
        if each.name in intake.files:
            raise refused(each.name, TWICE)
        _take_file(each, intake)
    return DrawFiles(intake.files)


def read_address(address: str, limits: Limits, *, seconds: float) -> Given:
    """Fetch what is at an address: of a draw its bundle, and what is published beside it; ``seconds`` for each file.

    Raises TlogError of every kind, FetchError.
    """
    intake, draw = Intake(limits), draw_address(address)
    if draw is None:
        receipt = _take(address, io.BytesIO(fetch_file(address, most=limits.total, seconds=seconds)), intake)
        return DrawFiles(intake.files) if receipt is None else receipt
    take_archive(io.BytesIO(fetch_bundle(draw, most=limits.total, seconds=seconds)), intake)
    for name, data in fetch_beside(draw, most=limits.total, seconds=seconds):
        intake.take(name, [data])
    return DrawFiles(intake.files)


def _take(name: str, stream: BinaryIO, intake: Intake) -> ReceiptFile | AnswerFile | None:
    """Take in a ZIP, or return what should be a receipt or a signed answer."""
    beginning = stream.read(len(ARCHIVE))
    stream.seek(0)
    if beginning == ARCHIVE:
        take_archive(stream, intake)
        return None
    if beginning.startswith(OBJECT):
        data = stream.read(MAX_BYTES + 1)
        return AnswerFile(data) if data.startswith(ANSWER) else ReceiptFile(data)
    raise UnknownFileError(name=name)


def _take_directory(path: Path, intake: Intake) -> None:
    for name in KNOWN_FILES:
        if os.path.lexists(path / name):
            _take_file(path / name, intake)


def _revocation(path: Path) -> bytes:
    """Return what should be a revocation; one that is longer than any is cut, and so is none."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise refused(path.name, NOT_PLAIN)
    with path.open("rb") as stream:
        return stream.read(MAX_REVOCATION)


def _take_file(path: Path, intake: Intake) -> None:
    """Take in a plain file: a link, a pipe or a device could lead anywhere, or keep us waiting."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise refused(path.name, NOT_PLAIN)
    with path.open("rb") as stream:
        intake.take(path.name, _chunks(stream))


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
