"""Before a penalty is published: the delivered document, the notice to the party, the review word by word."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, Approver, Reviewer
from app.sentences import language_of
from app.wire.base import read_off
from app.wire.gating import (
    DocumentIn,
    DocumentOut,
    GateOut,
    LackingOut,
    LateOut,
    NoticeIn,
    NoticeOut,
    PenaltyReviewIn,
    PenaltyReviewOut,
    ProposalOut,
    ProposalsOut,
    SpanOut,
)
from publicity.disclosure import is_publishable
from publicity.gating import penalty_texts, what_lacks, what_was_late
from publicity.proposals import WHY_WORDS
from publicity.redaction import project
from publicity.reviewing import (
    Decided,
    Opinion,
    enter_penalty_document,
    proposals_of,
    record_penalty_notice,
    review_penalty,
)
from registry.deliveries import PenaltyDocument, get_document, latest_document, latest_notice
from registry.grounds import readable_penalty
from registry.penalties import get_penalty
from registry.people import Role
from registry.redactions import PRIVATE_WORDS, PenaltyReview, latest_review, spans_of

router = APIRouter(prefix="/api/v1/penalties/{penalty_id}", tags=["处罚 penalties"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]
Preparing = Annotated[Caller, Depends(Allow(Role.REVIEWER, Role.APPROVER, Role.SUPERVISOR))]
"""Who reads the delivered text, with all that is removed from it later: no more people than need it."""


@router.post("/document", status_code=201, response_model=DocumentOut)
def post_document(penalty_id: str, body: DocumentIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Enter the whole document as it was delivered; entered again, the newest version counts (录入送达的决定书)."""
    said = body.model_dump()
    return caller.record(
        lambda act: DocumentOut.model_validate(enter_penalty_document(act, penalty_id, **said)), key=key, body=body
    )


@router.post("/notice", status_code=201, response_model=NoticeOut)
def post_notice(penalty_id: str, body: NoticeIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Record that the party was told in writing of the publication (登记公示告知)."""
    said = body.model_dump()
    return caller.record(
        lambda act: NoticeOut.model_validate(record_penalty_notice(act, penalty_id, **said)), key=key, body=body
    )


@router.get("/proposals")
def read_proposals(penalty_id: str, caller: Preparing, request: Request) -> ProposalsOut:
    """The texts of a penalty and what may have to be removed from them (拟遮盖内容)."""
    side = 0 if language_of(request) == "zh" else 1
    with caller.service.database.reading() as session:
        readable_penalty(session, penalty_id, caller.person)
        found = proposals_of(session, penalty_id)
        proposals = [
            ProposalOut(
                text=place,
                start=each.start,
                end=each.end,
                words=found.texts[place][each.start : each.end],
                kind=each.kind,
                kind_text=PRIVATE_WORDS[each.kind][side],
                why=WHY_WORDS[each.why][side],
            )
            for place, own in found.proposals.items()
            for each in own
        ]
        extra = {"texts": dict(found.texts), "proposals": proposals}
        return ProposalsOut(**read_off(ProposalsOut, found.document, extra))


@router.post("/review", status_code=201, response_model=PenaltyReviewOut)
def post_review(penalty_id: str, body: PenaltyReviewIn, caller: Reviewer, key: IdempotencyKey) -> Response:
    """Review secrecy and personal data, word by word; not by who decided or entered it (公示前审查)."""
    decided = [
        Decided(place=e.text, start=e.start, end=e.end, remove=e.remove, kind=e.kind, reason=e.reason)
        for e in body.decisions
    ]
    said = Opinion(version=body.version, approved=body.approved, opinion=body.opinion, decided=decided)
    return caller.record(
        lambda act: _review_out(act.session, review_penalty(act, penalty_id, said)), key=key, body=body
    )


@router.get("/gate")
def read_gate(penalty_id: str, caller: Reader, request: Request) -> GateOut:
    """What a penalty lacks before it may be published, what was done late, and the texts that would be (公示条件)."""
    side = 0 if language_of(request) == "zh" else 1
    with caller.service.database.reading() as session:
        penalty = readable_penalty(session, penalty_id, caller.person)
        lacking = what_lacks(session, penalty)
        document, notice = latest_document(session, penalty_id), latest_notice(session, penalty_id)
        review = latest_review(session, penalty_id)
        return GateOut(
            penalty_id=penalty_id,
            publishable=is_publishable(penalty) and not lacking,
            lacking=[
                LackingOut(
                    code=each.code, problem=each.problem[side], source=each.source[side], remedy=each.remedy[side]
                )
                for each in lacking
            ],
            late=[
                LateOut(
                    code=each.code,
                    problem=each.problem[side],
                    due_on=each.due_on,
                    done_on=each.done_on,
                    source=each.source[side],
                )
                for each in what_was_late(session, penalty, caller.service.deadlines)
            ],
            document=DocumentOut.model_validate(document) if document else None,
            notice=NoticeOut.model_validate(notice) if notice else None,
            review=_review_out(session, review) if review else None,
        )


def _review_out(session: Session, review: PenaltyReview) -> PenaltyReviewOut:
    penalty = get_penalty(session, review.penalty_id)
    document: PenaltyDocument = get_document(session, review.penalty_id, review.version)
    spans = spans_of(session, review)
    extra = {
        "texts": project(penalty_texts(penalty, document), spans),
        "spans": [
            SpanOut(text=e.place, start=e.begins, end=e.ends, kind=e.kind, verdict=e.verdict, reason=e.reason)
            for e in spans
        ],
    }
    return PenaltyReviewOut(**read_off(PenaltyReviewOut, review, extra))
