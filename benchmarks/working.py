"""A night on which ten thousand publications end: what one costs beside a night of five hundred, and the memory.

The database is the service's own, on SQLite; publications, with the facts and images that published them, are made up.
"""

import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from app.clock import RealClock
from app.db import Database
from app.main import open_service
from app.schema import migrate
from app.service import Service
from app.settings import Settings
from app.working import work
from benchmarks.measuring import Measurement, benchmark

FEW: Final = 500
MANY: Final = 10_000
TEXT: Final = b"\xe5\x85\xac" * 700
"""About as long as the projection of a penalty."""
AT: Final = "2022-05-11 01:00:00.000000"
LAST: Final = "2025-05-11"
OVER: Final = "2025-05-11 16:00:00.000000"
KIB: Final = 1024


@benchmark("worker")
def the_worker() -> Iterable[Measurement]:
    """End all that is due in one pass, of few and of many."""
    few = ended(FEW)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    many = ended(MANY)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / KIB
    yield Measurement(
        name=f"ending one of {MANY:,} publications in one pass",
        value=(many / MANY) / (few / FEW),
        unit=f"times one of {FEW}",
        sense="at most",
        limit=1.5,
        seconds={f"all {FEW}": few, f"all {MANY:,}": many},
    )
    yield Measurement(
        name=f"ending {MANY:,} publications, memory",
        value=grown,
        unit="MiB more",
        sense="at most",
        limit=64,
        seconds={},
    )


def ended(number: int) -> float:
    """Return the seconds on the processor in which a worker ends so many publications."""
    with published(number) as service:
        start = time.process_time()
        done = sum(1 for _ in work(service))
        taken = time.process_time() - start
    if done != number:
        message = f"{done} of {number} publications were ended"
        raise RuntimeError(message)
    return taken


@contextmanager
def published(number: int) -> Iterator[Service]:
    """Make a database with so many publications past their term, and throw it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="worker-") as place:
        settings = Settings(database_url=f"sqlite:///{Path(place) / 'bureau.db'}", data_dir=Path(place))
        database = Database(settings.database_url)
        migrate(database)
        fill(database, number)
        database.close()
        service = open_service(settings, RealClock())
        yield service
        service.database.close()


def fill(database: Database, number: int) -> None:
    """Write facts with their bodies and images, publications, terms, and the jobs that end them."""
    keys = {at: f"p-{at:06d}" for at in range(1, number + 1)}
    text, salt = TEXT.decode(), bytes(32)
    tables = {
        "journal VALUES (?, 'penalty.published', ?, 'p0001', ?, '{}', ?)": (
            (at, AT, key, f"{at:064x}") for at, key in keys.items()
        ),
        "journal_bodies (fact_id, part, key, salt, body) VALUES (?, 0, '', ?, ?)": ((at, salt, TEXT) for at in keys),
        "journal_bodies (fact_id, part, key, salt, body) VALUES (?, -1, ?, ?, ?)": (
            (at, f"disclosures\n{key}", salt, TEXT) for at, key in keys.items()
        ),
        """disclosures (disclosure_id, subject, source_id, unit_id, cause, year, problem, event_on, due_on, content,
        published_by, published_at, fact_id) VALUES (?, 'penalty', ?, 'x', 'drawn', 2022, 1, '2022-05-06', '2022-06-06',
        ?, 'p0001', ?, ?)""": ((key, f"penalty:{key}", text, AT, at) for at, key in keys.items()),
        """disclosure_terms (disclosure_id, rules, name, source, counted_from, ends_on, early_source)
        VALUES (?, 'order-45', '', '', 'published', ?, '')""": ((key, LAST) for key in keys.values()),
        """outbox (kind, key, enqueued_at, due_at, attempts) VALUES ('penalty.expiry', ?, ?, ?, 0)""": (
            (key, AT, OVER) for key in keys.values()
        ),
    }
    with database.engine.begin() as connection:
        raw: Any = connection.connection.cursor()
        for statement, rows in tables.items():
            raw.executemany(f"INSERT INTO {statement}", rows)
