"""Who may visit whom: by department, by area, and not where recused.

An inspector may visit a unit when the inspector's area is a prefix of the unit's and the pair is not in
``recusals.csv``. Within a department, inspectors are known by their position in order of ``inspector_id``.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sampling.errors import Fault, RefusedError
from sampling.frame import Inputs, Inspector, Recusal, Unit
from sampling.names import Area, Department, InspectorId, UnitId
from sampling.rules import Seats

__all__ = ["Roster", "check_staffable", "rosters"]


@dataclass(frozen=True, slots=True)
class Roster:
    """The inspectors of one department, in order of ``inspector_id``, and where each of them must not go."""

    department: Department
    inspector_ids: tuple[InspectorId, ...]
    by_area: dict[str, list[int]]
    recused: dict[UnitId, set[int]]
    _in_reach: dict[Area, tuple[int, ...]] = field(default_factory=dict, repr=False)

    def in_reach(self, area: Area) -> tuple[int, ...]:
        """Return the positions of all whose area is a prefix of ``area``, ascending; recusals are not looked at."""
        if area not in self._in_reach:
            prefixes = (area[:digits] for digits in range(2, len(area) + 1, 2))
            self._in_reach[area] = tuple(sorted(at for prefix in prefixes for at in self.by_area.get(prefix, ())))
        return self._in_reach[area]

    def may_visit(self, unit: Unit) -> tuple[int, ...]:
        """Return the positions of all who may visit ``unit``, ascending."""
        reach = self.in_reach(unit.area)
        recused = self.recused.get(unit.unit_id)
        return tuple(at for at in reach if at not in recused) if recused else reach


def rosters(inputs: Inputs) -> dict[Department, Roster]:
    """Sort the inspectors and their recusals by department."""
    members: dict[Department, list[Inspector]] = defaultdict(list)
    for inspector in inputs.inspectors.rows:
        members[inspector.department].append(inspector)
    places = {
        inspector.inspector_id: (department, at)
        for department, inspectors in members.items()
        for at, inspector in enumerate(inspectors)
    }
    recused = _recused_by_department(inputs.recusals.rows, places)
    return {name: _roster(name, inspectors, recused[name]) for name, inspectors in members.items()}


def check_staffable(inputs: Inputs, team: Iterable[Seats]) -> None:
    """Refuse a frame with a unit that cannot get all its inspectors from one of the departments.

    Without this rule a recusal would be a veto. Only the areas, and the units with a recusal, are looked at.

    Raises:
        RefusedError: for the first such entry of ``team``, and of it the first such unit in the order of the frame.
    """
    by_department = rosters(inputs)
    for at, entry in enumerate(team):
        roster = by_department.get(entry.department) or Roster(entry.department, (), {}, {})
        areas = {unit.area for unit in inputs.frame.rows}
        short = {area for area in areas if len(roster.in_reach(area)) < entry.seats}
        for unit in inputs.frame.rows:
            if (unit.area in short or unit.unit_id in roster.recused) and len(roster.may_visit(unit)) < entry.seats:
                raise _unstaffable(at, entry, unit, len(roster.may_visit(unit)))


def _unstaffable(at: int, entry: Seats, unit: Unit, able: int) -> RefusedError:
    return RefusedError(
        Fault.UNSTAFFABLE,
        ("team", at),
        unit=unit.unit_id,
        department=entry.department,
        seats=entry.seats,
        able=able,
    )


def _recused_by_department(
    recusals: Iterable[Recusal], places: dict[InspectorId, tuple[Department, int]]
) -> dict[Department, dict[UnitId, set[int]]]:
    recused: dict[Department, dict[UnitId, set[int]]] = defaultdict(lambda: defaultdict(set))
    for inspector_id, unit_id in recusals:
        department, at = places[inspector_id]
        recused[department][unit_id].add(at)
    return recused


def _roster(name: Department, inspectors: list[Inspector], recused: dict[UnitId, set[int]]) -> Roster:
    by_area: dict[str, list[int]] = defaultdict(list)
    for at, inspector in enumerate(inspectors):
        by_area[inspector.area].append(at)
    return Roster(name, tuple(inspector.inspector_id for inspector in inspectors), dict(by_area), dict(recused))
