"""Reading a roster as a sheet of texts: CSV in UTF-8."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from registry.errors import RegistryError


class SheetError(RegistryError):
    """The file cannot be read as a roster at all."""

    zh = "文件无法读取：{problem_zh}名录未作任何改动。"
    en = "The file cannot be read: {problem_en} Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet: columns in file order, the headings as written, row numbers as a spreadsheet counts, texts."""

    columns: tuple[str, ...]
    written: Mapping[str, str]
    numbers: Sequence[int]
    rows: Sequence[Sequence[str]]


def read_sheet(data: bytes, headings: Mapping[str, str]) -> Sheet:
    """Read a CSV sheet. Raises SheetError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise SheetError(
            problem_zh=f"第 {wrong.start + 1} 个字节起不是 UTF-8。请另存为“CSV UTF-8”。",
            problem_en=f"It is not UTF-8 from byte {wrong.start + 1} on. Save it as CSV UTF-8.",
        ) from None
    lines = _lines(text)
    first = next(lines, None)
    if first is None:
        raise SheetError(problem_zh="文件是空的。", problem_en="It is empty.")
    columns = [_column(word.strip(), headings) for word in first[1]]
    missing = [word for word, column in headings.items() if column not in columns and column != "opinion"]
    if missing or len(set(columns)) < len(columns):
        raise SheetError(
            problem_zh=f"表头缺少：{'、'.join(missing)}。" if missing else "表头有重复的列。",
            problem_en=f"The heading lacks {', '.join(headings[word] for word in missing)}."
            if missing
            else "The heading names a column twice.",
        )
    numbers, rows = [], []
    for number, line in lines:
        if len(line) != len(columns):
            raise SheetError(
                problem_zh=f"第 {number} 行有 {len(line)} 列，表头有 {len(columns)} 列。请核对该行的逗号与引号。",
                problem_en=f"Line {number} has {len(line)} columns, the heading {len(columns)}. Check its commas.",
            )
        numbers.append(number)
        rows.append(line)
    return Sheet(columns=tuple(columns), written=dict(zip(columns, first[1], strict=True)), numbers=numbers, rows=rows)


def _column(word: str, headings: Mapping[str, str]) -> str:
    if word in headings or word in headings.values():
        return headings.get(word, word)
    raise SheetError(
        problem_zh=f"表头“{word}”不认识。可用的表头：{'、'.join(headings)}。",
        problem_en=f"The heading {word!r} is unknown. Known: {', '.join(headings.values())}.",
    )


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, line in enumerate(reader, start=1):
            if any(cell.strip() for cell in line):
                yield number, line
    except csv.Error:
        raise SheetError(
            problem_zh=f"第 {reader.line_num} 行的引号或分隔符有误。请用表格软件重新另存为 CSV。",
            problem_en=f"Line {reader.line_num} has a broken quote or separator. Save it as CSV again.",
        ) from None
