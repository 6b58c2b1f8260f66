"""The caps on inspections (检查频次上限)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class CapLine:
    """One approved cap: how often, from when, on what basis, set by whom. Which classes count as low is never told.

    ``low_risk``: whether an operator of low risk is not drawn twice in a year.
    """

    cap_id: str
    state: Literal["ahead", "in_force", "followed"]
    yearly: int
    low_risk: bool
    valid_from: date
    basis: str
    drafted_by: str
    approved_by: str
    approved_on: date


@dataclass(frozen=True, kw_only=True)
class CapsPage:
    """Every cap that was approved, the latest begun first; the one in force on a day is marked."""

    site: Site
    on: date
    rows: list[CapLine]
