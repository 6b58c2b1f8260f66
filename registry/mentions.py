"""The records that a sheet names, while its rows are judged."""

from array import array
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple


class Mention(NamedTuple):
    """One record that a sheet names: its key, and the places of its rows."""

    key: str
    rows: tuple[int, ...]


class Mentions:
    """The records of a sheet in its order, each known by the place of its first row.

    No object a record is kept: the garbage collector would look at a province of them again and again.
    """

    def __init__(self, rows: int) -> None:
        self._first: dict[str, int] = {}
        self._prints = array("q", bytes(8 * rows))
        self._more: dict[int, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._first)

    def first(self, key: str) -> int | None:
        """Return the place of a record's first row, or None where it was not named yet."""
        return self._first.get(key)

    def note(self, key: str, place: int, head: tuple[object, ...]) -> None:
        """Note the first row of a record and the hash of the columns that its rows share."""
        self._first[key] = place
        self._prints[place] = hash(head)

    def agrees(self, first: int, head: tuple[object, ...]) -> bool:
        """Return whether a row shares the columns of the record that begins at ``first``."""
        return self._prints[first] == hash(head)

    def join(self, first: int, place: int) -> None:
        """Note another row of the record that begins at ``first``."""
        self._more[first] = (*self._more.get(first, ()), place)

    def rows(self, first: int) -> tuple[int, ...]:
        """Return the places of the rows of the record that begins at ``first``."""
        return (first, *self._more.get(first, ()))

    def keys(self) -> dict[int, str]:
        """Return first place → key."""
        return {first: key for key, first in self._first.items()}

    def drop(self, is_out: Callable[[int], bool]) -> None:
        """Forget the records of which a row is out."""
        for key, first in list(self._first.items()):
            if any(map(is_out, self.rows(first))):
                del self._first[key]

    def blocks(self, size: int) -> Iterator[list[Mention]]:
        """Yield the records in blocks."""
        items = iter(self._first.items())
        while block := [Mention(key, self.rows(first)) for key, first in islice(items, size)]:
            yield block
