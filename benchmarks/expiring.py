"""Ending 10,000 publications whose term is past, in one pass: against 1,000, in memory, and killed on the way.

Each has a fact of its own with its text, as it was published; the log, the images and the guards are those of the
service. The pass is another process, as a worker is; it is killed once about half of them have ended, and run again.
"""

import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import make_url
from sqlmodel import col, func, select

from app.clock import DemoClock
from app.db import Database
from app.main import open_service
from app.models import METADATA
from app.record import SYSTEM, Recorder
from app.schema import migrate
from app.settings import Settings
from app.working import work
from benchmarks.measuring import Measurement, benchmark
from publicity.disclosure import Disclosure, Subject
from publicity.endings import DisclosureEnding
from publicity.fsck.facts import check_facts
from publicity.fsck.report import Report
from publicity.fsck.state import opened
from publicity.fsck.tables import check_tables, find_rows
from publicity.fsck.tree import check_tree
from publicity.stated_terms import DisclosureTerm, keep_term
from registry.journal import Act, Kind, write
from registry.visits import Cause
from sampling.canonical import jcs

FEW, MANY = 1_000, 10_000
BLOCK: Final = 500
PUBLISHED: Final = datetime(2023, 1, 3, 1, tzinfo=UTC)
LAST_DAY: Final = date(2026, 1, 3)
LEAP_DAYS: Final = 100_000
"""From the last entry to today is a leap that somebody would have to vouch for."""
MEMORY: Final = 1.3
LINEAR: Final = 1.5

_ALONE = """
import sys, time
from functools import partial
from pathlib import Path
from benchmarks.expiring import expire
start = time.process_time()
expire(sys.argv[1])
print(time.process_time() - start)
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""


@benchmark("expiring")
def ten_thousand_in_one_pass() -> Iterable[Measurement]:
    """Compare the memory and the seconds of 10,000 with those of 1,000, and the end of a pass that was killed."""
    found = {}
    for publications in (FEW, MANY):
        with TemporaryDirectory() as name:
            address = filled(f"sqlite:///{name}/register.db", publications)
            said = subprocess.run(_command(address), check=True, capture_output=True, text=True).stdout.split()
            found[publications] = float(said[-2]), int(said[-1])
    seconds = {f"{publications:,}": spent for publications, (spent, _) in found.items()}
    yield Measurement(
        name=f"memory of ending {MANY:,} against {FEW:,}",
        value=found[MANY][1] / found[FEW][1],
        unit="times",
        sense="at most",
        limit=MEMORY,
        seconds=seconds,
    )
    yield Measurement(
        name=f"ending one of {MANY:,} against one of {FEW:,}",
        value=found[MANY][0] / MANY / (found[FEW][0] / FEW),
        unit="times",
        sense="at most",
        limit=LINEAR,
        seconds=seconds,
    )
    with TemporaryDirectory() as name:
        address = filled(f"sqlite:///{name}/register.db", MANY)
        before = killed(address)
        subprocess.run(_command(address), check=True, capture_output=True)
        yield Measurement(
            name=f"ended and sound after a kill at {before:,}",
            value=ended(address) if is_sound(address) else 0,
            unit="publications",
            sense="at least",
            limit=MANY,
            seconds={},
        )


def filled(address: str, publications: int) -> str:
    """Publish penalties whose term ends on one day, and return the address of the database."""
    database = Database(address)
    migrate(database)
    recorder = Recorder(database, DemoClock(PUBLISHED))
    with closing(database):
        for start in range(0, publications, BLOCK):
            recorder.record(SYSTEM, partial(_publish, numbers=range(start, start + BLOCK)))
    return address


def expire(address: str) -> None:
    """End what is over, as a worker does."""
    service = open_service(
        Settings(database_url=address, data_dir=Path(str(make_url(address).database)).parent, clock_leap_days=LEAP_DAYS)
    )
    with closing(service.database):
        deque(work(service), maxlen=0)


def killed(address: str) -> int:
    """Begin to end them, kill the process on the way, and return how many have ended by then."""
    begun = subprocess.Popen(_command(address), stdout=subprocess.DEVNULL)
    while ended(address) < MANY // 2 and begun.poll() is None:
        time.sleep(0.2)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    return ended(address)


def ended(address: str) -> int:
    """Return how many have ended and are empty."""
    empty = select(Disclosure.disclosure_id).where(Disclosure.content == "")
    query = select(func.count()).select_from(DisclosureEnding).where(col(DisclosureEnding.disclosure_id).in_(empty))
    with closing(Database(address)) as database, database.reading() as session:
        return session.exec(query).one()


def is_sound(address: str) -> bool:
    """Return whether log, texts and tables fit each other; there are no records behind these pages."""
    report = Report()
    with closing(Database(address)) as database, database.reading() as session, opened() as state:
        check_tree(session, report, [])
        check_facts(session, report, state)
        find_rows(session, report, state, METADATA)
        state.settle()
        check_tables(session, report, state, METADATA)
    return report.sound


def _command(address: str) -> list[str]:
    return [sys.executable, "-c", _ALONE, address]


def _publish(act: Act, numbers: Iterable[int]) -> str:
    for number in numbers:
        key, content = f"p-{number:06d}", {"operator_name": f"虚构{number}", "facts": f"第{number}号违法事实" * 40}
        body = {"disclosure": key, "content": content}
        fact_id = write(act, Kind.PENALTY_PUBLISHED, subject=f"penalty:{number:06d}", body=body)
        act.session.add(
            Disclosure(
                disclosure_id=key,
                subject=Subject.PENALTY,
                source_id=f"penalty:{number:06d}",
                unit_id=f"{number:018d}",
                cause=Cause.DRAWN,
                year=2023,
                problem=True,
                event_on=PUBLISHED.date(),
                due_on=PUBLISHED.date(),
                content=jcs(content).decode(),
                published_by=act.person,
                published_at=act.at,
                fact_id=fact_id,
            )
        )
        keep_term(act, _term(key))
    return ""


def _term(key: str) -> DisclosureTerm:
    return DisclosureTerm(
        disclosure_id=key,
        rules="order-45",
        name="three years",
        source="《市场监督管理行政处罚信息公示规定》第十三条",
        counted_from="publication",
        ends_on=LAST_DAY,
        early_from_on=None,
        early_never="blocked",
        early_source="《市场监督管理行政处罚信息公示规定》第十四条",
        lower_fine_fen=None,
    )
