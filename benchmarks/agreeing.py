"""Ten thousand draws and as many bundles through every verifier, and ten thousand mangled bundles: none may differ.

The cases are seeded; the browser is Chromium. ``python -m tests.verifiers.comparing`` shows the cases that differ.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.measuring import Measurement, benchmark
from tests.verifiers.comparing import Compared, compare, in_chromium
from tests.verifiers.deceiving import tried
from tests.verifiers.in_browser import BrowserVerifier

CASES: Final = 10_000
SEED: Final = "in the benchmarks"


@benchmark("agreement")
def all_say_the_same() -> Iterable[Measurement]:
    """Count on how many draws and bundles, good and mangled, the verifiers differ."""

    def differing(browser: BrowserVerifier, scratch: Path) -> Iterator[Compared]:
        return (each for each in compare(browser, range(CASES), SEED, scratch) if not each.agreed)

    yield counted(f"disagreements on {CASES:,} draws and {CASES:,} bundles", "disagreements", differing)


@benchmark("mangled_bundles")
def none_accepted() -> Iterable[Measurement]:
    """Count how many mangled bundles any of the verifiers accepts."""

    def accepted(browser: BrowserVerifier, scratch: Path) -> Iterator[Compared]:
        return (each for each in tried(browser, range(CASES), SEED, scratch) if each.accepted)

    yield counted(f"accepted of {CASES:,} mangled bundles", "accepted", accepted)


def counted(name: str, unit: str, find: Callable[[BrowserVerifier, Path], Iterator[Compared]]) -> Measurement:
    """Return how many cases were found, and how long all of them took."""
    found: list[Compared] = []
    start = time.perf_counter()

    def act(browser: BrowserVerifier) -> None:
        with TemporaryDirectory() as scratch:
            found.extend(find(browser, Path(scratch)))

    in_chromium(act)
    seconds = {"all": time.perf_counter() - start}
    return Measurement(name=name, value=len(found), unit=unit, sense="at most", limit=0, seconds=seconds)
