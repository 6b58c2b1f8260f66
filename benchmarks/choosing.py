"""Choosing 500,000 of 1,000,000 units, against the bare hash calls that any such draw must make."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from consistent_sampler import sampler

from benchmarks.measuring import Measurement, benchmark, best_of
from sampling.draw import draw_units
from sampling.frame import Unit
from sampling.names import Area, Stratum, UnitId
from sampling.quotas import Count, Quotas
from sampling.tickets import choose

UNITS: Final = 1_000_000
CHOSEN: Final = 500_000
KEY: Final = hashlib.sha256(b"benchmark").hexdigest()[:32]


@cache
def frame() -> tuple[Unit, ...]:
    """Return a million units with ids like credit codes, one beside the other in memory, as a file gives them."""
    numbers = sorted(number * 2_654_435_761 % 10**8 for number in range(UNITS))
    return tuple(Unit(UnitId(f"91140100MA{number:08d}"), Stratum("all"), Area("1401")) for number in numbers)


def bare_loop(ids: Sequence[bytes]) -> None:
    """Hash every id and do nothing with it."""
    for unit_id in ids:
        hashlib.sha256(unit_id).digest()


def the_set() -> object:
    """Choose, in no order."""
    return choose(_ids(), CHOSEN, subject_key=KEY, hash_name="sha256")


def in_order() -> object:
    """Draw: in drawn order, with ranks and tickets, by strata."""
    return draw_units(frame(), Quotas(Count(CHOSEN)), subject_key=KEY, hash_name="sha256")


def by_consistent_sampler() -> object:
    """Let consistent_sampler do the same."""
    return list(sampler(_ids(), KEY, take=CHOSEN, output="id"))


@benchmark("choose")
def against_the_bare_loop() -> Iterable[Measurement]:
    """Compare the set, and the draw in order with ranks, with one hash call for each unit."""
    encoded = [unit_id.encode() for unit_id in _ids()]
    bare, chosen, ordered = best_of(7, [lambda: bare_loop(encoded), the_set, in_order])
    for name, took, limit in (("the set", chosen, 1.5), ("in order with ranks", ordered, 3.0)):
        yield Measurement(
            name=f"500,000 of 1,000,000, {name}",
            value=took / bare,
            unit="times the bare hash loop",
            sense="at most",
            limit=limit,
            seconds={"ours": took, "bare loop": bare},
        )


@benchmark("consistent_sampler")
def against_consistent_sampler() -> Iterable[Measurement]:
    """Compare the same choice with Rivest's consistent_sampler, which does it once, for it takes long."""
    (ours,) = best_of(7, [the_set])
    (theirs,) = best_of(1, [by_consistent_sampler])
    yield Measurement(
        name="500,000 of 1,000,000, against consistent_sampler",
        value=theirs / ours,
        unit="times faster",
        sense="at least",
        limit=20,
        seconds={"ours": ours, "consistent_sampler": theirs},
    )


@cache
def _ids() -> list[UnitId]:
    return [unit.unit_id for unit in frame()]
