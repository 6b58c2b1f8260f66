"""The pages of a draw of 265,000 operators, 8,000 drawn, beside those of the smallest draw that fills a page too.

Both are drawn by the service, over its API; only the operators are put in its table at once. The first reader after a
start waits until the frame is in order, which is told apart. Lists are asked for at their end, where going through
them from the beginning would cost most.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import insert, text

from benchmarks.measuring import Measurement, benchmark, best_of
from benchmarks.searching import BLOCK, rows
from publicity.views.drawn import PAGE_ROWS
from registry.operators import Operator
from sampling.names import Stratum
from sampling.places import OrderedFrame
from tests.building import Bureau
from tests.desks import made
from tests.workshop import SqliteShelf, Workshop

MANY: Final = (265_000, 8_000)
FEW: Final = (4 * PAGE_ROWS, 2 * PAGE_ROWS)
LIMIT: Final = 1.5
CALLS: Final = 5


@benchmark("draw-page")
def pages_of_a_province() -> Iterable[Measurement]:
    """Compare the page, the lists at their end, the certificate, and what says that a bundle is the same."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        home = Path(name)
        workshop = Workshop(SqliteShelf(home), home)
        stack.enter_context(workshop.stack)
        few, many = (stack.enter_context(drawn(workshop, *size)) for size in (FEW, MANY))
        first = seconds_of(lambda: read(many, path_of(many)))
        for words, (small, large) in addresses(few, many).items():
            in_few, in_many = best_of(CALLS, [partial(read, few, small), partial(read, many, large)])
            yield Measurement(
                name=f"{words}, {MANY[1]:,} drawn of {MANY[0]:,}",
                value=in_many / in_few,
                unit=f"times one of {FEW[1]} drawn of {FEW[0]}",
                sense="at most",
                limit=LIMIT,
                seconds={"province": in_many, "small": in_few, "first page after a start": first},
            )
        known = read(many, path_of(many, "/bundle.zip"))
        packed = seconds_of(lambda: read(many, path_of(many, "/bundle.zip")))
        page, same = best_of(
            CALLS, [partial(read, few, path_of(few)), partial(read, many, path_of(many, "/bundle.zip"), known)]
        )
        yield Measurement(
            name=f"bundle of {MANY[0]:,} to a reader who has it",
            value=same / page,
            unit="times a page of a small draw",
            sense="at most",
            limit=LIMIT,
            seconds={"not modified": same, "page": page, "whole, packed before": packed},
        )


@contextmanager
def drawn(workshop: Workshop, operators: int, count: int) -> Iterator[Bureau]:
    """Yield a bureau that drew so many of so many operators."""
    with workshop.bureau("approved") as bureau:
        with bureau.service.database.writing() as session:
            session.execute(text("UPDATE operators SET trading = 0"))
            register = rows(operators)
            for _ in range(0, operators, BLOCK):
                session.execute(insert(Operator), [each | {"kind": "platform"} for each in islice(register, BLOCK)])
            session.commit()
        bureau.notes.task_no = bureau.another_batch(quotas={"default": {"count": count}})
        bureau.committed()
        bureau.clock.set("2020-09-01", "10:30")
        bureau.handed_in()
        made(bureau.desk("officer2").post(bureau.at_draw("execution")))
        yield bureau


def path_of(bureau: Bureau, name: str = "") -> str:
    """Return an address of the bureau's draw."""
    return f"/draws/{bureau.notes.draw_id}{name}"


def addresses(few: Bureau, many: Bureau) -> dict[str, tuple[str, str]]:
    """Return what is compared: its address at either bureau, of a list that of its last full page."""
    of_few, of_many = last_pages(few), last_pages(many)
    whole = {"page of a draw": "", "the same in JSON": ".json", "certificate of a draw": "/certificate"}
    return {words: (path_of(few, name), path_of(many, name)) for words, name in whole.items()} | {
        f"last page of the {name}": (of_few[name], of_many[name]) for name in of_few
    }


def last_pages(bureau: Bureau) -> dict[str, str]:
    """Return the addresses of the last full pages of both lists."""
    outcome = made(bureau.public.get(path_of(bureau, ".json")))["outcome"]
    lines = bureau.public.get(path_of(bureau, "/files/drawn.csv")).text.splitlines()
    frame = bureau.public.get(path_of(bureau, "/files/frame.csv")).content
    ordered, whole = OrderedFrame(frame, subject_key=outcome["subject_key"], hash_name="sha256"), Stratum("all")
    after, _ = ordered.unit_at(whole, ordered.units(whole) - PAGE_ROWS)
    return {
        "drawn": path_of(bureau, f"/drawn?after={lines[-PAGE_ROWS - 1].partition(',')[0]}"),
        "alternates": path_of(bureau, f"/alternates?after={after}"),
    }


def read(bureau: Bureau, path: str, known: str = "") -> str:
    """Read an address and return its tag; ``known``: the tag of what the reader has."""
    answer = bureau.client.get(path, headers={"If-None-Match": known} if known else {})
    if answer.status_code != (304 if known else 200):
        raise ValueError(answer.text)
    return answer.headers["etag"]


def seconds_of(task: Callable[[], object]) -> float:
    """Return how long a task takes once."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start
