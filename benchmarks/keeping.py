"""The log at 53 and at a million entries: what an entry costs the command it belongs to, and what a proof costs.

The database is the service's own, on SQLite with everything that a command writes; its entries are made up, and its
nodes are those of the tree over them. Appending is held against the whole transaction of one of the smallest commands.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import text

from app.db import Database
from app.keys import new_salt
from app.record import SYSTEM
from app.routes.log import inclusion
from app.schema import migrate
from benchmarks.measuring import Measurement, benchmark
from publicity.sequencer import append_pending, lock_head
from registry.departments import add_department
from registry.journal import Act
from sampling.merkle import leaf_hash, node_hash

SMALL: Final = 53
MIDDLE: Final = 1_000
LARGE: Final = 1_000_000
COMMANDS: Final = 60
PROOFS: Final = 300
AT: Final = datetime(2026, 1, 1, tzinfo=UTC)


@benchmark("log")
def the_log() -> Iterable[Measurement]:
    """Append and prove at each size, by turns of the sizes."""
    with kept(SMALL) as small, kept(MIDDLE) as middle, kept(LARGE) as large:
        for size, database in ((SMALL, small), (LARGE, large)):
            appending, rest = appended(database)
            yield Measurement(
                name=f"appending to {size:,} entries",
                value=appending / (appending + rest),
                unit="of its transaction",
                sense="at most",
                limit=1 / 3,
                seconds={"append": appending, "the rest": rest},
            )
        at_thousand, at_million = proved(((middle, MIDDLE), (large, LARGE)))
        yield Measurement(
            name="inclusion proof at 1,000,000 entries",
            value=at_million / at_thousand,
            unit="times that at 1,000",
            sense="at most",
            limit=1.5,
            seconds={"at 1,000": at_thousand, "at 1,000,000": at_million},
        )


def appended(database: Database) -> tuple[float, float]:
    """Return the median seconds that appending takes of a command, and that the rest of it takes, commit included."""
    appends, rests = [], []
    for number in range(COMMANDS):
        with database.writing() as session:
            start = time.perf_counter()
            head = lock_head(session)
            act = Act(session=session, person=SYSTEM, at=AT, salt=new_salt)
            add_department(act, code=f"d{number}", name="部门")
            session.flush()
            before = time.perf_counter()
            append_pending(session, head)
            after = time.perf_counter()
            session.commit()
            rests.append(before - start + time.perf_counter() - after)
            appends.append(after - before)
    return median(appends), median(rests)


def proved(logs: Iterable[tuple[Database, int]]) -> list[float]:
    """Return the least mean seconds of a proof in each log, over rounds in which each has its turn."""
    logs = list(logs)
    best = [float("inf")] * len(logs)
    for turn in range(5):
        for place, (database, size) in enumerate(logs):
            indexes = [
                int.from_bytes(hashlib.sha256(f"{turn} {n}".encode()).digest()[:6]) % size for n in range(PROOFS)
            ]
            start = time.process_time()
            for index in indexes:
                with database.reading() as session:
                    inclusion(session, index, size)
            best[place] = min(best[place], (time.process_time() - start) / PROOFS)
    return best


@contextmanager
def kept(size: int) -> Iterator[Database]:
    """Make a database whose log has so many entries, and throw it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="log-") as place:
        database = Database(f"sqlite:///{Path(place) / 'log.db'}")
        migrate(database)
        fill(database, size)
        yield database
        database.close()


def fill(database: Database, size: int) -> None:
    """Write entries, facts and every complete node, and move the head."""
    at = AT.strftime("%Y-%m-%d %H:%M:%S.000000")
    entries = [
        f'{{"at":"2026-01-01T00:00:00Z","digest":"{index:064x}","index":{index},"kind":"made.up"}}'
        for index in range(size)
    ]
    with database.engine.begin() as connection:
        raw = connection.connection.cursor()
        facts = [(index + 1, "made.up", at, "system", "x", "{}", "0" * 64) for index in range(size)]
        raw.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)", facts)
        raw.executemany(
            "INSERT INTO log_entries VALUES (?, ?, ?)",
            [(index, index + 1, entry.encode()) for index, entry in enumerate(entries)],
        )
        row = [leaf_hash(entry.encode()) for entry in entries]
        peaks: list[bytes] = []
        for level in count():
            raw.executemany(
                "INSERT INTO log_nodes VALUES (?, ?, ?)", [(level, index, each) for index, each in enumerate(row)]
            )
            if len(row) % 2:
                peaks.append(row[-1])
            row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
            if not row:
                break
        root = peaks[0]
        for peak in peaks[1:]:
            root = node_hash(peak, root)
        connection.execute(
            text("UPDATE log_head SET size = :size, root = :root, at = :at"), {"size": size, "root": root, "at": at}
        )
