"""Writing workbooks (.xlsx): every cell is text, whatever it begins with, and none is a formula or a link.

A cell that begins with ``=``, ``+``, ``-`` or ``@`` is written as the text it is; a spreadsheet shows it and computes
nothing. Rows are written one after another and not kept, so that a register of any size fits in memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sampling.stages import Stage

ROWS = 1_048_576
"""Rows of a sheet, the heading included, by the format's own limit."""
CELL = 32_767
"""Characters of a cell, by the format's own limit."""
WIDTH = 18
"""Width of a column, in characters."""


@contextmanager
def workbook(out: BinaryIO, *, at: datetime, stage: Stage) -> Iterator[Workbook]:
    """Open a workbook that is written to ``out`` when it is done; ``at`` stands in it as its date.

    What a demonstration or a rehearsal writes says so in the file's properties, as its sheets do by their names.
    """
    with TemporaryDirectory() as directory:  # rows wait in files there, and go with it whatever happens
        book = xlsxwriter.Workbook(
            out,
            {
                "constant_memory": True,
                "tmpdir": directory,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        said = {} if stage.is_real else {"title": stage.heading, "comments": "\n".join(stage.marking.says)}
        book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None), **said})
        try:
            yield book
        except BaseException:
            book.filename = BytesIO()  # what was begun goes nowhere; its files have to be closed all the same
            raise
        finally:
            book.close()


def sheet_name(stage: Stage, title: str) -> str:
    """Return the name of a sheet: its title, under the mark of the stage it was written in.

    >>> sheet_name(Stage.REHEARSAL, "检查人员名录")
    '【演练】检查人员名录'
    """
    return stage.heading + title


def write_table(
    book: Workbook, name: str, heading: Sequence[str], rows: Iterable[Sequence[str]], *, sheet_rows: int = ROWS
) -> int:
    """Write a table under its heading and return its rows; what one sheet cannot hold goes on in the next.

    ``sheet_rows``: how many a sheet takes, its heading included.
    """
    bold = book.add_format({"bold": True, "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    sheet, number, at, count = None, 0, sheet_rows, 0
    for row in _at_least_heading(rows):
        if at == sheet_rows:
            number += 1
            sheet = _new_sheet(book, name if number == 1 else f"{name}{number}", heading, bold)
            at = 1
        if sheet is not None and row is not None:
            write_row(sheet, at, row, text)
            at += 1
            count += 1
    return count


def write_row(sheet: Worksheet, at: int, row: Sequence[str], form: Format) -> None:
    """Write the cells of a row, those that are not empty, as text."""
    for place, cell in enumerate(row):
        if cell:
            sheet.write_string(at, place, cell[:CELL], form)


def _at_least_heading(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str] | None]:
    yield None
    yield from rows


def _new_sheet(book: Workbook, name: str, heading: Sequence[str], bold: Format) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, len(heading) - 1, WIDTH, book.formats[1] if len(book.formats) > 1 else None)
    sheet.freeze_panes(1, 0)
    sheet.set_header("&C&A")  # the name on every sheet of paper
    write_row(sheet, 0, heading, bold)
    return sheet
