"""Voids (作废): a draw that does not stand, by a reason that two people give, and what was known by then.

Whoever has seen an outcome could let it be forgotten and draw again: so nothing of a voided draw is taken off. It stays
with its reason on the page of draws, and an outcome that was computed is published by the void itself, so that anybody
sees what was thrown away: its visits are over, and nothing is left to be kept from the inspected. An outcome that is
public already is not voided.

A reason that the record contradicts is refused, when it is given and when it is confirmed: no draw is overdue before
its term, and no secret is missing that was handed in.

Visits that were not made when their draw was voided are not made any more; those that were stay what they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.base import nfc
from registry.beacons import announced_round
from registry.draws import (
    Draw,
    DrawOpening,
    DrawStateError,
    DrawVoid,
    VoidRequest,
    get_draw,
    refuse_voided,
)
from registry.errors import AbsentError, FieldError
from registry.executions import digests_of
from registry.handing_in import standing_of
from registry.journal import Act, Kind, write
from registry.overdue import missed_terms
from registry.people import next_number, other_person
from registry.public_values import PublicValue
from registry.sources import published_at

CONFIRMING = ("确认作废", "Confirming a void")


class VoidReason(StrEnum):
    """Why a draw is voided."""

    OVERDUE = "overdue"
    SECRET_MISSING = "secret_missing"  # noqa: S105 - a reason
    VALUE_FAILED = "value_failed"
    WRONG_TERMS = "wrong_terms"
    LEAKED = "leaked"
    ORDERED = "ordered"
    OTHER = "other"


VOID_WORDS = {
    VoidReason.OVERDUE: "逾期未摇号",
    VoidReason.SECRET_MISSING: "一方未交出秘密",
    VoidReason.VALUE_FAILED: "公开随机值未能依规产生",
    VoidReason.WRONG_TERMS: "批次或名录有误",
    VoidReason.LEAKED: "名单或秘密泄露",
    VoidReason.ORDERED: "依上级机关、法院等的决定",
    VoidReason.OTHER: "其他",
}


def request_void(act: Act, draw_id: str, *, reason: VoidReason, text: str) -> VoidRequest:
    """Ask for a draw that is not open to be voided. That it was asked for, and why, is in the log for ever.

    Each person gives a reason once: given again it says nothing, and one request for all would let whoever comes first
    settle the reason. Raises AbsentError, DrawStateError, FieldError.
    """
    draw = _voidable(act.session, draw_id)
    if not _borne_out(act, draw, reason):
        raise FieldError(
            ("reason",),
            ("与记录不符。", "The record says otherwise."),
            (
                "逾期须已过期限，缺少秘密须确有一方未交，随机值未产生须尚未摇号；其他情形请选 other 并说明。",
                "A term must have passed, a secret be missing, the draw not be executed; else use other, and explain.",
            ),
        )
    own = asked_of(draw_id).where(VoidRequest.requested_by == act.person, VoidRequest.reason == reason.value)
    earlier = act.session.exec(own).first()
    if earlier is not None:
        raise DrawStateError(
            draw_id=draw_id,
            problem_zh=f"已有您以同一理由提出的作废申请 {earlier.request_id}，请由另一人（审批人）确认",
            problem_en=f"has your request {earlier.request_id} for this reason already; another person confirms it",
        )
    said = nfc(text)
    if not said:
        raise FieldError(
            ("text",), ("没有写明经过。", "Nothing says what happened."), ("请写明作废的经过。", "Say what happened.")
        )
    public = {"draw_id": draw_id, "reason": reason.value}
    fact_id = write(act, Kind.DRAW_VOID_REQUESTED, subject=draw_id, public=public, body=public | {"text": said})
    asked = VoidRequest(
        request_id=next_number(act.session, VoidRequest.request_id, "v"),
        draw_id=draw_id,
        reason=reason.value,
        text=said,
        requested_by=act.person,
        requested_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(asked)
    return asked


def confirm_void(act: Act, draw_id: str, request_id: str) -> Draw:
    """Void a draw for the reason that another person gave; an outcome that was computed is public from now on.

    Raises AbsentError, DrawStateError, SamePersonError.
    """
    draw = _voidable(act.session, draw_id)
    asked = act.session.get(VoidRequest, request_id)
    if asked is None or asked.draw_id != draw_id:
        raise AbsentError(what_zh="作废申请", what_en="request to void", key=request_id)
    other_person(act, asked.requested_by, step=CONFIRMING, did=("提出作废", "asked for it"))
    if not _borne_out(act, draw, VoidReason(asked.reason)):
        raise DrawStateError(
            draw_id=draw_id,
            problem_zh=f"的作废理由“{VOID_WORDS[VoidReason(asked.reason)]}”已与记录不符，须另行提出",
            problem_en=f"is asked to be voided for {asked.reason}, which the record contradicts by now: ask again",
        )
    known = _known(act, draw)
    public: dict[str, object] = {"draw_id": draw_id, "reason": asked.reason, "known": known}
    if draw.executed:
        public |= digests_of(draw.committed, draw.executed)
    body = {"draw_id": draw_id, "request_id": request_id}
    fact_id = write(act, Kind.DRAW_VOIDED, subject=draw_id, public=public, body=body)
    voided = DrawVoid(
        draw_id=draw_id,
        request_id=request_id,
        known=known,
        confirmed_by=act.person,
        confirmed_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(voided)
    opened = None
    if draw.executed:
        opened = DrawOpening(draw_id=draw_id, opened_by=act.person, opened_at=act.at, fact_id=fact_id)
        act.session.add(opened)
    act.session.flush()
    return replace(draw, opened=opened, voided=voided)


def void_requests(session: Session, draw_id: str) -> Sequence[VoidRequest]:
    """Return every request to void a draw, in order, whether it was confirmed or not."""
    return session.exec(asked_of(draw_id).order_by(col(VoidRequest.fact_id))).all()


def asked_of(draw_id: str) -> SelectOfScalar[VoidRequest]:
    """Return a query for the requests to void a draw."""
    return select(VoidRequest).where(VoidRequest.draw_id == draw_id)


def known_words(known: Mapping[str, Any]) -> list[str]:
    """Word what could be known of the outcome when a draw was voided."""
    return [
        "已摇号，结果已经算出" if known["executed"] else "尚未摇号，结果未算出",
        "公开随机值已经录入或者公布" if known["value"] else "公开随机值没有录入，也没有公布",
        f"已交出秘密的有：{'、'.join(known['secrets'])}" if known["secrets"] else "没有任何一方交出秘密",
    ]


def _voidable(session: Session, draw_id: str) -> Draw:
    draw = get_draw(session, draw_id)
    refuse_voided(draw)
    if draw.opened:
        raise DrawStateError(
            draw_id=draw_id,
            problem_zh="已经公开名单，不得作废",
            problem_en="is open: what is public is not voided",
        )
    return draw


def _borne_out(act: Act, draw: Draw, reason: VoidReason) -> bool:
    """Return whether the record leaves room for a reason; what it says nothing of is the word of two people."""
    missed = missed_terms(draw, act.at)
    missing = [each for each in standing_of(act.session, draw.committed.draw_id) if not each.own and not each.handed_at]
    return {
        VoidReason.OVERDUE: missed.execution or missed.opening,
        VoidReason.SECRET_MISSING: bool(missing),
        VoidReason.VALUE_FAILED: draw.executed is None,
    }.get(reason, True)


def _known(act: Act, draw: Draw) -> dict[str, Any]:
    """Return what could be known of the outcome: whether it was computed, the public value, whose secrets were in.

    A round of drand could be known once it was published, whether anybody had brought it or not.
    """
    draw_id, source = draw.committed.draw_id, announced_round(draw)
    published = source is not None and published_at(source) <= act.at
    return {
        "executed": draw.executed is not None,
        "value": published or act.session.get(PublicValue, draw_id) is not None,
        "secrets": [each.party for each in standing_of(act.session, draw_id) if each.handed_at is not None],
    }
