"""The preview of a batch over 265,000 operators, against one bare grouped count over the same rows.

Both run on the same database in the same minute, on SQLite and, where it is installed, on PostgreSQL.
"""

import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, text
from sqlmodel import Session, col, select

from app.db import Database
from app.schema import migrate
from benchmarks.measuring import Measurement, benchmark, best_of
from registry.base import nfc
from registry.batches import Batch
from registry.conditions import check_criteria
from registry.criteria import Limits, in_scope
from registry.frames import count_scope
from registry.operators import Operator, OperatorKind, OperatorStatus
from tests.postgres import find_postgres, running_cluster

ROWS: Final = 265_000
DAY: Final = date(2020, 8, 24)
CITIES: Final = [f"14{city:02d}" for city in range(1, 12)]
LIMITS: Final = Limits(cap=None, short=frozenset())


@benchmark("preview")
def preview_against_a_bare_count() -> Iterable[Measurement]:
    """Compare the statement of the preview with a grouped count of the same rows by the same columns."""
    for name, database in databases():
        with database.reading() as session:
            bare, ours = best_of(
                7, [lambda: count_bare(session), lambda: count_preview(session)], clock=time.perf_counter
            )
        yield Measurement(
            name=f"preview of {ROWS:,} operators, {name}",
            value=ours / bare,
            unit="times one bare grouped count",
            sense="at most",
            limit=1.5,
            seconds={"preview": ours, "bare count": bare},
        )


def batch() -> Batch:
    """Return a batch over the whole province, by city, of those that trade."""
    return Batch(
        task_no="140000202008240001",
        plan_no="14000020200001",
        title="全省网络交易经营者抽查",
        targeted=True,
        kinds=[str(kind) for kind in OperatorKind],
        areas=["140000"],
        criteria=check_criteria([{"criterion": "trading"}]),
        stratify="city",
        quotas={"default": {"ratio": "0.05"}, "strata": {}},
        ratio_basis="年度计划",
        team=[],
        items=[],
        period_from=date(2020, 9, 1),
        period_to=date(2020, 12, 31),
        sealed=False,
        drafted_by="p0001",
        drafted_at=datetime(2020, 8, 24, tzinfo=UTC),
    )


def count_bare(session: Session) -> object:
    """Count the rows of the scope by the columns that the preview looks at."""
    columns = (col(Operator.status), col(Operator.trading), col(Operator.area))
    return session.exec(select(*columns, func.count()).where(in_scope(batch())).group_by(*columns)).all()


def count_preview(session: Session) -> object:
    """Run the statement of the preview."""
    return session.exec(count_scope(batch(), DAY, LIMITS)).all()


def databases() -> Iterator[tuple[str, Database]]:
    """Yield a filled database of each kind."""
    with tempfile.TemporaryDirectory() as home, filled(f"sqlite:///{Path(home) / 'register.db'}") as database:
        yield "SQLite", database
    binaries = find_postgres()
    if binaries is not None:
        with running_cluster(binaries) as cluster, filled(cluster.create_database("register")) as database:
            yield "PostgreSQL", database


@contextmanager
def filled(address: str) -> Iterator[Database]:
    """Open a migrated database with the register in it, its statistics fresh."""
    database = Database(address)
    migrate(database)
    with database.engine.begin() as connection:
        for start in range(0, ROWS, 5_000):
            connection.execute(insert(Operator), [row(number) for number in range(start, start + 5_000)])
        connection.execute(text("ANALYZE"))
    yield database
    database.close()


def row(number: int) -> dict[str, object]:
    """Return one operator of the register, made up."""
    name = nfc(f"虚构经营者{number:06d}")
    return {
        "unit_id": f"140000R{number:07d}",
        "credit_code": "",
        "register_no": f"140000R{number:07d}",
        "name": name,
        "natural_person": False,
        "kind": list(OperatorKind)[number % 5],
        "status": OperatorStatus.DEREGISTERED if number % 23 == 0 else OperatorStatus.ACTIVE,
        "trading": number % 11 != 0,
        "area": f"{CITIES[number % 11]}{number % 10 + 1:02d}",
        "address": f"虚构路{number}号",
        "name_key": name,
        "name_grams": "",
        **dict.fromkeys(("legal_representative", "contact_name", "contact_phone"), ""),
        **dict.fromkeys(("risk_class", "risk_month", "risk_source"), ""),
        **dict.fromkeys(("status_on", "abnormal_on", "serious_on", "last_inspected_on", "merged_into"), None),
    }
