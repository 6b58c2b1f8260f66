"""fsck against the bare hashing of the same entries and texts, over logs of two lengths, and over a province.

*Bare hashing* reads every entry and text from the database as fsck does, hashes each, and the nodes above; it compares
nothing. Beside it stands the hashing of the same bytes when they are in memory already. fsck parses each besides,
compares each with what it hangs on, makes of them what the tables must hold, reads every table, and compares. Seconds
on the processor. A province that came in with one import is one entry with 265,000 records under it: there the state is
nearly all the work, and it has a limit of its own.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import select

from app.clock import RealClock
from app.db import Database
from app.models import METADATA
from app.record import SYSTEM, Recorder
from app.schema import migrate
from benchmarks.importing import ROWS, import_into, province
from benchmarks.measuring import Measurement, benchmark
from publicity.fsck.check import check_database
from publicity.fsck.tree import streamed
from publicity.sequencer import Entry
from registry.bulk import table_of
from registry.departments import add_department
from registry.importing import read_roster
from registry.journal import Body, salted_digest
from registry.operator_roster import OPERATORS
from sampling.merkle import leaf_hash, node_hash

SHORT, LONG = 6_000, 18_000
"""Facts, each a command of its own with one row."""
LIMIT: Final = 10.0
PROVINCE: Final = 40.0
LINEAR: Final = 1.3
MEMORY: Final = 1_024
ROUNDS: Final = 3

_ALONE = """
import sys
from benchmarks.checking import checked
checked(sys.argv[1])
print(next(line.split()[1] for line in open("/proc/self/status").read().splitlines() if line.startswith("VmHWM")))
"""


@benchmark("fsck")
def over_many_commands() -> Iterable[Measurement]:
    """Compare logs of two lengths with the hashing of the same, and with each other."""
    per_entry: list[float] = []
    for facts in (SHORT, LONG):
        with TemporaryDirectory() as name:
            address = _filled(f"sqlite:///{name}/log.db", facts)
            times = min((staged(address) for _ in range(ROUNDS)), key=lambda found: sum(found.values()))
            bare, alone = min(hashing(address) for _ in range(ROUNDS))
        whole = sum(times.values())
        seconds = times | {"bare hashing": bare, "in memory": alone}
        label = f"fsck, {facts:,} commands"
        per_entry.append(whole / facts)
        yield Measurement(
            name=label,
            value=whole / bare,
            unit="times bare hashing",
            sense="at most",
            limit=LIMIT,
            seconds=seconds,
        )
        yield Measurement(
            name=f"{label}, speed",
            value=facts / whole,
            unit="entries a second",
            sense="at least",
            limit=1_000,
            seconds=seconds,
        )
    yield Measurement(
        name=f"fsck, an entry of {LONG:,} against one of {SHORT:,}",
        value=per_entry[1] / per_entry[0],
        unit="times",
        sense="at most",
        limit=LINEAR,
        seconds={},
    )


@benchmark("fsck-province")
def over_a_province() -> Iterable[Measurement]:
    """Compare the check of one import of 265,000 operators with the hashing of its texts; and its memory."""
    with TemporaryDirectory() as name:
        address = f"sqlite:///{name}/province.db"
        _migrated(address)
        import_into(address, read_roster(OPERATORS, province()))
        times, (bare, alone) = staged(address), hashing(address)
        whole = sum(times.values())
        seconds = times | {"bare hashing": bare, "in memory": alone}
        label = f"fsck, {ROWS:,} operators"
        yield Measurement(
            name=label,
            value=whole / bare,
            unit="times bare hashing",
            sense="at most",
            limit=PROVINCE,
            seconds=seconds,
        )
        yield Measurement(
            name=f"{label}, speed",
            value=ROWS / whole,
            unit="records a second",
            sense="at least",
            limit=2_000,
            seconds={},
        )
        command = [sys.executable, "-c", _ALONE, address]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        yield Measurement(
            name=f"{label}, memory",
            value=int(said.split()[-1]) / 1024,
            unit="MiB",
            sense="at most",
            limit=MEMORY,
            seconds={},
        )


def checked(address: str, progress: Callable[[str], None] = lambda _stage: None) -> None:
    """Check a database, which has to be sound."""
    database = Database(address)
    with database.reading() as session:
        report = check_database(session, METADATA, progress=progress)
    database.close()
    if not report.sound:
        raise ValueError(report.lines())


def staged(address: str) -> dict[str, float]:
    """Return stage → seconds of a check."""
    marks: list[tuple[str, float]] = []
    checked(address, lambda stage: marks.append((stage, time.process_time())))
    marks.append(("", time.process_time()))
    return {stage: after - start for (stage, start), (_, after) in pairwise(marks)}


def hashing(address: str) -> tuple[float, float]:
    """Return the seconds of reading and hashing every entry, node and text, and of the hashing alone."""
    database = Database(address)
    log, bodies = table_of(Entry).c, table_of(Body).c
    with database.reading() as session:
        start = time.process_time()
        entries = [entry for (entry,) in streamed(session, select(log.entry).order_by(log["index"]))]
        order = (bodies.fact_id, bodies.part)
        texts = list(streamed(session, select(bodies.salt, bodies.body).order_by(*order)))
        read = time.process_time()
    level = [leaf_hash(entry) for entry in entries]
    while len(level) > 1:
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    for salt, body in texts:
        salted_digest(salt, body)
    end = time.process_time()
    database.close()
    return end - start, end - read


def _filled(address: str, facts: int) -> str:
    _migrated(address)
    database = Database(address)
    recorder = Recorder(database, RealClock())
    for number in range(facts):
        recorder.record(SYSTEM, lambda act, code=f"d{number}": add_department(act, code=code, name=f"部门·{code}").code)  # type: ignore[misc]
    database.close()
    return address


def _migrated(address: str) -> None:
    database = Database(address)
    migrate(database)
    database.close()
