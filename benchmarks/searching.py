"""Searching by part of a name among 265,000 operators, against the same search among 53, on both databases.

Names are made of words as a province's are: a place, two characters of its own, a trade, a form. What is searched for
is the middle of one name; what it costs is the whole call, from the text to the records of the first page.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import insert, text
from sqlmodel import Session

from app.db import Database
from app.schema import migrate
from benchmarks.measuring import Measurement, benchmark, best_of
from registry.credit_code import check_digit
from registry.naming import name_grams, name_key
from registry.operators import Operator
from registry.searching import find_operators
from tests.postgres import find_postgres, running_cluster

FEW: Final = 53
MANY: Final = 265_000
LIMIT: Final = 5.0
PAGE: Final = 20
CALLS: Final = 20
BLOCK: Final = 5_000
PLACES: Final = ("太原", "大同", "阳泉", "长治", "晋城", "朔州", "晋中", "运城", "忻州", "临汾", "吕梁")
TRADES: Final = ("网络科技", "电子商务", "商贸", "农产品", "文化传媒", "信息技术", "生鲜", "服饰")
FORMS: Final = ("有限公司", "有限责任公司", "经营部", "专营店", "旗舰店")
FIRST: Final = 0x4E00
CHARACTERS: Final = 1_500
"""Characters that names are made of, from the first of the block; about as many as names do use."""


def name_of(number: int) -> str:
    """Return the n-th name; the two characters of its own spread over all pairs."""
    place, trade, form = PLACES[number % 11], TRADES[number % 8], FORMS[number % 5]
    spread = number * 2_654_435_761 % CHARACTERS**2
    own = chr(FIRST + spread // CHARACTERS) + chr(FIRST + spread % CHARACTERS)
    return f"{place}{own}{trade}{form}"


def code_of(number: int) -> str:
    """Return the n-th credit code, with its check character."""
    first17 = f"91140100MA{number:07d}"
    return first17 + check_digit(first17)


def mistyped(number: int) -> str:
    """Return the n-th code with a digit read as its neighbour."""
    code = code_of(number)
    return code[:11] + ("1" if code[11] != "1" else "7") + code[12:]


def rows(count: int) -> Iterator[dict[str, object]]:
    """Yield operators of the register."""
    plain = dict.fromkeys(
        (
            *("register_no", "address", "legal_representative", "contact_name", "contact_phone"),
            *("risk_class", "risk_month", "risk_source"),
        ),
        "",
    )
    for number in range(count):
        key = name_key(name_of(number))
        yield plain | {
            "unit_id": code_of(number),
            "credit_code": code_of(number),
            "name": name_of(number),
            "natural_person": False,
            "kind": "other_service",
            "status": "active",
            "trading": True,
            "area": "140100",
            "name_key": key,
            "name_grams": name_grams(key),
        }


def filled(address: str, count: int) -> Database:
    """Return a migrated database with that many operators, and with what the planner should know of them."""
    database = Database(address)
    migrate(database)
    with database.writing() as session:
        made = rows(count)
        for _ in range(0, count, BLOCK):
            session.execute(insert(Operator), list(islice(made, BLOCK)))
        session.commit()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE operators" if database.is_sqlite else "VACUUM ANALYZE operators"))
    return database


def search(session: Session, texts: Iterable[str]) -> Callable[[], None]:
    """Return a task: one search a text, each of which finds something."""

    def task() -> None:
        for wanted in texts:
            found = find_operators(session, wanted, limit=PAGE, public=True)
            if not found.operators:
                message = f"nothing is called {wanted}"
                raise LookupError(message)

    return task


@benchmark("search")
def against_a_small_register() -> Iterable[Measurement]:
    """Compare searches in the large register with the same in the small one, SQLite first."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        few, many = f"sqlite:///{home / 'few.db'}", f"sqlite:///{home / 'many.db'}"
        yield from compared("SQLite", few, many)
        if binaries := find_postgres():
            cluster = stack.enter_context(running_cluster(binaries))
            yield from compared("PostgreSQL", cluster.create_database("few"), cluster.create_database("many"))


def compared(name: str, few: str, many: str) -> Iterable[Measurement]:
    """Measure one kind of database: a rare part of a name, one that many names hold, and a code with a slip in it."""
    with ExitStack() as stack:
        small, large = (stack.enter_context(closing(filled(*each))) for each in ((few, FEW), (many, MANY)))
        one, other = stack.enter_context(small.reading()), stack.enter_context(large.reading())
        parts = {
            "two characters": [name_of(number)[2:4] for number in range(CALLS)],
            "four characters": [name_of(number)[2:6] for number in range(CALLS)],
            "what one name in eight holds": [name_of(0)[4:8]] * CALLS,
            "a mistyped code": [mistyped(number) for number in range(CALLS)],
        }
        for words, texts in parts.items():
            in_few, in_many = best_of(9, [search(one, texts), search(other, texts)], clock=time.perf_counter)
            yield Measurement(
                name=f"search {MANY:,} by {words}, {name}",
                value=in_many / in_few,
                unit=f"times the same among {FEW}",
                sense="at most",
                limit=LIMIT,
                seconds={"large": in_many / CALLS, "small": in_few / CALLS},
            )
