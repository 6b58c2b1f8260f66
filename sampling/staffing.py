"""Filling the seats of one department: given who may visit each unit, in order of preference, and nothing else.

Units and inspectors are numbers here: units in drawn order, inspectors in order of their ids. Why the outcome is what
the protocol says, and why its cap is the smallest, is argued in ``sampling.teams``.

A set of inspectors is an integer with one bit each. Nearly all of a search is asking units whether anybody not yet
reached may visit them and is not on them; that is one operation on two such sets.
"""

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Staffed", "as_set", "fill_seats"]

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


def as_set(inspectors: Iterable[int]) -> int:
    """Return the set of some inspectors: bit i for inspector i."""
    return sum(1 << at for at in inspectors)


def fill_seats(choices: Choices, able: Sequence[int], seats: int, inspectors: int) -> Staffed:
    """Fill ``seats`` seats of every unit with the smallest possible cap, not below the average load rounded up.

    ``able`` holds the same as ``choices``, as sets. Every unit has at least ``seats`` who may visit it.
    """
    cap = -(-len(choices) * seats // inspectors)
    while True:
        board = _Board(choices, able, seats, cap, inspectors)
        try:
            board.fill()
        except _CapError as failure:
            cap = failure.bound
        else:
            return Staffed(board.teams, cap)


class _Board:
    """The seats so far, at one cap.

    ``teams``: who is on each unit, by seat. ``visits``: which units each inspector is on, ascending. ``open``: who
    may visit each unit and is not on it. ``roomy``: who is below the cap.
    """

    def __init__(self, choices: Choices, able: Sequence[int], seats: int, cap: int, inspectors: int) -> None:
        self.choices = choices
        self.able = able
        self.seats = seats
        self.cap = cap
        self.teams: list[list[int]] = [[] for _ in choices]
        self.visits: list[list[int]] = [[] for _ in range(inspectors)]
        self.open = list(able)
        self.roomy = (1 << inspectors) - 1

    def fill(self) -> None:
        """Fill seat after seat, each for every unit in order.

        Raises:
            _CapError: when one cannot be filled.
        """
        for _ in range(self.seats):
            for unit in range(len(self.teams)):
                self._seat(unit)

    def _seat(self, unit: int) -> None:
        if candidates := self.open[unit] & self.roomy:
            last = next(at for at in self.choices[unit] if candidates >> at & 1)
            first = last
        else:
            first, last = self._make_room(unit)
        self.teams[unit].append(first)
        self._join(first, unit)
        if len(self.visits[last]) == self.cap:
            self.roomy ^= 1 << last

    def _make_room(self, unit: int) -> tuple[int, int]:
        """Move visits along the first path to someone with room; return who now has room for ``unit``, and them."""
        links, last = self._search(unit)
        at = last
        while (link := links[at]) is not None:
            seat = self.teams[link.unit].index(link.holder)
            self.teams[link.unit][seat] = at
            self._leave(link.holder, link.unit)
            self._join(at, link.unit)
            at = link.holder
        return at, last

    def _join(self, at: int, unit: int) -> None:
        insort(self.visits[at], unit)
        self.open[unit] ^= 1 << at

    def _leave(self, at: int, unit: int) -> None:
        self.visits[at].remove(unit)
        self.open[unit] ^= 1 << at

    def _search(self, unit: int) -> tuple[dict[int, _Link | None], int]:
        """Search breadth-first, and return the links and the first inspector reached who has room.

        Whoever was reached has no room; so the first unit that brings someone with room ends the search.
        """
        queue = [at for at in self.choices[unit] if at not in self.teams[unit]]
        links: dict[int, _Link | None] = dict.fromkeys(queue)
        unreached = ~self.open[unit]
        for holder in queue:
            for other in self.visits[holder]:
                new = self.open[other] & unreached
                if not new:
                    continue
                if roomy := new & self.roomy:
                    last = next(at for at in self.choices[other] if roomy >> at & 1)
                    return links | {last: _Link(holder, other)}, last
                team = self.teams[other]
                found = [at for at in self.choices[other] if at not in links and at not in team]
                links |= dict.fromkeys(found, _Link(holder, other))
                queue += found
                unreached ^= new
        raise _CapError(self._bound(unit, queue, unreached))

    def _bound(self, unit: int, reached: Sequence[int], unreached: int) -> int:
        """Return the least cap with which those reached could fill what only they can fill of their units' seats."""
        units = {unit}.union(*(self.visits[at] for at in reached))
        demand = sum(self.seats - (self.able[other] & unreached).bit_count() for other in units)
        return -(-demand // len(reached))
