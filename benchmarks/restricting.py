"""Restrictions by code and the credit page in a register of 265,000 operators, against the same in one of 53.

One operator in twenty has a published penalty that bans its business, one in a hundred stands on a list, in either
register. What is measured is the whole call from the code to the answer, or to the page as a value; and a batch of 200
codes against the same codes asked one by one.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import insert, text
from sqlmodel import Session, SQLModel

from app.db import Database
from benchmarks.measuring import Measurement, benchmark, best_of
from benchmarks.searching import FEW, MANY, code_of, filled
from publicity.answers import MOST_CODES, Question, answer_all
from publicity.disclosure import Disclosure, Subject
from publicity.pages.site import Site
from publicity.restriction_rules import load_restriction_rules
from publicity.sequencer import Entry
from publicity.views.operators import operator_page
from registry.departments import Department
from registry.journal import Fact, Kind
from registry.listings import ListingConfirmation, ListingOrder, ListStep, OperatorList
from registry.penalties import PENALTY_WORDS, PenaltyKind
from registry.visits import Cause
from sampling.canonical import jcs
from sampling.stages import Stage
from tests.postgres import find_postgres, running_cluster

LIMIT: Final = 1.5
CALLS: Final = 20
PENALIZED: Final = 20
LISTED: Final = 100
DAY: Final = date(2026, 11, 2)
AT: Final = datetime(2026, 11, 2, 1, tzinfo=UTC)
RULES: Final = load_restriction_rules()
BLOCK: Final = 2_000


def record_in(database: Database, operators: int) -> None:
    """Publish a ban of one operator in twenty, and put one in a hundred on a list."""
    made: dict[type[SQLModel], list[dict[str, Any]]] = {
        model: [] for model in (Fact, Entry, Disclosure, ListingOrder, ListingConfirmation)
    }
    numbers = count(1)

    def fact(kind: Kind, subject: str) -> int:
        number = next(numbers)
        made[Fact].append(
            {"fact_id": number, "kind": kind, "at": AT, "actor": "p1", "subject": subject, "public": "{}", "digest": ""}
        )
        made[Entry].append({"index": number - 1, "fact_id": number, "entry": b"{}"})
        return number

    for number in range(0, operators, PENALIZED):
        made[Disclosure].append(_ban(number, fact(Kind.PENALTY_PUBLISHED, f"penalty:{number}")))
    for number in range(0, operators, LISTED):
        order = {"order_id": f"n{number}", "step": ListStep.ENTRY, "listed": OperatorList.ABNORMAL, "removes": None}
        order |= {"unit_id": code_of(number), "basis": "依据", "decision_no": "文号", "department": "market"}
        made[ListingOrder].append(order | {"decided_on": DAY, "entered_by": "p1", "entered_at": AT})
        said = {"order_id": f"n{number}", "approved": True, "confirmed_by": "p2", "confirmed_at": AT}
        made[ListingConfirmation].append(said | {"fact_id": fact(Kind.LISTING_DECIDED, f"n{number}")})
    with database.writing() as session:
        session.execute(insert(Department), [{"code": "market", "name": "市场监督管理局"}])
        for model, listed in made.items():
            for start in range(0, len(listed), BLOCK):
                session.execute(insert(model), listed[start : start + BLOCK])
        session.commit()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def _ban(number: int, fact_id: int) -> dict[str, Any]:
    """Return a published penalty as a row, with all of its projection that answers and pages read."""
    content = {
        "penalty_id": f"{number}",
        "finding_id": f"f{number}",
        "decision_no": f"市监处罚{number}号",
        "operator_name": "某公司",
        "violation": "未公示营业执照信息",
        "facts": "未公示营业执照信息。",
        "basis": "《电子商务法》第七十六条",
        "kinds": [PENALTY_WORDS[PenaltyKind.ACTIVITY_RESTRICTED]],
        "content": "限制开展网络交易经营活动",
        "fine_fen": 0,
        "confiscated_fen": 0,
        "authority": "市场监督管理局",
        "decided_on": DAY.isoformat(),
        "term": None,
        "ban": {"until": "2029-11-02", "for_life": False},
    }
    row: dict[str, Any] = {"disclosure_id": f"p-{number}", "subject": Subject.PENALTY, "source_id": f"penalty:{number}"}
    row |= {"replaces": None, "unit_id": code_of(number), "cause": Cause.COMPLAINT, "draw_id": None, "year": DAY.year}
    row |= {"problem": True, "event_on": DAY, "due_on": DAY, "content": jcs(content).decode()}
    return row | {"published_by": "p1", "published_at": AT, "fact_id": fact_id}


def asking(session: Session, codes: Sequence[str], *, together: bool = False) -> Callable[[], None]:
    """Return a task: the codes asked about one by one, or together."""
    questions = [codes] if together else [[code] for code in codes]

    def task() -> None:
        for each in questions:
            answer_all(session, Question(codes=each, day=DAY, today=DAY), RULES)

    return task


def paging(session: Session, codes: Sequence[str]) -> Callable[[], None]:
    """Return a task: the credit pages of operators, as values."""
    site = Site(
        authority="局",
        stage=Stage.REAL,
        made_at=AT,
        path="/",
        json_path="/index.json",
        log_size=0,
        log_root="",
        read_only=False,
    )

    def task() -> None:
        for code in codes:
            operator_page(session, site, code, RULES)

    return task


@benchmark("restrictions")
def against_a_small_register() -> Iterable[Measurement]:
    """Compare answers and pages in the large register with the same in the small one, SQLite first."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        yield from compared("SQLite", f"sqlite:///{home / 'few.db'}", f"sqlite:///{home / 'many.db'}")
        if binaries := find_postgres():
            cluster = stack.enter_context(running_cluster(binaries))
            yield from compared("PostgreSQL", cluster.create_database("few"), cluster.create_database("many"))


def compared(name: str, few: str, many: str) -> Iterator[Measurement]:
    """Measure one kind of database."""
    with ExitStack() as stack:
        small, large = (stack.enter_context(closing(filled(*each))) for each in ((few, FEW), (many, MANY)))
        record_in(small, FEW)
        record_in(large, MANY)
        one, other = stack.enter_context(small.reading()), stack.enter_context(large.reading())
        # as many of either have a penalty or stand on a list
        near, far = (
            [code_of(number * step) for number in range(CALLS)] for step in (2, MANY // CALLS // LISTED * LISTED + 2)
        )
        for words, task in (("restrictions by code", asking), ("credit page", paging)):
            in_few, in_many = best_of(9, [task(one, near), task(other, far)], clock=time.perf_counter)
            yield Measurement(
                name=f"{words}, {MANY:,} operators, {name}",
                value=in_many / in_few,
                unit=f"times the same among {FEW}",
                sense="at most",
                limit=LIMIT,
                seconds={"large": in_many / CALLS, "small": in_few / CALLS},
            )
        codes = [code_of(number * 7) for number in range(MOST_CODES)]
        together, apart = best_of(
            5, [asking(other, codes, together=True), asking(other, codes)], clock=time.perf_counter
        )
        yield Measurement(
            name=f"restrictions of {MOST_CODES} codes together, {name}",
            value=together / apart,
            unit="times the same one by one",
            sense="at most",
            limit=0.5,
            seconds={"together": together, "one by one": apart},
        )
