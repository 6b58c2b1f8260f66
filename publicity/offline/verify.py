#!/usr/bin/env python3
"""核对一次抽查的全套文件，不联网，也不需要本系统。Check the bundle of a draw, offline and without this service.

    python3 verify.py BUNDLE.zip            压缩包 a ZIP
    python3 verify.py DIRECTORY             同名文件所在的目录 the same files in a directory
    python3 verify.py BUNDLE.zip cosigned.json replacements.json    连同旁边的文件 with what is published beside it
    python3 verify.py --receipt FILE --key VKEY    一份回执 a receipt

One file, the standard library of Python 3.8 or later and nothing else. It is written from the protocol page
(``double-random/1``) and shares no code with the service, so that the two can catch each other's mistakes.

It recomputes everything from the six input files: commitment, seed, tickets, who was drawn and who visits whom;
compares that with what was published; checks the replacements, the public value, the proofs of the log and what
witnesses cosigned before the round, where they are there; and says what nobody can check from files. It leaves nothing
behind and asks nothing of the network.

Exit status: 0 if all that could be checked holds, 1 if something was refused, 2 if it was called wrongly.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import math
import os
import re
import stat
import struct
import sys
import unicodedata
import zipfile
import zlib
from bisect import bisect_left
from contextlib import closing
from datetime import date
from typing import (
    IO,
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    NoReturn,
    Optional,
    Sequence,
    Set,
    Tuple,
)

PROTOCOL = "double-random/1"

COMMITMENT, REVEAL = "commitment.json", "reveal.json"
FRAME, EXCLUSIONS, INSPECTORS, RECUSALS = "frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv"
DRAWN, TEAMS = "drawn.csv", "teams.csv"
PUBLIC_VALUE, LOG = "public_value.json", "log.json"
REPLACEMENTS, COSIGNED = "replacements.json", "cosigned.json"
INPUTS = (COMMITMENT, FRAME, EXCLUSIONS, INSPECTORS, RECUSALS, REVEAL)
BUNDLE = (*INPUTS, DRAWN, TEAMS, PUBLIC_VALUE, LOG)
"""What the ZIP holds, no more and no less (protocol, section 7)."""
BESIDE = (REPLACEMENTS, COSIGNED)
"""What is published beside it."""

GREATEST = 2**53 - 1
"""Integers are 0 to this."""
JSON_LIMIT = 16 * 2**20
"""Bytes of a JSON file, at most: they are read whole."""
TOTAL_LIMIT = 256
"""MiB of all files together, unpacked, unless told otherwise."""
ROWS_LIMIT = 1_000_000
"""Rows of an input table, unless told otherwise: what is kept in memory depends on them."""
LINE_LIMIT = 512
"""Bytes of a row of a table; the longest lawful one has fewer."""
CHUNK = 2**16
PROGRESS = 50_000
"""Rows or units between two signs of life on standard error."""


UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, OverflowError, RuntimeError, ValueError),
)
"""What the standard library says of an archive that is none."""


class RefusedError(Exception):
    """Something breaks the protocol; the first such thing is named and nothing is repaired."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where, self.zh, self.en = where, zh, en


class UsageError(Exception):
    """The call itself is wrong: no such file, no such key."""


def refuse(where: str, zh: str, en: str) -> NoReturn:
    """Raise RefusedError."""
    raise RefusedError(where, zh, en)


# ---------- hashes


class Sm3:
    """SM3 (GB/T 32905-2016), because many Pythons are built without it."""

    _START = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)

    def __init__(self, data: bytes = b"") -> None:
        self._state: Tuple[int, ...] = self._START
        self._rest = b""
        self._length = 0
        self.update(data)

    def update(self, data: bytes) -> None:
        """Take in more."""
        self._length += len(data)
        data = self._rest + data
        whole = len(data) - len(data) % 64
        for at in range(0, whole, 64):
            self._state = _sm3_block(self._state, data[at : at + 64])
        self._rest = data[whole:]

    def digest(self) -> bytes:
        """Return the 32 bytes of what was taken in."""
        end = self._rest + b"\x80" + bytes((55 - self._length) % 64) + (self._length * 8).to_bytes(8, "big")
        state = self._state
        for at in range(0, len(end), 64):
            state = _sm3_block(state, end[at : at + 64])
        return b"".join(word.to_bytes(4, "big") for word in state)

    def hexdigest(self) -> str:
        """Return the digest as 64 hex digits."""
        return self.digest().hex()


_WORD = 0xFFFFFFFF


def _rotated(word: int, by: int) -> int:
    return (word << by | word >> (32 - by)) & _WORD


_SM3_ROUND = tuple(_rotated(0x79CC4519 if at < 16 else 0x7A879D8A, at % 32) for at in range(64))


def _sm3_block(state: Tuple[int, ...], block: bytes) -> Tuple[int, ...]:
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for at in range(16, 68):
        mixed = words[at - 16] ^ words[at - 9] ^ _rotated(words[at - 3], 15)
        mixed ^= _rotated(mixed, 15) ^ _rotated(mixed, 23)
        words.append(mixed ^ _rotated(words[at - 13], 7) ^ words[at - 6])
    a, b, c, d, e, f, g, h = state
    for at in range(64):
        a12 = _rotated(a, 12)
        ss1 = _rotated((a12 + e + _SM3_ROUND[at]) & _WORD, 7)
        if at < 16:
            ff, gg = a ^ b ^ c, e ^ f ^ g
        else:
            ff, gg = (a & b) | (a & c) | (b & c), (e & f) | (~e & g)
        tt1 = (ff + d + (ss1 ^ a12) + (words[at] ^ words[at + 4])) & _WORD
        tt2 = (gg + h + ss1 + words[at]) & _WORD
        a, b, c, d = tt1, a, _rotated(b, 9), c
        e, f, g, h = tt2 ^ _rotated(tt2, 9) ^ _rotated(tt2, 17), e, _rotated(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h)))


def _library_sm3(data: bytes = b"") -> Any:
    return hashlib.new("sm3", data)


def fastest_sm3() -> Callable[..., Any]:
    """Return the library's SM3 where there is one that agrees with ours on a message, else ours."""
    try:
        agrees = _library_sm3(b"abc").digest() == Sm3(b"abc").digest()
    except ValueError:
        agrees = False
    return _library_sm3 if agrees else Sm3


def hash_named(name: str) -> Callable[..., Any]:
    """Return what makes digests by the hash that a commitment names."""
    return hashlib.sha256 if name == "sha256" else fastest_sm3()


# ---------- canonical JSON

_INTEGER = re.compile(r"[0-9]{1,16}")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_ESCAPED = re.compile(r'["\\\x00-\x1f]')


def jcs(value: object) -> str:
    """Return the one form of a JSON value (RFC 8785). There are no fractions here, so numbers are plain digits."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + _ESCAPED.sub(_escape, value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(jcs(each) for each in value) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(jcs(key) + ":" + jcs(value[key]) for key in keys) + "}"
    raise TypeError(type(value).__name__)


def _escape(found: re.Match[str]) -> str:
    sign = found.group()
    return _ESCAPES.get(sign) or f"\\u{ord(sign):04x}"


def read_canonical(where: str, data: bytes) -> Any:
    """Parse JSON that is in JCS form to the byte, with whole numbers in range and no key twice."""
    value = read_json(where, data)
    if jcs(value).encode("utf-8") != data:
        refuse(where, "不是规范形式（RFC 8785）", "is not in canonical form (RFC 8785)")
    return value


def read_json(where: str, data: bytes) -> Any:
    """Parse JSON in UTF-8 without duplicate keys, fractions or numbers out of range."""

    def pairs(found: List[Tuple[str, Any]]) -> Dict[str, Any]:
        made = dict(found)
        if len(made) != len(found):
            refuse(where, "有重复的键", "has a key twice")
        return made

    def whole(digits: str) -> int:
        if not _INTEGER.fullmatch(digits) or int(digits) > GREATEST:
            refuse(where, f"数字超出范围：{digits[:32]}", f"has a number out of range: {digits[:32]}")
        return int(digits)

    def other(text: str) -> NoReturn:
        refuse(where, f"不是整数：{text[:32]}", f"has a number that is not whole: {text[:32]}")

    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=pairs, parse_int=whole, parse_float=other, parse_constant=other)
        jcs(value).encode("utf-8")  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        refuse(where, "不是 UTF-8 编码的 JSON", "is not JSON in UTF-8")
    return value


def keys_of(where: str, value: Any, *names: str) -> Dict[str, Any]:
    """Return an object that has exactly these keys."""
    if not isinstance(value, dict) or set(value) != set(names):
        refuse(where, f"应恰有这些键：{'、'.join(names)}", f"must have exactly these keys: {', '.join(names)}")
    found: Dict[str, Any] = value
    return found


def whole_number(where: str, value: Any, *, low: int = 0, high: int = GREATEST) -> int:
    """Return an integer in range; true and false are none."""
    if type(value) is not int or not low <= value <= high:
        refuse(where, f"应为 {low} 至 {high} 的整数", f"must be an integer from {low} to {high}")
    number: int = value
    return number


_IDENTIFIER = re.compile(r"[0-9A-Za-z._-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def identifier(where: str, value: Any) -> str:
    """Return an identifier."""
    if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
        refuse(where, "不是标识符", "is not an identifier")
    return value


def hex64(where: str, value: Any) -> str:
    """Return 64 lowercase hex digits."""
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        refuse(where, "不是 64 位小写十六进制数字", "is not 64 lowercase hex digits")
    return value


def text_of(where: str, value: Any) -> str:
    """Return 1 to 200 characters in NFC without control characters."""
    if not isinstance(value, str) or not 1 <= len(value) <= 200:
        refuse(where, "应为 1 至 200 个字符", "must be 1 to 200 characters")
    if unicodedata.normalize("NFC", value) != value or any(unicodedata.category(sign) == "Cc" for sign in value):
        refuse(where, "含控制字符，或不是 NFC 形式", "has control characters or is not in NFC")
    return value


def list_of(where: str, value: Any) -> List[Any]:
    """Return a list with something in it."""
    if not isinstance(value, list) or not value:
        refuse(where, "应为非空的列表", "must be a list with something in it")
    return value


def no_twins(where: str, names: Iterable[str]) -> None:
    """Refuse names that are the same or differ in case only."""
    seen: Dict[str, str] = {}
    for name in names:
        other = seen.get(name.lower())
        if other is not None:
            refuse(where, f"{other} 与 {name} 重复或仅大小写不同", f"{other} and {name} are one or differ in case only")
        seen[name.lower()] = name


# ---------- the files' source


class Files:
    """The files of a draw, from a directory or an archive, each read as a stream and none written anywhere."""

    def __init__(self, names: Iterable[str], opener: Callable[[str], Any], *, rows_limit: int = ROWS_LIMIT) -> None:
        self.names = frozenset(names)
        self.rows_limit = rows_limit
        self._open = opener

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file; what an archive cannot give is refused."""
        try:
            with self._open(name) as stream:
                while True:
                    chunk = stream.read(CHUNK)
                    if not chunk:
                        return
                    yield chunk
        except UNREADABLE as error:
            refuse(name, "读不出来：文件损坏", f"cannot be read: {type(error).__name__}")

    def read(self, name: str) -> bytes:
        """Return a JSON file whole."""
        data = bytearray()
        for chunk in self.chunks(name):
            data += chunk
            if len(data) > JSON_LIMIT:
                refuse(name, "太大", "is too large")
        return bytes(data)


def files_of(path: str, beside: Sequence[str] = (), *, limit: int, rows_limit: int) -> Files:
    """Return the files of a bundle, a ZIP or a directory, and those beside it, after a look at all but their contents.

    Raises UsageError.
    """
    if os.path.isdir(path):
        names, opener, size = _directory(path)
    elif os.path.isfile(path):
        names, opener, size = _archive(path, limit=limit)
    else:
        raise UsageError(path)
    further: Dict[str, str] = {}
    for other in beside:
        name = os.path.basename(other)
        if name not in BESIDE or not os.path.lexists(other):
            raise UsageError(other)
        if name in names or name in further:
            refuse(name, "给了两次", "is given twice")
        size += _plain_size(name, other)
        further[name] = other
    _check_size(size, limit)
    found = [*names, *further]
    return Files(
        found, lambda name: open(further[name], "rb") if name in further else opener(name), rows_limit=rows_limit
    )


Opened = Tuple[List[str], Callable[[str], Any], int]
"""The names, what opens each, and how many bytes they have together."""


def _directory(path: str) -> Opened:
    found = [name for name in (*BUNDLE, *BESIDE) if os.path.lexists(os.path.join(path, name))]
    size = sum(_plain_size(name, os.path.join(path, name)) for name in found)
    _check_there(found, INPUTS)
    return found, lambda name: open(os.path.join(path, name), "rb"), size


def _plain_size(name: str, path: str) -> int:
    seen = os.lstat(path)
    if not stat.S_ISREG(seen.st_mode):
        refuse(name, "不是普通文件", "is not a plain file")
    return seen.st_size


def _archive(path: str, *, limit: int) -> Opened:
    where = os.path.basename(path)
    listed_at = _check_end_of_archive(path, where)
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE:
        refuse(where, "不是可读的 ZIP", "is not a ZIP that can be read")
    members = archive.infolist()
    for member in members:
        _check_member(member)
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        refuse(where, "有同名文件", "has a name twice")
    _check_there(names, BUNDLE)
    size = sum(member.file_size for member in members)
    _check_size(size, limit)
    starts = _check_places(path, members, listed_at)
    listed = {member.filename: member for member in members}
    return names, lambda name: closing(Member(path, listed[name], starts[name])), size


_END = b"PK\x05\x06"
_END_SIZE = 22
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_DIRECTORY_LIMIT = 2**14
_LOCAL, _LOCAL_SIZE = b"PK\x03\x04", 30
_LISTED_SIZE = 46


def _check_end_of_archive(path: str, where: str) -> int:
    """Refuse what is no small plain ZIP before anything is made of it: a directory of a million names costs memory.

    Return where its list of files begins, which ends where the end begins.
    """
    with open(path, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _END_SIZE - _LOCATOR_SIZE))
        tail = stream.read()
    end = tail[-_END_SIZE:]
    if len(end) < _END_SIZE or not end.startswith(_END) or end[20:] != b"\0\0":
        refuse(where, "不是 ZIP，或被截断，或带有附注", "is no ZIP, or is cut short, or bears a comment")
    entries, length, start = (int.from_bytes(end[at : at + n], "little") for at, n in ((10, 2), (12, 4), (16, 4)))
    if tail.startswith(_LOCATOR) or entries > len(BUNDLE) + 1 or length > _DIRECTORY_LIMIT:
        refuse(where, "文件数目过多", "holds too many files")
    whole = end[4:8] == bytes(4) and end[8:10] == end[10:12] and start + length + _END_SIZE == size
    if not whole or not _fills(path, start, length, entries):
        refuse(where, "不是完整的 ZIP，或夹带其他内容", "is no whole ZIP, or has something else in it")
    return start


def _fills(path: str, start: int, length: int, entries: int) -> bool:
    """Return whether so many entries fill the list of files to its last byte, as the library does not ask."""
    with open(path, "rb") as stream:
        stream.seek(start)
        listed = stream.read(length)
    at = 0
    for _ in range(entries):
        sizes = [int.from_bytes(listed[at + field : at + field + 2], "little") for field in (28, 30, 32)]
        at += _LISTED_SIZE + sum(sizes)
    return at == len(listed) == length


def _check_places(path: str, members: Sequence[zipfile.ZipInfo], listed_at: int) -> Dict[str, int]:
    """Refuse a file that is not where the list says, or bears another name there: programs would read two files.

    Return where the bytes of each begin.
    """
    free, starts = 0, {}  # type: int, Dict[str, int]
    with open(path, "rb") as stream:
        for member in sorted(members, key=lambda each: each.header_offset):
            stream.seek(member.header_offset)
            header = stream.read(_LOCAL_SIZE)
            method, named, extra = (int.from_bytes(header[at : at + 2], "little") for at in (8, 26, 28))
            begins = member.header_offset >= free and header.startswith(_LOCAL) and len(header) == _LOCAL_SIZE
            name = stream.read(min(named, LINE_LIMIT))
            starts[member.filename] = member.header_offset + _LOCAL_SIZE + named + extra
            free = starts[member.filename] + member.compress_size
            same = (method, name) == (member.compress_type, member.filename.encode())
            if not begins or not same or free > listed_at:
                refuse(member.filename, "读不出来：与 ZIP 的目录不符", "cannot be read: it is not what the ZIP lists")
    return starts


class Member:
    """A file of an archive, unpacked as it is read: all of its packed bytes, to the end of the stream, and no more.

    The library would forgive a stream that does not end, or that goes on; then two programs could read two files.
    """

    def __init__(self, path: str, listed: zipfile.ZipInfo, start: int) -> None:
        self._stream = open(path, "rb")  # noqa: SIM115 -- closed by close
        self._listed = listed
        self._stream.seek(start)
        self._unpacked = self._checked(
            self._stored() if listed.compress_type == zipfile.ZIP_STORED else self._inflated()
        )

    def close(self) -> None:
        """Close the archive, which each file of it has open for itself."""
        self._stream.close()

    def read(self, _size: int) -> bytes:
        """Return some bytes more, none after the last. Raises BadZipFile, zlib.error."""
        return next(self._unpacked, b"")

    def _checked(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        size = crc = 0
        for chunk in chunks:
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
            if size > self._listed.file_size:
                raise zipfile.BadZipFile
            if chunk:
                yield chunk
        if (size, crc) != (self._listed.file_size, self._listed.CRC):
            raise zipfile.BadZipFile

    def _stored(self) -> Iterator[bytes]:
        left = self._listed.compress_size
        while left:
            chunk = self._stream.read(min(CHUNK, left))
            if not chunk:
                raise zipfile.BadZipFile
            left -= len(chunk)
            yield chunk

    def _inflated(self) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-15)
        for packed in self._stored():
            if inflater.eof:
                raise zipfile.BadZipFile
            waiting, more = packed, True
            while more and not inflater.eof:
                chunk = inflater.decompress(waiting, CHUNK)
                waiting = inflater.unconsumed_tail
                more = bool(waiting) or len(chunk) == CHUNK
                yield chunk
        if inflater.unused_data or not inflater.eof:
            raise zipfile.BadZipFile


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if name not in BUNDLE or member.orig_filename != name:
        shown = ascii(member.orig_filename[:64])
        refuse(shown, "不是全套文件之一", "is none of a bundle's files")
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        refuse(name, "不是普通文件", "is not a plain file")
    if member.flag_bits & 0x41:
        refuse(name, "已加密", "is encrypted")
    if member.flag_bits & 0x20 or member.extract_version > 63:
        refuse(name, "压缩方式不受支持", "is packed in a way that is not supported")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        refuse(name, "压缩方式不受支持", "is packed in a way that is not supported")


def _check_there(names: Iterable[str], needed: Sequence[str]) -> None:
    for name in needed:
        if name not in names:
            refuse(name, "缺少这个文件", "is missing")


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        refuse("*", f"解开后超过 {limit} 字节", f"unpacks to more than {limit} bytes")


# ---------- the tables

_ID = rb"([0-9A-Za-z._-]{1,64})"
_AREA = rb"((?:[0-9]{2}){0,2}(?:0[1-9]|[1-9][0-9]))"


class Table(NamedTuple):
    """What a table's rows look like."""

    name: str
    header: bytes
    row: re.Pattern[bytes]


FRAME_TABLE = Table(FRAME, b"unit_id,stratum,area", re.compile(rb"%b,%b,%b" % (_ID, _ID, _AREA)))
EXCLUSIONS_TABLE = Table(EXCLUSIONS, b"unit_id,reason", re.compile(rb"%b,%b" % (_ID, _ID)))
INSPECTORS_TABLE = Table(INSPECTORS, b"inspector_id,department,area", re.compile(rb"%b,%b,%b" % (_ID, _ID, _AREA)))
RECUSALS_TABLE = Table(RECUSALS, b"inspector_id,unit_id", re.compile(rb"%b,%b" % (_ID, _ID)))
DRAWN_HEADER = b"unit_id,stratum,rank,ticket"
TEAMS_HEADER = b"unit_id,department,seat,inspector_id"


def lines_of(files: Files, name: str, hasher: Any = None) -> Iterator[Tuple[int, bytes]]:
    """Yield the lines of a table without their ends, numbered from 1 as in a spreadsheet, and hash them in passing."""
    rest, number = b"", 0
    for chunk in files.chunks(name):
        if hasher is not None:
            hasher.update(chunk)
        parts = (rest + chunk).split(b"\n")
        rest = parts.pop()
        for line in parts:
            number += 1
            yield number, line
        if len(rest) > LINE_LIMIT:
            refuse(name, f"第 {number + 1} 行过长", f"row {number + 1} is too long")
    if rest:
        refuse(name, "最后一行没有换行符", "has no line end after the last row")
    if not number:
        refuse(name, "是空文件", "is empty")


def rows_of(files: Files, table: Table, hasher: Any, progress: Progress) -> Iterator[Tuple[int, Tuple[bytes, ...]]]:
    """Yield the rows of an input table, numbered, after each was looked at by itself."""
    matched, most = table.row.fullmatch, files.rows_limit + 1
    for number, line in lines_of(files, table.name, hasher):
        if number == 1:
            if line != table.header:
                refuse(table.name, "第 1 行不是规定的表头", "row 1 is not the header")
            continue
        found = matched(line)
        if found is None:
            refuse(table.name, f"第 {number} 行格式不对", f"row {number} has another form")
        if number > most:
            refuse(
                table.name,
                f"超过 {most - 1} 行；请用 --rows 放宽",
                f"has more than {most - 1} rows; allow more with --rows",
            )
        progress.pass_one(table.name)
        yield number, found.groups()


def _out_of_order(name: str, number: int) -> NoReturn:
    refuse(name, f"第 {number} 行重复或次序不对", f"row {number} is there twice or out of order")


class Frame:
    """Every unit that can be drawn, in order of unit_id, as columns."""

    def __init__(self) -> None:
        self.ids: List[bytes] = []
        self.strata: List[bytes] = []
        self.areas: List[bytes] = []

    def place(self, unit_id: bytes) -> Optional[int]:
        """Return where a unit stands, or None."""
        return _place(self.ids, unit_id)


def _place(ids: List[bytes], wanted: bytes) -> Optional[int]:
    at = bisect_left(ids, wanted)
    return at if at < len(ids) and ids[at] == wanted else None


class Roster:
    """Everyone who may be sent, in order of inspector_id, as columns."""

    def __init__(self) -> None:
        self.ids: List[bytes] = []
        self.departments: List[bytes] = []
        self.areas: List[bytes] = []


class Tables(NamedTuple):
    """The four input tables and the digests of their bytes."""

    frame: Frame
    exclusions: List[bytes]
    roster: Roster
    recused: Dict[int, Set[int]]
    digests: Dict[str, str]
    rows: Dict[str, int]


def read_tables(files: Files, made_by: Callable[..., Any], progress: Progress) -> Tables:
    """Read the four tables in the order of the protocol, each by itself, then what they say about each other."""
    digests: Dict[str, str] = {}
    hasher = made_by()
    frame = _read_frame(files, hasher, progress)
    digests[FRAME] = hasher.hexdigest()
    hasher = made_by()
    exclusions = _read_exclusions(files, hasher, progress)
    digests[EXCLUSIONS] = hasher.hexdigest()
    hasher = made_by()
    roster = _read_roster(files, hasher, progress)
    digests[INSPECTORS] = hasher.hexdigest()
    hasher = made_by()
    pairs = _read_recusals(files, hasher, progress)
    digests[RECUSALS] = hasher.hexdigest()
    _check_units(frame, exclusions)
    recused: Dict[int, Set[int]] = {}
    for number, (inspector_id, unit_id) in enumerate(pairs, start=2):
        who, where = _place(roster.ids, inspector_id), frame.place(unit_id)
        if who is None or where is None:
            text = (inspector_id if who is None else unit_id).decode()
            refuse(RECUSALS, f"第 {number} 行：没有 {text}", f"row {number}: there is no {text}")
        recused.setdefault(where, set()).add(who)
    rows = {FRAME: len(frame.ids), EXCLUSIONS: len(exclusions), INSPECTORS: len(roster.ids), RECUSALS: len(pairs)}
    return Tables(frame, exclusions, roster, recused, digests, rows)


def _read_frame(files: Files, hasher: Any, progress: Progress) -> Frame:
    frame, kept, last = Frame(), {}, b""  # type: Frame, Dict[bytes, bytes], bytes
    for number, (unit_id, stratum, area) in rows_of(files, FRAME_TABLE, hasher, progress):
        if unit_id <= last:
            _out_of_order(FRAME, number)
        last = unit_id
        frame.ids.append(unit_id)
        frame.strata.append(kept.setdefault(stratum, stratum))  # one object for each stratum and area saves memory
        frame.areas.append(kept.setdefault(area, area))
    if not frame.ids:
        refuse(FRAME, "没有任何一行", "has no row")
    no_twins(FRAME, (name.decode() for name in set(frame.strata)))
    return frame


def _read_exclusions(files: Files, hasher: Any, progress: Progress) -> List[bytes]:
    units: List[bytes] = []
    reasons: Set[bytes] = set()
    last = b""
    for number, (unit_id, reason) in rows_of(files, EXCLUSIONS_TABLE, hasher, progress):
        if unit_id <= last:
            _out_of_order(EXCLUSIONS, number)
        last = unit_id
        units.append(unit_id)
        reasons.add(reason)
    no_twins(EXCLUSIONS, (reason.decode() for reason in reasons))
    return units


def _read_roster(files: Files, hasher: Any, progress: Progress) -> Roster:
    roster, kept, last = Roster(), {}, b""  # type: Roster, Dict[bytes, bytes], bytes
    for number, (inspector_id, department, area) in rows_of(files, INSPECTORS_TABLE, hasher, progress):
        if inspector_id <= last:
            _out_of_order(INSPECTORS, number)
        last = inspector_id
        roster.ids.append(inspector_id)
        roster.departments.append(kept.setdefault(department, department))
        roster.areas.append(kept.setdefault(area, area))
    no_twins(INSPECTORS, (inspector_id.decode() for inspector_id in roster.ids))
    no_twins(INSPECTORS, (department.decode() for department in set(roster.departments)))
    return roster


def _read_recusals(files: Files, hasher: Any, progress: Progress) -> List[Tuple[bytes, ...]]:
    pairs: List[Tuple[bytes, ...]] = []
    last: Tuple[bytes, ...] = ()
    for number, pair in rows_of(files, RECUSALS_TABLE, hasher, progress):
        if pair <= last:
            _out_of_order(RECUSALS, number)
        last = pair
        pairs.append(pair)
    return pairs


def _check_units(frame: Frame, exclusions: List[bytes]) -> None:
    """Refuse a unit that is both framed and excluded, and units that differ in case only."""
    lowered = set(map(bytes.lower, frame.ids))
    lowered.update(map(bytes.lower, exclusions))
    if len(lowered) != len(frame.ids) + len(exclusions):
        del lowered
        no_twins(f"{FRAME}, {EXCLUSIONS}", (unit_id.decode() for unit_id in (*frame.ids, *exclusions)))


# ---------- the commitment

_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})([+-])([0-9]{2}):([0-9]{2})")
_RATIO = re.compile(r"0\.[0-9]{1,6}|1")
_TABLES = (("frame", FRAME), ("exclusions", EXCLUSIONS), ("inspectors", INSPECTORS), ("recusals", RECUSALS))
GENESIS, PERIOD = 1692803367, 3
QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
_UNIX_EPOCH = date(1970, 1, 1).toordinal()


def instant(where: str, value: Any) -> int:
    """Return the Unix second of a time with its offset."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        refuse(where, "时间的写法不对", "is not a time as YYYY-MM-DDThh:mm:ss±hh:mm")
    year, month, day, hour, minute, second = (int(found.group(at)) for at in range(1, 7))
    offset_hours, offset_minutes = int(found.group(8)), int(found.group(9))
    try:
        days = date(year, month, day).toordinal() - _UNIX_EPOCH
    except ValueError:
        refuse(where, "没有这一天", "is on a day that does not exist")
    if hour > 23 or minute > 59 or second > 59 or offset_hours > 23 or offset_minutes > 59:
        refuse(where, "没有这个时刻", "is at a time of day that does not exist")
    offset = (offset_hours * 60 + offset_minutes) * 60
    return days * 86400 + hour * 3600 + minute * 60 + second - (offset if found.group(7) == "+" else -offset)


class Commitment:
    """What was locked before anyone could know the seed, after it was looked at by itself."""

    def __init__(self, data: bytes) -> None:
        where = COMMITMENT
        found = keys_of(
            where,
            read_canonical(where, data),
            *("protocol", "hash", "draw_id", "title", "replaces", "register", "frame", "exclusions", "inspectors"),
            *("recusals", "quotas", "team", "secrets", "public_source", "committed_at", "execute_by", "open_by"),
        )
        if found["protocol"] != PROTOCOL:
            refuse(where, f"不是 {PROTOCOL}", f"is not of {PROTOCOL}")
        if found["hash"] not in ("sha256", "sm3"):
            refuse(f"{where} hash", "不是 sha256 或 sm3", "is neither sha256 nor sm3")
        self.hash_name: str = found["hash"]
        self.made_by = hash_named(self.hash_name)
        self.digest: str = self.made_by(data).hexdigest()
        self.draw_id = identifier(f"{where} draw_id", found["draw_id"])
        self.title = text_of(f"{where} title", found["title"])
        if found["replaces"] is not None:
            no_twins(f"{where} replaces", (self.draw_id, identifier(f"{where} replaces", found["replaces"])))
        self.tables = {name: _committed_table(f"{where} {key}", found[key]) for key, name in _TABLES}
        register = keys_of(f"{where} register", found["register"], "rows", "log_size")
        self.log_size = whole_number(f"{where} register.log_size", register["log_size"], low=1)
        scope = whole_number(f"{where} register.rows", register["rows"])
        if scope != self.tables[FRAME][1] + self.tables[EXCLUSIONS][1]:
            refuse(f"{where} register.rows", "不等于基数与排除之和", "is not the frame and the exclusions together")
        self.default, self.by_stratum = _quotas(f"{where} quotas", found["quotas"])
        self.team = _team(f"{where} team", found["team"])
        self.secrets = _secrets(f"{where} secrets", found["secrets"])
        committed, execute, opened = (
            instant(f"{where} {key}", found[key]) for key in ("committed_at", "execute_by", "open_by")
        )
        if not committed < execute <= opened:
            refuse(where, "三个时间的先后不对", "has its three times in another order")
        self.source = _source(f"{where} public_source", found["public_source"], committed, execute)


def _committed_table(where: str, value: Any) -> Tuple[str, int]:
    found = keys_of(where, value, "digest", "rows")
    return hex64(f"{where}.digest", found["digest"]), whole_number(f"{where}.rows", found["rows"])


Rule = Tuple[str, int, int]
"""("ratio", numerator, denominator) or ("count", n, 1)."""


def _rule(where: str, value: Any) -> Rule:
    if isinstance(value, dict) and set(value) == {"count"}:
        return "count", whole_number(where, value["count"], low=1), 1
    ratio = keys_of(where, value, "ratio")["ratio"]
    if not isinstance(ratio, str) or not _RATIO.fullmatch(ratio) or not ratio.strip("0."):
        refuse(where, "不是大于零的比例", "is not a ratio above zero")
    digits = ratio[2:]
    return ("ratio", int(digits), 10 ** len(digits)) if digits else ("ratio", 1, 1)


def _quotas(where: str, value: Any) -> Tuple[Rule, Dict[str, Rule]]:
    found = keys_of(where, value, "default", "strata")
    strata = found["strata"]
    if not isinstance(strata, dict):
        refuse(f"{where}.strata", "不是对象", "is not an object")
    named = {
        identifier(f"{where}.strata", name): _rule(f"{where}.strata.{name}", each) for name, each in strata.items()
    }
    no_twins(f"{where}.strata", named)
    return _rule(f"{where}.default", found["default"]), named


def _team(where: str, value: Any) -> List[Tuple[bytes, int]]:
    entries = [keys_of(where, entry, "department", "seats") for entry in list_of(where, value)]
    names = [identifier(where, entry["department"]) for entry in entries]
    no_twins(where, names)
    return [(name.encode(), whole_number(where, e["seats"], low=1, high=9)) for name, e in zip(names, entries)]


def _secrets(where: str, value: Any) -> List[Tuple[str, str]]:
    entries = [keys_of(where, entry, "party", "digest") for entry in list_of(where, value)]
    parties = [identifier(where, entry["party"]) for entry in entries]
    digests = [hex64(where, entry["digest"]) for entry in entries]
    no_twins(where, parties)
    no_twins(where, digests)
    return list(zip(parties, digests))


Source = Optional[Dict[str, Any]]


def _source(where: str, value: Any, committed: int, execute: int) -> Source:
    if value is None:
        return None
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind == "drand":
        found = keys_of(where, value, "kind", "round")
        published = GENESIS + PERIOD * (whole_number(f"{where}.round", found["round"], low=1) - 1)
        if not committed < published < execute:
            refuse(f"{where}.round", "该轮次不在锁定与摇号期限之间", "is not between commitment and execute_by")
        return found
    if kind != "witnessed":
        refuse(where, "不是 drand 或 witnessed", "is neither drand nor witnessed")
    found = keys_of(where, value, "kind", "what", "alphabet", "length")
    text_of(f"{where}.what", found["what"])
    alphabet = found["alphabet"]
    if not isinstance(alphabet, str) or any(not " " <= sign <= "~" for sign in alphabet):
        refuse(f"{where}.alphabet", "不是可见的 ASCII 字符", "is not of printable ASCII characters")
    if len(alphabet) < 2 or len(set(alphabet)) != len(alphabet):
        refuse(f"{where}.alphabet", "不足两个字符，或有重复", "has fewer than two characters, or one twice")
    length = whole_number(f"{where}.length", found["length"])
    if len(alphabet) ** min(length, 64) < 2**64:
        refuse(f"{where}.length", "可能的值少于 2 的 64 次方", "leaves fewer than 2^64 possible values")
    return found


def check_against_tables(made: Commitment, tables: Tables) -> None:
    """Check digests and rows, that every stratum named is there, and that every unit of the frame can be staffed."""
    for name, (digest, rows) in made.tables.items():
        if tables.digests[name] != digest:
            refuse(name, "摘要与锁定书不符：文件在锁定后改动过", "is not what was committed: its digest is another")
        if tables.rows[name] != rows:
            refuse(name, "行数与锁定书不符", "has another number of rows than was committed")
    strata = {name.decode() for name in set(tables.frame.strata)}
    for name in made.by_stratum:
        if name not in strata:
            refuse(f"{COMMITMENT} quotas", f"基数中没有分组 {name}", f"the frame has no stratum {name}")
    departments = {department.decode() for department in tables.roster.departments}
    no_twins(f"{COMMITMENT} team", departments | {department.decode() for department, _seats in made.team})
    for department, seats in made.team:
        staff = Staff(department, tables)
        for unit in range(len(tables.frame.ids)):
            if staff.count(unit) < seats:
                shown = tables.frame.ids[unit].decode(), department.decode()
                refuse(
                    COMMITMENT,
                    "单位 {} 在部门 {} 没有足够的人可派".format(*shown),
                    "unit {} cannot be staffed by department {}".format(*shown),
                )


# ---------- the seed


class Keys(NamedTuple):
    """What follows from the commitment and what was handed in."""

    seed: str
    subject: bytes
    team: bytes
    public_value: Optional[str]


def read_reveal(data: bytes, made: Commitment) -> Keys:
    """Check secrets and public value against the commitment and return seed and keys."""
    found = keys_of(REVEAL, read_canonical(REVEAL, data), "public_value", "secrets")
    secrets = found["secrets"]
    if not isinstance(secrets, list) or len(secrets) != len(made.secrets):
        refuse(f"{REVEAL} secrets", "个数与锁定书不符", "are not as many as were committed")
    for (party, digest), secret in zip(made.secrets, secrets):
        hex64(f"{REVEAL} secrets", secret)
        text = f"{PROTOCOL} secret\n{made.draw_id}\n{party}\n{secret}\n"
        if made.made_by(text.encode()).hexdigest() != digest:
            refuse(f"{REVEAL} secrets", f"{party} 的秘密与其摘要不符", f"the secret of {party} has another digest")
    no_twins(f"{REVEAL} secrets", secrets)
    value = found["public_value"]
    _check_value(f"{REVEAL} public_value", value, made.source)
    text = "\n".join([f"{PROTOCOL} seed", made.digest, *secrets, value or "", ""])
    seed: str = made.made_by(text.encode()).hexdigest()
    subject, team = (made.made_by(f"{PROTOCOL} {what}\n{seed}".encode()).hexdigest() for what in ("subjects", "teams"))
    return Keys(seed, subject[:32].encode(), team[:32].encode(), value)


def _check_value(where: str, value: Any, source: Source) -> None:
    if source is None:
        if value is not None:
            refuse(where, "锁定书没有约定公开值", "the commitment named no source of it")
    elif source["kind"] == "drand":
        hex64(where, value)
    elif not isinstance(value, str) or len(value) != source["length"] or set(value) - set(source["alphabet"]):
        refuse(where, "不是约定长度和字符的公开值", "is not of the length and the characters agreed")


# ---------- the operators


class Drawn(NamedTuple):
    """One unit of the list, in order of (ticket, unit_id)."""

    ticket: bytes
    unit_id: bytes
    stratum: bytes
    rank: int

    def line(self) -> bytes:
        """Return its line of drawn.csv."""
        return b"%b,%b,%d,%b\n" % (self.unit_id, self.stratum, self.rank, self.ticket.hex().encode())


def quota(rule: Rule, units: int) -> int:
    """Return how many of a stratum's units are drawn: a ratio always rounded up, in exact arithmetic."""
    kind, number, parts = rule
    return min(number, units) if kind == "count" else -(-number * units // parts)


def tickets(unit_ids: Sequence[bytes], *, key: bytes, first: int, made_by: Callable[..., Any]) -> List[bytes]:
    """Return the ``first`` smallest of ticket and unit_id, put together, in order.

    Tickets are uniform, so almost surely all of them lie below ``first / all`` and eight standard deviations: only
    those are kept and sorted. Where they do not (the count shows it) everything is sorted.
    """
    head = key + b":"
    total = len(unit_ids)
    reach = first + 8 * (math.isqrt(first) + 1)
    if reach < total:
        bound = ((reach << 256) // total).to_bytes(32, "big")
        kept = [made for unit in unit_ids for made in (made_by(head + unit).digest() + unit,) if made < bound]
    else:
        kept = []
    if len(kept) < first:
        kept = [made_by(head + unit).digest() + unit for unit in unit_ids]
    kept.sort()
    return kept[:first]


class Draw:
    """Who is drawn, and who is next."""

    def __init__(self, made: Commitment, tables: Tables, keys: Keys, progress: Progress) -> None:
        self._made_by, self._key = made.made_by, keys.subject
        self._members: Dict[bytes, List[bytes]] = {}
        for unit_id, stratum in zip(tables.frame.ids, tables.frame.strata):
            self._members.setdefault(stratum, []).append(unit_id)
        self.numbers: Dict[bytes, Tuple[int, int]] = {}
        self.cutoffs: Dict[bytes, bytes] = {}
        self.drawn: List[Drawn] = []
        for stratum in sorted(self._members):
            units = self._members[stratum]
            number = quota(made.by_stratum.get(stratum.decode(), made.default), len(units))
            chosen = self._ranked(stratum, number)
            self.numbers[stratum] = number, len(units)
            self.cutoffs[stratum] = chosen[-1].ticket
            self.drawn += chosen
            progress.pass_many("tickets", len(units))
        self.drawn.sort()

    def _ranked(self, stratum: bytes, first: int) -> List[Drawn]:
        units = self._members[stratum]
        smallest = tickets(units, key=self._key, first=first, made_by=self._made_by)
        return [Drawn(each[:32], each[32:], stratum, rank) for rank, each in enumerate(smallest, start=1)]

    def alternates(self, stratum: bytes) -> Iterator[Drawn]:
        """Yield the units of a stratum that were not drawn, in the order in which they come in."""
        number, units = self.numbers[stratum]
        return iter(self._ranked(stratum, units)[number:])


# ---------- the inspectors


class Staff:
    """One department's inspectors and where each may go."""

    def __init__(self, department: bytes, tables: Tables) -> None:
        roster, self._frame = tables.roster, tables.frame
        self._roster = roster.ids
        self._recused = tables.recused
        self._by_area: Dict[bytes, List[int]] = {}
        self.members: List[int] = []
        for who, (each, area) in enumerate(zip(roster.departments, roster.areas)):
            if each == department:
                self.members.append(who)
                self._by_area.setdefault(area, []).append(who)
        self._areas = roster.areas
        self._mine = set(self.members)

    def count(self, unit: int) -> int:
        """Return how many may visit a unit, given by its place in the frame."""
        if unit in self._recused:
            return len(self.may_visit(unit))
        area = self._frame.areas[unit]
        return sum(len(self._by_area.get(area[:digits], ())) for digits in range(2, len(area) + 1, 2))

    def may_visit(self, unit: int) -> List[int]:
        """Return who may visit a unit: whose area is a prefix of its area, and who is not recused from it."""
        area = self._frame.areas[unit]
        out = self._recused.get(unit, ())
        found = []
        for digits in range(2, len(area) + 1, 2):
            found += [who for who in self._by_area.get(area[:digits], ()) if who not in out]
        return found


class Pairs:
    """``H(team_key + ":" + inspector_id + ":" + unit_id)`` decides between people."""

    KEPT = 8_000_000
    """References to inspectors kept in all: 64 MB."""

    def __init__(self, tables: Tables, keys: Keys, made_by: Callable[..., Any]) -> None:
        self._heads = [keys.team + b":" + inspector_id + b":" for inspector_id in tables.roster.ids]
        self._units = tables.frame.ids
        self._made_by = made_by

    def ranked(self, unit: int, people: Iterable[int]) -> List[int]:
        """Return people in order of (pair, inspector_id); their numbers are in order of inspector_id."""
        name, heads, made_by = self._units[unit], self._heads, self._made_by
        return [who for _pair, who in sorted((made_by(heads[who] + name).digest(), who) for who in people)]


class TooFewError(Exception):
    """A cap is too small: every one of those reached is full, and they may not make room."""

    def __init__(self, reached: Set[int]) -> None:
        super().__init__()
        self.reached = reached


class Staffing:
    """The teams of one department: ``on[at]`` are the inspectors, by seat, on the unit at that place of drawn order."""

    def __init__(self, staff: Staff, seats: int, units: Sequence[int], pairs: Pairs, progress: Progress) -> None:
        self._staff, self._seats, self._units, self._pairs = staff, seats, units, pairs
        self._ranked: Dict[int, List[int]] = {}
        self._kept = 0
        self._progress = progress
        self.cap = -(-len(units) * seats // len(staff.members))
        while True:
            try:
                self._fill()
            except TooFewError as failed:
                self.cap = max(self.cap + 1, self._needed(failed.reached))
            else:
                return

    def _needed(self, full: Set[int]) -> int:
        """Return a cap below which these people cannot do what falls to them.

        Of each unit's seats, those that people outside the group cannot take fall to the group; no cap under their mean
        will do, so the smallest cap that works is never passed over.
        """
        falls = 0
        for unit in self._units:
            others = sum(1 for who in self._staff.may_visit(unit) if who not in full)
            falls += max(0, self._seats - others)
        return -(-falls // len(full))

    def _candidates(self, at: int) -> List[int]:
        found = self._ranked.get(at)
        if found is None:
            unit = self._units[at]
            found = self._pairs.ranked(unit, self._staff.may_visit(unit))
            if self._kept + len(found) <= Pairs.KEPT:
                self._ranked[at] = found
                self._kept += len(found)
        return found

    def _fill(self) -> None:
        self.on: List[List[int]] = [[] for _ in self._units]
        self._visits: Dict[int, Set[int]] = {who: set() for who in self._staff.members}
        for _seat in range(self._seats):
            for at, team in enumerate(self.on):
                self._seat_somebody(at, team)
                self._progress.pass_one("seats")

    def _seat_somebody(self, at: int, team: List[int]) -> None:
        for who in self._candidates(at):
            if len(self._visits[who]) < self.cap and who not in team:
                break
        else:
            who = self._make_room(at, team)
        team.append(who)
        self._visits[who].add(at)

    def _make_room(self, at: int, team: List[int]) -> int:
        """Search breadth first for somebody with room, move people on the way back, and return who joins the unit."""
        queue = [who for who in self._candidates(at) if who not in team]
        takes: Dict[int, Optional[Tuple[int, int]]] = dict.fromkeys(queue)
        for who in queue:  # grows as it is read
            visits = self._visits[who]
            if len(visits) < self.cap:
                return self._move(who, takes)
            for other in sorted(visits):
                for next_one in self._candidates(other):
                    if next_one not in takes and next_one not in self.on[other]:
                        takes[next_one] = who, other
                        queue.append(next_one)
        raise TooFewError(set(queue))

    def _move(self, who: int, takes: Dict[int, Optional[Tuple[int, int]]]) -> int:
        """Walk the notes back from the one with room: each takes the seat of the one before it."""
        note = takes[who]
        while note is not None:
            before, at = note
            self.on[at][self.on[at].index(before)] = who
            self._visits[before].remove(at)
            self._visits[who].add(at)
            who = before
            note = takes[who]
        return who


class Outcome:
    """What the six files make, and every number on the way."""

    def __init__(self, made: Commitment, tables: Tables, keys: Keys, progress: Progress) -> None:
        self.made, self.tables, self.keys = made, tables, keys
        self.draw = Draw(made, tables, keys, progress)
        self.drawn = self.draw.drawn
        self.pairs = Pairs(tables, keys, made.made_by)
        self.staffs = [Staff(department, tables) for department, _seats in made.team]
        units = [self.unit_of(each) for each in self.drawn]
        self.caps: List[int] = []
        self.teams: List[List[List[int]]] = []
        for staff, (_department, seats) in zip(self.staffs, made.team):
            staffing = Staffing(staff, seats, units, self.pairs, progress)
            self.teams.append(staffing.on)
            self.caps.append(staffing.cap)
        self.drawn_digest, self.teams_digest = self._digest(self.drawn_lines()), self._digest(self.team_lines())

    def unit_of(self, drawn: Drawn) -> int:
        """Return a drawn unit's place in the frame."""
        place = self.tables.frame.place(drawn.unit_id)
        assert place is not None  # noqa: S101 -- drawn from this very frame
        return place

    def _digest(self, lines: Iterable[bytes]) -> str:
        return digest_of(self.made.made_by, lines)

    def drawn_lines(self) -> Iterator[bytes]:
        """Yield the lines of drawn.csv."""
        yield DRAWN_HEADER + b"\n"
        for each in self.drawn:
            yield each.line()

    def team_lines(self) -> Iterator[bytes]:
        """Yield the lines of teams.csv."""
        yield TEAMS_HEADER + b"\n"
        for at in range(len(self.drawn)):
            yield from self.team_of(at)

    def team_of(self, at: int) -> Iterator[bytes]:
        """Yield the lines of one unit's team."""
        ids = self.tables.roster.ids
        for (department, _seats), on in zip(self.made.team, self.teams):
            for seat, who in enumerate(on[at], start=1):
                yield b"%b,%b,%d,%b\n" % (self.drawn[at].unit_id, department, seat, ids[who])

    def row_of(self, at: int) -> bytes:
        """Return the row of section 6: the unit's line, and then its team's."""
        return self.drawn[at].line() + b"".join(self.team_of(at))


def digest_of(made_by: Callable[..., Any], lines: Iterable[bytes]) -> str:
    """Return the digest of lines, one after another."""
    hasher = made_by()
    for line in lines:
        hasher.update(line)
    digest: str = hasher.hexdigest()
    return digest


def compare(files: Files, name: str, expected: Iterable[bytes]) -> None:
    """Compare a published table with the one that was recomputed, and name the first row that differs."""
    number = 0
    published = lines_of(files, name)
    for number, line in enumerate(expected, start=1):
        found = next(published, None)
        if found is None or found[1] + b"\n" != line:
            shown = line[:-1].decode()
            refuse(
                name,
                f"第 {number} 行与重算不符，应为：{shown}",
                f"row {number} is not what was recomputed, which is: {shown}",
            )
    if next(published, None) is not None:
        refuse(name, f"第 {number + 1} 行起是多余的", f"has rows too many, from row {number + 1}")


# ---------- the replacements


class Seat(NamedTuple):
    """One seat on a unit of the list as it stands."""

    entry: int
    number: int


class Replacing:
    """The list and the teams as they stand after each event of section 9."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._units: Dict[bytes, Drawn] = {each.unit_id: each for each in outcome.drawn}
        self._on: Dict[bytes, List[List[int]]] = {
            each.unit_id: [list(on[at]) for on in outcome.teams] for at, each in enumerate(outcome.drawn)
        }
        self._visits: List[Dict[int, int]] = [
            {who: sum(who in on for on in teams) for who in staff.members}
            for staff, teams in ((staff, _sets(teams)) for staff, teams in zip(outcome.staffs, outcome.teams))
        ]
        self._caps = [max(visits.values()) for visits in self._visits]
        self._alternates: Dict[bytes, Iterator[Drawn]] = {}
        self._out: Set[int] = set()
        self._out_for: Set[Tuple[int, bytes]] = set()

    def lines(self) -> Tuple[List[bytes], List[bytes]]:
        """Return drawn.csv and teams.csv as they stand, by line."""
        order = sorted(self._units.values())
        drawn, teams = [DRAWN_HEADER + b"\n"], [TEAMS_HEADER + b"\n"]
        ids = self._outcome.tables.roster.ids
        for each in order:
            drawn.append(each.line())
            for (department, _seats), on in zip(self._outcome.made.team, self._on[each.unit_id]):
                for seat, who in enumerate(on, start=1):
                    teams.append(b"%b,%b,%d,%b\n" % (each.unit_id, department, seat, ids[who]))
        return drawn, teams

    def unit_falls_away(self, where: str, unit_id: bytes) -> None:
        """Take a unit and its team off the list; the first alternate of its stratum comes in and gets a team."""
        gone = self._units.pop(unit_id, None)
        if gone is None:
            refuse(where, f"{unit_id.decode()} 不在名单上", f"{unit_id.decode()} is not on the list")
        for entry, on in enumerate(self._on.pop(unit_id)):
            for who in on:
                self._visits[entry][who] -= 1
        if gone.stratum not in self._alternates:
            self._alternates[gone.stratum] = self._outcome.draw.alternates(gone.stratum)
        came = next(self._alternates[gone.stratum], None)
        if came is None:
            refuse(where, "该分组没有候补", "no alternate is left in the stratum")
        self._units[came.unit_id] = came
        self._on[came.unit_id] = [[] for _ in self._outcome.made.team]
        for entry, (_department, seats) in enumerate(self._outcome.made.team):
            for number in range(seats):
                self._fill(where, came, Seat(entry, number))

    def inspector_leaves(self, where: str, inspector_id: bytes, units: Sequence[bytes], *, altogether: bool) -> None:
        """Empty an inspector's seats on these units together, then fill them one after another, in drawn order."""
        who = _place(self._outcome.tables.roster.ids, inspector_id)
        emptied: List[Tuple[Drawn, Seat]] = []
        for unit_id in units:
            seat = None if who is None else self._seat_of(who, unit_id)
            if who is None or seat is None:
                named = inspector_id.decode(), unit_id.decode()
                refuse(where, "{} 不在 {} 的检查组".format(*named), "{} is not on {}".format(*named))
            emptied.append((self._units[unit_id], seat))
            self._out_for.add((who, unit_id))
            self._visits[seat.entry][who] -= 1
            self._on[unit_id][seat.entry][seat.number] = -1
            if altogether:
                self._out.add(who)
        for drawn, seat in sorted(emptied):
            self._fill(where, drawn, seat)

    def _seat_of(self, who: int, unit_id: bytes) -> Optional[Seat]:
        for entry, on in enumerate(self._on.get(unit_id, ())):
            if who in on:
                return Seat(entry, on.index(who))
        return None

    def _fill(self, where: str, drawn: Drawn, seat: Seat) -> None:
        """Fill one seat: of those with room the smallest pair; the cap rises for this seat alone if nobody has."""
        unit = self._outcome.unit_of(drawn)
        on, visits = self._on[drawn.unit_id][seat.entry], self._visits[seat.entry]
        able = [
            who
            for who in self._outcome.staffs[seat.entry].may_visit(unit)
            if who not in on and who not in self._out and (who, drawn.unit_id) not in self._out_for
        ]
        if not able:
            refuse(where, f"{drawn.unit_id.decode()} 没有人可派", f"nobody is left for {drawn.unit_id.decode()}")
        cap = max(self._caps[seat.entry], min(visits[who] for who in able) + 1)
        chosen = self._outcome.pairs.ranked(unit, [who for who in able if visits[who] < cap])[0]
        visits[chosen] += 1
        if seat.number == len(on):
            on.append(chosen)
        else:
            on[seat.number] = chosen


def _sets(teams: List[List[int]]) -> List[Set[int]]:
    return [set(on) for on in teams]


def check_replacements(files: Files, outcome: Outcome) -> Tuple[int, List[bytes], List[bytes]]:
    """Recompute every event of replacements.json; return their number and the two tables after the last one."""
    where, made = REPLACEMENTS, outcome.made
    found = keys_of(
        where,
        read_canonical(where, files.read(where)),
        *("protocol", "draw_id", "commitment", "events", "state"),
    )
    if (found["protocol"], found["draw_id"], found["commitment"]) != (PROTOCOL, made.draw_id, made.digest):
        refuse(where, "属于另一次抽查", "is of another draw")
    state = _state("outcome", made.digest, outcome.drawn_digest, outcome.teams_digest, made_by=made.made_by)
    replacing, salts = Replacing(outcome), set()  # type: Replacing, Set[str]
    drawn: List[bytes] = []
    teams: List[bytes] = []
    for number, event in enumerate(list_of(f"{where} events", found["events"]), start=1):
        place = f"{where} events[{number}]"
        salt = _apply(place, event, replacing)
        if salt in salts:
            refuse(place, "盐值与前面的相同", "has the salt of another event")
        salts.add(salt)
        if event["before"] != state:
            refuse(place, "与之前的状态不符：有事件被改动、增减或调换", "does not follow the state before it")
        drawn, teams = replacing.lines()
        state = _state(
            "replacement",
            made.made_by(jcs(event).encode()).hexdigest(),
            digest_of(made.made_by, drawn),
            digest_of(made.made_by, teams),
            made_by=made.made_by,
        )
    if found["state"] != state:
        refuse(f"{where} state", "不是最后一个事件之后的状态", "is not the state after the last event")
    return len(found["events"]), drawn, teams


def _state(kind: str, *parts: str, made_by: Callable[..., Any]) -> str:
    state: str = made_by("\n".join([f"{PROTOCOL} {kind}", *parts, ""]).encode()).hexdigest()
    return state


def _apply(where: str, event: Any, replacing: Replacing) -> str:
    """Check the form of an event, let it happen, and return its salt."""
    kind = event.get("kind") if isinstance(event, dict) else None
    if kind == "unit":
        keys_of(where, event, "kind", "before", "unit_id", "reason", "salt")
    elif kind == "inspector":
        keys_of(where, event, "kind", "before", "inspector_id", "leaves", "altogether", "reason", "salt")
    else:
        refuse(where, "不是 unit 或 inspector 事件", "is neither a unit nor an inspector")
    hex64(f"{where}.before", event["before"])
    identifier(f"{where}.reason", event["reason"])
    salt = hex64(f"{where}.salt", event["salt"])
    if kind == "unit":
        replacing.unit_falls_away(where, identifier(f"{where}.unit_id", event["unit_id"]).encode())
        return salt
    inspector_id = identifier(f"{where}.inspector_id", event["inspector_id"]).encode()
    leaves = [identifier(f"{where}.leaves", each) for each in list_of(f"{where}.leaves", event["leaves"])]
    if any(one >= other for one, other in zip(leaves, leaves[1:])):
        refuse(f"{where}.leaves", "次序不对或有重复", "is out of order or names a unit twice")
    if not isinstance(event["altogether"], bool):
        refuse(f"{where}.altogether", "不是 true 或 false", "is neither true nor false")
    units = [each.encode() for each in leaves]
    replacing.inspector_leaves(where, inspector_id, units, altogether=event["altogether"])
    return salt


# ---------- the public value

DRAND_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
"""The public key of quicknet, a point of G2."""
G2_GENERATOR = (
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
    "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
)
DRAND_DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_SIGNATURE = re.compile(r"[0-9a-f]{96}")


def check_public_value(files: Files, made: Commitment, keys: Keys, report: Report) -> None:
    """Check what verifies the public value, as far as it can be checked here."""
    where = PUBLIC_VALUE
    found = read_canonical(where, files.read(where))
    source = made.source
    if source is None:
        if keys_of(where, found, "kind")["kind"] != "none":
            refuse(where, "锁定书没有约定公开值", "the commitment named no source")
        report.held("public_value", "没有约定公开值", "No public value was agreed.")
    elif source["kind"] == "drand":
        _check_drand(where, found, source, keys, report)
    else:
        _check_witnessed(where, found, source, keys, report)


def _check_witnessed(where: str, found: Any, source: Dict[str, Any], keys: Keys, report: Report) -> None:
    keys_of(where, found, "kind", "what", "alphabet", "length", "value", "witnesses", "simulated")
    if any(found[key] != source[key] for key in ("kind", "what", "alphabet", "length")):
        refuse(where, "不是锁定书约定的来源", "is of another source than the one committed")
    if found["value"] != keys.public_value:
        refuse(where, "与所用的公开值不符", "is not the value that was used")
    witnesses, simulated = found["witnesses"], found["simulated"]
    if not isinstance(witnesses, list) or not all(isinstance(each, str) and each for each in witnesses):
        refuse(f"{where} witnesses", "不是姓名的列表", "is not a list of names")
    if not isinstance(simulated, bool):
        refuse(f"{where} simulated", "不是 true 或 false", "is neither true nor false")
    report.held("public_value", "公开值与锁定书约定的来源一致", "The public value is of the source that was committed.")
    names = printable("、".join(witnesses)) or "无"
    if simulated:
        zh, en = "公开值由程序模拟，不增加任何证明力", "The public value was simulated and adds no proof."
    else:
        zh = f"公开值是否当众如此产生，须由见证人证明：{names}"
        en = f"Whether the value came about so in public rests on the witnesses: {names}"
    report.unchecked("public_value", zh, en)


def _check_drand(where: str, found: Any, source: Dict[str, Any], keys: Keys, report: Report) -> None:
    keys_of(where, found, "kind", "chain", "round", "signature", "randomness")
    if (found["kind"], found["chain"], found["round"]) != ("drand", QUICKNET, source["round"]) or isinstance(
        found["round"], bool
    ):
        refuse(where, "不是约定的链或轮次", "is of another chain or round")
    signature = found["signature"]
    if not isinstance(signature, str) or not _SIGNATURE.fullmatch(signature):
        refuse(f"{where} signature", "不是 48 字节的签名", "is not a signature of 48 bytes")
    randomness = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    if found["randomness"] != randomness or keys.public_value != randomness:
        refuse(where, "随机值不是签名的 SHA-256", "the randomness is not the SHA-256 of the signature")
    verified = drand_verified(source["round"], bytes.fromhex(signature))
    if verified is False:
        refuse(f"{where} signature", "不是该轮次的签名", "is not this round's signature")
    if verified:
        report.held("public_value", "drand 轮次的签名有效", "The signature of the drand round is valid.")
        return
    report.held("public_value", "随机值是签名的 SHA-256", "The randomness is the SHA-256 of the signature.")
    report.unchecked(
        "public_value",
        "此处未核验 drand 签名：没有 BLS 程序库（pyblst）；任何 drand 核验工具均可核验",
        "The drand signature was not checked here: no BLS library (pyblst). Any tool for drand can check it.",
    )


def drand_verified(number: int, signature: bytes) -> Optional[bool]:
    """Return whether this is the signature of a round of quicknet; None where no BLS library is installed."""
    try:
        import pyblst  # noqa: PLC0415 -- optional
    except ImportError:
        return None
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    try:
        # uncompress refuses what is not on the curve or outside the subgroup
        one = pyblst.BlstP1Element().uncompress(signature)
        generator = pyblst.BlstP2Element().uncompress(bytes.fromhex(G2_GENERATOR))
        public = pyblst.BlstP2Element().uncompress(bytes.fromhex(DRAND_KEY))
        hashed = pyblst.BlstP1Element.hash_to_group(message, DRAND_DST)
        return bool(pyblst.final_verify(pyblst.miller_loop(one, generator), pyblst.miller_loop(hashed, public)))
    except (ValueError, TypeError, RuntimeError):
        return False


# ---------- Ed25519

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

Point = Tuple[int, int, int, int]
"""Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z (RFC 8032, section 5.1.4)."""

_NEUTRAL: Point = (0, 1, 1, 0)


def _added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: Point) -> Point:
    made = _NEUTRAL
    while number:
        if number & 1:
            made = _added(made, point)
        point = _added(point, point)
        number >>= 1
    return made


def _same(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 and (one[1] * other[2] - other[1] * one[2]) % _P == 0


def _decoded(data: bytes) -> Optional[Point]:
    """Return the point of 32 bytes, or None if they are not its one encoding (RFC 8032, section 5.1.3)."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P != u:
        x = x * _ROOT_OF_MINUS_ONE % _P
        if v * x * x % _P != u:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


_BASE = _decoded((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or _NEUTRAL


def ed25519_verified(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a signature is valid (RFC 8032, section 5.1.7), strictly.

    Key and R must be the one encoding of their points and not of small order, S below the order of the group, and the
    equation holds without the cofactor: so a valid signature cannot be changed into another one.
    """
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _decoded(public), _decoded(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= _L:
        return False
    if _same(_times(8, key), _NEUTRAL) or _same(_times(8, commitment), _NEUTRAL):
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    return _same(_times(scalar, _BASE), _added(commitment, _times(hashed, key)))


# ---------- the log


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether a path leads from a leaf hash to the root of a tree of that size (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or any(len(each) != 32 for each in (leaf, root, *path)):
        return False
    number, last, made = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            made = node_hash(each, made)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            made = node_hash(made, each)
        number, last = number >> 1, last >> 1
    return last == 0 and made == root


class VerifierKey(NamedTuple):
    """A key to check notes with: its name, its id, what it signs (1 a log, 4 a witness), and its 32 bytes."""

    name: str
    key_id: bytes
    kind: int
    public: bytes


LOG_KEY, WITNESS_KEY = 1, 4
_KEY_FORM = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")


def parse_key(text: str) -> VerifierKey:
    """Return the key of a line ``name+id+base64`` (C2SP signed-note), strictly. Raises UsageError."""
    found = _KEY_FORM.fullmatch(text)
    data = from_base64(found.group(3)) if found else None
    if found is None or data is None or len(data) != 33 or data[0] not in (LOG_KEY, WITNESS_KEY):
        raise UsageError(text)
    name = found.group(1)
    if hashlib.sha256(name.encode("utf-8", "surrogatepass") + b"\n" + data).hexdigest()[:8] != found.group(2):
        raise UsageError(text)
    return VerifierKey(name, bytes.fromhex(found.group(2)), data[0], data[1:])


def from_base64(text: str) -> Optional[bytes]:
    """Return the bytes of standard base64 in its one spelling, or None."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)")
SIGNATURES_LIMIT = 100


class Note(NamedTuple):
    """A signed note: its text, line end included, and (name, key id, signature) of each line below."""

    text: str
    signatures: Tuple[Tuple[str, bytes, bytes], ...]


def parse_note(where: str, note: str) -> Note:
    """Return the parts of a signed note (C2SP signed-note)."""
    if any(sign < " " and sign != "\n" for sign in note) or not note.endswith("\n"):
        refuse(where, "不是签名文书的格式", "is not a signed note")
    text, blank, rest = note[:-1].rpartition("\n\n")
    lines = rest.split("\n")
    if not blank or not text or len(lines) > SIGNATURES_LIMIT:
        refuse(where, "不是签名文书的格式", "is not a signed note")
    return Note(text + "\n", tuple(parse_signature(where, line) for line in lines))


def parse_signature(where: str, line: Any) -> Tuple[str, bytes, bytes]:
    """Return name, key id and signature of one line."""
    found = _SIGNATURE_LINE.fullmatch(line) if isinstance(line, str) else None
    data = from_base64(found.group(2)) if found else None
    if found is None or data is None or len(data) < 5:
        refuse(where, "签名行的格式不对", "has a signature line of another form")
    return found.group(1), data[:4], data[4:]


def signed_by(where: str, note: Note, keys: Sequence[VerifierKey]) -> Tuple[List[str], List[Tuple[str, int]]]:
    """Return which of the keys signed a note as logs, and which as witnesses and when (Unix time).

    Signatures of keys that were not given are passed over. One of a given key that does not verify refuses the note,
    and so do two different ones; the same line twice counts once.
    """
    times: Dict[VerifierKey, int] = {}
    seen: Dict[VerifierKey, bytes] = {}
    for name, key_id, signature in note.signatures:
        for key in keys:
            if (key.name, key.key_id) != (name, key_id):
                continue
            if seen.setdefault(key, signature) != signature:
                refuse(where, f"{printable(name)} 签了两次且不同", f"{printable(name)} signed it twice, differently")
            message, made, at = note.text.encode(), signature, 0
            if key.kind == WITNESS_KEY:
                at, made = int.from_bytes(signature[:8], "big"), signature[8:]
                message = f"cosignature/v1\ntime {at}\n".encode() + message
            if at >= 2**63 or not ed25519_verified(key.public, message, made):
                refuse(where, f"{printable(name)} 的签名无效", f"the signature of {printable(name)} is not valid")
            times[key] = at
    logs = [key.name for key in times if key.kind == LOG_KEY]
    return logs, [(key.name, at) for key, at in times.items() if key.kind == WITNESS_KEY]


_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


def parse_checkpoint(where: str, text: str) -> Tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint's text (C2SP tlog-checkpoint)."""
    lines = text.split("\n")
    root = from_base64(lines[2]) if len(lines) > 3 else None
    if root is None or len(root) != 32 or not all(lines[:-1]) or lines[-1] or not _SIZE.fullmatch(lines[1]):
        refuse(where, "不是日志检查点", "is not a checkpoint")
    size = int(lines[1])
    if size == 0 and root != hashlib.sha256(b"").digest():
        refuse(where, "空日志的根不对", "is of an empty log with another root")
    return lines[0], size, root


class LogSeen(NamedTuple):
    """What the entries of the log say of a draw: the public part of each, and what the tree's head is."""

    entries: List[Tuple[int, str, str, Dict[str, Any]]]
    size: int
    root: bytes


_COMMITTED, _EXECUTED, _OPENED = "draw.committed", "draw.executed", "draw.opened"


def read_log(where: str, found: Any) -> LogSeen:
    """Return the entries of log.json after every inclusion proof was checked under its one head."""
    keys_of(where, found, "size", "root", "entries", "checkpoint", "cosignatures")
    size = whole_number(f"{where} size", found["size"], low=1)
    root = bytes.fromhex(hex64(f"{where} root", found["root"]))
    entries: List[Tuple[int, str, str, Dict[str, Any]]] = []
    last = -1
    for each in list_of(f"{where} entries", found["entries"]):
        keys_of(f"{where} entries", each, "index", "entry", "proof")
        index = whole_number(f"{where} entries.index", each["index"], high=size - 1)
        place = f"{where} #{index}"
        if not isinstance(each["entry"], str) or not isinstance(each["proof"], list):
            refuse(place, "不是条目", "is not an entry")
        path = [bytes.fromhex(hex64(place, step)) for step in each["proof"]]
        if index <= last:
            refuse(place, "重复或次序不对", "is there twice or out of order")
        last = index
        if not included(leaf_hash(each["entry"].encode()), index, size, path, root):
            refuse(place, "收录证明不成立：条目不在这个日志中", "its inclusion proof fails: it is not in this log")
        entries.append((index, *_entry(place, each["entry"], index)))
    return LogSeen(entries, size, root)


def _entry(where: str, text: str, index: int) -> Tuple[str, str, Dict[str, Any]]:
    said = keys_of(where, read_canonical(where, text.encode()), "at", "digest", "index", "kind", "public", "v")
    if (said["index"], said["v"]) != (index, 1) or isinstance(said["v"], bool) or isinstance(said["index"], bool):
        refuse(where, "序号或版本不符", "names another index or version")
    if not isinstance(said["kind"], str) or not isinstance(said["public"], dict) or not isinstance(said["at"], str):
        refuse(where, "不是条目", "is not an entry")
    hex64(f"{where} digest", said["digest"])
    return said["kind"], said["at"], said["public"]


def check_entries(where: str, seen: LogSeen, outcome: Outcome, reveal: str) -> bool:
    """Check that the entries are those of this draw, in their order, with what was recomputed.

    Return whether they say the digests of the outcome. Those of a draw whose strata are withheld from the public do
    not: there the outcome follows from commitment and secrets, whose digests they do say.
    """
    made = outcome.made
    recomputed = {
        "commitment": made.digest,
        "reveal": reveal,
        "seed": outcome.keys.seed,
        "drawn": outcome.drawn_digest,
        "teams": outcome.teams_digest,
    }
    kinds = [kind for _index, kind, _at, _public in seen.entries]
    for index, kind, _at, public in seen.entries:
        place = f"{where} #{index}"
        if public.get("draw_id") != made.draw_id:
            refuse(place, "是另一次抽查的条目", "is an entry of another draw")
        for key, value in recomputed.items():
            if key in public and public[key] != value:
                refuse(place, f"{key} 与重算不符", f"says another {key} than was recomputed")
        needed = {_COMMITTED: ("commitment",), _EXECUTED: ("outcome_root",)}.get(kind, ())
        if any(key not in public for key in needed):
            refuse(place, "没有应有的摘要", "lacks a digest that belongs there")
    if kinds.count(_COMMITTED) != 1 or kinds.count(_EXECUTED) != 1:
        refuse(where, "没有锁定或摇号的条目", "has not one entry each of commitment and execution")
    if kinds[0] != _COMMITTED:
        refuse(where, "锁定之前已有其他步骤", "has a step before the commitment")
    if seen.entries[0][0] < made.log_size:
        refuse(where, "锁定条目早于它所依据的名录", "has the commitment before the register that it rests on")
    said = {key for _index, _kind, _at, public in seen.entries for key in public}
    if "reveal" not in said:
        refuse(where, "没有公开秘密摘要的条目", "has no entry that says which secrets were handed in")
    return {"drawn", "teams"} <= said


class Trusted(NamedTuple):
    """What the one who checks brings along: keys of the log and of witnesses, and whose log it should be."""

    keys: Tuple[VerifierKey, ...] = ()
    origin: Optional[str] = None

    def origins(self) -> Set[str]:
        """Return the origins that a checkpoint may bear: the one given, else the names of the log's keys."""
        if self.origin is not None:
            return {self.origin}
        return {key.name for key in self.keys if key.kind == LOG_KEY}


Head = Tuple[Note, str]
"""A signed note, cosignatures and all, and the origin that it names."""


def read_head(where: str, found: Any, seen: LogSeen) -> Optional[Head]:
    """Return the head that the proofs lead to, with all signature lines, none believed yet; None without one."""
    note, cosignatures = found["checkpoint"], found["cosignatures"]
    if not isinstance(cosignatures, list):
        refuse(f"{where} cosignatures", "不是列表", "is not a list")
    extra = tuple(parse_signature(f"{where} cosignatures", each) for each in cosignatures)
    place = f"{where} checkpoint"
    if note is None:
        if extra:
            refuse(place, "没有检查点可供核验", "is not there, but cosignatures are")
        return None
    if not isinstance(note, str):
        refuse(place, "不是签名文书", "is not a signed note")
    parsed = parse_note(place, note)
    parsed = Note(parsed.text, parsed.signatures + extra)
    if len(parsed.signatures) > SIGNATURES_LIMIT:
        refuse(place, "签名过多", "has too many signatures")
    named, size, root = parse_checkpoint(place, parsed.text)
    if (size, root) != (seen.size, seen.root):
        refuse(place, "不是证明所用的那棵树", "is of another tree than the proofs")
    return parsed, named


def check_checkpoint(where: str, found: Any, seen: LogSeen, trusted: Trusted, report: Report) -> None:
    """Check the signed head of the log against the tree of the proofs, and who signed it."""
    head = read_head(where, found, seen)
    if head is None:
        if trusted.keys:
            refuse(f"{where} checkpoint", "没有检查点可供核验", "is not there, so no key can check it")
        report.unchecked(
            "checkpoint",
            "日志头没有签名：日志是否只有这一份，以发布者所述为准",
            "The head of the log is not signed: that there is only one such log rests on the publisher's word.",
        )
        return
    note, named = head
    if not trusted.keys:
        report.unchecked(
            "checkpoint",
            f"检查点的签名未核验：请用 --key 给出日志的公钥（来源 {printable(named)}）",
            f"The checkpoint's signature was not checked: give the log's key with --key (origin {printable(named)}).",
        )
        return
    _check_signers(f"{where} checkpoint", note, named, trusted, report)


def _check_signers(where: str, note: Note, named: str, trusted: Trusted, report: Report) -> None:
    logs, witnesses = _signers(where, note, named, trusted)
    signers = printable("、".join(logs))
    report.held("checkpoint", f"检查点由 {signers} 签名", f"The checkpoint is signed by {signers}.")
    for name, at in witnesses:
        report.held(
            "cosignature",
            f"见证人 {printable(name)} 于 Unix 时间 {at} 联署",
            f"The witness {printable(name)} cosigned it at Unix time {at}.",
        )
    seen = {name for name, _at in witnesses}
    for key in trusted.keys:
        if key.kind == WITNESS_KEY and key.name not in seen:
            name = printable(key.name)
            report.unchecked("cosignature", f"没有见证人 {name} 的联署", f"The witness {name} did not cosign it.")


def _signers(where: str, note: Note, named: str, trusted: Trusted) -> Tuple[List[str], List[Tuple[str, int]]]:
    """Return who signed the head of the log that is asked for, and which witnesses cosigned it, and when."""
    if named not in trusted.origins():
        refuse(
            where, f"来源是 {printable(named)}，不是所给的日志", f"its origin is {printable(named)}, not the log given"
        )
    logs, witnesses = signed_by(where, note, trusted.keys)
    if note.text.count("\n") != 3:
        refuse(where, "第三行之后还有内容", "says something after its third line, which no log here does")
    # without an origin given a log is believed in its own name alone, not in that of another whose key is given too
    if not any(trusted.origin is not None or name == named for name in logs):
        refuse(where, "所给的日志公钥都没有签名", "is signed by none of the log keys given")
    return logs, witnesses


# ---------- what witnesses cosigned before the round


def check_cosigned(files: Files, made: Commitment, log: Optional[LogSeen], trusted: Trusted, report: Report) -> None:
    """Check that the commitment stood in the log, cosigned, before its round was published (protocol, section 11).

    Only witnesses whose keys are given count, by their own clocks.
    """
    where = COSIGNED
    found = read_canonical(where, files.read(where))
    seen = read_log(where, found)
    _check_cosigned_entry(where, seen, made, log)
    head = read_head(where, found, seen)
    if head is None:
        refuse(f"{where} checkpoint", "没有签名的日志头", "is not there")
    if not trusted.keys:
        report.unchecked(
            "cosigned",
            "联署未核验：请用 --key 给出日志的公钥，以及直接取自见证人的公钥",
            "The cosignatures were not checked: give the log's key and those got from the witnesses with --key.",
        )
        return
    published = GENESIS + PERIOD * (made.source["round"] - 1) if made.source is not None else 0
    _logs, witnesses = _signers(f"{where} checkpoint", head[0], head[1], trusted)
    for name, at in witnesses:
        if at >= published:
            refuse(
                where,
                f"见证人 {printable(name)} 于 {at} 联署，不早于该轮次的 {published}",
                f"the witness {printable(name)} cosigned at {at}, which is not before the round's {published}",
            )
        report.held(
            "cosigned",
            f"锁定书在该轮次公布（{published}）之前已由见证人 {printable(name)} 于 {at} 联署",
            f"The witness {printable(name)} cosigned the commitment at {at}, before the round came out at {published}.",
        )
    if not witnesses:
        report.unchecked(
            "cosigned",
            "没有所给见证人的联署：锁定是否早于该轮次公布没有核验",
            "None of the witnesses given cosigned: that the commitment is older than its round was not checked.",
        )


def _check_cosigned_entry(where: str, seen: LogSeen, made: Commitment, log: Optional[LogSeen]) -> None:
    if made.source is None or made.source["kind"] != "drand":
        refuse(where, "锁定书没有约定 drand 轮次", "stands beside a draw that names no round of drand")
    ((index, kind, _at, public), *more) = seen.entries
    stated = (kind, public.get("draw_id"), public.get("commitment"))
    if more or stated != (_COMMITTED, made.draw_id, made.digest) or index < made.log_size:
        refuse(where, "不是锁定这一条，或不是这次抽查的", "has not the entry of this commitment, and it alone")
    if log is None:
        return
    if log.entries[0] != seen.entries[0]:
        refuse(where, "锁定条目与 log.json 中的不同", "has another entry of the commitment than log.json")
    if log.size == seen.size and log.root != seen.root:
        refuse(where, "与 log.json 大小相同而根不同", "has the size of log.json and another root: two histories")


# ---------- proofs at the door


def check_door(path: str, outcome: Optional[Outcome], seen: Optional[LogSeen], report: Report) -> None:
    """Check the proof of one row (section 6) from the page behind a notice's QR code, saved as .json."""
    where = os.path.basename(path)
    if not os.path.isfile(path):
        raise UsageError(path)
    if os.path.getsize(path) > JSON_LIMIT:
        refuse(where, "太大", "is too large")
    with open(path, "rb") as stream:
        page = read_json(where, stream.read())
    proof = keys_of(
        where,
        page.get("proof") if isinstance(page, dict) else None,
        *("row", "salt", "index", "size", "path", "root"),
    )
    row = proof["row"]
    if not isinstance(row, str) or not isinstance(proof["path"], list):
        refuse(where, "不是一行的证明", "is not the proof of a row")
    size = whole_number(f"{where} size", proof["size"], low=1)
    index = whole_number(f"{where} index", proof["index"], high=size - 1)
    salt, root = (bytes.fromhex(hex64(f"{where} {key}", proof[key])) for key in ("salt", "root"))
    steps = [bytes.fromhex(hex64(f"{where} path", step)) for step in proof["path"]]
    leaf = hashlib.sha256(b"\x02" + salt + row.encode()).digest()
    if not included(leaf_hash(leaf), index, size, steps, root):
        refuse(where, "证明不成立：这一行不在该结果之内", "the proof fails: this row is not in that outcome")
    unit = printable(row.partition(",")[0])
    if seen is None or outcome is None:
        report.unchecked(
            "door",
            f"{unit} 在结果根 {root.hex()} 之内；请与日志摇号条目的 outcome_root 比对",
            f"{unit} is under the root {root.hex()}; compare it with outcome_root of the log's entry of execution.",
        )
        return
    roots = [public.get("outcome_root") for _index, kind, _at, public in seen.entries if kind == _EXECUTED]
    if root.hex() not in roots:
        refuse(where, "结果根与日志不符", "its root is not the one in the log")
    if size != len(outcome.drawn) or outcome.row_of(index) != row.encode():
        refuse(where, "这一行与重算不符", "its row is not what was recomputed")
    report.held("door", f"现场证明成立：{unit}", f"The proof at the door holds: {unit}.")


# ---------- receipts


RECEIPT = "double-random/receipt/1"


def check_receipt(path: str, options: Options, report: Report) -> None:
    """Check that the log holds the text of a receipt: its digest, its entry, the proof, the head and who signed it.

    It takes a key: without one anybody could have made the file. Raises UsageError.
    """
    where = os.path.basename(path)
    if not options.trusted.keys or not os.path.isfile(path):
        raise UsageError(path)
    if os.path.getsize(path) > options.limit:
        refuse(where, "太大", "is too large")
    with open(path, "rb") as stream:
        found = read_canonical(where, stream.read())
    keys_of(where, found, "body", "checkpoint", "entry", "form", "index", "origin", "proof", "salt")
    texts = [found[key] for key in ("body", "checkpoint", "entry", "origin")]
    sound = isinstance(found["proof"], list) and all(isinstance(each, str) for each in texts)
    if found["form"] != RECEIPT or not sound:
        refuse(where, "不是回执", "is not a receipt")
    body, checkpoint, entry, origin = texts
    note = parse_note(f"{where} checkpoint", checkpoint)
    named, size, root = parse_checkpoint(f"{where} checkpoint", note.text)
    if named != origin:
        refuse(where, "检查点属于另一个日志", "has a checkpoint of another log")
    index = whole_number(f"{where} index", found["index"])
    kind, at, _public = _entry(f"{where} entry", entry, index)
    salted = b"\x02" + bytes.fromhex(hex64(f"{where} salt", found["salt"])) + body.encode()
    if hashlib.sha256(salted).hexdigest() != read_canonical(where, entry.encode())["digest"]:
        refuse(where, "正文或盐值与日志条目不符", "has another text or salt than its entry was made of")
    steps = [bytes.fromhex(hex64(f"{where} proof", step)) for step in found["proof"]]
    if not included(leaf_hash(entry.encode()), index, size, steps, root):
        refuse(where, "收录证明不成立：条目不在这个日志中", "has a proof that fails: its entry is not in this log")
    _check_signers(f"{where} checkpoint", note, named, options.trusted, report)
    report.held(
        "receipt",
        f"回执成立：日志第 {index} 条（{printable(kind)}，{printable(at)}）的正文是 {printable(body)}",
        f"The receipt holds: entry {index} ({printable(kind)}, {printable(at)}) has the text {printable(body)}",
    )
    report.unchecked(
        "receipt",
        "回执说明日志收录了这段文字，不说明所述属实，也不说明后来没有变更",
        "A receipt shows that the log holds this text, not that what it says is true, nor that nothing came after it.",
    )


# ---------- the report


def printable(text: str) -> str:
    """Return text that a terminal shows as it is: nothing in it moves the cursor or turns the direction."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)[:400]


class Step(NamedTuple):
    """One thing that was looked at: held, refused, or not checked."""

    step: str
    state: str
    zh: str
    en: str


HELD, REFUSED, UNCHECKED = "held", "refused", "unchecked"
_MARKS = {HELD: ("[成立]", "[holds]"), REFUSED: ("[拒绝]", "[REFUSED]"), UNCHECKED: ("[未核]", "[not checked]")}

BEYOND = (
    (
        "frame",
        "抽查基数是否完整：名单之外还有没有该查的单位，文件不能证明",
        "Whether the frame is complete: no file can show that nobody was left out of it.",
    ),
    (
        "visits",
        "现场检查是否尽责，文件不能证明",
        "Whether the visits were diligent: no file can show it.",
    ),
    (
        "register",
        "日志前若干条是否恰好得出这些单位，以及抽查编号和秘密摘要此前是否用过，须用整个日志核对",
        "Whether the log's first entries make just these units, and draw_id and digests are new, takes the whole log.",
    ),
)
"""What files cannot show, said every time."""


class Report:
    """What was looked at, step by step."""

    def __init__(self) -> None:
        self.steps: List[Step] = []
        self.result: Dict[str, Any] = {}

    def held(self, step: str, zh: str, en: str) -> None:
        """Say that something holds."""
        self.steps.append(Step(step, HELD, zh, en))

    def unchecked(self, step: str, zh: str, en: str) -> None:
        """Say that something could not be checked."""
        self.steps.append(Step(step, UNCHECKED, zh, en))

    def refused(self, error: RefusedError) -> None:
        """Say what was refused."""
        where = printable(error.where)
        zh, en = f"{where}：{printable(error.zh)}", f"{where}: {printable(error.en)}"
        self.steps.append(Step("refused", REFUSED, zh, en))

    @property
    def holds(self) -> bool:
        """Return whether nothing was refused."""
        return all(step.state != REFUSED for step in self.steps)

    def as_json(self) -> str:
        """Return the report for machines."""
        said = {
            "protocol": PROTOCOL,
            "verdict": "holds" if self.holds else "refused",
            "result": self.result,
            "steps": [step._asdict() for step in self.steps],
        }
        return json.dumps(said, ensure_ascii=False, indent=1)

    def as_text(self, lang: str) -> str:
        """Return the report for people."""
        at = 0 if lang == "zh" else 1
        lines = [f"{_MARKS[step.state][at]} {(step.zh, step.en)[at]}" for step in self.steps]
        if self.holds:
            verdict = ("结论：凡能核对的都成立。", "Verdict: all that could be checked holds.")
        else:
            verdict = ("结论：不成立。文件未作任何改动。", "Verdict: refused. No file was changed.")
        return "\n".join([*lines, verdict[at]])


class Progress:
    """Signs of life on standard error, for big draws."""

    def __init__(self, stream: Optional[IO[str]]) -> None:
        self._stream = stream
        self._passed: Dict[str, int] = {}

    def pass_one(self, what: str) -> None:
        """Count one."""
        self.pass_many(what, 1)

    def pass_many(self, what: str, number: int) -> None:
        """Count some, and say so at every so many."""
        before = self._passed.get(what, 0)
        self._passed[what] = before + number
        if self._stream is not None and before // PROGRESS != (before + number) // PROGRESS:
            print(f"{what}: {before + number}", file=self._stream, flush=True)


# ---------- all of it


class Options(NamedTuple):
    """What the one who checks asks for."""

    trusted: Trusted = Trusted()
    beside: Tuple[str, ...] = ()
    door: Optional[str] = None
    receipt: Optional[str] = None
    limit: int = TOTAL_LIMIT * 2**20
    rows_limit: int = ROWS_LIMIT
    progress: Optional[IO[str]] = None


def verify(path: Optional[str], options: Options) -> Report:
    """Check a bundle, a proof at the door, a receipt or all; the first fault ends the report. Raises UsageError."""
    report = Report()
    try:
        outcome, seen = _check_bundle(path, options, report) if path is not None else (None, None)
        if options.door is not None:
            check_door(options.door, outcome, seen, report)
        if options.receipt is not None:
            check_receipt(options.receipt, options, report)
    except RefusedError as error:
        report.refused(error)
        report.result = {}
    for step in BEYOND if path is not None else ():
        report.unchecked(*step)
    return report


def recompute(files: Files, progress: Progress) -> Outcome:
    """Return what the six input files make; every check of the page is on the way, in its order."""
    made = Commitment(files.read(COMMITMENT))
    tables = read_tables(files, made.made_by, progress)
    check_against_tables(made, tables)
    keys = read_reveal(files.read(REVEAL), made)
    return Outcome(made, tables, keys, progress)


def _check_bundle(path: str, options: Options, report: Report) -> Tuple[Outcome, Optional[LogSeen]]:
    files = files_of(path, options.beside, limit=options.limit, rows_limit=options.rows_limit)
    outcome = recompute(files, Progress(options.progress))
    _tell_outcome(outcome, report)
    for name, lines in ((DRAWN, outcome.drawn_lines()), (TEAMS, outcome.team_lines())):
        if name in files.names:
            compare(files, name, lines)
            report.held(name, f"{name} 与重算逐字节一致", f"{name} is what was recomputed, byte for byte.")
        else:
            report.unchecked(name, f"没有 {name} 可比对", f"There is no {name} to compare with.")
    if REPLACEMENTS in files.names:
        _tell_replacements(files, outcome, report)
    if PUBLIC_VALUE in files.names:
        check_public_value(files, outcome.made, outcome.keys, report)
    else:
        report.unchecked("public_value", f"没有 {PUBLIC_VALUE}", f"There is no {PUBLIC_VALUE}.")
    seen = _tell_log(files, outcome, options.trusted, report)
    if COSIGNED in files.names:
        check_cosigned(files, outcome.made, seen, options.trusted, report)
    elif outcome.made.source is not None and outcome.made.source["kind"] == "drand":
        report.unchecked(
            "cosigned",
            f"没有 {COSIGNED}：锁定是否早于该轮次公布，以抽查机关所述为准",
            f"There is no {COSIGNED}: that the commitment is older than its round rests on the bureau's word.",
        )
    return outcome, seen


def _tell_log(files: Files, outcome: Outcome, trusted: Trusted, report: Report) -> Optional[LogSeen]:
    if LOG not in files.names:
        if trusted.keys:
            refuse(LOG, "缺少这个文件，公钥无从核验", "is missing, so no key can check anything")
        report.unchecked(
            "log", f"没有 {LOG}：何时锁定无从核对", f"There is no {LOG}: nothing shows when it was committed."
        )
        return None
    found = read_canonical(LOG, files.read(LOG))
    seen = read_log(LOG, found)
    reveal = outcome.made.made_by(files.read(REVEAL)).hexdigest()
    outcome_said = check_entries(LOG, seen, outcome, reveal)
    report.held(
        "log",
        f"日志的 {len(seen.entries)} 条均收录于 {seen.size} 条的日志，与重算一致",
        f"{len(seen.entries)} entries are in the log of {seen.size} and say what was recomputed.",
    )
    if not outcome_said:
        report.unchecked(
            "log",
            "日志没有写明结果的摘要（分组不公开的抽查不写）：结果由锁定书和秘密得出",
            "The log says no digest of the outcome (it says none of withheld draws): it follows from the secrets.",
        )
    check_checkpoint(LOG, found, seen, trusted, report)
    return seen


def _tell_outcome(outcome: Outcome, report: Report) -> None:
    made, tables = outcome.made, outcome.tables
    report.held(
        "commitment",
        f"锁定书 {made.digest}（{made.draw_id}）合乎规约",
        f"The commitment {made.digest} ({made.draw_id}) keeps the protocol.",
    )
    rows = [f"{name} {number}" for name, number in tables.rows.items()]
    report.held(
        "tables",
        f"四张表与锁定书一致，每个单位都有人可派：{'，'.join(rows)}",
        f"The four tables are those committed, and every unit can be staffed: {', '.join(rows)}.",
    )
    report.held(
        "seed",
        f"{len(made.secrets)} 方秘密与各自摘要相符；种子 {outcome.keys.seed}",
        f"{len(made.secrets)} secrets match their digests; seed {outcome.keys.seed}.",
    )
    for stratum, (number, units) in outcome.draw.numbers.items():
        name, cut = stratum.decode(), outcome.draw.cutoffs[stratum].hex()
        certain = (
            ("（全部抽中，没有随机）", " (all of them: nothing was left to chance)") if number == units else ("", "")
        )
        report.held(
            "drawn",
            f"分组 {name}：{units} 个中抽取 {number} 个{certain[0]}，截止号 {cut}",
            f"Stratum {name}: {number} of {units} drawn{certain[1]}, cut-off {cut}.",
        )
    for (department, seats), cap in zip(made.team, outcome.caps):
        name = department.decode()
        report.held(
            "teams",
            f"部门 {name}：每单位 {seats} 人，每人至多 {cap} 次",
            f"Department {name}: {seats} for each unit, at most {cap} visits for anybody.",
        )
    report.result = {
        "draw_id": made.draw_id,
        "hash": made.hash_name,
        "commitment_digest": made.digest,
        "seed": outcome.keys.seed,
        "subject_key": outcome.keys.subject.decode(),
        "team_key": outcome.keys.team.decode(),
        "drawn": len(outcome.drawn),
        "seats": sum(len(on) for teams in outcome.teams for on in teams),
        "drawn_digest": outcome.drawn_digest,
        "teams_digest": outcome.teams_digest,
    }


def _tell_replacements(files: Files, outcome: Outcome, report: Report) -> None:
    number, drawn, teams = check_replacements(files, outcome)
    report.held(
        "replacements",
        f"{number} 次替补均按规约得出",
        f"{number} replacements follow from the protocol, event by event.",
    )
    report.result["replaced"] = {
        "events": number,
        "drawn_digest": digest_of(outcome.made.made_by, drawn),
        "teams_digest": digest_of(outcome.made.made_by, teams),
    }


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command line and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser = argparse.ArgumentParser(prog="verify.py", description="核对一次抽查 Check a draw (double-random/1).")
    parser.add_argument("bundle", nargs="?", help="全套文件：ZIP 或目录 the bundle, a ZIP or a directory")
    parser.add_argument(
        "beside", nargs="*", help="旁边的文件：cosigned.json、replacements.json what is published beside it"
    )
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="信任的日志或见证人公钥 trusted key")
    parser.add_argument("--origin", help="日志来源，缺省为公钥的名称 the log's origin; the key's name without it")
    parser.add_argument("--door", metavar="FILE", help="现场证明页的 .json a proof at the door")
    parser.add_argument("--receipt", metavar="FILE", help="回执，须同时给出 --key a receipt; needs --key")
    parser.add_argument("--json", action="store_true", help="机器可读 for machines")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="报告的语言 language of the report")
    parser.add_argument("--limit", type=int, default=TOTAL_LIMIT, metavar="MIB", help="解开后的上限 most MiB, unpacked")
    parser.add_argument(
        "--rows", type=int, default=ROWS_LIMIT, metavar="N", help="每张表至多的行数 most rows of a table"
    )
    parser.add_argument("--quiet", action="store_true", help="不显示进度 no progress on standard error")
    asked = parser.parse_args(arguments)
    if asked.bundle is None and asked.door is None and asked.receipt is None:
        parser.error("BUNDLE, --door or --receipt")
    if asked.receipt is not None and not asked.key:
        parser.error("--receipt 须同时给出从别处取得的 --key; needs --key, got from elsewhere")
    try:
        options = Options(
            trusted=Trusted(tuple(parse_key(text) for text in dict.fromkeys(asked.key)), asked.origin),
            beside=tuple(asked.beside),
            door=asked.door,
            receipt=asked.receipt,
            limit=asked.limit * 2**20,
            rows_limit=asked.rows,
            progress=None if asked.quiet else sys.stderr,
        )
        report = verify(asked.bundle, options)
    except (UsageError, OSError) as error:
        parser.error(f"无法使用 cannot use: {printable(str(error))}")
    print(report.as_json() if asked.json else report.as_text(asked.lang))
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
