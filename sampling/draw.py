"""The operators (section 4 of the protocol): who is drawn, in what order, and who comes next.

In each stratum the units with the n smallest (ticket, unit_id) are drawn, n by the stratum's rule; the rest are its
alternates, in that order. A larger n draws the same units and more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self, overload

from sampling.frame import Unit
from sampling.names import Stratum, UnitId
from sampling.quotas import Quotas
from sampling.tickets import choose, drawn_order

HEADER: Final = "unit_id,stratum,rank,ticket"


class DrawnUnit(NamedTuple):
    """A row of ``drawn.csv``; ``rank`` counts from 1 in the stratum, ``ticket`` is 64 hex digits."""

    unit_id: UnitId
    stratum: Stratum
    rank: int
    ticket: str


@dataclass(frozen=True, slots=True)
class DrawnUnits(Sequence[DrawnUnit]):
    """The rows of ``drawn.csv``, kept as columns: half a million rows are no burden until one is looked at."""

    unit_ids: Sequence[UnitId]
    strata: Sequence[Stratum]
    ranks: Sequence[int]
    tickets: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.unit_ids)

    def __iter__(self) -> Iterator[DrawnUnit]:
        return map(DrawnUnit, self.unit_ids, self.strata, self.ranks, map(bytes.hex, self.tickets))

    @overload
    def __getitem__(self, at: int) -> DrawnUnit: ...
    @overload
    def __getitem__(self, at: slice) -> Self: ...
    def __getitem__(self, at: int | slice) -> DrawnUnit | Self:
        if isinstance(at, slice):
            return type(self)(self.unit_ids[at], self.strata[at], self.ranks[at], self.tickets[at])
        return DrawnUnit(self.unit_ids[at], self.strata[at], self.ranks[at], self.tickets[at].hex())


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

    drawn: DrawnUnits
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
    strata: list[Stratum] = []
    for stratum, group in groups.items():
        chosen = choose(group, sizes[stratum], subject_key=subject_key, hash_name=hash_name)
        values += chosen[0]
        unit_ids += chosen[1]
        strata += [stratum] * sizes[stratum]
    drawn = _rows(drawn_order((values, unit_ids)), values, unit_ids, strata)
    cut_offs = dict(zip(drawn.strata, drawn.tickets, strict=True))  # the last one of each stratum stays
    entries = (StratumDraw(name, len(groups[name]), sizes[name], cut_offs[name].hex()) for name in sorted(groups))
    return Drawing(drawn, tuple(entries))


def list_alternates(
    units: Iterable[Unit], drawing: Drawing, *, subject_key: str, hash_name: str
) -> dict[Stratum, list[UnitId]]:
    """Return the units of each stratum that were not drawn, in the order in which they would come next."""
    drawn = set(drawing.drawn.unit_ids)
    rest = _by_stratum(unit for unit in units if unit.unit_id not in drawn)
    alternates = {}
    for name in (entry.stratum for entry in drawing.strata):
        group = rest.get(name, [])
        tickets = choose(group, len(group), subject_key=subject_key, hash_name=hash_name)
        alternates[name] = [tickets[1][at] for at in drawn_order(tickets)]
    return alternates


def _by_stratum(units: Iterable[Unit]) -> dict[Stratum, list[UnitId]]:
    groups: dict[Stratum, list[UnitId]] = defaultdict(list)
    for unit_id, stratum, _ in units:
        groups[stratum].append(unit_id)
    return dict(groups)


def _rows(order: list[int], values: list[bytes], unit_ids: list[UnitId], strata: list[Stratum]) -> DrawnUnits:
    in_order = [strata[at] for at in order]
    ranks = list(_ranks(in_order))
    return DrawnUnits([unit_ids[at] for at in order], in_order, ranks, [values[at] for at in order])


def _ranks(strata: Iterable[Stratum]) -> Iterator[int]:
    """Count each stratum from 1."""
    counts: dict[Stratum, int] = defaultdict(int)
    for stratum in strata:
        counts[stratum] += 1
        yield counts[stratum]
