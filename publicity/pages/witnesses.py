"""Who watches the log from outside, and the newest signed head as a sheet of paper."""

from dataclasses import dataclass
from datetime import datetime

from publicity.pages.cosigners import CosignerLine
from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class WitnessRow:
    """One witness: its key, the largest head that it cosigned (``size`` entries) and when, by its own clock."""

    name: str
    key: str
    size: int | None
    cosigned_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WitnessesPage:
    """The witnesses that the log names, how many are enough, and up to where the newest head goes."""

    site: Site
    quorum: int
    signed_size: int | None
    signed_at: datetime | None
    rows: list[WitnessRow]


@dataclass(frozen=True, kw_only=True)
class HeadSheet:
    """A signed head to print: the note as the log signed it, and the signature lines of witnesses."""

    site: Site
    origin: str
    size: int
    root: str
    signed_at: datetime
    note: str
    cosigners: list[CosignerLine]
    lines: list[str]
