"""What a roster is made of: its headings, the record a row becomes, where records are kept, how they are shown.

A row of a sheet is *taken* as a key, the columns of its record, and at most one line of several that a record may have
(an operator's sites, a year's days). Rows with one key and equal columns are one *draft* with several lines.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Table, bindparam, select, update
from sqlmodel import Session

from registry.base import Record
from registry.bulk import insert_rows, table_of
from registry.errors import FieldError
from registry.journal import Act, Kind, Parts
from sampling.wording import Words

BLOCK = 500
"""Keys asked for at once: SQLite takes at most 32,766 parameters, PostgreSQL 65,535."""

T = TypeVar("T")
Line = tuple[object, ...]
Block = Mapping[str, Sequence[str]]
"""Some rows of a sheet by column."""


class Taken(NamedTuple):
    """One row that can stand by itself: key, columns of the record, and its line, if it has one."""

    key: str
    head: tuple[object, ...]
    line: Line | None


@dataclass(slots=True)
class Draft:
    """One record as the sheet states it, with the places of its rows among the rows of the sheet."""

    key: str
    head: tuple[object, ...]
    lines: list[Line]
    rows: tuple[int, ...]


class Kept(NamedTuple):
    """One record as it is on file."""

    head: tuple[object, ...]
    lines: list[Line]


class Shelf(Protocol):
    """Where the records of a roster are kept."""

    def keys(self, session: Session) -> Iterable[str]:
        """Return the keys of all records that an export holds, in order."""

    def find(self, session: Session, keys: Sequence[str]) -> dict[str, Kept]:
        """Return the records on file under these keys."""

    def keep(self, act: Act, fresh: Iterable[Draft], changed: list[Draft], parts: Parts) -> None:
        """Put new records on file and replace changed ones; add the whole record of each to the parts of the fact.

        ``fresh`` may be a province: it is gone through once, and not kept.
        """


class Quick(Protocol):
    """Takes rows that are plainly right by the block."""

    def look(self, block: Block) -> list[Taken | None]:
        """Return the rows that are plainly right as the check would take them, None for those left to the check."""

    def again(self, block: Block) -> list[Taken]:
        """Return rows that ``look`` took before."""


Check = Callable[[Mapping[str, str]], tuple[Any, list[FieldError]]]
Twins = Callable[[Sequence[str]], Iterable[tuple[str, str]]]
"""Yields (look, key) of the records on file that have one of these looks."""

Problems = Callable[[Taken], list[FieldError]]

Beside = Callable[[Session, date], Problems]
"""Opens what the key and the columns of a record are checked against beside themselves, as of a day."""

Whole = Callable[[Draft], list[FieldError]]
"""Puts the lines of a record in order, and finds what is wrong with them together."""


@dataclass(frozen=True, kw_only=True)
class Roster:
    """One kind of import.

    ``headings`` maps Chinese headings to columns; ``columns`` and ``line_columns`` are those of a record and of its
    lines, in order. ``check`` judges one row and finds every problem; ``quick``, where there is one, makes what takes
    rows that are plainly right, as ``check`` would. ``numbering`` gives a key to a row that came without.
    """

    name: str
    title: Words
    kind: Kind
    headings: Mapping[str, str]
    columns: tuple[str, ...]
    line_columns: tuple[str, ...] = ()
    words: Mapping[str, Mapping[Any, str]]
    check: Check
    take: Callable[[Any], Taken]
    shelf: Shelf
    beside: Beside = lambda _session, _today: lambda _taken: []
    whole: Whole | None = None
    numbering: Callable[[Session], Callable[[Taken], Taken]] = lambda _session: lambda taken: taken
    quick: Callable[[], Quick] | None = None
    twin: Callable[[Taken], str] | None = None
    twins_on_file: Callable[[Session], Twins] | None = None
    """Where records may be one under two keys: what makes them look alike, and what looks them up."""

    def heading(self, column: str) -> str:
        """Return the Chinese heading of a column."""
        return next(heading for heading, each in self.headings.items() if each == column)

    def shown(self, column: str, value: object) -> str:
        """Return a value as a sheet shows it: words for codes, 是 and 否, dates in ISO form, nothing for none."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, date):
            return value.isoformat()
        return self.words[column].get(value, str(value)) if column in self.words else str(value)

    def sheet_rows(self, kept: Kept) -> Iterator[list[str]]:
        """Yield a record as the rows of a sheet, under ``headings``."""
        head = {name: self.shown(name, value) for name, value in zip(self.columns, kept.head, strict=True)}
        blank: Line = ("",) * len(self.line_columns)
        for line in kept.lines or [blank]:
            row = head | {name: self.shown(name, value) for name, value in zip(self.line_columns, line, strict=True)}
            yield [row[column] for column in self.headings.values()]


@dataclass(frozen=True, kw_only=True)
class TableShelf:
    """Records that are rows of one table."""

    table: type[Record]
    key: str

    def keys(self, session: Session) -> Iterable[str]:
        """Return all keys, in order."""
        key = table_of(self.table).c[self.key]
        return session.connection().execute(select(key).order_by(key)).scalars()

    def find(self, session: Session, keys: Sequence[str]) -> dict[str, Kept]:
        """Return the rows with these keys, read in blocks that either database takes."""
        table = table_of(self.table)
        found: dict[str, Kept] = {}
        for block in blocks(keys):
            for row in session.connection().execute(select(table).where(table.c[self.key].in_(block))):
                found[row._mapping[self.key]] = Kept(tuple(row), [])  # noqa: SLF001 - the public name of it
        return found

    def keep(self, act: Act, fresh: Iterable[Draft], changed: list[Draft], parts: Parts) -> None:
        """Insert and update."""
        table = table_of(self.table)
        names = [column.name for column in table.columns]

        def written(draft: Draft) -> tuple[object, ...]:
            parts.add(draft.key, dict(zip(names, map(plain, draft.head), strict=True)))
            return draft.head

        insert_rows(act.session, table, names, map(written, fresh))
        if changed:
            change_rows(
                act.session, table, self.key, [dict(zip(names, written(draft), strict=True)) for draft in changed]
            )


def change_rows(session: Session, table: Table, key: str, rows: list[dict[str, Any]]) -> None:
    """Replace the columns of rows by key, all at once; what the session had read of them is read anew."""
    names = [name for name in rows[0] if name != key]
    statement = update(table).where(table.c[key] == bindparam("its_key")).values({n: bindparam(n) for n in names})
    session.connection().execute(statement, [{"its_key": row[key]} | {n: row[n] for n in names} for row in rows])
    session.expire_all()


def blocks(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield keys, or what has one, in blocks that either database takes at once."""
    for start in range(0, len(keys), BLOCK):
        yield keys[start : start + BLOCK]


def plain(value: object) -> object:
    """Return a value as JSON can carry it: dates in ISO form."""
    return value.isoformat() if isinstance(value, date) else value
