"""fsck against the bare hashing of the same bytes, over logs of two lengths, and over a province.

*Hashing* is what has to be hashed whoever does it: every entry as a leaf, every node, every text with its salt, all in
memory already. The *log part* of fsck (tree, facts and texts) reads them from the database, parses each, compares each
with what it hangs on, and notes what the tables must hold. The *state part* reads every table and compares. Both parts
are measured, each against its own limit; seconds on the processor, best of several rounds.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from tempfile import TemporaryDirectory
from typing import Final

from sqlmodel import select

from app.clock import RealClock
from app.db import Database
from app.record import SYSTEM, Recorder
from app.schema import migrate
from benchmarks.importing import ROWS, import_into, province
from benchmarks.measuring import Measurement, benchmark
from publicity.fsck.check import check_database
from publicity.sequencer import Entry
from registry.departments import add_department
from registry.importing import read_roster
from registry.journal import Body, salted_digest
from registry.operator_roster import OPERATORS
from sampling.merkle import leaf_hash, node_hash

SHORT, LONG = 1_000, 4_000
"""Facts, each a command of its own with one row."""
LIMIT: Final = 10.0
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
            bare = min(hashing(address) for _ in range(ROUNDS))
        log, state = _log(times), _state(times)
        seconds = {"log part": log, "state part": state, "hashing": bare}
        label = f"fsck, {facts:,} commands"
        per_entry.append((log + state) / facts)
        yield Measurement(
            name=f"{label}, log part",
            value=log / bare,
            unit="times hashing",
            sense="at most",
            limit=LIMIT,
            seconds=seconds,
        )
        yield Measurement(
            name=f"{label}, state part",
            value=state / bare,
            unit="times hashing",
            sense="at most",
            limit=LIMIT,
            seconds=seconds,
        )
        yield Measurement(
            name=f"{label}, speed",
            value=facts / (log + state),
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
        times, bare = staged(address), hashing(address)
        log, state = _log(times), _state(times)
        seconds = {"log part": log, "state part": state, "hashing": bare}
        label = f"fsck, {ROWS:,} operators"
        yield Measurement(
            name=f"{label}, speed",
            value=ROWS / (log + state),
            unit="records a second",
            sense="at least",
            limit=2_000,
            seconds=seconds,
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
        report = check_database(session, (), progress)
    database.close()
    if not report.sound:
        raise ValueError(report.lines())


def staged(address: str) -> dict[str, float]:
    """Return stage → seconds of a check."""
    marks: list[tuple[str, float]] = []
    checked(address, lambda stage: marks.append((stage, time.process_time())))
    marks.append(("", time.process_time()))
    return {stage: after - start for (stage, start), (_, after) in pairwise(marks)}


def hashing(address: str) -> float:
    """Return the seconds that the bare hashing of every entry, node and text takes, all of them in memory."""
    database = Database(address)
    with database.reading() as session:
        entries = list(session.exec(select(Entry.entry)))
        texts = [(bytes(salt), bytes(body)) for salt, body in session.exec(select(Body.salt, Body.body))]
    database.close()
    start = time.process_time()
    level = [leaf_hash(entry) for entry in entries]
    while len(level) > 1:
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    for salt, body in texts:
        salted_digest(salt, body)
    return time.process_time() - start


def _log(times: dict[str, float]) -> float:
    return times["tree"] + times["facts"]


def _state(times: dict[str, float]) -> float:
    return times["tables"] + times["draws"] + times["pages"]


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
