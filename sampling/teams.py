"""The inspectors (section 5 of the protocol): who visits whom, with the smallest workload cap that fills every seat.

Each department staffs its seats by itself. Seats are filled in order, each with the one whose pair hash with the unit
is smallest among those with room; where nobody has room, a breadth-first search over inspectors makes some. That is
maximum flow, one augmenting path at a time, so it finds a staffing whenever the cap allows one.

Why the cap is the smallest: a search that fails at a cap leaves behind its reason. Let R be the inspectors it reached,
all full, and T the units they are on, with the unit that could not be served. Everybody else who may visit a unit of
T is on it already, or would have been reached. So of the seats of T the inspectors of R must fill at least
sum(seats - those who may visit and are not in R), and no cap below that number divided by |R| can do, whatever the
rest looks like. The next cap tried is this bound; it is above the one that failed, and no feasible cap is passed
over.

Choosing by pair hash alone, not by fewest visits, matters: someone recused from everything but one operator would
otherwise be sent there nearly always.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from sampling.canonical import hash_function
from sampling.eligibility import Roster
from sampling.frame import Unit
from sampling.names import Department, InspectorId, UnitId
from sampling.rules import Seats
from sampling.staffing import as_set, fill_seats

HEADER: Final = "unit_id,department,seat,inspector_id"


class Assignment(NamedTuple):
    """A row of ``teams.csv``; ``seat`` counts from 1, seat 1 of the first department leads (主办)."""

    unit_id: UnitId
    department: Department
    seat: int
    inspector_id: InspectorId


@dataclass(frozen=True, slots=True)
class Teams:
    """The assignments: units in drawn order, departments in team order, seats from 1; and each department's cap."""

    assignments: tuple[Assignment, ...]
    caps: dict[Department, int]

    def to_csv(self) -> bytes:
        """Return ``teams.csv``."""
        lines = (f"{unit_id},{department},{seat},{name}\n" for unit_id, department, seat, name in self.assignments)
        return f"{HEADER}\n{''.join(lines)}".encode()


def staff_teams(
    drawn: Sequence[Unit],
    team: Iterable[Seats],
    by_department: dict[Department, Roster],
    *,
    team_key: str,
    hash_name: str,
) -> Teams:
    """Send inspectors to the drawn units, which are given in drawn order.

    Every unit can be staffed by every entry of ``team``: ``sampling.eligibility.check_staffable`` has seen to it.
    """
    columns: list[list[list[Assignment]]] = []
    caps: dict[Department, int] = {}
    for entry in team:
        roster = by_department[entry.department]
        heads = [f"{team_key}:{inspector_id}:".encode() for inspector_id in roster.inspector_ids]
        able = [roster.may_visit(unit) for unit in drawn]
        choices = [_by_pair_hash(who, heads, unit, hash_name) for who, unit in zip(able, drawn, strict=True)]
        staffed = fill_seats(choices, list(map(cache(as_set), able)), entry.seats, len(roster.inspector_ids))
        caps[entry.department] = staffed.cap
        columns.append(list(_assignments(drawn, roster, staffed.seats)))
    rows = (row for entries in zip(*columns, strict=True) for entry in entries for row in entry)
    return Teams(tuple(rows), caps)


def _by_pair_hash(able: Iterable[int], heads: Sequence[bytes], unit: Unit, hash_name: str) -> list[int]:
    """Return ``able``, given ascending, by (pair hash, inspector_id); ``heads``: what is hashed before the id."""
    make, tail = hash_function(hash_name), unit.unit_id.encode()
    values = {at: make(heads[at] + tail).digest() for at in able}
    return sorted(able, key=values.__getitem__)


def _assignments(drawn: Sequence[Unit], roster: Roster, seats: Sequence[Sequence[int]]) -> Iterator[list[Assignment]]:
    for unit, positions in zip(drawn, seats, strict=True):
        yield [
            Assignment(unit.unit_id, roster.department, seat, roster.inspector_ids[at])
            for seat, at in enumerate(positions, start=1)
        ]
