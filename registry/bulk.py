"""Many rows at once into one table: binary COPY on PostgreSQL, one prepared statement on SQLite.

What goes in was checked before; triggers, keys and foreign keys hold as for any other insert.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Column, Date, Dialect, Table
from sqlmodel import Session

from registry.base import Record

Row = Sequence[object]
BURST = 400
"""Rows handed over without a pause: about what a socket holds."""


def table_of(model: type[Record]) -> Table:
    """Return the table behind a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def insert_rows(session: Session, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows of values in the order of ``columns``, in the session's transaction.

    The rows are made while the database takes those before them, and without the session: it is busy.
    """
    session.flush()
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "postgresql":
        command = f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)'
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            copy.set_types([_type_name(table.c[name], connection.dialect) for name in columns])
            for burst in _bursts(rows):
                for row in burst:
                    copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - our own names
    days = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, Date)]
    driver.executemany(statement, _with_days_as_text(rows, days) if days else rows)


def _bursts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows in lists: the server has something to do while the next are made."""
    source = iter(rows)
    while burst := list(islice(source, BURST)):
        yield burst


def _type_name(column: Column[Any], dialect: Dialect) -> str:
    """Return the name of a column's type as PostgreSQL knows it: without its length and its collation."""
    declared = column.type.compile(dialect).lower()
    return re.split(r"\(| collate ", declared, maxsplit=1)[0]


def _with_days_as_text(rows: Iterable[Row], days: Sequence[int]) -> Iterator[Row]:
    """Write dates as the driver no longer does by itself."""
    for row in rows:
        cells = list(row)
        for place in days:
            value = cells[place]
            if isinstance(value, date):
                cells[place] = value.isoformat()
        yield cells
