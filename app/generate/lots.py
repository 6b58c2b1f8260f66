"""A stream of lots from SHA-256 in counter mode: the same words give the same lots, on any machine.

It makes up fictional data and nothing else. Draws have a protocol of their own (``sampling.tickets``), in which every
outcome can be recomputed by hand; this stream is never one of their sources.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")

DIGEST_BITS = 256
ROOM_LEFT = 1 << 64
"""A lot below n is taken while at least this many values are left, so no value is favoured by more than n / 2^64."""


class Lots:
    """Lots that follow from the words given: seed, subject, number."""

    def __init__(self, *words: object) -> None:
        self._start = sha256("\n".join(str(word) for word in words).encode())
        self._counter = 0
        self._pool = 0
        self._room = 1

    def below(self, count: int) -> int:
        """Return one of 0 … count - 1.

        >>> [Lots("seed", "example", 1).below(10) for _ in range(3)]
        [5, 5, 5]
        """
        if self._room < ROOM_LEFT:
            self._refill()
        self._pool, lot = divmod(self._pool, count)
        self._room //= count
        return lot

    def between(self, first: int, last: int) -> int:
        """Return a whole number from first to last, both included."""
        return first + self.below(last - first + 1)

    def chance(self, per_mille: int) -> bool:
        """Return True in so many cases of a thousand."""
        return self.below(1000) < per_mille

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of the choices, each as likely as the others."""
        return choices[self.below(len(choices))]

    def by_share(self, shares: "Shares[T]") -> T:
        """Return one of the choices, each as likely as its share."""
        return shares.at(self.below(shares.total))

    def some(self, count: int, below: int) -> list[int]:
        """Return that many different numbers of 0 … below - 1, ascending (all of them where there are no more)."""
        if 2 * count > below:
            left_out = set(self.some(below - count, below)) if count < below else set()
            return [number for number in range(below) if number not in left_out]
        found: set[int] = set()
        while len(found) < count:
            found.add(self.below(below))
        return sorted(found)

    def _refill(self) -> None:
        block = self._start.copy()
        block.update(self._counter.to_bytes(8, "big"))
        self._counter += 1
        self._pool = int.from_bytes(block.digest(), "big")
        self._room = 1 << DIGEST_BITS


class Shares(dict[T, int]):
    """Choices with their shares, prepared once for many lots."""

    def __init__(self, shares: Mapping[T, int]) -> None:
        super().__init__(shares)
        self.total = sum(self.values())
        self._choices = list(self)
        self._ends = list(accumulate(self.values()))

    def at(self, place: int) -> T:
        """Return the choice within whose share a place from 0 lies."""
        return self._choices[bisect_right(self._ends, place)]
