"""Export of what the bureau holds, each table as one workbook under Chinese headings; never a formula, never a key.

The rosters come out under the headings they go in by: exported and imported again, nothing changes. Who may have which
table is the edge's to say; contacts and risk classes are in ``withheld``, for readers of other departments.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlmodel import Session

from registry.base import SHANGHAI
from registry.books import workbook, write_table
from registry.drafts import Roster, blocks
from sampling.wording import Words

Rows = Iterator[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Export:
    """One table: its name in addresses, its title, its headings, and how its rows are read, in order."""

    name: str
    title: Words
    headings: tuple[str, ...]
    rows: Callable[[Session], Rows]
    withheld: tuple[str, ...] = ()


def write_export(
    out: BinaryIO,
    session: Session,
    export: Export,
    *,
    at: datetime,
    whole: bool = True,
) -> int:
    """Write a table as .xlsx and return its rows; without ``whole``, the columns for the bureau only are left out."""
    shown = [place for place, word in enumerate(export.headings) if whole or word not in export.withheld]
    heading = [export.headings[place] for place in shown]
    rows = ([row[place] for place in shown] for row in export.rows(session))
    with workbook(out, at=at) as book:
        return write_table(book, export.title[0], heading, rows)


def of_roster(roster: Roster, withheld: tuple[str, ...] = ()) -> Export:
    """Return the export of a roster, under the headings it goes in by."""

    def rows(session: Session) -> Rows:
        for block in blocks(list(roster.shelf.keys(session))):
            kept = roster.shelf.find(session, block)
            for key in block:
                yield from roster.sheet_rows(kept[key])

    return Export(name=roster.name, title=roster.title, headings=tuple(roster.headings), rows=rows, withheld=withheld)


def table_export(name: str, title: Words, columns: Mapping[str, object], query: Callable[[], Any]) -> Export:
    """Return the export of one query: heading → attribute of a row, or how to read it off."""
    read = [_reader(each) for each in columns.values()]

    def rows(session: Session) -> Rows:
        for row in session.exec(query()):
            yield [cell_text(each(row)) for each in read]

    return Export(name=name, title=title, headings=tuple(columns), rows=rows)


def _reader(column: object) -> Callable[[Any], object]:
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
