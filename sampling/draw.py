"""The operators (section 4 of the protocol): who is drawn, in what order, and who comes next.

In each stratum the units with the n smallest (ticket, unit_id) are drawn, n by the stratum's rule; the rest are its
alternates, in that order. A larger n draws the same units and more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from sampling.frame import Unit
from sampling.names import Stratum, UnitId
from sampling.quotas import Quotas
from sampling.tickets import choose, in_order

HEADER: Final = "unit_id,stratum,rank,ticket"


class DrawnUnit(NamedTuple):
    """A row of ``drawn.csv``; ``rank`` counts from 1 in the stratum, ``ticket`` is 64 hex digits."""

    unit_id: UnitId
    stratum: Stratum
    rank: int
    ticket: str


@dataclass(frozen=True, slots=True)
class StratumDraw:
    """What happened in one stratum: ``drawn`` of ``units``; ``cut_off`` is the last ticket that was drawn.

    With the subject key, the cut-off lets an operator see by one hash whether it was drawn.
    """

    stratum: Stratum
    units: int
    drawn: int
    cut_off: str

    @property
    def certain(self) -> bool:
        """Return whether all were drawn, so that nothing was left to chance."""
        return self.drawn == self.units


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawn units in drawn order, by (ticket, unit_id) over all strata; the strata in order of their names."""

    drawn: tuple[DrawnUnit, ...]
    strata: tuple[StratumDraw, ...]

    def to_csv(self) -> bytes:
        """Return ``drawn.csv``."""
        lines = (f"{unit_id},{stratum},{rank},{value}\n" for unit_id, stratum, rank, value in self.drawn)
        return f"{HEADER}\n{''.join(lines)}".encode()


def draw_units(units: Iterable[Unit], quotas: Quotas, *, subject_key: str, hash_name: str) -> Drawing:
    """Draw from a frame, whose order does not matter."""
    groups = _by_stratum(units)
    sizes = {stratum: quotas.size(stratum, len(unit_ids)) for stratum, unit_ids in groups.items()}
    values: list[bytes] = []
    unit_ids: list[UnitId] = []
    home: dict[UnitId, Stratum] = {}
    for stratum, group in groups.items():
        chosen = choose(group, sizes[stratum], subject_key=subject_key, hash_name=hash_name)
        values += chosen[0]
        unit_ids += chosen[1]
        home.update(dict.fromkeys(chosen[1], stratum))
    values, unit_ids = in_order((values, unit_ids))
    drawn = _rows(values, unit_ids, [home[unit_id] for unit_id in unit_ids])
    cut_offs = {row.stratum: row.ticket for row in drawn}
    strata = (StratumDraw(name, len(groups[name]), sizes[name], cut_offs[name]) for name in sorted(groups))
    return Drawing(drawn, tuple(strata))


def list_alternates(
    units: Iterable[Unit], drawing: Drawing, *, subject_key: str, hash_name: str
) -> dict[Stratum, list[UnitId]]:
    """Return the units of each stratum that were not drawn, in the order in which they would come next."""
    drawn = {row.unit_id for row in drawing.drawn}
    rest = _by_stratum(unit for unit in units if unit.unit_id not in drawn)
    by_name = {entry.stratum: rest.get(entry.stratum, []) for entry in drawing.strata}
    return {
        stratum: in_order(choose(group, len(group), subject_key=subject_key, hash_name=hash_name))[1]
        for stratum, group in by_name.items()
    }


def _by_stratum(units: Iterable[Unit]) -> dict[Stratum, list[UnitId]]:
    groups: dict[Stratum, list[UnitId]] = defaultdict(list)
    for unit_id, stratum, _ in units:
        groups[stratum].append(unit_id)
    return dict(groups)


def _rows(values: Sequence[bytes], unit_ids: Sequence[UnitId], strata: Sequence[Stratum]) -> tuple[DrawnUnit, ...]:
    columns = zip(unit_ids, strata, _ranks(strata), map(bytes.hex, values), strict=True)
    return tuple(map(partial(tuple.__new__, DrawnUnit), columns))  # what DrawnUnit._make does, in a third of the time


def _ranks(strata: Iterable[Stratum]) -> Iterator[int]:
    """Count each stratum from 1."""
    counts: dict[Stratum, int] = defaultdict(int)
    for stratum in strata:
        counts[stratum] += 1
        yield counts[stratum]
