"""Importing a province of operators, against a bare COPY (PostgreSQL) or ``executemany`` (SQLite) of the same columns.

Both sides fill the same tables with the same indexes in one transaction, from an empty register. Ours also reads the
file, checks every cell, looks for duplicates, and keeps each record in the journal; the bare side does nothing else.
The program's memory is that of a process that does the import alone.
"""

import csv
import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.clock import RealClock
from app.db import Database
from app.record import SYSTEM, Recorder
from app.schema import migrate
from benchmarks.measuring import Measurement, benchmark, best_of
from registry import operator_entries
from registry.bulk import insert_rows, table_of
from registry.credit_code import ALPHABET, BASE, VALUES, WEIGHTS
from registry.importing import import_roster, read_roster
from registry.naming import name_grams, name_key
from registry.operator_roster import OPERATORS
from registry.operators import Operator
from registry.sheets import Sheet
from registry.sites import SITE_COLUMNS, OperatorSite
from tests.postgres import Cluster, find_postgres, running_cluster

ROWS: Final = 265_000
LIMIT: Final = 3.0
MEMORY: Final = 512
PLATFORMS: Final = 53
SHORT: Final = 100_000
"""Numbers that fit beside FAKE in a credit code."""

KINDS: Final = (
    "平台内经营者",
    "平台内经营者",
    "平台内经营者",
    "自建网站经营者",
    "自建网站经营者",
    "其他网络服务经营者",
    "微商",
)
CITIES: Final = tuple(f"14{city:02d}{district:02d}" for city in range(1, 12) for district in range(1, 8))
SYLLABLES: Final = (
    "晋汾并忻吕梁潞泽绛朔岚河汾洪平定襄垣黎霍介孝离石柳临兴静乐繁代原盂"
    "寿祁太谷榆次清徐古交阳曲娄烦云冈浑源灵丘广左权和昔"
)
_names = count(1)

_ALONE = """
import sys
from pathlib import Path
from benchmarks.importing import import_into
from registry.importing import read_roster
from registry.operator_roster import OPERATORS
import_into(sys.argv[1], read_roster(OPERATORS, Path(sys.argv[2]).read_bytes()))
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""
"""The peak in KiB of what was started, not ``ru_maxrss``: that one begins with the peak of who started it."""


def rows() -> Iterator[list[str]]:
    """Yield the rows of a province, every kind of subject among them, one site each."""
    for number in range(ROWS):
        yield _row(number)


def _row(number: int) -> list[str]:
    place = number * 2_654_435_761 % 2**32
    kind = "电商平台经营者" if number < PLATFORMS else KINDS[number % len(KINDS)]
    area = CITIES[place % len(CITIES)]
    word = "".join(SYLLABLES[(place >> shift) % len(SYLLABLES)] for shift in (0, 5, 11, 17))
    natural = kind == "微商" and number % 3 == 0
    first = f"92{area}FAKE{number:05d}" if number < SHORT else f"92{area}FK{number:07d}"
    site = {
        "platform_name": f"示例平台{place % PLATFORMS:02d}（虚构）" if kind != "自建网站经营者" else "",
        "site_name": f"{word}小店",
        "domain": f"s{number}.example" if kind in ("自建网站经营者", "电商平台经营者") else "",
        "icp_no": f"晋ICP备{number:08d}号（虚构）" if kind == "自建网站经营者" else "",
        "shop_id": f"S{number:08d}" if kind == "平台内经营者" else "",
        "shop_url": f"https://p{place % PLATFORMS:02d}.example/shop/{number}" if kind == "平台内经营者" else "",
    }
    row = {
        "credit_code": "" if natural else first[:17] + _check_character(first[:17]),
        "register_no": f"140000R{number:07d}" if natural else "",
        "name": f"{word}{number % 977}号商行（虚构）",
        "natural_person": "是" if natural else "否",
        "kind": kind,
        "status": "存续" if number % 29 else "注销",
        "status_on": f"2019-{place % 12 + 1:02d}-{place % 28 + 1:02d}",
        "trading": "是" if number % 41 else "否",
        "area": area,
        "address": f"虚构区{word}街{number}号",
        "legal_representative": f"虚{word[:2]}",
        "contact_name": f"构{word[1:3]}",
        "contact_phone": f"000-{number:08d}",
        "risk_class": "ABCD"[place % 4],
        "risk_month": "2020-06",
        "risk_source": "通用型信用风险分类（虚构）",
        "abnormal_on": "" if number % 53 else "2020-03-02",
        "serious_on": "",
        "last_inspected_on": "" if number % 7 else f"2018-{place % 12 + 1:02d}-{place % 28 + 1:02d}",
    }
    return [(row | site)[column] for column in OPERATORS.headings.values()]


def _check_character(first17: str) -> str:
    return ALPHABET[-sum(VALUES[one] * weight for one, weight in zip(first17, WEIGHTS, strict=True)) % BASE]


@cache
def province() -> bytes:
    """Return the province as a file: CSV under the Chinese headings."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(OPERATORS.headings)
    writer.writerows(rows())
    return text.getvalue().encode()


def import_into(address: str, sheet: Sheet) -> None:
    """Import a sheet as a command of the service, committed."""
    database = Database(address)
    Recorder(database, RealClock()).record(SYSTEM, lambda act: str(import_roster(act, OPERATORS, sheet).added))
    database.close()


@cache
def bare_rows() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Return the rows of the two tables, ready-made: what the bare side only has to hand to the database."""
    heads, sites = [], []
    for cells in rows():
        row = dict(zip(OPERATORS.headings.values(), cells, strict=True))
        taken = OPERATORS.take(operator_entries.check_operator(row)[0])
        key = name_key(row["name"])
        heads.append((taken.key, key, name_grams(key), *taken.head))
        sites.append((taken.key, 1, *(taken.line or ("",) * len(SITE_COLUMNS))))
    return heads, sites


def bare(address: str) -> None:
    """Hand the rows to the database: COPY, or executemany on the driver's own connection."""
    heads, sites = bare_rows()
    database = Database(address)
    with database.writing() as session:
        columns = ["unit_id", "name_key", "name_grams", *operator_entries.COLUMNS]
        insert_rows(session, table_of(Operator), columns, heads)
        insert_rows(session, table_of(OperatorSite), ["unit_id", "position", *SITE_COLUMNS], sites)
        session.commit()
    database.close()


@benchmark("import")
def import_on_sqlite() -> Iterable[Measurement]:
    """Compare on SQLite."""
    with TemporaryDirectory() as name:

        def empty() -> str:
            return f"sqlite:///{name}/{next(_names)}.db"

        yield from _compare("SQLite", "executemany", empty)


@benchmark("import-postgres")
def import_on_postgres() -> Iterable[Measurement]:
    """Compare on PostgreSQL, where there is one."""
    binaries = find_postgres()
    if binaries is None:
        print("PostgreSQL is not installed: not measured", file=sys.stderr)
        return
    with running_cluster(binaries) as cluster:
        yield from _compare("PostgreSQL", "COPY", lambda: _new_database(cluster))


def _new_database(cluster: Cluster) -> str:
    return cluster.create_database(f"province_{next(_names)}")


def _compare(where: str, what: str, empty: Callable[[], str]) -> Iterable[Measurement]:
    data = province()
    bare_rows()

    def read_and_import(address: str) -> None:
        import_into(address, read_roster(OPERATORS, data))

    times = best_of(2, [lambda: _on_empty(empty, bare), lambda: _on_empty(empty, read_and_import)], clock=_spent)
    theirs, ours = times
    seconds = {"import": ours, what: theirs}
    name = f"import of 265,000 operators, {where}"
    yield Measurement(
        name=name, value=ours / theirs, unit=f"times {what}", sense="at most", limit=LIMIT, seconds=seconds
    )
    with TemporaryDirectory() as directory:
        file = Path(directory) / "province.csv"
        file.write_bytes(data)
        address = _migrated(empty())
        peak = int(_run([sys.executable, "-c", _ALONE, address, str(file)])) / 1024
    yield Measurement(name=f"{name}, memory", value=peak, unit="MiB", sense="at most", limit=MEMORY, seconds={})


_clock: Final[list[float]] = [0.0]
"""Seconds spent within what is measured; making the empty database is not."""


def _spent() -> float:
    return _clock[0]


def _on_empty(empty: Callable[[], str], fill: Callable[[str], None]) -> None:
    address = _migrated(empty())
    with _counted():
        fill(address)


@contextmanager
def _counted() -> Iterator[None]:
    start = time.perf_counter()
    yield
    _clock[0] += time.perf_counter() - start


def _migrated(address: str) -> str:
    database = Database(address)
    migrate(database)
    database.close()
    return address


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
