"""Writing rosters as .xlsx or CSV, the same bytes for the same rows, each file saying that it is fictional."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import xlsxwriter

from app.generate.cells import Cell, SheetRow, Spoilt, as_csv

TITLE = "虚构数据（示例，不对应任何真实的经营者或人员）"
NOTE_HEADING, NOTE = "备注", "虚构数据"
COLUMN_WIDTH = 20
MAX_ROWS = 1_048_576
"""Rows of an .xlsx sheet. Source: ECMA-376 leaves it open; this is what Excel opens, and what xlsxwriter writes."""


class SheetFullError(Exception):
    """More rows than a sheet of .xlsx has."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} 已满 {MAX_ROWS} 行，名录未写完。请删除该目录，改用 --format csv。/ "
            f"{path} is full after {MAX_ROWS} rows and the rosters are not whole. Remove it, and use --format csv."
        )


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a sheet is laid out; a dirty one has a merged title, numbered rows, remarks, and empty rows at its end."""

    columns: Mapping[str, str]
    """Column → heading."""
    on: date
    """When the file says it was made."""
    dirty: bool = False

    def heading(self) -> list[str]:
        """Return the headings as they are written."""
        own = list(self.columns.values())
        return ["序号", *own, NOTE_HEADING] if self.dirty else own

    def line(self, place: int, row: Mapping[str, Cell]) -> list[Cell]:
        """Return the cells of the n-th row, from 1."""
        own = [row[column] for column in self.columns]
        return [place, *own, NOTE] if self.dirty else own


class Writer(Protocol):
    """What puts lines of cells into a file, one after another."""

    first_row: int
    """Number of the row of headings, as a spreadsheet counts."""

    def put(self, cells: Sequence[Cell]) -> None:
        """Write one line."""


def write_sheet(path: Path, form: Form, rows: Iterable[SheetRow]) -> tuple[int, list[tuple[int, Spoilt]]]:
    """Write a roster, as .xlsx or .csv by its name; return how many rows it has and what was spoilt in which row.

    Rows are counted as a spreadsheet does: from 1, titles and headings among them.
    """
    spoilt: list[tuple[int, Spoilt]] = []
    place = 0
    with _open(path, form) as writer:
        writer.put(form.heading())
        for place, (row, what) in enumerate(rows, start=1):
            writer.put(form.line(place, row))
            if what:
                spoilt.append((writer.first_row + place, what))
        if form.dirty:
            writer.put([])
            writer.put([""] * len(form.heading()))
    return place, spoilt


def _open(path: Path, form: Form) -> AbstractContextManager[Writer]:
    return _Workbook(path, form) if path.suffix == ".xlsx" else _Csv(path, form)


class _Csv:
    """UTF-8; with a byte order mark where the sheet is dirty, as Excel writes it."""

    first_row = 1

    def __init__(self, path: Path, form: Form) -> None:
        self._file = path.open("w", encoding="utf-8-sig" if form.dirty else "utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n" if form.dirty else "\n")

    def put(self, cells: Sequence[Cell]) -> None:
        """Write one line."""
        self._writer.writerow([as_csv(cell) for cell in cells])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


class _Workbook:
    """One sheet under a title; text stays text, whatever it looks like."""

    first_row = 2

    def __init__(self, path: Path, form: Form) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._path = path
        self._book = xlsxwriter.Workbook(str(path), options)
        made_at = datetime.combine(form.on, time(), UTC).replace(tzinfo=None)
        self._book.set_properties({"title": TITLE, "created": made_at})
        self._sheet = self._book.add_worksheet("虚构")
        self._day = self._book.add_format({"num_format": "yyyy/m/d"})
        last = len(form.heading()) - 1
        self._sheet.set_column(0, last, COLUMN_WIDTH)
        if form.dirty:
            self._sheet.merge_range(0, 0, 0, last, TITLE)
        else:
            self._sheet.write_string(0, 0, TITLE)
        self._row = self.first_row - 1

    def put(self, cells: Sequence[Cell]) -> None:
        """Write one line; an empty text leaves its cell empty."""
        sheet, row = self._sheet, self._row
        if row >= MAX_ROWS:
            raise SheetFullError(self._path)
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(row, place, cell)
            elif isinstance(cell, int):
                sheet.write_number(row, place, cell)
            else:
                sheet.write_datetime(row, place, datetime.combine(cell, time()), self._day)
        self._row += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()
