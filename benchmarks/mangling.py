"""A million mangled proofs and a hundred thousand mangled notes, seeded: how many are accepted. None may be."""

import time
from collections.abc import Callable, Iterable, Sized
from typing import Final

from benchmarks.measuring import Measurement, benchmark
from tests.publicity.tlog.mangling import accepted_notes, accepted_proofs

PROOFS: Final = 1_000_000
NOTES: Final = 100_000
SEED: Final = "mangled in the benchmarks"


@benchmark("mangled")
def none_accepted() -> Iterable[Measurement]:
    """Count what is accepted of either."""
    yield measured("mangled proofs", PROOFS, accepted_proofs)
    yield measured("mangled notes", NOTES, accepted_notes)


def measured(what: str, count: int, accepted: Callable[[str, int], Sized]) -> Measurement:
    """Return how many of ``count`` were accepted, and how long all of them took."""
    start = time.process_time()
    found = len(accepted(SEED, count))
    return Measurement(
        name=f"accepted of {count:,} {what}",
        value=found,
        unit="accepted",
        sense="at most",
        limit=0,
        seconds={"all": time.process_time() - start},
    )
