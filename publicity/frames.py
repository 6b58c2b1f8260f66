"""Opened draws kept in order, so that the pages of operators and of draws find a place without reading a frame again.

What is opened never changes. A process orders a frame when it is first asked for (half a second for 265,000 units) and
keeps it, the frames asked for last up to a number of units; from then on an operator costs one look-up a draw, and a
page of a draw one look-up a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from publicity.kept import Kept
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


_KEPT: Final[Kept[tuple[bytes, bytes], OpenedFrame]] = Kept(UNITS, lambda frame: frame.weight)


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
