"""The rows of a roster while it is read: packed one by one, so that a province takes a tenth of a gigabyte.

A row is one string of bytes until somebody looks at it. The control characters that part the cells cannot be told from
a cell's own, so a cell's own are replaced by another control character, which no check lets pass either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, overload

from registry.errors import RegistryError
from registry.spelling import SEPARATOR, NumberText
from sampling.wording import Words

MIB: Final = 1024 * 1024
ROW_END: Final = "\x1e"
NUMBER: Final = "\x1c"
"""Stands before the text of a cell that held a number."""
TOO_MUCH: Final = 3
"""The status with which the process that opens a workbook ends where it has not the memory; a signal says the same."""
_OWN = str.maketrans(dict.fromkeys((SEPARATOR, ROW_END, NUMBER), "\x1d"))


class SheetError(RegistryError):
    """The file cannot be read as a roster at all."""

    zh = "文件无法读取：{problem_zh}名录未作任何改动。"
    en = "The file cannot be read: {problem_en} Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What reading one file may take; sizes in bytes, time in seconds of the processor."""

    memory: int = 512 * MIB
    unpacked: int = 1024 * MIB
    ratio: int = 200
    small: int = 16 * MIB
    slice: int = 90 * MIB
    entries: int = 2_000
    rows: int = 1_000_000
    columns: int = 200
    seconds: int = 120


LIMITS: Final = Limits()
"""``memory`` bounds the process that opens a workbook, which parses a sheet by the ``slice`` (unpacked), for that takes
three times as much; ``ratio``, unpacked to packed, bounds parts larger than ``small``."""


def unreadable(problem: Words) -> SheetError:
    """Return the error that says so."""
    return SheetError(problem_zh=problem[0], problem_en=problem[1])


def pack(cells: Sequence[str]) -> bytes:
    """Return a row as bytes that remember which cells are NumberText."""
    line = SEPARATOR.join(cells)
    if NumberText in map(type, cells) or line.count(SEPARATOR) != len(cells) - 1 or ROW_END in line or NUMBER in line:
        line = SEPARATOR.join(NUMBER + cell if type(cell) is NumberText else cell.translate(_OWN) for cell in cells)
    return line.encode()


def unpack(line: bytes) -> list[str]:
    """Return the cells of a row."""
    text = line.decode()
    cells = text.split(SEPARATOR)
    if NUMBER in text:
        return [NumberText(cell[1:]) if cell[:1] == NUMBER else cell for cell in cells]
    return cells


class Rows(Sequence[Sequence[str]]):
    """Packed rows, of which ``places`` are taken: those columns, in that order."""

    def __init__(self, packed: Sequence[bytes], places: Iterable[int] | None = None) -> None:
        self._packed = packed
        self._places = None if places is None else tuple(places)
        self._take = itemgetter(*self._places) if self._places and len(self._places) > 1 else None

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, at: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, at: slice) -> "Rows": ...
    def __getitem__(self, at: int | slice) -> "Sequence[str] | Rows":
        if isinstance(at, slice):
            return Rows(self._packed[at], self._places)
        cells = unpack(self._packed[at])
        if self._places is None:
            return cells
        taken: Sequence[str] = self._take(cells) if self._take else tuple(cells[place] for place in self._places)
        return taken

    def columns(self, at: Iterable[int]) -> list[list[str]]:
        """Return the cells of some rows by the column; they are all of one length."""
        lines = [self._packed[place] for place in at]
        cells = unpack(SEPARATOR.encode().join(lines))
        width = len(cells) // len(lines)
        return [cells[place::width] for place in (range(width) if self._places is None else self._places)]

    def taking(self, places: Iterable[int]) -> "Rows":
        """Return the same rows with some of their columns."""
        return Rows(self._packed, places)


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What stands in a file, before anybody knows its heading: rows that are not empty, with their numbers from 1."""

    numbers: Sequence[int]
    rows: Rows
    is_even: bool = False
    """Whether every row is as long as every other."""
    name: str = ""
    """What the sheet is called; a text file calls it nothing."""
    merged: Sequence[tuple[int, int, int, int]] = ()
    """Merged ranges: first row, first column, last row, last column, all from 1."""
