"""The gate of a penalty (公示条件): what has to be on record before it is published, and the text that passes.

Nothing opens the gate but the record itself: the whole delivered document, the written notice to the party, a complete
summary, and an approved review of the newest document by a second person. What may be published is computed from the
document and the spans of that review; nobody types it. A refusal lists all that is missing, each with its source.

What was done late keeps the gate open, because the publication is owed all the same, and is told beside it to everybody
who reads the gate, supervisors among them: a delivery after its last day, a notice after the delivery.

Source: 市场监督管理行政处罚信息公示规定 (45号令) articles 4 to 8; 行政处罚法 61 (delivery within seven days).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session

from publicity.clocks import Deadlines, Duty
from publicity.errors import PublicityError
from publicity.private_numbers import holds_private_number
from publicity.proposals import Known
from publicity.redaction import project
from publicity.workdays import CalendarYearError
from registry.deliveries import PenaltyDocument, latest_document, latest_notice
from registry.erasing import is_erased_row
from registry.errors import FieldError
from registry.operators import get_operator, masked_codes
from registry.penalties import Penalty
from registry.redactions import PenaltyReview, PrivateKind, latest_review, spans_of
from sampling.wording import Words

DOCUMENT: Final = "document"
FIELDS: Final = ("violation", "facts", "basis", "content")
"""The texts of a decision itself that are shown beside its document, and that the same review is of."""
PLACES: Final = (DOCUMENT, *FIELDS)

_SUMMARY: Final[Mapping[str, Words]] = {
    "decision_no": ("文号", "number"),
    "operator_name": ("当事人基本情况", "party"),
    "violation": ("违法行为类型", "type of the violation"),
    "content": ("处罚内容", "content of the penalty"),
    "department": ("决定机关", "authority"),
    "decided_on": ("决定日期", "day"),
}


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """One thing that is missing: what, what asks for it, and what to do."""

    code: str
    problem: Words
    source: Words
    remedy: Words


@dataclass(frozen=True, kw_only=True)
class Late:
    """One thing that was done late: what, the last day in time and the day it was done on, and what asked for it."""

    code: str
    problem: Words
    due_on: date
    done_on: date
    source: Words


class GateClosedError(PublicityError):
    """Something that has to be on record before a penalty is published is not; ``lacking`` lists all of it."""

    nature = "conflict"
    zh = "处罚决定 {key} 还不能公示，缺 {count} 项：{lacking_zh}。未公示；请逐项补齐后再公示。"
    en = "The decision {key} cannot be published yet, {count} things are missing: {lacking_en}. Nothing was published."

    def __init__(self, key: str, lacking: list[Lacking]) -> None:
        said = [[f"{each.problem[side]}{_cited(each.source[side], side)}" for each in lacking] for side in (0, 1)]
        super().__init__(key=key, count=len(lacking), lacking_zh="；".join(said[0]), lacking_en="; ".join(said[1]))
        self.lacking = lacking


@dataclass(frozen=True, kw_only=True)
class Cleared:
    """What passes the gate: the document, its review, and every text by place as it may be published."""

    document: PenaltyDocument
    review: PenaltyReview
    texts: Mapping[str, str]


def check_decision_number(number: str) -> None:
    """Refuse a number of a decision that holds a number of a person: it is published whole. Raises FieldError."""
    if holds_private_number(number):
        raise FieldError(("decision_no",), _NUMBERED.problem, _NUMBERED.remedy, withheld=True)


def what_lacks(session: Session, penalty: Penalty) -> list[Lacking]:
    """Return everything that a penalty lacks before it may be published, in the order in which it is done."""
    document, review = latest_document(session, penalty.penalty_id), latest_review(session, penalty.penalty_id)
    found = []
    if empty := [words for name, words in _SUMMARY.items() if not getattr(penalty, name)]:
        found.append(_summary(empty))
    if holds_private_number(penalty.decision_no):
        found.append(_NUMBERED)
    if document is None or not document.text:
        found.append(_DOCUMENT)
    if latest_notice(session, penalty.penalty_id) is None:
        found.append(_NOTICE)
    if review is None or document is None or review.version != document.version:
        found.append(_REVIEW)
    elif not review.approved:
        found.append(_REFUSED)
    return found


def what_was_late(session: Session, penalty: Penalty, deadlines: Deadlines) -> list[Late]:
    """Return what was done after its last day, as the newest document and notice say; nothing while there is none."""
    document, notice = latest_document(session, penalty.penalty_id), latest_notice(session, penalty.penalty_id)
    if document is None:
        return []
    found, due_on = [], _delivery_due(session, penalty, deadlines)
    if due_on is not None and document.delivered_on > due_on:
        found.append(
            Late(
                code="delivery",
                problem=("决定书逾期送达", "the decision was delivered late"),
                due_on=due_on,
                done_on=document.delivered_on,
                source=("中华人民共和国行政处罚法第六十一条", "Law on Administrative Penalties, article 61"),
            )
        )
    if notice is not None and notice.told_on > document.delivered_on:
        found.append(
            Late(
                code="notice",
                problem=(
                    "送达时没有告知将予公示，事后才告知",
                    "the party was told of the publication after the delivery",
                ),
                due_on=document.delivered_on,
                done_on=notice.told_on,
                source=_order("第八条", "article 8"),
            )
        )
    return found


def pass_gate(session: Session, penalty: Penalty) -> Cleared:
    """Return what of a penalty may be published. Raises GateClosedError."""
    lacking = what_lacks(session, penalty)
    cleared = cleared_texts(session, penalty)
    if lacking or cleared is None:
        raise GateClosedError(penalty.decision_no, lacking)
    return cleared


def cleared_texts(session: Session, penalty: Penalty) -> Cleared | None:
    """Return the texts of a penalty as the approved review of its newest document leaves them, or None without one."""
    document, review = latest_document(session, penalty.penalty_id), latest_review(session, penalty.penalty_id)
    if document is None or review is None or review.version != document.version or not review.approved:
        return None
    texts = project(penalty_texts(penalty, document), spans_of(session, review))
    return Cleared(document=document, review=review, texts=texts)


def penalty_texts(penalty: Penalty, document: PenaltyDocument) -> dict[str, str]:
    """Return every text that a review is of, by place."""
    return {DOCUMENT: document.text} | {name: getattr(penalty, name) for name in FIELDS}


def known_of(session: Session, penalty: Penalty) -> Known:
    """Return what the register says of the party, as far as it helps to tell private from public words."""
    operator = get_operator(session, penalty.unit_id)
    names = dict.fromkeys((penalty.operator_name, operator.name))
    contacts = ((operator.contact_name, PrivateKind.NAME), (operator.contact_phone, PrivateKind.PHONE))
    if masked_codes(session, [penalty.unit_id]):
        own = (*names, operator.legal_representative)
        home = (operator.address, PrivateKind.ADDRESS)
        return Known(masked=True, hidden=_telling(*((each, PrivateKind.NAME) for each in own), home, *contacts))
    private = (each for each in contacts if each[0] != operator.legal_representative)
    public = (*names, operator.legal_representative, operator.address)
    return Known(hidden=_telling(*private), public=tuple(each for each in public if len(each) > 1))


def is_erased(session: Session, document: PenaltyDocument) -> bool:
    """Return whether the text of a document was erased."""
    return is_erased_row(session, "penalty_documents", f"{document.penalty_id}\n{document.version}")


def _delivery_due(session: Session, penalty: Penalty, deadlines: Deadlines) -> date | None:
    """Return the last day of the delivery; None where no law counts the days, or no holiday notice has fixed them."""
    if not deadlines.counts(Duty.DELIVERY, penalty.decided_on):
        return None
    try:
        return deadlines.known_to(session).due_on(Duty.DELIVERY, penalty.decided_on)
    except CalendarYearError:
        return None


def _telling(*words: tuple[str, PrivateKind]) -> tuple[tuple[str, PrivateKind], ...]:
    """Return the words that are long enough to be looked for."""
    return tuple(each for each in words if len(each[0]) > 1)


def _cited(source: str, side: int) -> str:
    return f"（{source}）" if side == 0 else f" ({source})"


def _order(article: str, number: str) -> Words:
    return (
        f"市场监督管理行政处罚信息公示规定{article}",
        f"State Administration for Market Regulation Order 45, {number}",
    )


def _summary(empty: list[Words]) -> Lacking:
    zh, en = ("、".join(each[0] for each in empty), ", ".join(each[1] for each in empty))
    return Lacking(
        code="summary",
        problem=(f"行政处罚信息摘要不全：{zh}", f"the summary is not complete: {en}"),
        source=_order("第四条", "article 4"),
        remedy=("请核对处罚决定的登记。", "Check the decision on record."),
    )


_NUMBERED: Final = Lacking(
    code="decision_no",
    problem=(
        "决定书文号中有证件号、电话或者卡号，文号公示时不能遮盖",
        "the number of the decision holds an identity number, a telephone or a card, and it is published whole",
    ),
    source=_order("第六条", "article 6"),
    remedy=("请核对文号，以不含个人号码的文号重新登记。", "Check it, and record one without a person's number."),
)
_DOCUMENT: Final = Lacking(
    code="document",
    problem=("没有送达当事人的决定书全文", "the whole document as delivered is not on record"),
    source=_order("第四条、第七条", "articles 4 and 7"),
    remedy=("请录入送达的决定书全文。", "Enter the whole text as it was delivered."),
)
_NOTICE: Final = Lacking(
    code="notice",
    problem=("没有书面告知当事人将予公示的记录", "no written notice to the party of the publication is on record"),
    source=_order("第八条", "article 8"),
    remedy=("请登记告知的日期和方式。", "Record when and how the party was told."),
)
_REVIEW: Final = Lacking(
    code="review",
    problem=("没有另一人对现行决定书文本的保密和个人信息审查", "no second person reviewed the document as it stands"),
    source=_order("第五条、第六条", "articles 5 and 6"),
    remedy=("请由审核人审查。", "Let a reviewer review it."),
)
_REFUSED: Final = Lacking(
    code="refused",
    problem=("审查意见是不同意公示", "the review does not approve the publication"),
    source=_order("第五条、第六条", "articles 5 and 6"),
    remedy=("请按审查意见处理后，重新提请审查。", "Do as the review says, and ask for another."),
)
