"""What is on record stays: the guards of append-only tables, tried after the whole chain, on every key.

Every table is either guarded or named here with the reason why its rows may change. The rows are made from the models,
so that a new table is tried without a word here.
"""

# ruff: noqa: S608 - the statements are made of our own tables' names

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Connection, Table, Text, UniqueConstraint, cast, insert, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.db import Database
from app.models import METADATA
from app.schema import migrate
from migrations.guards import MESSAGE

CHANGING = {
    "departments": "a department may be renamed; the journal keeps what it was",
    "inspectors": "the roster is the present one; a draw holds its own copy",
    "people": "access is suspended and restored",
    "api_keys": "a key is revoked",
    "stored_answers": "answers may be dropped once nobody repeats the call",
    "calendar_days": "a year is stated anew when its notice is amended",
    "operators": "the register is the present one; a draw holds its own copy",
    "operator_sites": "the sites are the present ones, as their operators are",
    "operator_mergings": "a merging is decided after it was asked for",
    "recusals": "a recusal is decided after it was filed, and may be withdrawn",
    "inspection_caps": "a cap is approved after it was drafted",
    "inspector_leaves": "a leave is decided after it was recorded, and may be cancelled",
    "inspector_loans": "a loan is decided after it was asked for",
    "items": "the list of items is the present one",
    "plans": "a plan is approved after it was drafted",
    "batches": "a batch is approved after it was drafted",
    "clock_sightings": "the clock goes on",
    "outbox": "a job is put off, fails and is done",
    "log_head": "it moves forward, and has a guard of its own",
}
GUARDED = [table for table in METADATA.sorted_tables if table.name not in CHANGING]
INSTANT = datetime(2020, 9, 1, tzinfo=UTC)
VALUES: dict[type, tuple[Any, Any]] = {
    str: ("x", "y"),
    int: (1, 2),
    bool: (False, True),
    bytes: (b"x", b"y"),
    date: (date(2020, 9, 1), date(2020, 9, 2)),
    datetime: (INSTANT, INSTANT.replace(year=2021)),
    object: ([1], [2]),  # what a JSON column holds
}
Row = dict[str, Any]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return a migrated database, SQLite or PostgreSQL, with a row in every table."""
    with closing(filled(database_url)) as found:
        yield found


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """Return the same on SQLite alone, which knows ways to replace a row that PostgreSQL does not."""
    with closing(filled(f"sqlite:///{tmp_path / 'double-random.db'}")) as found:
        yield found


def filled(address: str) -> Database:
    """Migrate a database and put a row into every table, every column of which is filled."""
    database = Database(address)
    migrate(database)
    with database.engine.begin() as connection:
        for table in METADATA.sorted_tables:
            if table.name != "log_head":
                connection.execute(insert(table), [row_of(table, 0)])
        connection.execute(text("UPDATE log_head SET size = 5"))
    return database


def row_of(table: Table, which: int) -> Row:
    """Return one of two rows that have no value in common."""
    return {column.name: VALUES[_kind(column.type)][which] for column in table.columns}


def _kind(column_type: TypeEngine[Any]) -> type:
    plain = column_type.impl_instance if isinstance(column_type, TypeDecorator) else column_type
    return plain.python_type


def keys_of(table: Table) -> list[list[str]]:
    """Return the primary and unique keys of a table."""
    uniques = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    found = [[column.name for column in each.columns] for each in (table.primary_key, *uniques)]
    return found + [[column.name for column in each.columns] for each in table.indexes if each.unique]


def targets_of(table: Table) -> Iterator[str]:
    """Yield what a conflict on each key is named by; of a key of some rows alone, with their condition."""
    conditions = {
        tuple(column.name for column in each.columns): each.dialect_options["sqlite"]["where"]
        for each in table.indexes
        if each.unique
    }
    for key in keys_of(table):
        condition = conditions.get(tuple(key))
        names = ", ".join(f'"{column}"' for column in key)
        yield f"({names})" if condition is None else f"({names}) WHERE {condition}"


def attempts(table: Table, *, sqlite: bool) -> Iterator[str]:
    """Yield every way to change, remove or replace the row of a table, as SQL with named parameters."""
    name, first = table.name, table.primary_key.columns[0].name
    yield f'UPDATE {name} SET "{first}" = "{first}"'
    yield f"DELETE FROM {name}"
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(f":{column.name}" for column in table.columns)
    for where in targets_of(table):
        change = f'SET "{first}" = excluded."{first}"'
        yield f"INSERT INTO {name} ({columns}) VALUES ({values}) ON CONFLICT {where} DO UPDATE {change}"
    if sqlite:
        yield f'UPDATE OR REPLACE {name} SET "{first}" = "{first}"'
        yield f"INSERT OR REPLACE INTO {name} ({columns}) VALUES ({values})"
        yield f"REPLACE INTO {name} ({columns}) SELECT {columns} FROM {name}"
    else:
        yield f"TRUNCATE {name} CASCADE"


def rows(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    # PostgreSQL's json has no equality; its text has.
    columns = [cast(column, Text) if isinstance(column.type, JSON) else column for column in table.columns]
    return [tuple(row) for row in connection.execute(select(*columns))]


def try_out(database: Database, statement: str, given: Row | None = None) -> str:
    """Run a statement in a transaction of its own and return what the database says to it."""
    connection = database.engine.connect()
    with closing(connection):
        try:
            connection.execute(text(statement), given or {})
            connection.commit()
        except DatabaseError as refused:
            return str(refused.orig)
    return "done"


def bound(row: Row) -> Row:
    """Return a row as the drivers take it without the types of the models."""
    plain = {name: json.dumps(value) if isinstance(value, list) else value for name, value in row.items()}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in plain.items()}


def test_every_table_is_guarded_or_may_change_for_a_reason() -> None:
    assert set(CHANGING) <= set(METADATA.tables)
    assert len(GUARDED) >= 18


def test_record_is_never_changed_removed_or_replaced(database: Database) -> None:
    held = []
    for table in GUARDED:
        with database.reading() as session:
            before = rows(session.connection(), table)
        assert len(before) == 1
        for statement in attempts(table, sqlite=database.is_sqlite):
            said = try_out(database, statement, bound(row_of(table, 0)))
            if f"{MESSAGE}: {table.name}" not in said:
                held.append((statement, said))
        with database.reading() as session:
            assert rows(session.connection(), table) == before
    assert held == []


def test_record_is_never_replaced_through_one_of_its_keys(sqlite_database: Database) -> None:
    held = []
    for table in GUARDED:
        for key in keys_of(table):
            same = row_of(table, 0)
            row = {name: same[name] if name in key else value for name, value in row_of(table, 1).items()}
            held += replaced(sqlite_database, table, row)
        held += replaced(sqlite_database, table, row_of(table, 1), rowid=1)
    assert held == []


def replaced(database: Database, table: Table, row: Row, rowid: int | None = None) -> list[str]:
    """Try to replace a row on a connection without our settings; return the table when it is not refused."""
    names = [*row] + (["rowid"] if rowid is not None else [])
    values = bound(row) | {"rowid": rowid}
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f"INSERT OR REPLACE INTO {table.name} ({columns}) VALUES ({', '.join(f':{name}' for name in names)})"
    held = []
    for recursive in ("OFF", "ON"):
        with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as connection:
            connection.execute(f"PRAGMA recursive_triggers = {recursive}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute(statement, values)
                held.append(f"{table.name} by {names if rowid else row}, recursive_triggers {recursive}")
            except sqlite3.DatabaseError as refused:
                if f"{MESSAGE}: {table.name}" not in str(refused):
                    held.append(f"{table.name}: {refused}")
            finally:
                connection.execute("ROLLBACK")
    return held


def test_guards_let_new_records_in(database: Database) -> None:
    with database.engine.begin() as connection:
        for table in METADATA.sorted_tables:
            if table.name != "log_head":
                connection.execute(insert(table), [row_of(table, 1)])
    with database.reading() as session:
        assert all(len(rows(session.connection(), table)) == 2 for table in GUARDED)


def test_head_of_the_log_never_goes_back(database: Database) -> None:
    everything = "INSERT INTO log_head SELECT * FROM log_head WHERE true"
    for statement in (
        "UPDATE log_head SET size = 4",
        "UPDATE log_head SET size = 0, root = ''",
        "DELETE FROM log_head",
        f"{everything} ON CONFLICT (head_id) DO UPDATE SET size = 0",
        "REPLACE INTO log_head SELECT * FROM log_head" if database.is_sqlite else "TRUNCATE log_head",
    ):
        assert f"{MESSAGE}: log_head" in try_out(database, statement)
    assert head_size(database) == 5


def test_head_of_the_log_is_never_replaced(sqlite_database: Database) -> None:
    table = METADATA.tables["log_head"]
    same = row_of(table, 0) | {"size": 0}
    assert replaced(sqlite_database, table, same) == []
    assert replaced(sqlite_database, table, same | {"head_id": 2}, rowid=1) == []
    assert head_size(sqlite_database) == 5


def test_head_of_the_log_goes_forward(database: Database) -> None:
    assert try_out(database, "UPDATE log_head SET size = 6") == "done"
    assert head_size(database) == 6


def head_size(database: Database) -> int:
    with database.engine.connect() as connection:
        size: int = connection.execute(text("SELECT size FROM log_head")).scalar_one()
    return size
