"""The terms of a batch: what its plan announces and what its draw was held under."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One item of the batch: what is inspected, by whom, on what basis."""

    code: str
    name: str
    level: str
    method: str
    basis: str
    department: str


@dataclass(frozen=True, kw_only=True)
class SeatLine:
    """One department's seats in every team."""

    department: str
    name: str
    seats: int


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """How many are drawn of a stratum, or of every stratum without a rule of its own; no risk class is named."""

    stratum: str
    rule: str
