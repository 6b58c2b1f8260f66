"""The state that the facts make, and the tables beside it: both as hashes on disk, so that memory stays small.

A version of a row is kept for each fact that told it, in the order of the facts: the newest is what the table must
hold, and those up to an earlier entry are what the register was when a draw was committed.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sampling.canonical import jcs

BATCH = 5_000
"""Rows handed to the store at once."""

ABSENT = b"-"
"""A row that its fact removed."""
ERASED = b"?"
"""A version whose text was erased: what the row was is not known any more."""


@dataclass(frozen=True, kw_only=True)
class Apart:
    """A row that is not what the log says; ``fact`` and ``part`` are where the log says it, 0 for nowhere."""

    table: str
    key: str
    fact: int
    part: int
    is_there: bool


class State:
    """Two tables of a database of its own in a directory that goes away."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute
        self._many = connection.executemany
        self._told: list[tuple[Any, ...]] = []
        self._found: list[tuple[Any, ...]] = []
        self._run("CREATE TABLE told (name TEXT, key TEXT, fact INT, part INT, hash BLOB, scope TEXT)")
        self._run("CREATE TABLE found (name TEXT, key TEXT, hash BLOB)")

    def tell(self, table: str, key: str, where: tuple[int, int], rows: Sequence[dict[str, Any]]) -> None:
        """Note what a text of a fact says of some rows."""
        scope = "|".join(map(str, (rows[0]["kind"], rows[0]["area"]))) if table == "operators" and rows else None
        if scope is not None and rows[0]["merged_into"]:
            scope = None
        self._tell((table, key, *where, hash_of(rows), scope))

    def tell_row(self, table: str, key: str, where: tuple[int, int], row: bytes) -> None:
        """Note what an image says of its row, in canonical form; empty when it was removed."""
        self._tell((table, key, *where, _hash(row) if row else ABSENT, None))

    def erase(self, table: str, key: str, where: tuple[int, int]) -> None:
        """Note that a text which said something of some rows was erased."""
        self._tell((table, key, *where, ERASED, None))

    def find(self, table: str, key: str, rows: Sequence[dict[str, Any]]) -> None:
        """Note what a table holds."""
        self._found.append((table, key, hash_of(rows)))
        if len(self._found) == BATCH:
            self._flush()

    def settle(self) -> None:
        """Make ready for comparing."""
        self._flush()
        self._run("CREATE INDEX told_key ON told (name, key, fact)")
        self._run("CREATE INDEX found_key ON found (name, key)")
        self._run("CREATE TABLE newest AS SELECT name, key, max(fact) AS fact, part, hash FROM told GROUP BY name, key")
        self._run("CREATE INDEX newest_key ON newest (name, key)")

    def apart(self) -> Iterator[Apart]:
        """Yield every row that differs from its newest version, is not there, or has none."""
        differing = (
            "SELECT n.name, n.key, n.fact, n.part, f.hash IS NOT NULL FROM newest n "
            "LEFT JOIN found f ON f.name = n.name AND f.key = n.key "
            "WHERE n.hash <> ? AND coalesce(f.hash, ?) <> n.hash"
        )
        unknown = (
            "SELECT f.name, f.key, 0, 0, 1 FROM found f "
            "LEFT JOIN newest n ON n.name = f.name AND n.key = f.key WHERE n.key IS NULL"
        )
        for query, values in ((differing, (ERASED, ABSENT)), (unknown, ())):
            for table, key, fact, part, is_there in self._run(f"{query} ORDER BY 1, 2", values).fetchall():
                yield Apart(table=table, key=key, fact=fact, part=part, is_there=bool(is_there))

    def twice(self) -> Iterator[tuple[str, str]]:
        """Yield the keys that a table holds several times, which its primary key forbids as long as it is there."""
        yield from self._run("SELECT name, key FROM found GROUP BY name, key HAVING count(*) > 1").fetchall()

    def scopes(self, fact: int) -> Iterator[tuple[str, str, str]]:
        """Yield key, kind and area of every operator as the facts up to one made it; merged ones are not there."""
        newest = "SELECT key, scope, max(fact) FROM told WHERE name = 'operators' AND fact <= ? GROUP BY key"
        for key, scope, _ in self._run(newest, (fact,)):
            if scope:
                kind, _, area = scope.partition("|")
                yield key, kind, area

    def knows_operators(self, fact: int) -> bool:
        """Return whether no operator's newest version up to a fact was erased."""
        newest = "SELECT hash, max(fact) FROM told WHERE name = 'operators' AND fact <= ? GROUP BY key"
        return not self._run(f"SELECT 1 FROM ({newest}) WHERE hash = ?", (fact, ERASED)).fetchone()  # noqa: S608

    def _tell(self, row: tuple[Any, ...]) -> None:
        self._told.append(row)
        if len(self._told) == BATCH:
            self._flush()

    def _flush(self) -> None:
        self._many("INSERT INTO told VALUES (?, ?, ?, ?, ?, ?)", self._told)
        self._many("INSERT INTO found VALUES (?, ?, ?)", self._found)
        self._told, self._found = [], []


def hash_of(rows: Sequence[dict[str, Any]]) -> bytes:
    """Return what stands for the content of some rows."""
    return _hash(b"\n".join(map(jcs, rows))) if rows else ABSENT


def _hash(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16).digest()


@contextmanager
def opened() -> Iterator[State]:
    """Open a state; it and its file are gone afterwards."""
    with TemporaryDirectory() as directory:
        connection = sqlite3.connect(Path(directory) / "state.db", isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -64000")
            connection.execute("BEGIN")
            yield State(connection)
        finally:
            connection.close()
