"""Where one unit stands in a draw (row in the frame, ticket, rank) and who stands at a rank. Never found by a scan.

A frame is put in order once: its bytes as they are, where each row begins, and, in the order of their tickets, the
tickets of each stratum and the rows that they belong to, 36 bytes a unit. After that a unit costs one hash and two
searches by halves, and who stands at a rank costs nothing, however many units there are: 265,000 of them take 20 MB
and no object each.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from sampling.names import Stratum, UnitId
from sampling.tickets import choose, drawn_order, ticket

TICKET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Place:
    """One unit of a frame: ``row`` counts the rows of ``frame.csv`` from 1, ``rank`` those of its stratum by ticket."""

    row: int
    stratum: Stratum
    rank: int
    ticket: str


class SortedRows:
    """A table of the protocol whose first column is the key (``frame.csv``, ``exclusions.csv``): a row by its key.

    The bytes are believed to be in order, as :mod:`sampling.frame` reads and writes them.
    """

    def __init__(self, data: bytes) -> None:
        lengths = map(len, data.splitlines(keepends=True))
        self._data = data
        self._ends = array("Q", accumulate(lengths))
        """Where each line ends, the header's first: so the row of that number begins there."""

    def __len__(self) -> int:
        return len(self._ends) - 1

    def find(self, key: str) -> tuple[int, list[str]] | None:
        """Return the number of a row, from 1, and its fields; None where there is none."""
        at = bisect_left(range(len(self)), key, key=lambda each: self._fields(each)[0])
        if at == len(self) or self._fields(at)[0] != key:
            return None
        return at + 1, self._fields(at)

    def row(self, number: int) -> list[str]:
        """Return the fields of a row by its number, from 1."""
        return self._fields(number - 1)

    def _fields(self, at: int) -> list[str]:
        return self._data[self._ends[at] : self._ends[at + 1] - 1].decode().split(",")


class OrderedFrame:
    """A frame with the order that a subject key gives to it.

    The bytes are believed to be a ``frame.csv`` that a commitment was made of; whoever brings them compares digests.
    """

    def __init__(self, frame: bytes, *, subject_key: str, hash_name: str) -> None:
        groups: dict[Stratum, dict[UnitId, int]] = defaultdict(dict)
        for row, line in enumerate(frame.decode().splitlines()[1:], start=1):
            unit_id, stratum, _ = line.split(",")
            groups[Stratum(stratum)][UnitId(unit_id)] = row
        self._rows = SortedRows(frame)
        self._ticket = partial(ticket, subject_key, hash_name=hash_name)
        self._tickets: dict[Stratum, bytes] = {}
        self._ranked: dict[Stratum, array[int]] = {}
        """The rows of the units of each stratum, by rank."""
        for name, group in groups.items():
            self._tickets[name], self._ranked[name] = _sorted(group, subject_key, hash_name)

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, unit_id: UnitId) -> Place | None:
        """Return the place of a unit; None where the frame does not have it."""
        found = self._rows.find(unit_id)
        if found is None:
            return None
        row, (_, name, _) = found
        stratum, own = Stratum(name), self._ticket(unit_id)
        tickets = self._tickets[stratum]
        # of two equal tickets the id would decide; no two messages of one SHA-256 or SM3 value are known
        rank = bisect_left(range(self.units(stratum)), bytes.fromhex(own), key=partial(_at, tickets)) + 1
        return Place(row, stratum, rank, own)

    def unit_at(self, stratum: Stratum, rank: int) -> tuple[UnitId, Place]:
        """Return the unit that has a rank in its stratum, from 1 to as many as the stratum has, and its place."""
        row = self._ranked[stratum][rank - 1]
        unit_id, _, _ = self._rows.row(row)
        return UnitId(unit_id), Place(row, stratum, rank, self.cut_off(stratum, rank))

    def units(self, stratum: Stratum) -> int:
        """Return how many units a stratum has."""
        return len(self._tickets[stratum]) // TICKET_BYTES

    def cut_off(self, stratum: Stratum, drawn: int) -> str:
        """Return the last ticket that is drawn of a stratum where so many are."""
        return _at(self._tickets[stratum], drawn - 1).hex()


def _sorted(rows: Mapping[UnitId, int], subject_key: str, hash_name: str) -> tuple[bytes, "array[int]"]:
    """Return the tickets of units, the smallest first, one after the other, and the rows of the units in that order."""
    tickets = choose(list(rows), len(rows), subject_key=subject_key, hash_name=hash_name)
    order = drawn_order(tickets)
    return b"".join(tickets[0][at] for at in order), array("I", (rows[tickets[1][at]] for at in order))


def _at(tickets: bytes, place: int) -> bytes:
    return tickets[place * TICKET_BYTES : (place + 1) * TICKET_BYTES]
