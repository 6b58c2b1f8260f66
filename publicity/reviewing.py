"""What is done before a penalty is published: enter the document, record the notice, review the texts word by word.

The proposals are made from the texts when they are asked for, and again when the review comes: what the reviewer says
nothing of stays hidden. Nothing of this is done once the penalty is published.

Sources: 市场监督管理行政处罚信息公示规定 (45号令) articles 5 to 8, 16; 个人信息保护法 6 (no more than is needed).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from publicity.disclosure import DisclosureStateError, is_published, penalty_source
from publicity.gating import DOCUMENT, known_of, penalty_texts
from publicity.proposals import Proposal
from publicity.redaction import carry, project, propose, text_digest
from registry.deliveries import (
    NoticeManner,
    PenaltyDocument,
    PenaltyNotice,
    enter_document,
    latest_document,
    record_notice,
)
from registry.errors import AbsentError, FieldError
from registry.grounds import open_penalty
from registry.journal import Act
from registry.penalties import Penalty, get_penalty
from registry.redactions import NUMBERS, PenaltyReview, PrivateKind, Reviewed, Span, Verdict, record_review

Place = tuple[str, int, int]
"""Text, first character, last (exclusive)."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a reviewer says of one stretch: remove it, or keep what was proposed; ``kind`` of what they add."""

    place: str
    start: int
    end: int
    remove: bool
    kind: PrivateKind | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """A review as handed in; ``version`` is that of the document that was read."""

    version: int
    approved: bool
    opinion: str
    decided: Sequence[Decided]


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """The texts of a penalty with what is proposed for removal in each."""

    document: PenaltyDocument
    texts: Mapping[str, str]
    proposals: Mapping[str, Sequence[Proposal]]


def enter_penalty_document(act: Act, penalty_id: str, *, text: str, delivered_on: date) -> PenaltyDocument:
    """Enter the delivered document of a penalty that is not published. Raises what ``enter_document`` raises."""
    _refuse_published(act.session, penalty_id)
    return enter_document(act, penalty_id, text=text, delivered_on=delivered_on)


def record_penalty_notice(
    act: Act, penalty_id: str, *, told_on: date, how: NoticeManner, reference: str
) -> PenaltyNotice:
    """Record the notice to the party of a penalty that is not published. Raises what ``record_notice`` raises."""
    _refuse_published(act.session, penalty_id)
    return record_notice(act, penalty_id, told_on=told_on, how=how, reference=reference)


def proposals_of(session: Session, penalty_id: str) -> Proposed:
    """Return the newest document of a penalty, its texts, and what is proposed. Raises AbsentError."""
    penalty, document = get_penalty(session, penalty_id), latest_document(session, penalty_id)
    if document is None or not document.text:
        raise AbsentError(what_zh="已录入的决定书", what_en="document on record of the penalty", key=penalty_id)
    texts, known = penalty_texts(penalty, document), known_of(session, penalty)
    proposals = {place: propose(text, known) for place, text in texts.items()}
    return Proposed(document=document, texts=texts, proposals=proposals)


def review_penalty(act: Act, penalty_id: str, said: Opinion) -> PenaltyReview:
    """Review a penalty that is not published, word by word.

    Raises AbsentError, SealedError, DisclosureStateError, SamePersonError, FieldError.
    """
    penalty = open_penalty(act, penalty_id)
    _refuse_published(act.session, penalty_id)
    proposed = proposals_of(act.session, penalty_id)
    if said.version != proposed.document.version:
        raise FieldError(
            ("version",),
            (
                f"决定书文本已有第 {proposed.document.version} 版。",
                f"The document has version {proposed.document.version}.",
            ),
            ("请重新取得文本和拟遮盖内容后再审查。", "Read the text and the proposals again, and review those."),
        )
    spans = _spans(proposed, said.decided)
    digest = text_digest(project(proposed.texts, spans)[DOCUMENT])
    whole = Reviewed(
        version=said.version,
        approved=said.approved,
        opinion=said.opinion,
        spans=spans,
        published_digest=digest,
    )
    return record_review(act, penalty, whole)


def _spans(proposed: Proposed, decided: Sequence[Decided]) -> list[Span]:
    """Return every span of a review: what was decided, and each proposal that was not. Raises FieldError."""
    waiting: dict[Place, Proposal] = {
        (place, each.start, each.end): each for place, found in proposed.proposals.items() for each in found
    }
    spans: dict[Place, Span] = {}
    for at, each in enumerate(decided):
        place = (each.place, each.start, each.end)
        _check_place(proposed.texts, at, each)
        if place in spans:
            raise _wrong(at, "start", ("同一处决定了两次。", "It is decided twice."), ("请只写一次。", "Name it once."))
        spans[place] = _span(at, each, waiting.pop(place, None))
    for (name, begins, ends), left in waiting.items():
        spans[name, begins, ends] = Span(
            place=name,
            begins=begins,
            ends=ends,
            kind=left.kind,
            why=left.why.value,
            verdict=Verdict.UNDECIDED,
            reason="",
        )
    own = [spans[place] for place in sorted(spans)]
    return [*own, *carry(proposed.texts, own)]


def _span(at: int, each: Decided, proposal: Proposal | None) -> Span:
    kind = each.kind if proposal is None else proposal.kind
    if kind is None:
        raise _wrong(
            at,
            "kind",
            ("新增的遮盖没有写明是什么。", "What is added does not say what it is."),
            ("请填写种类。", "Give its kind."),
        )
    if not each.remove and proposal is None:
        raise _wrong(
            at,
            "remove",
            ("此处没有拟遮盖的内容，无从保留。", "Nothing is proposed here that could be kept."),
            ("请照拟遮盖内容的起止填写。", "Take start and end from the proposal."),
        )
    if not each.remove and kind in NUMBERS and not each.reason.strip():
        raise _wrong(
            at,
            "reason",
            ("保留证件号、电话或者账号没有理由。", "A number is kept without a reason."),
            ("请写明为什么可以公开。", "Say why it may be public."),
        )
    verdict = Verdict.KEPT if not each.remove else Verdict.ADDED if proposal is None else Verdict.REMOVED
    why = "" if proposal is None else proposal.why.value
    return Span(
        place=each.place,
        begins=each.start,
        ends=each.end,
        kind=kind,
        why=why,
        verdict=verdict,
        reason=each.reason.strip(),
    )


def _check_place(texts: Mapping[str, str], at: int, each: Decided) -> None:
    length = len(texts[each.place])
    if not 0 <= each.start < each.end <= length:
        raise _wrong(
            at,
            "end",
            (f"起止不在文本之内（共 {length} 字）。", f"It is not within the text of {length} characters."),
            ("起始须小于终止，终止不得超过全文。", "The start comes before the end, the end within the text."),
        )


def _wrong(at: int, name: str, problem: tuple[str, str], mend: tuple[str, str]) -> FieldError:
    return FieldError(("decisions", at, name), problem, mend)


def _refuse_published(session: Session, penalty_id: str) -> Penalty:
    penalty = get_penalty(session, penalty_id)
    if is_published(session, penalty_source(penalty_id)):
        raise DisclosureStateError(
            key=penalty.decision_no, problem_zh="已经公示，不再变更公示前的记录", problem_en="is published already"
        )
    return penalty
