"""What a benchmark is: a named function that returns measurements, each with its limit.

To add one, decorate it with :func:`benchmark` in a module that :mod:`benchmarks.__main__` imports.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One figure and its limit; ``sense`` says on which side of the limit it has to be."""

    name: str
    value: float
    unit: str
    sense: Literal["at most", "at least"]
    limit: float
    seconds: dict[str, float]

    @property
    def holds(self) -> bool:
        """Return whether the figure keeps its limit."""
        return self.value <= self.limit if self.sense == "at most" else self.value >= self.limit


Benchmark = Callable[[], Iterable[Measurement]]

BENCHMARKS: dict[str, Benchmark] = {}
"""All that exist, by name, in the order of their definition."""


def benchmark(name: str) -> Callable[[Benchmark], Benchmark]:
    """Register a benchmark under a name."""

    def register(function: Benchmark) -> Benchmark:
        if name in BENCHMARKS:
            message = f"there are two benchmarks called {name}"
            raise ValueError(message)
        BENCHMARKS[name] = function
        return function

    return register


def best_of(
    rounds: int, tasks: Sequence[Callable[[], object]], *, clock: Callable[[], float] = time.process_time
) -> list[float]:
    """Return the least seconds of each task, over rounds in which every task runs once.

    Taking turns, so that a slow minute of the machine falls on all; the least, because noise only ever adds. By
    default seconds of this process on the processor, which do not count what others did meanwhile; a task that is
    another process, or waits for the disk, is for ``time.perf_counter``.
    """
    best = [float("inf")] * len(tasks)
    for _ in range(rounds):
        for at, task in enumerate(tasks):
            start = clock()
            kept = task()
            best[at] = min(best[at], clock() - start)
            del kept  # after the clock was read
    return best
