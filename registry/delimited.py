"""Plain text with separators (CSV), in the encodings that spreadsheets in China write it.

UTF-8 is tried before GB18030, for nearly every file is valid GB18030 by accident and hardly any is UTF-8 by accident.
Source: RFC 4180; GB 18030-2022.
"""

import codecs
import csv
import io
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from registry.lines import Limits, Lines, Rows, SheetError, pack, unreadable

SEPARATORS: Final = (",", "\t", ";")
TOP: Final = 10
"""Rows at the top among which the heading is looked for."""
_TOLD: Final = 4
"""So many ideographs before the first wrong byte, and the file was meant to be UTF-8."""


def read_delimited(data: bytes, limits: Limits, *, recognised: Callable[[Sequence[str]], int]) -> Lines:
    """Return the rows; ``recognised`` counts the headings in a row, which tells the separator. Raises SheetError."""
    encoding = _encoding(data)
    top = {separator: _top(data, encoding, separator, limits) for separator in SEPARATORS}
    best = {separator: max(map(recognised, rows), default=0) for separator, rows in top.items()}
    chosen = max(SEPARATORS, key=best.__getitem__)
    if not best[chosen] and any("，" in cell for row in top[","] for cell in row):
        raise unreadable(
            (
                "各列似以中文逗号“，”分隔。请用表格软件另存为 CSV UTF-8。",
                "Its columns seem to be parted by a Chinese comma. Save it as CSV UTF-8 in a spreadsheet program.",
            )
        )
    numbers = array("L")
    packed: list[bytes] = []
    widths: set[int] = set()
    for number, row in _lines(data, encoding, chosen, limits):
        if len(packed) >= limits.rows:
            raise _too_many(limits)
        numbers.append(number)
        packed.append(pack(row))
        widths.add(len(row))
    return Lines(numbers=numbers, rows=Rows(packed), is_even=len(widths) == 1)


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        meant = len(re.findall("[\u4e00-\u9fff]", data[: wrong.start].decode())) >= _TOLD
        if data.startswith(codecs.BOM_UTF8) or meant or not _is_gb18030(data):
            raise unreadable(
                (
                    f"第 {wrong.start + 1} 个字节起不是 UTF-8，也不是 GB18030。请另存为“CSV UTF-8”。",
                    f"It is neither UTF-8, from byte {wrong.start + 1} on, nor GB18030. Save it as CSV UTF-8.",
                )
            ) from None
        return "gb18030"
    return "utf-8-sig"


def _is_gb18030(data: bytes) -> bool:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _top(data: bytes, encoding: str, separator: str, limits: Limits) -> list[list[str]]:
    """Return the rows at the top as far as they can be read."""
    rows: list[list[str]] = []
    try:
        rows.extend(row for _, row in islice(_lines(data, encoding, separator, limits), TOP))
    except SheetError:
        return []
    return rows


def _lines(data: bytes, encoding: str, separator: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty with their numbers, counted as a spreadsheet counts: from 1, empty ones too."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    reader = csv.reader(text, strict=True, delimiter=separator)
    try:
        for number, line in enumerate(reader, start=1):
            if len(line) > limits.columns:
                raise _too_wide(limits)
            if any(map(str.strip, line)):
                yield number, line
    except csv.Error:
        raise unreadable(
            (
                f"第 {reader.line_num} 行的引号或分隔符有误，或有过长的单元格。请用表格软件重新另存为 CSV。",
                f"Line {reader.line_num} has a broken quote or separator, or a huge cell. Save it as CSV again.",
            )
        ) from None


def _too_wide(limits: Limits) -> SheetError:
    return unreadable(
        (
            f"超过 {limits.columns} 列。请只保留名录的各列。",
            f"It has more than {limits.columns} columns. Keep those of the roster alone.",
        )
    )


def _too_many(limits: Limits) -> SheetError:
    return unreadable(
        (
            f"超过 {limits.rows} 行。请分成几个文件导入。",
            f"It has more than {limits.rows} rows. Import several files.",
        )
    )
