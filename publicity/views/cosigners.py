"""Cosignatures as pages tell of them."""

from collections.abc import Iterable

from publicity.heads import SignedHead
from publicity.pages.cosigners import CosignerLine, WatchedLine
from publicity.witnessing import Cosignature


def cosigner_lines(given: Iterable[Cosignature]) -> list[CosignerLine]:
    """Return who cosigned and when."""
    return [CosignerLine(name=each.name, cosigned_at=each.cosigned_at) for each in given]


def watched_line(found: tuple[SignedHead, list[Cosignature]] | None) -> WatchedLine | None:
    """Return a cosigned head in a line; None where there is none."""
    return None if found is None else WatchedLine(size=found[0].size, cosigners=cosigner_lines(found[1]))
