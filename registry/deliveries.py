"""Deliveries (送达): the decision document as the party was handed it, and the notice that it will be published.

The text is kept whole, and nobody but those who prepare the publication reads it. A mistake in entering it is mended by
a later version; the newest counts. Its digest is public and salted: beside a text from which a telephone was removed,
a bare digest would let anybody try all telephones.

The party is told with the delivery. One who was not can be told later, by a paper of its own: a decision or a receipt
that was handed over earlier says nothing later. That it was late stays on record (``publicity.gating``).

Sources: 市场监督管理行政处罚信息公示规定 (45号令) articles 7 (what is published is what was delivered, but for what has
to be removed) and 8 (written notice to the party, with the delivery); 行政处罚法 59, 61.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, nfc
from registry.errors import AbsentError, FieldError
from registry.grounds import open_penalty
from registry.journal import Act, Kind, salted_digest, write
from registry.naming import name_key


class NoticeManner(StrEnum):
    """How the party was told, in writing, that the penalty will be published."""

    IN_DOCUMENT = "in_document"
    SEPARATE = "separate"
    ON_RECEIPT = "on_receipt"


NOTICE_WORDS: Mapping[NoticeManner, str] = {
    NoticeManner.IN_DOCUMENT: "处罚决定书载明",
    NoticeManner.SEPARATE: "另发书面告知",
    NoticeManner.ON_RECEIPT: "送达回证载明",
}


class PenaltyDocument(Record, table=True):
    """One version of the delivered document; ``digest`` is SHA-256(0x02 ‖ salt ‖ text), the salt in hex."""

    __tablename__ = "penalty_documents"

    penalty_id: str = Field(primary_key=True, foreign_key="penalties.penalty_id")
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str
    salt: str
    digest: str
    delivered_on: date
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class PenaltyNotice(Record, table=True):
    """One record that the party was told; ``reference`` is where that stands in writing."""

    __tablename__ = "penalty_notices"

    penalty_id: str = Field(primary_key=True, foreign_key="penalties.penalty_id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    told_on: date
    how: str
    reference: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


def enter_document(act: Act, penalty_id: str, *, text: str, delivered_on: date) -> PenaltyDocument:
    """Put the document as delivered on record, whole. Raises AbsentError, SealedError, FieldError."""
    penalty = open_penalty(act, penalty_id)
    text = nfc(text)
    if not text:
        raise FieldError(("text",), ("内容为空。", "It is empty."), ("请填写送达文本全文。", "Give the whole text."))
    if name_key(penalty.decision_no) not in name_key(text):
        raise FieldError(
            ("text",),
            (
                f"全文中没有决定书文号 {penalty.decision_no}。",
                f"The text does not hold the number {penalty.decision_no}.",
            ),
            ("请核对是不是这份决定书。", "Check that it is this decision's document."),
        )
    _check_day(act, "delivered_on", delivered_on, since=penalty.decided_on)
    notice = latest_notice(act.session, penalty_id)
    if notice is not None:
        _check_told("delivered_on", NoticeManner(notice.how), told_on=notice.told_on, delivered_on=delivered_on)
    before = latest_document(act.session, penalty_id)
    salt = act.salt()
    own: dict[str, Any] = {"penalty_id": penalty_id, "version": 1 if before is None else before.version + 1}
    own |= {"text": text, "salt": salt.hex(), "digest": salted_digest(salt, text.encode())}
    body = own | {"delivered_on": delivered_on.isoformat()}
    fact_id = write(act, Kind.PENALTY_DOCUMENT_ENTERED, subject=penalty_id, body=body)
    document = PenaltyDocument(
        **own, delivered_on=delivered_on, entered_by=act.person, entered_at=act.at, fact_id=fact_id
    )
    act.session.add(document)
    act.session.flush()
    return document


def record_notice(act: Act, penalty_id: str, *, told_on: date, how: NoticeManner, reference: str) -> PenaltyNotice:
    """Record that the party was told in writing of the publication. Raises AbsentError, SealedError, FieldError."""
    penalty = open_penalty(act, penalty_id)
    if not nfc(reference):
        raise FieldError(
            ("reference",),
            ("没有写明告知记载于何处。", "Nothing says where the notice stands."),
            ("请填写文书编号或页次。", "Give the number of the paper, or the page."),
        )
    _check_day(act, "told_on", told_on, since=penalty.decided_on)
    document = latest_document(act.session, penalty_id)
    if document is not None:
        _check_told("told_on", how, told_on=told_on, delivered_on=document.delivered_on)
    before = latest_notice(act.session, penalty_id)
    own: dict[str, Any] = {"penalty_id": penalty_id, "number": 1 if before is None else before.number + 1}
    own |= {"how": how.value, "reference": nfc(reference)}
    body = own | {"told_on": told_on.isoformat()}
    fact_id = write(act, Kind.PENALTY_NOTICE_RECORDED, subject=penalty_id, body=body)
    notice = PenaltyNotice(**own, told_on=told_on, recorded_by=act.person, recorded_at=act.at, fact_id=fact_id)
    act.session.add(notice)
    act.session.flush()
    return notice


def latest_document(session: Session, penalty_id: str) -> PenaltyDocument | None:
    """Return the newest version of the delivered document, or None."""
    own = select(PenaltyDocument).where(PenaltyDocument.penalty_id == penalty_id)
    return session.exec(own.order_by(col(PenaltyDocument.version).desc()).limit(1)).first()


def get_document(session: Session, penalty_id: str, version: int) -> PenaltyDocument:
    """Return one version of a delivered document or raise AbsentError."""
    found = session.get(PenaltyDocument, (penalty_id, version))
    if found is None:
        raise AbsentError(what_zh="决定书文本", what_en="version of the document", key=f"{penalty_id}/{version}")
    return found


def latest_notice(session: Session, penalty_id: str) -> PenaltyNotice | None:
    """Return the newest record of the notice, or None."""
    own = select(PenaltyNotice).where(PenaltyNotice.penalty_id == penalty_id)
    return session.exec(own.order_by(col(PenaltyNotice.number).desc()).limit(1)).first()


def _check_day(act: Act, name: str, day: date, *, since: date) -> None:
    if not since <= day <= act.today:
        raise FieldError(
            (name,),
            (f"日期 {day} 不在可填范围内。", f"The day {day} is out of range."),
            (f"请填 {since} 至 {act.today} 之间的日期。", f"Give a day from {since} to {act.today}."),
        )


def _check_told(name: str, how: NoticeManner, *, told_on: date, delivered_on: date) -> None:
    """Refuse a notice after the delivery that claims to stand in what was delivered. Raises FieldError."""
    if told_on <= delivered_on or how is NoticeManner.SEPARATE:
        return
    problem = (
        (
            f"告知日期 {told_on} 晚于送达日期 {delivered_on}，{NOTICE_WORDS[how]}的告知不可能晚于送达"
            "（市场监督管理行政处罚信息公示规定第八条：送达时书面告知）。"
        ),
        (
            f"The party was told on {told_on}, after the delivery on {delivered_on}; what was handed over says nothing "
            "later (Order 45, article 8: in writing, with the delivery)."
        ),
    )
    mend = (
        "请核对日期；送达时没有告知、事后另行书面告知的，告知方式填 separate，逾期情况记录在案。",
        "Check the days; if the party was told later by a paper of its own, give separate, and that it was late stays.",
    )
    raise FieldError((name,), problem, mend)
