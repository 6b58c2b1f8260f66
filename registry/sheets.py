"""Reading a roster as a bureau has it: .xlsx or CSV, told apart by content, under the headings that bureaus use.

What cannot be read safely, or could be read in two ways, is refused with a sentence that says what to do about it;
nothing is guessed. The cells come out as the text they hold: what is in them is for the checks of each register.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from registry.delimited import TOP, read_delimited
from registry.headings import RosterHeadings
from registry.lines import LIMITS, Limits, Lines, Rows, SheetError, unreadable
from registry.packages import column_letters, content_without_heading
from registry.spelling import NumberText, clean_text
from registry.workbooks import read_workbook
from sampling.wording import Words

__all__ = ["Limits", "NumberText", "Sheet", "SheetError", "read_sheet"]

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_HEAD: Final = 4096
"""Bytes at the beginning that tell what a file is."""
_EMPTY: Final = ("文件是空的。请核对是否选对文件。", "It is empty. Check the file.")
_SAVE: Final = "请打开后另存为 .xlsx 或 CSV UTF-8。"
_SAVE_EN: Final = "Open it and save it as .xlsx or CSV UTF-8."
_FOREIGN: Final[tuple[tuple[Callable[[bytes], object], Words], ...]] = (
    (
        re.compile(rb"%PDF-").match,
        ("这是 PDF。请导入原来的表格文件。", "It is a PDF. Import the spreadsheet it was made from."),
    ),
    (
        re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{12}\(\x00|II\*\x00|MM\x00\*|RIFF....WEBP", re.DOTALL).match,
        ("这是图片。请导入原来的表格文件。", "It is an image. Import the spreadsheet it was made from."),
    ),
    (
        re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ").match,
        ("这是压缩包。请解压后导入其中的表格。", "It is an archive. Unpack it and import the sheet inside."),
    ),
    (
        re.compile(rb"\xff\xfe|\xfe\xff").match,
        ("编码是 UTF-16。请另存为“CSV UTF-8”或 .xlsx。", "It is UTF-16. Save it as CSV UTF-8 or .xlsx."),
    ),
    (
        lambda head: head.count(0) > len(head) // 10,
        (
            f"这不是文本，也不是工作簿；若是 UTF-16 文本，请另存为“CSV UTF-8”。{_SAVE}",
            f"It is neither text nor a workbook; UTF-16 text has to be saved as CSV UTF-8. {_SAVE_EN}",
        ),
    ),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|!--|html|head|meta|table|body)", re.IGNORECASE).match,
        (f"这是网页（HTML），只是名为表格。{_SAVE}", f"It is a web page that is named a spreadsheet. {_SAVE_EN}"),
    ),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml").match,
        (f"这是 XML 文件。{_SAVE}", f"It is an XML file. {_SAVE_EN}"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A roster's rows under its heading: only columns that the registry keeps, only rows that are not empty."""

    columns: tuple[str, ...]
    """Column names in the file's order."""
    written: Mapping[str, str]
    """Column → heading as the file has it."""
    numbers: Sequence[int]
    """Row numbers as a spreadsheet counts them, from 1."""
    rows: Rows
    """The text of each cell in the order of ``columns``; NumberText where the cell held a number."""
    digest: str
    """SHA-256 of the file that it was read from, in hexadecimal digits."""
    name: str = ""
    """What the sheet is called in its workbook."""


def read_sheet(data: bytes, roster: RosterHeadings, *, limits: Limits = LIMITS) -> Sheet:
    """Read a roster. Raises SheetError."""
    recognised = _recogniser(roster)
    lines = _lines(data, limits, recognised)
    if not lines.rows:
        raise unreadable(_EMPTY)
    top = lines.rows[:TOP]
    at = max(range(len(top)), key=lambda place: recognised(top[place]))
    if not recognised(top[at]):
        raise unreadable(_no_heading(roster))
    heading = [clean_text(word) for word in top[at]]
    _refuse_merged(lines, lines.numbers[at])
    places = _places(heading, roster)
    _refuse_missing(places, roster)
    body = lines.rows[at + 1 :]
    numbers = lines.numbers[at + 1 :]
    _refuse_ragged(lines, heading, body, numbers)
    _refuse_unheaded(heading, body, numbers)
    written = {column: top[at][place].strip() for column, place in places.items()}
    if list(places.values()) != list(range(len(heading))):
        body = body.taking(places.values())
    digest = hashlib.sha256(data).hexdigest()
    return Sheet(columns=tuple(places), written=written, numbers=numbers, rows=body, digest=digest, name=lines.name)


def _lines(data: bytes, limits: Limits, recognised: Callable[[Sequence[str]], int]) -> Lines:
    head = data[:_HEAD]
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise unreadable(_EMPTY)
    if data.startswith(_ZIP):
        return read_workbook(data, limits)
    if data.startswith(_OLE):
        raise unreadable(_compound(data))
    for is_it, problem in _FOREIGN:
        if is_it(head):
            raise unreadable(problem)
    return read_delimited(data, limits, recognised=recognised)


def _compound(data: bytes) -> Words:
    if _ENCRYPTED in data:
        return (
            "文件已加密。请取消打开密码后另存。",
            "The file is encrypted. Remove the password and save it again.",
        )
    return (
        "这是旧格式（.xls 或 .doc）。请打开后另存为 .xlsx。",
        "It is in the old format (.xls or .doc). Open it and save it as .xlsx.",
    )


def _recogniser(roster: RosterHeadings) -> Callable[[Sequence[str]], int]:
    def recognised(row: Sequence[str]) -> int:
        return len({column for word in row if (column := roster.column(word))})

    return recognised


def _places(heading: Sequence[str], roster: RosterHeadings) -> dict[str, int]:
    """Return column → place in the row, in the file's order."""
    places: dict[str, int] = {}
    for place, word in enumerate(heading):
        if not word or ((column := roster.column(word)) is None and roster.ignores(word)):
            continue
        if column is None:
            raise unreadable(_unknown(word, roster))
        if column in places:
            first = heading[places[column]]
            raise unreadable(
                (
                    f"表头重复：“{first}”与“{word}”都是{roster.official(column)}。请只保留一列。",
                    f"The heading names the column {column} twice: {first!r} and {word!r}. Keep one.",
                )
            )
        places[column] = place
    return places


def _no_heading(roster: RosterHeadings) -> Words:
    known = "、".join(roster.official(column) for column in roster.required)
    return (
        f"前 {TOP} 行中没有表头。请在第一行写上：{known}。",
        f"There is no heading in the first {TOP} rows. Write into the first: {', '.join(roster.required)}.",
    )


def _unknown(word: str, roster: RosterHeadings) -> Words:
    near = roster.nearest(word)
    zh, en = f"表头“{word}”不认识。", f"The heading {word!r} is unknown."
    if near:
        return (
            f"{zh}是否指“{near}”？请改为该表头，或删除该列。",
            f"{en} Is {near!r} meant? Rename it, or delete the column.",
        )
    known = [roster.official(column) for column in roster.columns]
    return f"{zh}可用的表头：{'、'.join(known)}。", f"{en} Known: {', '.join(roster.columns)}."


def _refuse_missing(places: Mapping[str, int], roster: RosterHeadings) -> None:
    missing = [column for column in roster.required if column not in places]
    if missing:
        words = "、".join(roster.official(column) for column in missing)
        raise unreadable(
            (
                f"表头缺少：{words}。请补上这些列，表头应在前 {TOP} 行内。",
                f"The heading lacks {', '.join(missing)}. Add these columns; it has to be in the first {TOP} rows.",
            )
        )


def _refuse_merged(lines: Lines, heading: int) -> None:
    for top, left, bottom, right in lines.merged:
        if bottom >= heading:
            cells = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
            raise unreadable(
                (
                    f"单元格 {cells} 是合并的。请取消合并，并在每一格填上内容。",
                    f"The cells {cells} are merged. Unmerge them and fill in each.",
                )
            )


def _refuse_ragged(lines: Lines, heading: Sequence[str], body: Rows, numbers: Sequence[int]) -> None:
    """Refuse a row of another length than the heading's."""
    if lines.is_even:
        return
    for number, row in zip(numbers, body, strict=True):
        if len(row) != len(heading):
            raise unreadable(
                (
                    f"第 {number} 行有 {len(row)} 列，表头有 {len(heading)} 列。请核对该行的逗号与引号。",
                    f"Line {number} has {len(row)} columns, the heading {len(heading)}. Check its commas.",
                )
            )


def _refuse_unheaded(heading: Sequence[str], body: Rows, numbers: Sequence[int]) -> None:
    """Refuse content under no heading: nobody can say what it means."""
    bare = [place for place, word in enumerate(heading) if not word]
    if not bare:
        return
    for number, row in zip(numbers, body, strict=True):
        for place in bare:
            if row[place].strip():
                raise unreadable(content_without_heading(place + 1, number))
