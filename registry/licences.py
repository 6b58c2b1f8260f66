"""The licence that a penalty suspends or revokes (暂扣或吊销的证照), by name and number, as statutory lists have it.

Stated with a decision of such a kind, or again when it was wrong: each statement is a row, and the newest counts.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, nfc
from registry.errors import FieldError
from registry.grounds import refuse_involved
from registry.journal import Act, Kind, write
from registry.penalties import PENALTY_WORDS, Penalty, PenaltyKind, get_penalty

LICENSED = frozenset({PenaltyKind.LICENCE_SUSPENDED, PenaltyKind.LICENCE_REVOKED})
"""The kinds that take a licence away."""


class PenaltyLicence(Record, table=True):
    """One statement about a decision, in order from 1."""

    __tablename__ = "penalty_licences"

    penalty_id: str = Field(primary_key=True, foreign_key="penalties.penalty_id")
    number: int = Field(primary_key=True)
    licence: str
    stated_by: str
    stated_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


def state_licence(act: Act, penalty_id: str, *, licence: str) -> Penalty:
    """State which licence a decision suspends or revokes and return the decision, by somebody who was not there.

    Raises AbsentError, SamePersonError, FieldError.
    """
    penalty = get_penalty(act.session, penalty_id)
    refuse_involved(act, penalty, step=("补填证照", "Stating the licence"))
    if LICENSED.isdisjoint(penalty.kinds):
        words = "、".join(PENALTY_WORDS[kind] for kind in sorted(LICENSED))
        raise FieldError(
            ("licence",),
            (f"处罚种类没有{words}。", "The decision takes no licence away."),
            ("请核对处罚编号。", "Check the number of the penalty."),
        )
    text = nfc(licence)
    if not text:
        raise FieldError(("licence",), ("内容为空。", "It is empty."), ("请填证照名称及编号。", "Name it."))
    own = select(PenaltyLicence).where(PenaltyLicence.penalty_id == penalty_id)
    values: dict[str, Any] = {"penalty_id": penalty_id, "number": len(act.session.exec(own).all()) + 1, "licence": text}
    fact_id = write(act, Kind.PENALTY_LICENCE_STATED, subject=penalty_id, body=values)
    act.session.add(PenaltyLicence(**values, stated_by=act.person, stated_at=act.at, fact_id=fact_id))
    act.session.flush()
    return penalty


def licences_of(session: Session, penalty_ids: list[str]) -> dict[str, str]:
    """Return penalty → the licence stated last, of those that have one."""
    own = select(PenaltyLicence).where(col(PenaltyLicence.penalty_id).in_(penalty_ids))
    return {row.penalty_id: row.licence for row in session.exec(own.order_by(col(PenaltyLicence.number)))}
