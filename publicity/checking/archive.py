"""The files of a bundle taken in: from one ZIP (protocol, section 7) or one by one, bounded, and none written anywhere.

A ZIP holds exactly the ten files, each once, plain or deflated, none between them. Its list at the end counts, and what
stands before each file has to say the same: where the two differ, two programs would read two bundles. Sizes that the
list states are not believed; what is unpacked is counted as it comes, and stops at the first row or byte too many.

Source: PKWARE APPNOTE, sections 4.3.7 (local headers), 4.3.12 (central directory), 4.3.16 (its end).
"""

import re
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from publicity.checking.errors import ArchiveError, BundleFileError
from sampling.commitment import SHEETS
from sampling.names import COSIGNED, DRAWN, INPUT_FILES, LOG, REPLACEMENTS, TEAMS
from sampling.public_value import PUBLIC_VALUE
from sampling.wording import Words

BUNDLE_FILES: Final = (*INPUT_FILES, DRAWN, TEAMS, PUBLIC_VALUE, LOG)
"""What a ZIP holds, no more and no less."""
BESIDE: Final = (REPLACEMENTS, COSIGNED)
"""What is published beside it and is checked with it."""
KNOWN_FILES: Final = (*BUNDLE_FILES, *BESIDE)
TABLES: Final = frozenset(SHEETS.values())
"""What is read row by row; the tables of the outcome are compared as they stand."""

JSON_BYTES: Final = 16 * 2**20
ROW_BYTES: Final = 512
"""The longest lawful row has fewer."""
CHUNK: Final = 2**16
_DIRECTORY_BYTES: Final = 2**14

_END: Final = struct.Struct("<4s4H2LH")
_LISTED: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _PATCHED = 0x41, 0x20
_VERSION: Final = 63
"""What a member needs to be unpacked, at most: newer ones are packed in ways of their own (4.4.3.2)."""
_LONG_ROW: Final = re.compile(rb"[^\n]{%d}" % (ROW_BYTES + 1))

NOT_WHOLE: Words = ("不是 ZIP，或被截断，或带有附注", "it is no ZIP, or is cut short, or bears a comment")
TOO_MANY: Words = ("文件数目过多", "it holds too many files")
UNKNOWN: Words = ("其中“{name}”不是全套文件之一", "“{name}” in it is none of a bundle's files")
TWICE: Words = ("{name} 出现两次", "{name} is in it twice")
NOT_PLAIN: Words = ("{name} 不是普通文件", "{name} is not a plain file")
ENCRYPTED: Words = ("{name} 已加密", "{name} is encrypted")
PACKED: Words = ("{name} 的压缩方式不受支持", "{name} is packed in a way that is not supported")
ELSEWHERE: Words = (
    "{name} 与压缩包的目录不符：不同的程序会读出不同的文件",
    "{name} is not what the list at the end says: two programs would read two files",
)
DAMAGED: Words = ("{name} 已损坏", "{name} is damaged")
MISSING: Words = ("缺少这个文件", "it is missing")
LARGE: Words = ("全部文件合计超过 {most} 字节", "all files together have more than {most} bytes")
LARGE_JSON: Words = ("超过 {most} 字节", "it has more than {most} bytes")
LONG_ROW: Words = ("第 {row} 行过长", "row {row} is too long")
MANY_ROWS: Words = ("超过 {most} 行；可用 --rows 放宽", "it has more than {most} rows; allow more with --rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken in: bytes of all files together, rows of each input table."""

    total: int = 256 * 2**20
    rows: int = 1_000_000


class Intake:
    """Takes in the files of one bundle, one after another, and stops at the first that is too large."""

    def __init__(self, limits: Limits) -> None:
        self.files: dict[str, bytes] = {}
        self._limits = limits
        self._total = 0

    def take(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep a file. Raises BundleFileError."""
        rows = _Rows(name, self._limits.rows) if name in TABLES else None
        data = bytearray()
        for chunk in chunks:
            data += chunk
            self._total += len(chunk)
            if self._total > self._limits.total:
                raise refused(name, LARGE, most=self._limits.total)
            if rows is not None:
                rows.count(chunk)
            elif name.endswith(".json") and len(data) > JSON_BYTES:
                raise refused(name, LARGE_JSON, most=JSON_BYTES)
        self.files[name] = bytes(data)


class _Rows:
    """Counts the rows of a table while it comes in: what is kept in memory later depends on them."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        self._ended = self._open = 0

    def count(self, chunk: bytes) -> None:
        first = chunk.find(b"\n")
        beginning = len(chunk) if first < 0 else first
        if self._open + beginning > ROW_BYTES:
            raise refused(self._name, LONG_ROW, row=self._ended + 1)
        if long := _LONG_ROW.search(chunk):
            raise refused(self._name, LONG_ROW, row=self._ended + chunk.count(b"\n", 0, long.start()) + 1)
        self._ended += chunk.count(b"\n")
        self._open = self._open + len(chunk) if first < 0 else len(chunk) - chunk.rfind(b"\n") - 1
        if self._ended > self._most + 1:
            raise refused(self._name, MANY_ROWS, most=self._most)


def refused(file: str, words: Words, **data: object) -> BundleFileError:
    """Return the error that says what is wrong with a file."""
    return BundleFileError(file=file, problem_zh=words[0].format(**data), problem_en=words[1].format(**data))


def check_complete(names: Iterable[str], needed: Iterable[str]) -> None:
    """Refuse a bundle that lacks a file. Raises BundleFileError."""
    for name in needed:
        if name not in names:
            raise refused(name, MISSING)


def take_archive(stream: BinaryIO, intake: Intake) -> None:
    """Take in all files of a ZIP, which is read where it lies and unpacked in memory.

    Raises ArchiveError, BundleFileError.
    """
    members, listed_at = _members(stream)
    check_complete({member.name for member in members}, BUNDLE_FILES)
    for member in _in_place(stream, members, listed_at):
        intake.take(member.name, _unpacked(stream, member))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    start: int = 0
    """Where its bytes begin, once what stands before them was read."""


def _members(stream: BinaryIO) -> tuple[list[_Member], int]:
    """Return what the list at the end of a ZIP names, and where that list begins."""
    size = stream.seek(0, 2)
    end = _read(stream, max(0, size - _END.size), _END.size)
    if end is None:
        raise _archive(NOT_WHOLE)
    sign, disk, listed_on, here, count, length, listed_at, comment = _END.unpack(end)
    if sign != b"PK\5\6" or comment or disk or listed_on or here != count:
        raise _archive(NOT_WHOLE)
    if count > len(BUNDLE_FILES) + 1 or length > _DIRECTORY_BYTES:
        raise _archive(TOO_MANY)
    listed = _read(stream, listed_at, length)
    if listed is None or listed_at + length + _END.size != size:
        raise _archive(NOT_WHOLE)
    members: list[_Member] = []
    at = 0
    for _ in range(count):
        member, at = _listed(listed, at)
        if member.name in {each.name for each in members}:
            raise _archive(TWICE, name=member.name)
        members.append(member)
    if at != length:
        raise _archive(NOT_WHOLE)
    return members, listed_at


def _listed(listed: bytes, at: int) -> tuple[_Member, int]:
    if len(listed) < at + _LISTED.size:
        raise _archive(NOT_WHOLE)
    found = _LISTED.unpack_from(listed, at)
    flags, method, crc, packed, size = found[3], found[4], *found[7:10]
    name_length, extra, comment = found[10:13]
    name = listed[at + _LISTED.size : at + _LISTED.size + name_length].decode("ascii", "backslashreplace")
    if found[0] != b"PK\1\2":
        raise _archive(NOT_WHOLE)
    if name not in BUNDLE_FILES:
        raise _archive(UNKNOWN, name=ascii(name[:64])[1:-1])
    if stat.S_IFMT(found[15] >> 16) not in (0, stat.S_IFREG):
        raise _archive(NOT_PLAIN, name=name)
    if flags & _ENCRYPTED:
        raise _archive(ENCRYPTED, name=name)
    if method not in (_STORED, _DEFLATED) or flags & _PATCHED or found[2] & 0xFF > _VERSION:
        raise _archive(PACKED, name=name)
    member = _Member(name=name, method=method, crc=crc, packed=packed, size=size, offset=found[16])
    return member, at + _LISTED.size + name_length + extra + comment


def _in_place(stream: BinaryIO, members: Iterable[_Member], listed_at: int) -> Iterator[_Member]:
    """Yield the members in the order in which they lie, each once what stands before it says what the list says."""
    free = 0
    for member in sorted(members, key=lambda each: each.offset):
        header = _read(stream, member.offset, _LOCAL.size)
        if header is None or member.offset < free:
            raise _archive(ELSEWHERE, name=member.name)
        sign, _, _, method, _, _, _, _, _, name_length, extra = _LOCAL.unpack(header)
        name = _read(stream, member.offset + _LOCAL.size, min(name_length, 64))
        start = member.offset + _LOCAL.size + name_length + extra
        free = start + member.packed
        if (sign, method, name, name_length) != (b"PK\3\4", member.method, member.name.encode(), len(member.name)):
            raise _archive(ELSEWHERE, name=member.name)
        if free > listed_at:
            raise _archive(ELSEWHERE, name=member.name)
        yield replace(member, start=start)


def _unpacked(stream: BinaryIO, member: _Member) -> Iterator[bytes]:
    """Yield the bytes of a file as they are unpacked; the last of them once size and checksum are those listed."""
    size = crc = 0
    for chunk in _inflated(stream, member) if member.method == _DEFLATED else _stored(stream, member):
        size, crc = size + len(chunk), zlib.crc32(chunk, crc)
        if size > member.size:
            raise _archive(DAMAGED, name=member.name)
        yield chunk
    if (size, crc) != (member.size, member.crc):
        raise _archive(DAMAGED, name=member.name)


def _stored(stream: BinaryIO, member: _Member) -> Iterator[bytes]:
    for at in range(0, member.packed, CHUNK):
        stream.seek(member.start + at)
        yield stream.read(min(CHUNK, member.packed - at))


def _inflated(stream: BinaryIO, member: _Member) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for packed in _stored(stream, member):
        if inflater.eof:
            raise _archive(DAMAGED, name=member.name)
        waiting, full = packed, True
        while full and not inflater.eof:
            try:
                chunk = inflater.decompress(waiting, CHUNK)
            except zlib.error:
                raise _archive(DAMAGED, name=member.name) from None
            waiting = inflater.unconsumed_tail
            full = bool(waiting) or len(chunk) == CHUNK  # then there may be more to come of what was read
            yield chunk
    if inflater.unused_data or not inflater.eof:
        raise _archive(DAMAGED, name=member.name)


def _read(stream: BinaryIO, at: int, length: int) -> bytes | None:
    """Return that many bytes from a place, or None where there are fewer."""
    stream.seek(at)
    data = stream.read(length)
    return data if len(data) == length else None


def _archive(words: Words, **data: object) -> ArchiveError:
    return ArchiveError(problem_zh=words[0].format(**data), problem_en=words[1].format(**data))
