"""The page on which the reader's own browser recomputes a draw."""

from dataclasses import dataclass
from datetime import datetime

from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class VerifyPage:
    """What the browser fetches to recompute one draw; before the opening, and of a withheld draw, it fetches nothing.

    ``curves`` where a signature of drand is to be verified, which needs a library of its own.
    """

    site: Site
    draw_id: str
    draw_path: str
    title: str
    withheld: bool
    open_by: datetime
    bundle_path: str | None
    replacements_path: str | None
    cosigned_path: str | None
    curves: bool
