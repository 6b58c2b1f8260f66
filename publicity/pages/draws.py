"""The list of draws, and one draw."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from publicity.pages.cosigners import CosignedLine
from publicity.pages.operators import OperatorDraw
from publicity.pages.outcomes import Outcome
from publicity.pages.site import Paging, Site
from publicity.pages.terms import ItemLine, SeatLine

DrawState = Literal["committed", "executed", "opened", "voided"]


@dataclass(frozen=True, kw_only=True)
class DrawRow:
    """One line of the list of draws: the unexecuted and the overdue stand here too."""

    draw_id: str
    path: str
    title: str
    state: DrawState
    sealed: bool
    overdue: str | None
    committed_at: datetime
    executed_at: datetime | None
    opened_at: datetime | None
    voided_at: datetime | None
    replaces: str | None
    registered: int
    frame: int
    drawn: int


@dataclass(frozen=True, kw_only=True)
class DrawsPage:
    """Every draw ever committed, newest first."""

    site: Site
    rows: list[DrawRow]
    paging: Paging


@dataclass(frozen=True, kw_only=True)
class ReasonCount:
    """How many units in scope were excluded, inspectors not sent, or recusals asked for, for one reason."""

    reason: str
    text: str
    count: int


@dataclass(frozen=True, kw_only=True)
class QuotaLine:
    """One stratum: N units, the rule, n drawn; ``certain`` when nothing was left to chance."""

    stratum: str
    units: int
    rule: str
    drawn: int
    certain: bool
    cutoff: str | None


@dataclass(frozen=True, kw_only=True)
class SecretLine:
    """One party's secret: its digest from the commitment; the secret itself once the draw is open.

    ``own`` is the service's own, which needs no envelope and is never late; ``late`` when it was not there in time.
    """

    party: str
    digest: str
    secret: str | None
    own: bool
    escrowed: bool
    handed_at: datetime | None
    late: bool


@dataclass(frozen=True, kw_only=True)
class BeaconLine:
    """The round of drand that the draw is bound to, and what was received of it: anybody can verify the signature."""

    chain: str
    round: int
    published_at: datetime
    received_at: datetime | None
    signature: str | None
    randomness: str | None


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """The public value: what was announced and, once the draw is open, the value; simulated in a demonstration."""

    kind: Literal["none", "witnessed", "drand"]
    what: str
    alphabet: str
    length: int
    entered_at: datetime | None
    confirmed_at: datetime | None
    value: str | None
    simulated: bool
    witnesses: list[str]
    beacon: BeaconLine | None
    cosigned: CosignedLine | None


@dataclass(frozen=True, kw_only=True)
class VoidLine:
    """A request to void the draw: why, by whom, and when it was confirmed; None while nobody has confirmed it."""

    reason: str
    text: str
    requested_at: datetime
    requested_by: str
    confirmed_at: datetime | None
    confirmed_by: str | None
    known: list[str]


@dataclass(frozen=True, kw_only=True)
class OtherDraw:
    """Another draw of the same batch, that this one replaces or that replaces this one."""

    draw_id: str
    path: str


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One log entry that speaks of this draw; ``steps``: which of the five it proves, where it proves any."""

    index: int
    kind: str
    text: str
    at: datetime
    path: str
    proof_path: str
    steps: list[int]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The operator that a reader asked for by its code, and its place in this draw; None outside of its scope."""

    code: str
    path: str | None
    place: OperatorDraw | None


@dataclass(frozen=True, kw_only=True)
class ProofLevel:
    """What a draw of this kind proves, and what it leaves open (protocol, section 8): never more."""

    used: str
    proves: str
    leaves_open: str
    caveats: list[str]


@dataclass(frozen=True, kw_only=True)
class DrawPage:
    """One draw, told in five steps: 先定名单 → 先定规矩 → 再摇号 → 照表算 → 留痕."""

    site: Site
    draw_id: str
    title: str
    plan_no: str
    task_no: str
    plan_title: str
    ratio_basis: str
    period_from: date
    period_to: date
    state: DrawState
    sealed: bool
    withheld: bool
    overdue: str | None
    committed_at: datetime
    committed_by: str
    execute_by: datetime
    executed_at: datetime | None
    executed_by: str | None
    outcome_root: str | None
    open_by: datetime
    opened_at: datetime | None
    voided_at: datetime | None
    voids: list[VoidLine]
    replaces: OtherDraw | None
    replaced_by: OtherDraw | None
    hash_name: str
    commitment_digest: str
    commitment_path: str
    frame_digest: str
    exclusions_digest: str
    inspectors_digest: str
    recusals_digest: str
    registered: int
    frame: int
    excluded: int
    inspectors: int
    recusals: int
    log_size: int
    exclusions: list[ReasonCount]
    narrowings: list[ReasonCount]
    recused: list[ReasonCount]
    lent: int
    amended: list[ReasonCount] | None
    items: list[ItemLine]
    quotas: list[QuotaLine]
    team: list[SeatLine]
    secrets: list[SecretLine]
    source: SourceLine
    level: ProofLevel
    log: list[LogLine]
    outcome: Outcome | None
    asked: Asked | None
