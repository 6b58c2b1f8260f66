"""Who was drawn, and who comes next, page by page: of a province thousands, and a quarter of a million."""

from dataclasses import dataclass
from datetime import datetime

from publicity.pages.outcomes import AlternateUnit, DrawnUnit, ReplacementLine
from publicity.pages.site import Paging, Site
from publicity.pages.terms import SeatLine


@dataclass(frozen=True, kw_only=True)
class OpenDraw:
    """Of which draw a list is; ``strata``: their names, none of a withheld one."""

    draw_id: str
    path: str
    title: str
    opened_at: datetime
    voided_at: datetime | None
    withheld: bool
    strata: list[str]
    team: list[SeatLine]


@dataclass(frozen=True, kw_only=True)
class DrawnPage:
    """Those drawn, in drawn order, then those who came in; of a withheld draw by code. The whole is ``drawn.csv``."""

    site: Site
    draw: OpenDraw
    rows: list[DrawnUnit]
    paging: Paging
    file_path: str | None
    bundle_path: str | None


@dataclass(frozen=True, kw_only=True)
class AlternatesPage:
    """Those who would come next, of all strata or of one, in the order in which they would.

    The whole follows from ``frame.csv`` and the subject key.
    """

    site: Site
    draw: OpenDraw
    stratum: str | None
    rows: list[AlternateUnit]
    paging: Paging
    subject_key: str
    file_path: str
    bundle_path: str


@dataclass(frozen=True, kw_only=True)
class ReplacementsPage:
    """Who was replaced by whom, in order of the decisions. The whole is ``replacements.json``, unless withheld."""

    site: Site
    draw: OpenDraw
    rows: list[ReplacementLine]
    paging: Paging
    file_path: str | None
