"""Filling the seats of one department: given who may visit each unit, in order of preference, and nothing else.

Units and inspectors are numbers here: units in drawn order, inspectors in order of their ids. Why the outcome is what
the protocol says, and why its cap is the smallest, is argued in ``sampling.teams``. A set of inspectors is an integer
with one bit each, so that "who of them was not reached yet" is one operation.
"""

from bisect import insort
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Staffed", "fill_seats"]

Choices = Sequence[Sequence[int]]
"""For each unit, those who may visit it, the most preferred first."""


class Staffed(NamedTuple):
    """For each unit the inspector of each seat, and the cap that nobody's visits exceed."""

    seats: list[list[int]]
    cap: int


class _Link(NamedTuple):
    """In a search: this inspector would take the seat of ``holder`` on ``unit``."""

    holder: int
    unit: int


@dataclass(slots=True)
class _CapError(Exception):
    """No room could be made; ``bound`` is the least cap that is not ruled out by that."""

    bound: int


def fill_seats(choices: Choices, seats: int, inspectors: int) -> Staffed:
    """Fill ``seats`` seats of every unit with the smallest possible cap, not below the average load rounded up.

    Every unit has at least ``seats`` who may visit it.
    """
    cap = -(-len(choices) * seats // inspectors)
    while True:
        board = _Board(choices, seats, cap, inspectors)
        try:
            board.fill()
        except _CapError as failure:
            cap = failure.bound
        else:
            return Staffed(board.teams, cap)


@dataclass(slots=True)
class _Board:
    """The seats so far, at one cap: who is on each unit, by seat, and which units each inspector is on, ascending."""

    choices: Choices
    seats: int
    cap: int
    inspectors: int
    teams: list[list[int]] = field(init=False)
    visits: list[list[int]] = field(init=False)
    masks: dict[int, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.teams = [[] for _ in self.choices]
        self.visits = [[] for _ in range(self.inspectors)]

    def fill(self) -> None:
        """Fill seat after seat, each for every unit in order.

        Raises:
            _CapError: when one cannot be filled.
        """
        for _ in range(self.seats):
            for unit in range(len(self.teams)):
                self._seat(unit)

    def _seat(self, unit: int) -> None:
        team, visits, cap = self.teams[unit], self.visits, self.cap
        for at in self.choices[unit]:
            if len(visits[at]) < cap and at not in team:
                break
        else:
            at = self._make_room(unit)
        team.append(at)
        insort(visits[at], unit)

    def _make_room(self, unit: int) -> int:
        """Move visits along the first path to someone with room; return who now has room for ``unit``."""
        links, last = self._search(unit)
        while (link := links[last]) is not None:
            seat = self.teams[link.unit].index(link.holder)
            self.teams[link.unit][seat] = last
            self.visits[link.holder].remove(link.unit)
            insort(self.visits[last], link.unit)
            last = link.holder
        return last

    def _search(self, unit: int) -> tuple[dict[int, _Link | None], int]:
        """Search breadth-first, and return the links and the first inspector reached who has room.

        A unit is looked at once: everyone who may visit it and is not on it was reached then.
        """
        links: dict[int, _Link | None] = {at: None for at in self.choices[unit] if at not in self.teams[unit]}
        reached = _set(links)
        queue = deque(links)
        looked_at: set[int] = set()
        while queue:
            holder = queue.popleft()
            for other in self.visits[holder]:
                if other in looked_at:
                    continue
                looked_at.add(other)
                new = self._able(other) & ~reached & ~_set(self.teams[other])
                if not new:
                    continue
                reached |= new
                for at in self.choices[other]:
                    if new >> at & 1:
                        links[at] = _Link(holder, other)
                        if len(self.visits[at]) < self.cap:
                            return links, at
                        queue.append(at)
        raise _CapError(self._bound(reached, looked_at | {unit}))

    def _able(self, unit: int) -> int:
        """Return who may visit a unit, as a set; few units are ever asked for."""
        if unit not in self.masks:
            self.masks[unit] = _set(self.choices[unit])
        return self.masks[unit]

    def _bound(self, reached: int, units: set[int]) -> int:
        """Return the least cap with which those reached could fill what only they can fill of these units' seats."""
        demand = sum(self.seats - (self._able(unit) & ~reached).bit_count() for unit in units)
        return -(-demand // reached.bit_count())


def _set(inspectors: Iterable[int]) -> int:
    return sum(1 << at for at in inspectors)
