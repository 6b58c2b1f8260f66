"""What was published: results and penalties, and the lists of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from publicity.pages.petitions import OperatorReply, PetitionMark
from publicity.pages.site import Paging, Site


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
    plan_path: str | None
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
    petitions: list[PetitionMark]
    replies: list[OperatorReply]
    published_at: datetime
    due_on: date
    late: bool
    log_index: int
    proof_path: str
    evidence_path: str


@dataclass(frozen=True, kw_only=True)
class PublicationTerm:
    """Until when a penalty is published, and from when its publication may end early, each with its basis.

    ``ends_on`` is the last day, None for a ban for life; ``early_never`` says why there is no ``early_from_on``.
    """

    rules: str
    rule: str
    basis: str
    counted_from: str
    ends_on: date | None
    early_from_on: date | None
    early_never: str | None
    early_basis: str


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """One published penalty: the six-field summary of 45号令 article 4, and the decision's public text.

    ``term`` is None for what was published before terms were kept.
    ``document`` is the decision document as it was delivered, but for what had to be removed; its digest is SHA-256 of
    that text, the one of the delivered text is salted. None of what was published before documents were.
    """

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
    term: PublicationTerm | None
    document: str | None
    document_digest: str | None
    delivered_digest: str | None
    result_path: str | None
    petitions: list[PetitionMark]
    replies: list[OperatorReply]
    published_at: datetime
    due_on: date
    late: bool
    log_index: int
    proof_path: str
    evidence_path: str


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
