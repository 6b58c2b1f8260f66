"""The preview of a batch over 265,000 operators, against one bare grouped count over the same rows.

Both run on the same database in the same minute, on SQLite and, where it is installed, on PostgreSQL.
"""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, text
from sqlmodel import Session, col, select

from app.db import Database
from app.schema import migrate
from benchmarks.measuring import Measurement, benchmark, best_of
from registry.base import nfc
from registry.batches import Batch
from registry.caps import Cap, Inspected
from registry.conditions import check_criteria
from registry.criteria import Limits, in_scope
from registry.frames import count_scope
from registry.journal import Fact, Kind
from registry.operator_entries import OperatorKind, OperatorStatus
from registry.operators import Operator
from registry.steps import Step, VisitStep
from registry.visits import Cause, Visit
from tests.postgres import find_postgres, running_cluster

ROWS: Final = 265_000
VISITS: Final = ROWS // 20
"""Visits of the year that count toward the cap: a plan's twentieth, every tenth operator of them twice."""
CAPPED: Final = 2.5
"""What a preview may cost that also looks up who was inspected, in bare counts of operators joined with visits."""
DAY: Final = date(2020, 8, 24)
CITIES: Final = [f"14{city:02d}" for city in range(1, 12)]
CAP: Final = Cap(
    cap_id="cap0001",
    valid_from=date(2020, 1, 1),
    yearly=2,
    low_risk=["A"],
    basis="年度计划",
    drafted_by="p0001",
    drafted_at=datetime(2020, 1, 2, tzinfo=UTC),
)


@benchmark("preview")
def preview_against_a_bare_count() -> Iterable[Measurement]:
    """Compare the preview with a grouped count of the same rows by the same columns; under a cap, of the visits too."""
    for name, database in databases():
        with database.reading() as session:
            for under, bare, cap, limit in (
                ("", count_bare, None, 1.5),
                (", a cap in force", count_bare_visits, CAP, CAPPED),
            ):
                tasks: list[Callable[[], object]] = [partial(bare, session), partial(count_preview, session, cap)]
                theirs, ours = best_of(7, tasks, clock=time.perf_counter)
                yield Measurement(
                    name=f"preview of {ROWS:,} operators, {name}{under}",
                    value=ours / theirs,
                    unit="times one bare grouped count",
                    sense="at most",
                    limit=limit,
                    seconds={"preview": ours, "bare count": theirs},
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


def count_bare_visits(session: Session) -> object:
    """Count the same rows by the visits of the year too: one join, of which the preview has to look at every step."""
    times = select(Visit.unit_id, func.count().label("times")).where(Visit.year == DAY.year).group_by(Visit.unit_id)
    visits = times.subquery()
    columns = (col(Operator.status), col(Operator.trading), col(Operator.area))
    joined = select(*columns, func.count()).outerjoin(visits, visits.c.unit_id == col(Operator.unit_id))
    return session.exec(joined.where(in_scope(batch())).group_by(*columns, visits.c.times)).all()


def count_preview(session: Session, cap: Cap | None) -> object:
    """Run the statement of the preview, and those that look up who was inspected."""
    limits = Limits(cap=cap, inspected=Inspected(session), short=frozenset())
    return session.exec(count_scope(batch(), DAY, limits)).all()


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
        connection.execute(insert(Fact), fact())
        for model, rows in ((Visit, map(visit, range(VISITS))), (VisitStep, map(arrival, range(VISITS)))):
            connection.execute(insert(model), list(rows))
        connection.execute(text("ANALYZE"))
    yield database
    database.close()


def fact() -> dict[str, object]:
    """Return the one fact that all visits stand on."""
    instant = datetime(2020, 3, 2, tzinfo=UTC)
    return {
        "fact_id": 1,
        "kind": Kind.VISIT_STEPPED,
        "at": instant,
        "actor": "p0001",
        "subject": "",
        "public": "{}",
        "digest": "0" * 64,
    }


def visit(number: int) -> dict[str, object]:
    """Return a visit that no draw caused."""
    operator = row(number * 17 % ROWS if number % 11 else (number + 1) * 17 % ROWS)
    return {
        "visit_id": f"v{number:06d}",
        "cause": Cause.COMPLAINT,
        "year": 2020,
        "unit_id": operator["unit_id"],
        "operator_name": operator["name"],
        "area": operator["area"],
    }


def arrival(number: int) -> dict[str, object]:
    """Return the step by which a visit counts."""
    instant = datetime(2020, 3, 2, tzinfo=UTC)
    return {
        "visit_id": f"v{number:06d}",
        "number": 1,
        "step": Step.ARRIVED,
        "happened_at": instant,
        "text": "",
        "detail": {},
        "taken_by": "p0001",
        "taken_at": instant,
        "fact_id": 1,
    }


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
