"""Reviews of a penalty before it is published (保密审查、个人信息处理): which words are removed, by whose decision.

A review is of one version of the delivered document and of the decision's own texts. Its spans say of each stretch
what a person decided; one that was proposed and that nobody decided is on record as such, and stays hidden. The newest
review of the newest document counts. What recognises private words is publicity's (``publicity.redaction``).

Sources: 市场监督管理行政处罚信息公示规定 (45号令) articles 5 (secrecy) and 6 (personal data, commercial secrets).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, nfc
from registry.deliveries import latest_document
from registry.errors import FieldError
from registry.grounds import refuse_decider, refuse_involved
from registry.journal import Act, Kind, write
from registry.penalties import Penalty
from registry.people import other_person


class PrivateKind(StrEnum):
    """What a stretch of text is that may have to be removed."""

    IDENTITY = "identity"
    PHONE = "phone"
    CARD = "card"
    ADDRESS = "address"
    NAME = "name"
    ONLINE = "online"
    TRADE_SECRET = "trade_secret"  # noqa: S105 - a kind of text
    STATE_SECRET = "state_secret"  # noqa: S105 - a kind of text
    OTHER = "other"


NUMBERS = (PrivateKind.IDENTITY, PrivateKind.PHONE, PrivateKind.CARD)
"""Kinds of which a proposal is rejected with a reason only."""

PRIVATE_WORDS: Mapping[PrivateKind, tuple[str, str]] = {
    PrivateKind.IDENTITY: ("身份证号码", "identity number"),
    PrivateKind.PHONE: ("电话号码", "telephone"),
    PrivateKind.CARD: ("银行账号", "bank card or account"),
    PrivateKind.ADDRESS: ("自然人住址", "home of a natural person"),
    PrivateKind.NAME: ("自然人姓名", "name of a natural person"),
    PrivateKind.ONLINE: ("网络联系方式", "address on the network"),
    PrivateKind.TRADE_SECRET: ("商业秘密", "commercial secret"),
    PrivateKind.STATE_SECRET: ("国家秘密", "state secret"),
    PrivateKind.OTHER: ("其他不宜公开的内容", "other"),
}


class Verdict(StrEnum):
    """What became of a stretch: confirmed or added for removal, kept by a person, or proposed and not decided.

    ``CARRIED``: the same words are hidden elsewhere. All but what was kept is hidden.
    """

    REMOVED = "removed"
    ADDED = "added"
    KEPT = "kept"
    UNDECIDED = "undecided"
    CARRIED = "carried"


@dataclass(frozen=True, kw_only=True)
class Span:
    """Characters ``begins`` to ``ends`` (exclusive) of a text, what they are, by what recognised, and what became."""

    place: str
    begins: int
    ends: int
    kind: PrivateKind
    why: str
    verdict: Verdict
    reason: str


class PenaltyReview(Record, table=True):
    """One review; ``published_digest`` is that of the document as it may be published, ``version`` which was read."""

    __tablename__ = "penalty_reviews"

    penalty_id: str = Field(primary_key=True, foreign_key="penalties.penalty_id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int
    approved: bool
    opinion: str
    published_digest: str
    reviewed_by: str
    reviewed_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class PenaltySpan(Record, table=True):
    """One stretch of a text of a penalty, as a review left it."""

    __tablename__ = "penalty_spans"
    __table_args__ = (
        ForeignKeyConstraint(["penalty_id", "number"], ["penalty_reviews.penalty_id", "penalty_reviews.number"]),
    )

    penalty_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    place: str = Field(primary_key=True)
    begins: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    ends: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    why: str
    verdict: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """What a reviewer says: of which version, whether it may be published, and of every stretch."""

    version: int
    approved: bool
    opinion: str
    spans: Sequence[Span]
    published_digest: str


def record_review(act: Act, penalty: Penalty, said: Reviewed) -> PenaltyReview:
    """Put a review on record, by somebody who did not decide, did not enter the document and was not on the visit.

    Raises SamePersonError, FieldError.
    """
    step = ("公示前审查", "Reviewing a penalty before publication")
    refuse_decider(act, penalty, step=step)
    document = latest_document(act.session, penalty.penalty_id)
    if document is not None:
        other_person(act, document.entered_by, step=step, did=("录入决定书", "entered the document"))
    refuse_involved(act, penalty, step=step)
    if not said.approved and not nfc(said.opinion):
        raise FieldError(
            ("opinion",),
            ("不同意公示而没有意见。", "It is not approved, and nothing says why."),
            ("请写明意见。", "State why."),
        )
    before = latest_review(act.session, penalty.penalty_id)
    number = 1 if before is None else before.number + 1
    own: dict[str, Any] = {"version": said.version, "approved": said.approved, "opinion": nfc(said.opinion)}
    own |= {"published_digest": said.published_digest}
    spans = [asdict(each) | {"kind": each.kind.value, "verdict": each.verdict.value} for each in said.spans]
    body = {"penalty_id": penalty.penalty_id, "number": number} | own | {"spans": spans}
    fact_id = write(act, Kind.PENALTY_REVIEWED, subject=penalty.penalty_id, body=body)
    review = PenaltyReview(
        penalty_id=penalty.penalty_id,
        number=number,
        **own,
        reviewed_by=act.person,
        reviewed_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(review)
    act.session.flush()
    act.session.add_all(PenaltySpan(penalty_id=penalty.penalty_id, number=number, **each) for each in spans)
    act.session.flush()
    return review


def latest_review(session: Session, penalty_id: str) -> PenaltyReview | None:
    """Return the newest review of a penalty, or None."""
    own = select(PenaltyReview).where(PenaltyReview.penalty_id == penalty_id)
    return session.exec(own.order_by(col(PenaltyReview.number).desc()).limit(1)).first()


def spans_of(session: Session, review: PenaltyReview) -> list[Span]:
    """Return the spans of a review, by place and in order."""
    own = select(PenaltySpan).where(PenaltySpan.penalty_id == review.penalty_id, PenaltySpan.number == review.number)
    rows = session.exec(own.order_by(col(PenaltySpan.place), col(PenaltySpan.begins), col(PenaltySpan.ends)))
    return [
        Span(
            place=row.place,
            begins=row.begins,
            ends=row.ends,
            kind=PrivateKind(row.kind),
            why=row.why,
            verdict=Verdict(row.verdict),
            reason=row.reason,
        )
        for row in rows
    ]
