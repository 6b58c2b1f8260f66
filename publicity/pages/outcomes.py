"""The outcome of an opened draw: who was drawn, who was sent, and the files that show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from publicity.pages.site import Paging


@dataclass(frozen=True, kw_only=True)
class SentInspector:
    """One inspector sent, with name: public for those sent only; ``lent_from``: the area that lent a neighbour."""

    department: str
    seat: int
    roster_no: str
    name: str
    lead: bool
    lent_from: str | None


@dataclass(frozen=True, kw_only=True)
class DrawnUnit:
    """One drawn operator: rank in its stratum, ticket, team, and what became of the visit.

    Stratum, rank and ticket are None in a withheld draw. ``alternate``: it came for another that fell away.
    """

    code: str
    name: str
    path: str
    area: str
    stratum: str | None
    rank: int | None
    ticket: str | None
    team: list[SentInspector]
    alternate: bool
    outcome: Literal["pending", "clear", "problem", "replaced"]
    result_path: str | None


@dataclass(frozen=True, kw_only=True)
class AlternateUnit:
    """One operator of the frame that was not drawn, in the order in which it would replace."""

    code: str
    name: str
    path: str
    stratum: str
    rank: int
    ticket: str


@dataclass(frozen=True, kw_only=True)
class CameLine:
    """Who came: an alternate by its code, or an inspector for a seat on an operator."""

    code: str
    name: str
    path: str
    inspector: str | None
    department: str | None
    seat: int | None


@dataclass(frozen=True, kw_only=True)
class ReplacementLine:
    """One replacement: ``out`` is the code of the operator that fell away, or the roster number of the inspector.

    ``came`` has the first of those who came; ``came_total`` says how many there are.
    An inspector who left is not named: names are public of those alone who are sent.
    """

    number: int
    fallen: Literal["unit", "inspector"]
    reason: str
    text: str
    decided_at: datetime
    out: str
    out_name: str | None
    out_path: str | None
    came: list[CameLine]
    came_total: int
    state: str
    entry_path: str
    proof_path: str


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """One file of the bundle; ``step``: which of the five steps of the draw it is of."""

    name: str
    path: str
    size: int
    digest: str
    step: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an opened draw shows beyond its commitment; of a withheld one, who was drawn and sent, by code.

    Of those drawn, the alternates and the replacements it has the first; where there are more, the paging leads on.
    A withheld draw has no seed, keys, alternates and bundle here: with any of them its strata could be found.
    """

    seed: str | None
    subject_key: str | None
    team_key: str | None
    drawn: list[DrawnUnit]
    drawn_paging: Paging
    alternates: list[AlternateUnit]
    alternates_paging: Paging
    replacements: list[ReplacementLine]
    replacements_paging: Paging
    files: list[FileLine]
    bundle_path: str | None
