"""An insider with full rights on the database: guards and foreign keys off, every hash recomputed at will."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, insert, select, update
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session

from app.db import Database
from app.models import METADATA
from app.record import SYSTEM, Recorder
from publicity.fsck.check import Kept, check_database
from publicity.fsck.report import OlderHead, Report
from publicity.sequencer import entry_bytes
from publicity.tlog import merkle
from registry.base import Record
from registry.images import is_imaged
from registry.journal import Act, Fact, Kind, rows_digest, salted_digest, write
from sampling.canonical import jcs
from sampling.merkle import leaf_hash
from tests.building import Bureau

INSTANT = datetime(2020, 9, 1, tzinfo=UTC)
MADE: dict[type, Any] = {
    str: "x",
    int: 1,
    bool: False,
    bytes: b"x",
    date: date(2020, 9, 1),
    datetime: INSTANT,
    object: ["x"],  # what a JSON column holds
}


class Insider:
    """Edits in a transaction that is never committed, and what fsck says before it goes."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def at_work(self) -> Iterator[Connection]:
        """Open a connection on which nothing is refused; whatever is done is rolled back."""
        with self.database.engine.connect() as connection:
            unguard(connection, sqlite=self.database.is_sqlite)
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()
                if self.database.is_sqlite:
                    driver(connection).execute("PRAGMA foreign_keys = ON")


def driver(connection: Connection) -> Any:  # noqa: ANN401 - of either database
    """Return the driver's own connection."""
    return connection.connection.driver_connection


def unguard(connection: Connection, *, sqlite: bool) -> None:
    """Take every trigger and foreign key out of force, as whoever owns the database can."""
    if not sqlite:
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.commit()
        return
    driver(connection).execute("PRAGMA foreign_keys = OFF")
    triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    connection.commit()


def checked(connection: Connection, older: Sequence[OlderHead] = ()) -> Report:
    """Return what fsck says of the database as this connection sees it."""
    with Session(connection, autoflush=False, join_transaction_mode="create_savepoint") as session:
        return check_database(session, METADATA, Kept(heads=older))


def fill_empty_tables(bureau: Bureau, database: Database) -> None:
    """Put a row into every imaged table that has none, by a command like any other, but with foreign keys off."""
    models = {str(model.__tablename__): model for model in Record.__subclasses__()}

    def fill(act: Act) -> str:
        for table in METADATA.sorted_tables:
            if is_imaged(table.name) and act.session.connection().execute(select(table)).first() is None:
                act.session.add(models[table.name](**row_of(table)))
        write(act, Kind.STATE_RECORDED, subject="", body={})
        return ""

    with database.engine.connect() as connection:
        unguard(connection, sqlite=database.is_sqlite)
    Recorder(database, bureau.clock).record(SYSTEM, fill)


def row_of(table: Table) -> dict[str, Any]:
    """Return a row with every column filled."""
    return {column.name: MADE[kind_of(column)] for column in table.columns}


def kind_of(column: Column[Any]) -> type:
    """Return the Python type of a column."""
    own = column.type
    return (own.impl_instance if isinstance(own, TypeDecorator) else own).python_type


def other_value(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - a cell
    """Return another value than the one that stands in a column."""
    kind = kind_of(column)
    if value is None:
        return MADE[kind]
    if kind is bool:
        return not value
    if kind is int:
        return value + 1_000_003
    if kind in (str, bytes):
        return value + MADE[kind]
    return value + timedelta(days=1) if kind in (date, datetime) else ["another"]


def newest_row(connection: Connection, table: Table) -> dict[str, Any]:
    """Return the last row of a table by its key."""
    keys = [column.desc() for column in table.primary_key.columns]
    return dict(connection.execute(select(table).order_by(*keys)).mappings().first() or {})


def same_row(table: Table, row: dict[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions for a row by its key."""
    return [column == row[column.name] for column in table.primary_key.columns]


def change(connection: Connection, table: Table, row: dict[str, Any], values: dict[str, Any]) -> None:
    """Change columns of a row."""
    connection.execute(update(table).where(*same_row(table, row)).values(values))


def remove(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Remove a row."""
    connection.execute(delete(table).where(*same_row(table, row)))


def rewrite(connection: Connection, old: str, new: str) -> None:
    """Put another text in the place of one, in every table and every text of the journal."""
    for table in METADATA.sorted_tables:
        for row in connection.execute(select(table)).mappings().all():
            cells = {name: _rewritten(cell, old, new) for name, cell in row.items()}
            changed = {name: cell for name, cell in cells.items() if cell != row[name]}
            if changed:
                change(connection, table, dict(row), changed)


def _rewritten(cell: Any, old: str, new: str) -> Any:  # noqa: ANN401 - a cell
    if isinstance(cell, str):
        return cell.replace(old, new)
    if isinstance(cell, bytes):
        return cell.replace(old.encode(), new.encode())
    return json.loads(json.dumps(cell, ensure_ascii=False).replace(old, new)) if isinstance(cell, list | dict) else cell


def rebuild(connection: Connection) -> None:
    """Recompute every digest, entry, node and the head from the texts as they stand now."""
    journal, bodies = METADATA.tables["journal"], METADATA.tables["journal_bodies"]
    entries, nodes, head = (METADATA.tables[name] for name in ("log_entries", "log_nodes", "log_head"))
    connection.execute(delete(nodes))
    tree: dict[tuple[int, int], bytes] = {}
    index = -1
    for fact in connection.execute(select(journal).order_by(journal.c.fact_id)).mappings().all():
        own = bodies.c.fact_id == fact["fact_id"]
        texts = connection.execute(select(bodies).where(own).order_by(bodies.c.part)).mappings().all()
        digests = {each["part"]: salted_digest(each["salt"], each["body"]) for each in texts}
        body = next(each for each in texts if each["part"] == 0)
        said = json.loads(body["body"])
        if "images" in said:
            said["images"] = rows_digest(digests[part] for part in sorted(digests, reverse=True) if part < 0)
        if "parts" in said:
            said["parts"] = [[key, digests[at]] for at, (key, _) in enumerate(said["parts"], start=1)]
        text = jcs(said)
        connection.execute(update(bodies).where(own, bodies.c.part == 0).values(body=text))
        digest = salted_digest(body["salt"], text)
        connection.execute(update(journal).where(journal.c.fact_id == fact["fact_id"]).values(digest=digest))
        index += 1
        entry = entry_bytes(Fact(**{**fact, "digest": digest}), index)
        connection.execute(update(entries).where(entries.c.index == index).values(entry=entry))
        for node in merkle.append(index, leaf_hash(entry), lambda level, at: tree[level, at]):
            tree[node.level, node.index] = node.hash
            connection.execute(insert(nodes).values(level=node.level, index=node.index, hash=node.hash))
    root = merkle.root(index + 1, lambda level, at: tree[level, at])
    connection.execute(update(head).values(root=root))


def forget_images(connection: Connection) -> None:
    """Make the journal what an earlier version wrote: bodies without images, and a tree over those."""
    bodies = METADATA.tables["journal_bodies"]
    connection.execute(delete(bodies).where(bodies.c.part < 0))
    for row in connection.execute(select(bodies).where(bodies.c.part == 0)).mappings().all():
        said = json.loads(row["body"])
        said.pop("images", None)
        change(connection, bodies, dict(row), {"body": jcs(said)})
    rebuild(connection)
