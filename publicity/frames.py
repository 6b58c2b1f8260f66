"""Opened draws kept in order, so that the pages of operators and of draws find a place without reading a frame again.

What is opened never changes. A process orders a frame when it is first asked for (half a second for 265,000 units) and
keeps it, the frames asked for last up to a number of units; from then on an operator costs one look-up a draw, and a
page of a draw one look-up a line.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from sqlmodel import Session, col, select

from registry.draws import DrawCommitment, DrawExecution, DrawOpening, without_tables
from sampling.canonical import digest
from sampling.commitment import Commitment
from sampling.errors import Fault, RefusedError
from sampling.names import EXCLUSIONS, FRAME
from sampling.places import OrderedFrame, SortedRows
from sampling.seed import Reveal, derive

UNITS: Final = 2_000_000
"""How many units the frames and exclusions that are kept have together, at some 70 bytes each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFrame:
    """The frame and the exclusions of an opened draw that anybody may recompute."""

    commitment: Commitment
    subject_key: str
    frame: OrderedFrame
    exclusions: SortedRows

    @property
    def weight(self) -> int:
        """Return how many units it keeps."""
        return len(self.frame) + len(self.exclusions)


class Kept:
    """The frames that were asked for last. One is made at a time; who asks for one that is kept waits for nobody."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._looking = Lock()
        self._making = Lock()
        self._kept: OrderedDict[tuple[bytes, ...], OpenedFrame] = OrderedDict()

    def get(self, key: tuple[bytes, ...], make: Callable[[], OpenedFrame]) -> OpenedFrame:
        """Return what is kept under a key, or make it."""
        if (found := self._find(key)) is not None:
            return found
        with self._making:
            if (found := self._find(key)) is not None:  # somebody made it meanwhile
                return found
            made = make()
            self._keep(key, made)
            return made

    def _find(self, key: tuple[bytes, ...]) -> OpenedFrame | None:
        with self._looking:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[bytes, ...], made: OpenedFrame) -> None:
        with self._looking:
            self._kept[key] = made
            self._weight += made.weight
            while len(self._kept) > 1 and self._weight > self._most:
                _, left = self._kept.popitem(last=False)
                self._weight -= left.weight


_KEPT = Kept(UNITS)


def opened_draws(session: Session) -> Sequence[tuple[DrawCommitment, bytes]]:
    """Return what every opened draw committed, and its ``reveal.json``, newest first, the tables put off."""
    query = (
        select(DrawCommitment, DrawExecution.reveal)
        .join(DrawOpening, col(DrawOpening.draw_id) == col(DrawCommitment.draw_id))
        .join(DrawExecution, col(DrawExecution.draw_id) == col(DrawCommitment.draw_id))
        .options(*without_tables())
    )
    return session.exec(query.order_by(col(DrawCommitment.fact_id).desc())).all()


def opened_frame(committed: DrawCommitment, reveal: bytes) -> OpenedFrame:
    """Return the frame of an opened draw in order. Raises RefusedError when a table is not what was committed."""
    return _KEPT.get((committed.commitment, reveal), lambda: _order(committed, reveal))


def _order(committed: DrawCommitment, reveal: bytes) -> OpenedFrame:
    made = Commitment.from_bytes(committed.commitment)
    hash_name, subject_key = made.hash_name, derive(made, Reveal.from_bytes(reveal)).subject_key
    for key, name in (("frame", FRAME), ("exclusions", EXCLUSIONS)):
        found, seal = digest(getattr(committed, key), hash_name), getattr(made, key)
        if found != seal.digest:
            raise RefusedError(Fault.DIGEST, (key, "digest"), of=name, found=found, committed=seal.digest)
    return OpenedFrame(
        commitment=made,
        subject_key=subject_key,
        frame=OrderedFrame(committed.frame, subject_key=subject_key, hash_name=hash_name),
        exclusions=SortedRows(committed.exclusions),
    )
