"""Images: what a row of a table was when the command that changed it was done, as a fact keeps it.

Whatever a command adds, changes or removes through its session is noted as it goes to the database, and its image is
taken at the end: table, key, and every column in plain form. So the log fixes the content of each table without each
command having to say it again, and a new table is covered from its first row on. Rows that go in by the block, past the
session, are told by the parts of their fact instead (``TOLD_BY_PARTS``).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import Table, event, inspect
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Session

from registry.base import Record
from registry.bulk import table_of
from sampling.canonical import jcs

IMAGES = "rows changed by facts not yet in the log"

TOLD_BY_PARTS: Mapping[str, str] = {
    "operators": "a part of each fact about operators is the whole record",
    "operator_sites": "they are in the record of their operator",
    "calendar_days": "a part of each import is a whole year",
}
"""Tables whose rows stand in parts; a province of them is not written twice."""

NO_RECORD: Mapping[str, str] = {
    "journal": "it is the record itself",
    "journal_bodies": "it is the record itself",
    "log_entries": "it is the log itself",
    "log_nodes": "it is the log itself",
    "log_head": "it is the log itself",
    "log_cosignatures": "each bears the signature of a witness, and is compared with the head it is under",
    "log_checkpoints": "each bears the signature of who made it, and is compared with the tree",
    "stored_answers": "a copy of what was answered, which may be dropped",
    "marks": "it ties a database to its key file, and says nothing of the bureau's work",
    "outbox": "a list of what is to be done; what is done writes facts of its own",
    "clock_sightings": "until when the worker followed the clock; what an administrator says of it is a fact",
    "reminders": "they say what the clock makes of the records, and nobody's act rests on them",
}
"""Tables that hold nothing that a fact has to tell."""

HASHED: frozenset[tuple[str, str]] = frozenset({("api_keys", "digest")})
"""Columns that no fact may hold as they are: an image has the SHA-256 of what stands there."""

Key = tuple[object, ...]


def is_imaged(table: str) -> bool:
    """Return whether the rows of a table are kept as images."""
    return table not in TOLD_BY_PARTS and table not in NO_RECORD


def plain_value(value: object) -> object:
    """Return a value of a column as an image has it: instants in UTC, days in ISO form, bytes by their SHA-256.

    Numbers that the canonical form does not know, those below 0, are text.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"sha256:{hashlib.sha256(value).hexdigest()}"
    return str(value) if isinstance(value, int) and value < 0 else value


def plain_row(table: Table, row: Mapping[str, object]) -> dict[str, object]:
    """Return the columns of a row in plain form."""
    cells = {column.name: row[column.name] for column in table.columns}
    return {name: plain_cell(table.name, name, cell) for name, cell in cells.items()}


def plain_cell(table: str, column: str, cell: object) -> object:
    """Return one cell in plain form: of a column that no fact may hold as it is, the SHA-256 of what stands there."""
    return plain_value(str(cell).encode() if (table, column) in HASHED else cell)


def key_of(table: Table, row: Mapping[str, object]) -> list[object]:
    """Return the primary key of a row in plain form, in the order of its columns."""
    return [plain_value(row[column.name]) for column in table.primary_key.columns]


class Image(NamedTuple):
    """One row as it was left, with the key under which it is found: table and primary key, one column a line."""

    key: str
    text: bytes


def image_key(table: str, key: Sequence[object]) -> str:
    """Return the key of an image."""
    return "\n".join((table, *map(str, key)))


def take_images(session: Session) -> list[Image]:
    """Return the image of every row changed since the last time, in the order in which they were first changed."""
    noted: dict[tuple[str, Key], Record | None] = session.info.pop(IMAGES, {})
    return [_image(name, key, row) for (name, key), row in noted.items()]


def _image(name: str, key: Key, row: Record | None) -> Image:
    if row is None:
        gone = [plain_value(each) for each in key]
        return Image(image_key(name, gone), jcs({"table": name, "key": gone, "row": None}))
    table = table_of(type(row))
    columns = {column.name: getattr(row, column.name) for column in table.columns}
    own = key_of(table, columns)
    return Image(image_key(name, own), jcs({"table": name, "key": own, "row": plain_row(table, columns)}))


def _note(session: AnySession, _context: object) -> None:
    """Note what goes to the database with this flush; the row itself is read when the command is done."""
    noted = session.info.setdefault(IMAGES, {})
    changed = (row for row in session.dirty if session.is_modified(row))
    for row, gone in (*((row, False) for row in (*session.new, *changed)), *((row, True) for row in session.deleted)):
        if isinstance(row, Record) and is_imaged(table_of(type(row)).name):
            key = tuple(inspect(type(row)).primary_key_from_instance(row))
            noted[table_of(type(row)).name, key] = None if gone else row


event.listen(Session, "after_flush", _note)
