"""What each public page says: one typed object a page, rendered as HTML or as JSON from the same value.

A page object holds finished public values and nothing else: templates run no query and decide nothing. Every field
here is public; what is not listed here is not shown (the test of the allow-list walks these classes). Dates are legal
dates in Asia/Shanghai; instants are aware datetimes, shown in Asia/Shanghai; money is integer fen.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

DrawState = Literal["committed", "executed", "opened"]
Urgency = Literal["overdue", "soon", "running"]


@dataclass(frozen=True, kw_only=True)
class Site:
    """What stands around every page: whose page it is, when it was made, and the head of the log it rests on."""

    authority: str
    demo: bool
    made_at: datetime
    path: str
    json_path: str
    log_size: int
    log_root: str


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The year in figures: the row 53 → 52 → 26 → 5 of the Shanxi case."""

    year: int
    registered: int
    frame: int
    drawn: int
    inspected: int
    published: int
    problems: int
    penalties: int


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One line of news: a result, a penalty or a step of a draw that became public.

    ``origin`` is None where a draw led to it, otherwise it says that none did, and what did.
    """

    kind: Literal["result", "penalty", "draw"]
    at: datetime
    title: str
    path: str
    problem: bool
    origin: str | None


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A legal term that runs or has run out; names no operator, because what is not published yet is not public.

    ``due_on`` is None when the term runs into a year whose holidays no notice has fixed yet.
    """

    duty: str
    basis: str
    count: int
    due_on: date | None
    urgency: Urgency


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """The front page."""

    site: Site
    years: list[int]
    headline: Headline | None
    notices: list[Notice]
    clocks: list[Clock]


@dataclass(frozen=True, kw_only=True)
class OperatorHit:
    """One operator found by a search."""

    code: str
    name: str
    kind: str
    area: str
    path: str
    results: int
    problems: int
    penalties: int


@dataclass(frozen=True, kw_only=True)
class Paging:
    """Where a list stands: ``next_path`` is None on the last page, ``total`` where counting would cost too much."""

    total: int | None
    shown: int
    next_path: str | None
    first_path: str | None


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """Operators by name, code or domain; ``near`` when none fits and these have a code that is one slip away."""

    site: Site
    query: str
    near: bool
    hits: list[OperatorHit]
    paging: Paging


@dataclass(frozen=True, kw_only=True)
class ItemOutcome:
    """One inspected item (抽查事项) and what was found."""

    item_code: str
    item_name: str
    level: str
    basis: str
    outcome: str
    problem: bool
    text: str
    follow_up: str


@dataclass(frozen=True, kw_only=True)
class FollowUpLine:
    """What was published as 待后续处理: since when it is open, and when it was closed."""

    item_code: str
    item_name: str
    open_since: date
    closed_on: date | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """One published inspection result, with the public columns of a result notice.

    ``origin`` is None for a drawn visit, otherwise it says 非双随机抽取 and the cause; only a drawn one has a task and
    a draw.
    """

    result_id: str
    path: str
    origin: str | None
    plan_no: str | None
    plan_title: str | None
    task_no: str | None
    task_title: str
    draw_id: str | None
    draw_path: str | None
    operator_code: str
    operator_name: str
    operator_path: str
    inspected_on: date
    departments: list[str]
    problem: bool
    outcomes: list[ItemOutcome]
    follow_ups: list[FollowUpLine]
    published_at: datetime
    due_on: date
    late: bool
    log_index: int
    proof_path: str
    evidence_path: str


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """One published penalty: the six-field summary of 45号令 article 4, and the decision's public text."""

    penalty_id: str
    path: str
    origin: str | None
    decision_no: str
    operator_code: str
    operator_name: str
    operator_path: str
    violation: str
    facts: str
    basis: str
    kinds: list[str]
    content: str
    fine_fen: int
    confiscated_fen: int
    authority: str
    decided_on: date
    result_path: str | None
    published_at: datetime
    due_on: date
    late: bool
    log_index: int
    proof_path: str
    evidence_path: str


@dataclass(frozen=True, kw_only=True)
class OperatorDraw:
    """Why an operator was drawn or not in one opened draw, and the command that recomputes its ticket."""

    code: str
    draw_id: str
    title: str
    draw_path: str
    place: Literal["drawn", "alternate", "excluded"]
    reason: str | None
    stratum: str | None
    stratum_size: int | None
    quota: int | None
    rank: int | None
    ticket: str | None
    cutoff: str | None
    command: str | None


@dataclass(frozen=True, kw_only=True)
class PlaceOfTrade:
    """A site, an app or a shop of an operator; ``platform_name`` is the platform it is, or is on."""

    platform_name: str
    site_name: str
    domain: str
    icp_no: str
    shop_id: str
    shop_url: str


@dataclass(frozen=True, kw_only=True)
class OtherRecord:
    """Another code under which the same operator stands in the register, and its page."""

    code: str
    path: str


@dataclass(frozen=True, kw_only=True)
class OperatorPage:
    """The public credit page of one operator; ``masked`` when it is a natural person without a licence.

    ``merged_into`` is where the record went that was a duplicate; ``earlier`` are the duplicates that came to this one,
    and what was published under their codes stands here too.
    """

    site: Site
    code: str
    licensed: bool
    name: str
    masked: bool
    merged_into: OtherRecord | None
    earlier: list[OtherRecord]
    kind: str
    status: str
    trading: bool
    area: str
    address: str
    legal_representative: str
    places: list[PlaceOfTrade]
    draws: list[OperatorDraw]
    results: list[Result]
    penalties: list[Penalty]


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
class ItemLine:
    """One item of the batch: what is inspected, by whom, on what basis."""

    code: str
    name: str
    level: str
    method: str
    basis: str
    department: str


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
class SeatLine:
    """One department's seats in every team."""

    department: str
    name: str
    seats: int


@dataclass(frozen=True, kw_only=True)
class SecretLine:
    """One party's secret: its digest from the commitment; the secret itself once the draw is open."""

    party: str
    digest: str
    secret: str | None


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """The public value: what was announced and, once the draw is open, the value; simulated in a demonstration."""

    kind: Literal["none", "witnessed", "drand"]
    what: str
    alphabet: str
    length: int
    value: str | None
    simulated: bool
    witnesses: list[str]


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

    Stratum, rank and ticket are None in a withheld draw.
    """

    code: str
    name: str
    path: str
    area: str
    stratum: str | None
    rank: int | None
    ticket: str | None
    team: list[SentInspector]
    outcome: Literal["pending", "clear", "problem"]
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
class FileLine:
    """One file of the bundle."""

    name: str
    path: str
    size: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One log entry that speaks of this draw."""

    index: int
    kind: str
    text: str
    at: datetime
    path: str
    proof_path: str


@dataclass(frozen=True, kw_only=True)
class ProofLevel:
    """What a draw of this kind proves, and what it leaves open (protocol, section 8): never more."""

    used: str
    proves: str
    leaves_open: str
    caveats: list[str]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an opened draw shows beyond its commitment; of a withheld one, who was drawn and sent, by code.

    A withheld draw has no seed, keys, alternates and bundle here: with any of them its strata could be found.
    """

    seed: str | None
    subject_key: str | None
    team_key: str | None
    drawn: list[DrawnUnit]
    alternates: list[AlternateUnit]
    files: list[FileLine]
    bundle_path: str | None


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
    open_by: datetime
    opened_at: datetime | None
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
    items: list[ItemLine]
    quotas: list[QuotaLine]
    team: list[SeatLine]
    secrets: list[SecretLine]
    source: SourceLine
    level: ProofLevel
    log: list[LogLine]
    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True)
class ResultsPage:
    """Published results, newest first; ``only`` narrows to those with or without problems."""

    site: Site
    year: int | None
    years: list[int]
    only: Literal["all", "problem", "clear"]
    rows: list[Result]
    paging: Paging


@dataclass(frozen=True, kw_only=True)
class PenaltiesPage:
    """Published penalties, newest first."""

    site: Site
    year: int | None
    years: list[int]
    rows: list[Penalty]
    paging: Paging


@dataclass(frozen=True, kw_only=True)
class MissingPage:
    """What a reader sees when there is nothing (or nothing public) at an address, or a request could not be read."""

    site: Site
    status: int
    title: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class ListedItem:
    """One item of the list of inspection items, as it stands on a day."""

    code: str
    name: str
    level: str
    subject: str
    content: str
    method: str
    basis: str
    department: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, kw_only=True)
class ItemsPage:
    """The list of inspection items (抽查事项清单) in force on a day: what is not on it may not be inspected."""

    site: Site
    on: date
    rows: list[ListedItem]


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
class RuleLine:
    """How many are drawn of a stratum, or of every stratum without a rule of its own; no risk class is named."""

    stratum: str
    rule: str


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
    state: Literal["approved", "cancelled", "committed", "executed", "opened"]
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
