"""How long answers take while a draw is sealed: about operators that were drawn, and about others.

Nobody may tell from the time of an answer who was drawn. Forty operators, twenty of them drawn under seal; each address
is asked for every one of them in turn, in an order that changes each round, and the median of each operator is taken.
The statistic is Mann and Whitney's U of the medians of those drawn among all, two-sided; its null is by exchanging who
was drawn, 20,000 times from a fixed seed. Of three tries the largest p-value counts: a difference that is there shows
in all of them, noise seldom does. A planted delay of a tenth has to be found.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Measurement, benchmark
from tests.building import Bureau
from tests.desks import Desk, made
from tests.rosters import credit_code, operator, operators_csv
from tests.workshop import SqliteShelf, Workshop

UNITS: Final = tuple(credit_code(number) for number in range(1, 41))
ROUNDS: Final = 15
TRIES: Final = 3
PERMUTATIONS: Final = 20_000
LIMIT: Final = 0.001
PUBLIC: Final = ("/operators/{}", "/operators/{}.json", "/search?q={}", "/search.json?q={}")
STAFF: Final = ("/api/v1/operators/{}", "/api/v1/operators/{}/history")


@benchmark("sealed_timing")
def answers_about_the_drawn_and_the_others() -> Iterable[Measurement]:
    """Compare the times of answers, by the clock: what a stranger would measure."""
    with sealed_bureau() as (bureau, drawn):
        generator = np.random.default_rng(2020)  # noqa: TID251 - of the order of requests, from a fixed seed
        orders = (generator.permutation(len(UNITS)) for _ in count())
        asked = [(path, bureau.public) for path in PUBLIC] + [(path, bureau.desk("registrar")) for path in STAFF]
        for path, desk in asked:
            yield measurement(path, [medians(desk, path, orders) for _ in range(TRIES)], drawn)
        times = medians(bureau.public, PUBLIC[1], orders)
        slowed = np.where([unit in drawn for unit in UNITS], times * 1.1, times)
        yield Measurement(
            name="a delay of a tenth, planted",
            value=p_value(slowed, drawn),
            unit="p that nothing differs",
            sense="at most",
            limit=LIMIT,
            seconds={},
        )


def measurement(path: str, tries: Sequence[NDArray[np.float64]], drawn: frozenset[str]) -> Measurement:
    """Return the largest p-value of the tries."""
    best = max(tries, key=lambda times: p_value(times, drawn))
    belongs = np.array([unit in drawn for unit in UNITS])
    return Measurement(
        name=f"time of {path.format('…')}, drawn or not",
        value=p_value(best, drawn),
        unit="p that nothing differs",
        sense="at least",
        limit=LIMIT,
        seconds={"drawn": float(np.median(best[belongs])), "others": float(np.median(best[~belongs]))},
    )


def medians(desk: Desk, path: str, orders: Iterator[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Return the median seconds of each unit's answer."""
    times = np.zeros((ROUNDS, len(UNITS)))
    for turn in range(ROUNDS):
        for at in next(orders):
            address = path.format(UNITS[at])
            start = time.perf_counter()
            answer = desk.get(address)
            times[turn, at] = time.perf_counter() - start
            if answer.is_error:
                message = f"{address} answered {answer.status_code}"
                raise LookupError(message)
    return np.asarray(np.median(times, axis=0), dtype=np.float64)


def p_value(times: NDArray[np.float64], drawn: frozenset[str]) -> float:
    """Return how often U of as many units chosen at random is at least as far from its middle."""
    belongs = np.array([unit in drawn for unit in UNITS])
    ranks = times.argsort().argsort().astype(np.float64)
    generator = np.random.default_rng(53)  # noqa: TID251 - of the permutations, from a fixed seed
    middle = ranks.mean() * belongs.sum()
    chosen = np.array([generator.permutation(belongs) for _ in range(PERMUTATIONS)])
    far = np.abs(chosen @ ranks - middle)
    return (int((far >= abs(belongs @ ranks - middle) - 1e-9).sum()) + 1) / (PERMUTATIONS + 1)


@contextmanager
def sealed_bureau() -> Iterator[tuple[Bureau, frozenset[str]]]:
    """Open a bureau whose draw of twenty in forty is executed and sealed, and say who was drawn."""
    with TemporaryDirectory() as name:
        workshop = Workshop(SqliteShelf(Path(name)), Path(name))
        with workshop.stack, workshop.bureau("staffed", sealed=True) as bureau:
            rows = [
                operator(number) | {"kind": "电商平台经营者", "status": "存续", "trading": "是"}
                for number in range(1, len(UNITS) + 1)
            ]
            made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
            for stage in ("planned", "approved", "committed", "executed"):
                getattr(bureau, stage)()
            own = (name for name in bureau.notes.keys if name.startswith(("market-", "cyber-")))
            visits = [visit for each in own for visit in made(bureau.desk(each).get("/api/v1/assignments"))]
            yield bureau, frozenset(visit["unit_id"] for visit in visits)
