"""Who cosigned a head of the log, and what that says about a draw."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CosignerLine:
    """A witness that cosigned a head of the log, and when by its own clock."""

    name: str
    cosigned_at: datetime


@dataclass(frozen=True, kw_only=True)
class CosignedLine:
    """Whether the commitment was cosigned before its round: by how many witnesses at least, under which head.

    ``quorum`` is 0 where the log named no witness before the commitment. ``closed`` when the round has been published,
    so that nobody can cosign in time any more. ``path`` leads to the proof, where there is one.
    """

    quorum: int
    enough: bool
    closed: bool
    size: int | None
    cosigners: list[CosignerLine]
    path: str | None


@dataclass(frozen=True, kw_only=True)
class WatchedLine:
    """A head of the log that witnesses cosigned: how many entries it speaks of, and who did so when."""

    size: int
    cosigners: list[CosignerLine]
