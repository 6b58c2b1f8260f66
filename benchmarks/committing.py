"""Counting what was changed before a commitment in a register of 265,000 operators, against freezing its frame.

Both happen in one command, which holds up every other. The dearest two months there are: everybody was imported anew,
and everybody was changed by another import; in a quiet one there is nothing to count.
"""

import csv
import io
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

from app.db import Database
from app.record import SYSTEM, Recorder
from app.schema import migrate
from benchmarks.importing import ROWS, rows
from benchmarks.measuring import Measurement, benchmark, best_of
from benchmarks.previewing import batch
from registry.amendments import WINDOW, count_amendments
from registry.base import legal_day
from registry.frames import freeze_frame
from registry.importing import import_roster, read_roster
from registry.operator_roster import OPERATORS
from tests.postgres import find_postgres, running_cluster

LIMIT: Final = 4.0
FIRST: Final = datetime(2020, 7, 1, tzinfo=UTC)
SECOND: Final = FIRST + WINDOW + timedelta(days=1)


@dataclass(kw_only=True)
class _Calendar:
    """A clock that stands still on the day of an import."""

    day: datetime

    def now(self) -> datetime:
        return self.day


@benchmark("commitment")
def counting_against_freezing() -> Iterable[Measurement]:
    """Compare on SQLite and, where it is installed, on PostgreSQL."""
    for name, database in databases():
        fill(database, FIRST, changed=False)
        yield compare(database, f"{ROWS:,} operators entered lately, {name}", FIRST, {"operators_added": ROWS})
        fill(database, SECOND, changed=True)
        yield compare(database, f"{ROWS:,} operators changed lately, {name}", SECOND, {"operators_changed": ROWS})


def compare(database: Database, name: str, at: datetime, expected: dict[str, int]) -> Measurement:
    """Count and freeze in turns, in one transaction."""
    with database.reading() as session:
        whole = batch()
        if (found := count_amendments(session, whole, at)) != expected:
            message = f"counted {found} instead of {expected}"
            raise ValueError(message)
        frozen, counted = best_of(
            2,
            [lambda: freeze(session, at), lambda: count_amendments(session, whole, at)],
            clock=time.perf_counter,
        )
    return Measurement(
        name=name,
        value=counted / frozen,
        unit="times freezing the frame",
        sense="at most",
        limit=LIMIT,
        seconds={"counting": counted, "freezing": frozen},
    )


def freeze(session: Session, at: datetime) -> object:
    """Freeze the frame and write its files, as a commitment does."""
    return freeze_frame(
        session, batch(), lambda count: [f"n{number}" for number in range(count)], on=legal_day(at)
    ).inputs()


def fill(database: Database, at: datetime, *, changed: bool) -> None:
    """Import the province on a day; ``changed``: everybody's trading is the other of the two."""
    words = list(OPERATORS.headings)
    place = words.index("是否开展交易")
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(words)
    for row in rows():
        if changed:
            row[place] = "否" if row[place] == "是" else "是"
        writer.writerow(row)
    sheet = read_roster(OPERATORS, page.getvalue().encode())
    recorder = Recorder(database, _Calendar(day=at))
    recorder.record(SYSTEM, lambda act: str(import_roster(act, OPERATORS, sheet).rows))
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def databases() -> Iterator[tuple[str, Database]]:
    """Yield an empty database of each kind."""
    with tempfile.TemporaryDirectory() as home:
        yield "SQLite", migrated(f"sqlite:///{Path(home) / 'register.db'}")
    binaries = find_postgres()
    if binaries is not None:
        with running_cluster(binaries) as cluster:
            yield "PostgreSQL", migrated(cluster.create_database("register"))


def migrated(address: str) -> Database:
    """Return a database with this version's schema."""
    database = Database(address)
    migrate(database)
    return database
