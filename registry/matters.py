"""Matters of erasure (可删除的内容): which texts of which records can go, and the facts that go with each.

A matter is a record whose texts may be personal. Facts about a draw are neutral and permanent, and no matter; names of
those who acted or were sent stay too. How a matter is erased is ``registry.erasures``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select

from registry.cases import CaseEnding, CaseExtension
from registry.deliveries import PenaltyDocument, PenaltyNotice
from registry.evidence import Evidence
from registry.findings import FindingOutcome, FindingReview
from registry.followups import FollowUp
from registry.inspectors import Inspector
from registry.journal import Kind
from registry.leaves import Leave
from registry.loans import Loan
from registry.operators import Operator
from registry.penalties import Penalty
from registry.petitions import (
    Petition,
    PetitionAcceptance,
    PetitionClaim,
    PetitionFile,
    PetitionProposal,
    PetitionReturn,
)
from registry.pushes import PushReturn
from registry.recusals import Recusal
from registry.redactions import PenaltyReview, PenaltySpan
from registry.replacing import Replacement, ReplacementDecision
from registry.steps import ONLY_DRAWN, VisitStep
from registry.visits import VisitRequest

CONTACTS = ("legal_representative", "contact_name", "contact_phone")

Condition = ColumnElement[bool]
Row = (
    FindingOutcome
    | FindingReview
    | Penalty
    | PenaltyDocument
    | PenaltyNotice
    | PenaltyReview
    | PenaltySpan
    | PushReturn
    | VisitRequest
    | VisitStep
    | FollowUp
    | CaseExtension
    | CaseEnding
    | Replacement
    | ReplacementDecision
    | Evidence
    | Operator
    | Inspector
    | Recusal
    | Leave
    | Loan
    | Petition
    | PetitionClaim
    | PetitionFile
    | PetitionAcceptance
    | PetitionProposal
    | PetitionReturn
)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts of a table that go together, and which of its rows belong to the record with a key."""

    rows: type[Row]
    names: tuple[str, ...]
    of: Callable[[str], Condition]


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is erased together: texts of rows, the facts about them, and where versions stand.

    ``whole``: facts whose every text goes, by their subject; those that a row itself names as its fact go without being
    listed. ``versions``: facts of several records, of which the parts with the record's key go. ``shown`` is the key of
    what publicity made of it.
    """

    words: tuple[str, str]
    texts: tuple[Texts, ...]
    whole: tuple[Kind, ...] = ()
    versions: tuple[Kind, ...] = ()
    shown: str | None = None


def _is(column: Any) -> Callable[[str], Condition]:  # noqa: ANN401 - a column, which is text to the type checker
    return lambda key: col(column) == key


def _own_steps(visit_id: str) -> Condition:
    """Return the condition of the steps of a visit, but for those that repeat the decision of a replacement."""
    return and_(col(VisitStep.visit_id) == visit_id, col(VisitStep.step).not_in(ONLY_DRAWN))


def _steps_of_replacement(replacement_id: str) -> Condition:
    """Return the condition of the steps that repeat the decision of a replacement: they are of its fact."""
    decided = select(ReplacementDecision.fact_id).where(ReplacementDecision.replacement_id == replacement_id)
    return and_(col(VisitStep.fact_id).in_(decided), col(VisitStep.step).in_(ONLY_DRAWN))


MATTERS: Mapping[str, Matter] = {
    "finding": Matter(
        words=("检查结果", "finding"),
        texts=(Texts(rows=FindingOutcome, names=("text",), of=_is(FindingOutcome.finding_id)),),
        whole=(Kind.FINDING_FILED, Kind.RESULT_PUBLISHED),
        shown="r-",
    ),
    "review": Matter(
        words=("审核意见", "review"),
        texts=(Texts(rows=FindingReview, names=("reason",), of=_is(FindingReview.finding_id)),),
        whole=(Kind.FINDING_REVIEWED,),
    ),
    "penalty": Matter(
        words=("处罚", "penalty"),
        texts=(
            Texts(
                rows=Penalty,
                names=("operator_name", "violation", "facts", "content"),
                of=_is(Penalty.penalty_id),
            ),
            Texts(rows=PenaltyDocument, names=("text", "salt"), of=_is(PenaltyDocument.penalty_id)),
            Texts(rows=PenaltyNotice, names=("reference",), of=_is(PenaltyNotice.penalty_id)),
            Texts(rows=PenaltyReview, names=("opinion",), of=_is(PenaltyReview.penalty_id)),
            Texts(rows=PenaltySpan, names=("reason",), of=_is(PenaltySpan.penalty_id)),
            Texts(rows=PushReturn, names=("reason",), of=_is(PushReturn.penalty_id)),
        ),
        whole=(
            *(Kind.PENALTY_DECIDED, Kind.PENALTY_RECEIVED, Kind.PENALTY_DOCUMENT_ENTERED, Kind.PENALTY_NOTICE_RECORDED),
            *(Kind.PENALTY_REVIEWED, Kind.PENALTY_PUBLISHED, Kind.PUSH_RETURNED),
        ),
        shown="p-",
    ),
    "visit": Matter(
        words=("检查任务", "visit"),
        texts=(Texts(rows=VisitRequest, names=("source_no", "reason"), of=_is(VisitRequest.visit_id)),),
        whole=(Kind.VISIT_REQUESTED,),
    ),
    "steps": Matter(
        words=("检查经过", "record of the steps of a visit"),
        texts=(Texts(rows=VisitStep, names=("text",), of=_own_steps),),
    ),
    "followups": Matter(
        words=("后续处理", "follow-up of a visit"),
        texts=(Texts(rows=FollowUp, names=("receiver", "reference", "text"), of=_is(FollowUp.visit_id)),),
    ),
    "case": Matter(
        words=("案件", "case"),
        texts=(
            Texts(rows=CaseExtension, names=("basis",), of=_is(CaseExtension.case_id)),
            Texts(rows=CaseEnding, names=("reason",), of=_is(CaseEnding.case_id)),
        ),
        whole=(Kind.CASE_EXTENDED, Kind.CASE_CLOSED),
    ),
    "replacement": Matter(
        words=("替补申请", "replacement"),
        texts=(
            Texts(rows=Replacement, names=("text",), of=_is(Replacement.replacement_id)),
            Texts(rows=ReplacementDecision, names=("text",), of=_is(ReplacementDecision.replacement_id)),
            Texts(rows=VisitStep, names=("text",), of=_steps_of_replacement),
        ),
    ),
    "evidence": Matter(
        words=("附件", "file"),
        texts=(Texts(rows=Evidence, names=("name",), of=_is(Evidence.evidence_id)),),
        whole=(Kind.EVIDENCE_ADDED,),
    ),
    "operator": Matter(
        words=("经营者", "operator"),
        texts=(Texts(rows=Operator, names=CONTACTS, of=_is(Operator.unit_id)),),
        whole=(Kind.OPERATOR_CHANGED,),
        versions=(Kind.OPERATORS_IMPORTED, Kind.OPERATOR_MERGED, Kind.OPERATOR_UNMERGED),
    ),
    "inspector": Matter(
        words=("检查人员", "inspector"),
        texts=(Texts(rows=Inspector, names=("certificate_no", "fields", "tags"), of=_is(Inspector.inspector_no)),),
        versions=(Kind.INSPECTORS_IMPORTED,),
    ),
    "recusal": Matter(
        words=("回避申请", "recusal"),
        texts=(Texts(rows=Recusal, names=("reason", "document", "withdrawn_because"), of=_is(Recusal.recusal_id)),),
        whole=(Kind.RECUSAL_REQUESTED, Kind.RECUSAL_DECIDED, Kind.RECUSAL_WITHDRAWN),
        versions=(Kind.RECUSALS_IMPORTED, Kind.RECUSALS_DECIDED),
    ),
    "leave": Matter(
        words=("请假", "leave"),
        texts=(Texts(rows=Leave, names=("reason",), of=_is(Leave.leave_id)),),
        whole=(Kind.LEAVE_RECORDED, Kind.LEAVE_DECIDED, Kind.LEAVE_CANCELLED),
    ),
    "loan": Matter(
        words=("借调申请", "loan"),
        texts=(Texts(rows=Loan, names=("reason",), of=_is(Loan.loan_id)),),
        whole=(Kind.LOAN_REQUESTED, Kind.LOAN_DECIDED),
    ),
    "petition": Matter(
        words=("申请", "petition"),
        texts=(
            Texts(
                rows=Petition,
                names=("asker_code", "asker_name", "asker_office", "contact", "text"),
                of=_is(Petition.petition_id),
            ),
            Texts(rows=PetitionClaim, names=("text",), of=_is(PetitionClaim.petition_id)),
            Texts(rows=PetitionFile, names=("name",), of=_is(PetitionFile.petition_id)),
            Texts(rows=PetitionAcceptance, names=("text",), of=_is(PetitionAcceptance.petition_id)),
            Texts(rows=PetitionProposal, names=("text", "shown_text"), of=_is(PetitionProposal.petition_id)),
            Texts(rows=PetitionReturn, names=("text",), of=_is(PetitionReturn.petition_id)),
        ),
        whole=(
            *(Kind.PETITION_RECEIVED, Kind.PETITION_FILE_ADDED, Kind.PETITION_ACCEPTED, Kind.PETITION_DECLINED),
            *(Kind.PETITION_PROPOSED, Kind.PETITION_RETURNED, Kind.PETITION_DECIDED),
        ),
    ),
}
"""What can be erased."""

KINDS_OF_ROWS = (
    *(Kind.VISITS_APPROVED, Kind.VISIT_DECIDED, Kind.VISIT_STEPPED, Kind.FINDING_FILED, Kind.FINDING_CONFIRMED),
    *(Kind.FINDING_REVIEWED, Kind.FOLLOWUP_RECORDED, Kind.REPLACEMENT_REQUESTED, Kind.REPLACEMENT_DECIDED),
)
"""Facts that a step, a follow-up or a replacement names as its own, and that go with its text."""

SHOWN = "disclosures"
"""The table of what publicity made of findings and penalties."""
