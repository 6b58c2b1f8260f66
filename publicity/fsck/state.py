"""The state that the facts make, and the tables beside it: both as hashes on disk, so that memory stays small.

Of each row the newest version is kept, which is what the table must hold, and is ticked off where it does. Of operators
every version's scope is kept: those up to an earlier entry are what the register was when a draw was committed.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

BATCH = 5_000
"""Rows handed to the store at once."""

ABSENT = b"-"
"""A row that its fact removed."""
ERASED = b"?"
"""A version whose text was erased: what the row was is not known any more."""
OPERATORS, UNKNOWN = "operators", "?"
"""The table whose earlier versions count, for the scope of a draw; and the scope of one whose text was erased."""


@dataclass(frozen=True, kw_only=True)
class Apart:
    """A row that is not what the log says; ``fact`` and ``part`` are where the log says it, 0 for nowhere."""

    table: str
    key: str
    fact: int
    part: int
    is_there: bool


class State:
    """What the facts told last of every row, and how often a table was found to hold just that."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute
        self._many = connection.executemany
        self._told: list[tuple[Any, ...]] = []
        self._found: list[tuple[str, str, bytes]] = []
        self._scopes: list[tuple[Any, ...]] = []
        self._run(
            "CREATE TABLE newest (name TEXT, key TEXT, fact INT, part INT, hash BLOB, met INT DEFAULT 0, "
            "PRIMARY KEY (name, key)) WITHOUT ROWID"
        )
        self._run("CREATE TABLE other (name TEXT, key TEXT, hash BLOB)")
        self._run("CREATE TABLE scopes (key TEXT, fact INT, scope TEXT, PRIMARY KEY (key, fact)) WITHOUT ROWID")

    def tell(self, table: str, key: str, where: tuple[int, int], rows: Sequence[dict[str, Any]]) -> None:
        """Note what a text of a fact says of some rows."""
        if table == OPERATORS:
            is_there = rows and not rows[0]["merged_into"]
            self._scopes.append((key, where[0], f"{rows[0]['kind']}|{rows[0]['area']}" if is_there else None))
        texts = [orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows]
        self._tell((table, key, *where, _hash_of(texts)))

    def tell_row(self, table: str, key: str, where: tuple[int, int], row: bytes) -> None:
        """Note what an image says of its row, in canonical form; empty when it was removed."""
        self._tell((table, key, *where, _hash(row) if row else ABSENT))

    def erase(self, table: str, key: str, where: tuple[int, int]) -> None:
        """Note that a text which said something of some rows was erased."""
        if table == OPERATORS:
            self._scopes.append((key, where[0], UNKNOWN))
        self._tell((table, key, *where, ERASED))

    def find(self, table: str, key: str, rows: Sequence[bytes]) -> None:
        """Note what a table holds, each row in canonical form, once all was told."""
        self._found.append((table, key, _hash_of(rows)))
        if len(self._found) == BATCH:
            self._meet()

    def settle(self) -> None:
        """Make ready for comparing."""
        self._meet()

    def apart(self) -> Iterator[Apart]:
        """Yield every row that differs from its newest version, is not there, or has none."""
        differing = (
            "SELECT n.name, n.key, n.fact, n.part, EXISTS "
            "(SELECT 1 FROM other o WHERE o.name = n.name AND o.key = n.key) AS found "
            "FROM newest n WHERE n.met = 0 AND n.hash <> ?1 AND (found OR n.hash <> ?2)"
        )
        unknown = (
            "SELECT DISTINCT o.name, o.key, 0, 0, 1 FROM other o "
            "LEFT JOIN newest n ON n.name = o.name AND n.key = o.key WHERE n.key IS NULL"
        )
        for query, values in ((differing, (ERASED, ABSENT)), (unknown, ())):
            for table, key, fact, part, is_there in self._run(f"{query} ORDER BY 1, 2", values).fetchall():
                yield Apart(table=table, key=key, fact=fact, part=part, is_there=bool(is_there))

    def twice(self) -> Iterator[tuple[str, str]]:
        """Yield the keys that a table holds several times, which its primary key forbids as long as it is there."""
        yield from self._run(
            "SELECT name, key FROM newest WHERE met > 1 OR met = 1 AND (name, key) IN (SELECT name, key FROM other) "
            "UNION SELECT name, key FROM other GROUP BY name, key HAVING count(*) > 1"
        ).fetchall()

    def scopes(self, fact: int) -> Iterator[tuple[str, str, str]]:
        """Yield key, kind and area of every operator as the facts up to one made it; merged ones are not there."""
        for key, scope, _ in self._run(
            "SELECT key, scope, max(fact) FROM scopes WHERE fact <= ? GROUP BY key", (fact,)
        ):
            if scope:
                kind, _, area = scope.partition("|")
                yield key, kind, area

    def knows_operators(self, fact: int) -> bool:
        """Return whether no operator's newest version up to a fact was erased."""
        newest = "SELECT scope, max(fact) FROM scopes WHERE fact <= ? GROUP BY key"
        return all(scope != UNKNOWN for scope, _ in self._run(newest, (fact,)))

    def _tell(self, row: tuple[Any, ...]) -> None:
        self._told.append(row)
        if len(self._told) == BATCH:
            self._flush()

    def _flush(self) -> None:
        self._many(
            "INSERT INTO newest (name, key, fact, part, hash) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name, key) DO UPDATE "
            "SET fact = excluded.fact, part = excluded.part, hash = excluded.hash WHERE excluded.fact >= newest.fact",
            self._told,
        )
        self._many("INSERT OR REPLACE INTO scopes VALUES (?, ?, ?)", self._scopes)
        self._told, self._scopes = [], []

    def _meet(self) -> None:
        """Tick off what is just as it was told; only where some row is not, look at each."""
        self._flush()
        tick = "UPDATE newest SET met = met + 1 WHERE name = ? AND key = ? AND hash = ?"
        if self._many(tick, self._found).rowcount < len(self._found):
            told = "SELECT 1 FROM newest WHERE name = ? AND key = ? AND hash = ?"
            others = [found for found in self._found if not self._run(told, found).fetchone()]
            self._many("INSERT INTO other VALUES (?, ?, ?)", others)
        self._found = []


def _hash_of(rows: Sequence[bytes]) -> bytes:
    """Return what stands for the content of some rows in canonical form."""
    return _hash(b"\n".join(rows)) if rows else ABSENT


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
