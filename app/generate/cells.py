"""Cells of a sheet: text, or what a spreadsheet made of it, and how each looks once it is saved as CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Cell = str | int | date
"""A text; a number that Excel made of a code; a date cell."""

GENERAL_DIGITS = 11
"""Longer whole numbers are shown by Excel's General format with an exponent."""


@dataclass(frozen=True, kw_only=True)
class Spoilt:
    """What was done to a row on purpose, and the text that stood in the column before."""

    kind: str
    outcome: str
    column: str
    before: str


SheetRow = tuple[Mapping[str, Cell], Spoilt | None]
"""A row as it is written, and what was done to it."""


def as_csv(cell: Cell) -> str:
    """Return a cell as Excel writes it to CSV.

    >>> as_csv("是"), as_csv(140105), as_csv(911401050000000123), as_csv(date(2026, 7, 1))
    ('是', '140105', '9.11401E+17', '2026/7/1')
    """
    if isinstance(cell, date):
        return f"{cell.year}/{cell.month}/{cell.day}"
    if isinstance(cell, int):
        return f"{cell:.5E}" if len(str(cell)) > GENERAL_DIGITS else str(cell)
    return cell
