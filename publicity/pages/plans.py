"""The list of plans, and one plan with its batches and changes."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from publicity.pages.site import Site
from publicity.pages.terms import ItemLine, RuleLine, SeatLine


@dataclass(frozen=True, kw_only=True)
class RateLine:
    """How far a batch, a plan or a year has come: operators of the frames, drawn, published, closed, and two rates."""

    base: int
    drawn: int
    published: int
    closed: int
    completion: str
    closure: str


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """One line of the list of plans."""

    plan_no: str
    path: str
    title: str
    campaign: bool
    approved_on: date
    batches: int
    rates: RateLine


@dataclass(frozen=True, kw_only=True)
class PlanYear:
    """The approved plans of one year, and the year as a whole."""

    year: int
    rates: RateLine
    rows: list[PlanRow]


@dataclass(frozen=True, kw_only=True)
class PlansPage:
    """Every approved plan, the newest year first."""

    site: Site
    years: list[PlanYear]


@dataclass(frozen=True, kw_only=True)
class BatchLine:
    """One approved batch of a plan, as far as it has come."""

    task_no: str
    title: str
    targeting: str
    kinds: list[str]
    areas: list[str]
    criteria: list[str]
    stratify: str
    rules: list[RuleLine]
    ratio_floor: str | None
    ratio_basis: str
    team: list[SeatLine]
    items: list[ItemLine]
    period_from: date
    period_to: date
    sealed: bool
    approved_on: date
    cancelled_on: date | None
    state: Literal["approved", "cancelled", "committed", "executed", "opened", "voided"]
    draw_path: str | None
    rates: RateLine


@dataclass(frozen=True, kw_only=True)
class ChangedTerm:
    """One thing that a change changed, in words; what concerns risk classes is said without them."""

    term: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """One change of the plan that took effect, with its reason."""

    change_id: str
    task_no: str | None
    what: str
    reason: str
    requested_on: date
    decided_on: date
    terms: list[ChangedTerm]


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """One approved plan: its batches, how far they have come, and every change with its reason."""

    site: Site
    plan_no: str
    year: int
    title: str
    basis: str
    campaign: bool
    approved_on: date
    rates: RateLine
    batches: list[BatchLine]
    changes: list[ChangeLine]
