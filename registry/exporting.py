"""Export of what the bureau holds, each table as one workbook under Chinese headings; never a formula, never a key.

The rosters come out under the headings they go in by: exported and imported again, nothing changes. Who may have which
table is the edge's to say; contacts and risk classes are in ``withheld``, for readers of other departments.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from registry.base import SHANGHAI, Record, legal_day
from registry.books import sheet_name, workbook, write_table
from registry.bulk import table_of
from registry.drafts import Roster, blocks
from registry.erasing import ERASED_WORDS, erased_rows, row_key
from registry.sealed import Reader
from registry.stages import stage_of
from sampling.wording import Words

Rows = Iterator[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who takes a table out, and the day on which they do."""

    reader: Reader
    today: date


Read = Callable[[Session, Asking], Iterable[Any]]
"""Yields the records of a table that somebody may read on a day, in order."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """One table: its name in addresses, its title, its headings, and how its rows are read by who asks, in order."""

    name: str
    title: Words
    headings: tuple[str, ...]
    rows: Callable[[Session, Asking], Rows]
    withheld: tuple[str, ...] = ()


def write_export(  # noqa: PLR0913 - what an export depends on
    out: BinaryIO,
    session: Session,
    export: Export,
    *,
    at: datetime,
    whole: bool = True,
    reader: Reader = None,
) -> int:
    """Write a table as .xlsx and return its rows; without ``whole``, the columns for the bureau only are left out.

    It holds what ``reader`` may read on the day of ``at``: under seal, what nobody but them may.
    """
    shown = [place for place, word in enumerate(export.headings) if whole or word not in export.withheld]
    heading = [export.headings[place] for place in shown]
    asking = Asking(reader=reader, today=legal_day(at))
    rows = ([row[place] for place in shown] for row in export.rows(session, asking))
    stage = stage_of(session)
    with workbook(out, at=at, stage=stage) as book:
        return write_table(book, sheet_name(stage, export.title[0]), heading, rows)


def of_roster(roster: Roster, withheld: tuple[str, ...] = ()) -> Export:
    """Return the export of a roster, under the headings it goes in by."""
    return Export(
        name=roster.name,
        title=roster.title,
        headings=tuple(roster.headings),
        rows=lambda session, _asking: roster_rows(session, roster),
        withheld=withheld,
    )


def roster_rows(session: Session, roster: Roster) -> Rows:
    """Yield the rows of a roster as it goes in."""
    for block in blocks(list(roster.shelf.keys(session))):
        kept = roster.shelf.find(session, block)
        for key in block:
            yield from roster.sheet_rows(kept[key])


def table_export(name: str, title: Words, columns: Mapping[str, object], read: Read) -> Export:
    """Return the export of records: heading → attribute of one, or how to read it off.

    Where a record lost its texts by an erasure, what is empty in it says so.
    """
    cells = [_reader_of(each) for each in columns.values()]

    def rows(session: Session, asking: Asking) -> Rows:
        erased = erased_rows(session)
        for row in read(session, asking):
            told = [each(row) for each in cells]
            lost = isinstance(row, Record) and _place_of(row) in erased
            yield [ERASED_WORDS if lost and value == "" else cell_text(value) for value in told]

    return Export(name=name, title=title, headings=tuple(columns), rows=rows)


def _place_of(row: Record) -> tuple[str, str]:
    table = table_of(type(row))
    return table.name, row_key(*(getattr(row, column.name) for column in table.primary_key.columns))


def every(query: SelectOfScalar[Any]) -> Read:
    """Return what reads a query that is the same for everybody."""
    return lambda session, _asking: session.exec(query)


def _reader_of(column: object) -> Callable[[Any], object]:
    if callable(column):
        return column
    return lambda row: getattr(row, str(column))


def cell_text(value: object) -> str:
    """Return a value as a sheet shows it: instants in the time of China, lists with 、 between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "、".join(map(cell_text, value))
    return str(value)
