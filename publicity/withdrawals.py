"""Withdrawals on record (撤回): what is asked to be taken down, on what ground, and what a second person decided.

Source: 市场监督管理行政处罚信息公示规定 (45号令) article 11 (changed, revoked, unlawful or void: three working
days, with the reason) and article 12 (inaccurate).
"""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, Session

from registry.base import Record, UtcDateTime
from registry.errors import AbsentError


class Ground(StrEnum):
    """Why a publication is withdrawn: what became of the decision (article 11), or that it was wrong (article 12).

    ``ENDED_EARLY`` is of a received penalty alone: the authority that decided it granted the early end (article 14).
    """

    CHANGED = "changed"
    REVOKED = "revoked"
    UNLAWFUL = "unlawful"
    VOID = "void"
    INACCURATE = "inaccurate"
    ENDED_EARLY = "ended_early"


GROUND_WORDS = {
    Ground.CHANGED: ("行政处罚决定被依法变更", "the decision was changed"),
    Ground.REVOKED: ("行政处罚决定被依法撤销", "the decision was revoked"),
    Ground.UNLAWFUL: ("行政处罚决定被确认违法", "the decision was confirmed unlawful"),
    Ground.VOID: ("行政处罚决定被确认无效", "the decision was confirmed void"),
    Ground.INACCURATE: ("公示的信息不准确", "what was published was inaccurate"),
    Ground.ENDED_EARLY: ("作出决定的机关准予提前停止公示", "the authority that decided granted an early end"),
}
COUNTED = frozenset({Ground.CHANGED, Ground.REVOKED, Ground.UNLAWFUL, Ground.VOID})
"""The grounds from which article 11 counts its days."""


ANNULLING = (Ground.REVOKED, Ground.UNLAWFUL, Ground.VOID)
"""Grounds after which a decision is one that nobody was lawfully punished by; one that was changed still is."""


class Withdrawal(Record, table=True):
    """What a publisher asks to be withdrawn, on what ground; ``reason`` is what the public will read."""

    __tablename__ = "withdrawals"

    withdrawal_id: str = Field(primary_key=True)
    disclosure_id: str = Field(foreign_key="disclosures.disclosure_id", index=True)
    ground: str
    event_on: date = Field(index=True)
    due_on: date | None
    document_no: str
    reason: str
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class WithdrawalDecision(Record, table=True):
    """What a second person decided of a withdrawal; one that is approved has ended the publication by the same fact."""

    __tablename__ = "withdrawal_decisions"

    withdrawal_id: str = Field(primary_key=True, foreign_key="withdrawals.withdrawal_id")
    approved: bool
    text: str
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


def get_withdrawal(session: Session, withdrawal_id: str) -> Withdrawal:
    """Return a withdrawal or raise AbsentError."""
    found = session.get(Withdrawal, withdrawal_id)
    if found is None:
        raise AbsentError(what_zh="撤回申请", what_en="withdrawal", key=withdrawal_id)
    return found
