"""Penalties received (外省推送的行政处罚): decided by an authority of another province against an operator of ours.

The decision is a penalty like any other, which rests on no visit: what it rests on is this row, which says who decided
it, through whom it came, by which letter and on which day. Each authority counts its own numbers, so that those of two
may be the same. Whether it is published, and by when, is publicity's (``publicity.receiving``).

Source: 市场监督管理行政处罚信息公示规定 (45号令) article 10.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, select

from registry.areas import parse_area
from registry.base import Record, UtcDateTime, nfc
from registry.departments import get_department
from registry.errors import FieldError, RegistryError
from registry.journal import Act, Kind, write
from registry.operators import MergedError, get_operator
from registry.outbox import Watched, watch
from registry.penalties import Decided, Party, Penalty, check_decided, keep_penalty

EARLIEST = date(2000, 1, 1)
"""No decision of before can reach anybody now: the longest term of publication is over."""


@dataclass(frozen=True, kw_only=True)
class Received(Decided):
    """A decision as another province pushed it: against whom, by which authority, through whom, by which letter."""

    unit_id: str
    authority_area: str
    authority: str
    sender: str
    letter_no: str
    received_on: date


class ReceivedPenalty(Record, table=True):
    """Where a received penalty comes from; ``decision_no`` is the penalty's, which its authority gave once."""

    __tablename__ = "received_penalties"
    __table_args__ = (UniqueConstraint("authority_area", "authority", "decision_no"),)

    penalty_id: str = Field(primary_key=True, foreign_key="penalties.penalty_id")
    authority_area: str
    authority: str
    decision_no: str
    sender: str
    letter_no: str
    received_on: date = Field(index=True)
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class ReceivedBeforeError(RegistryError):
    """The decision is on record already."""

    nature = "conflict"
    zh = "{authority}的处罚决定书 {number} 已登记收到（{key}）。未作任何改动；请核对机关名称和文号。"
    en = "Decision {number} of {authority} is on record as {key}. Nothing was changed; check authority and number."


def receive_penalty(act: Act, received: Received) -> Penalty:
    """Record a penalty that another province pushed.

    Raises AbsentError, MergedError, FieldError, AreaError, ReceivedBeforeError.
    """
    operator = get_operator(act.session, received.unit_id)
    if operator.merged_into:
        raise MergedError(unit_id=operator.unit_id, kept=operator.merged_into)
    get_department(act.session, received.department)
    own: dict[str, Any] = {"authority_area": parse_area(received.authority_area)}
    own |= {name: _filled(received, name) for name in ("authority", "decision_no", "sender", "letter_no")}
    if not EARLIEST <= received.received_on <= act.today:
        raise FieldError(
            ("received_on",),
            (f"收到日期 {received.received_on} 不在可填范围内。", f"The day {received.received_on} is out of range."),
            (f"请填 {act.today} 或者更早的日期。", f"Give {act.today} or a day before."),
        )
    check_decided(received, first=EARLIEST, last=received.received_on)
    _refuse_twice(act.session, own)
    party = Party(unit_id=operator.unit_id, operator_name=operator.name)
    penalty, body = keep_penalty(act, received, party, finding_id=None)
    origin = own | {"received_on": received.received_on.isoformat()}
    fact_id = write(act, Kind.PENALTY_RECEIVED, subject=penalty.penalty_id, body=body | {"received": origin})
    row = ReceivedPenalty(
        **own,
        penalty_id=penalty.penalty_id,
        received_on=received.received_on,
        entered_by=act.person,
        entered_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(row)
    act.session.flush()
    watch(act, Watched.PENALTY_RECEIVED, penalty.penalty_id)
    return penalty


def find_received(session: Session, penalty_id: str) -> ReceivedPenalty | None:
    """Return where a received penalty comes from, or None of one of ours."""
    return session.get(ReceivedPenalty, penalty_id)


def _filled(received: Received, name: str) -> str:
    text = nfc(getattr(received, name))
    if not text:
        raise FieldError((name,), ("内容为空。", "It is empty."), ("请填写。", "Fill it in."))
    return text


def _refuse_twice(session: Session, own: dict[str, Any]) -> None:
    same = select(ReceivedPenalty).where(
        ReceivedPenalty.authority_area == own["authority_area"],
        ReceivedPenalty.authority == own["authority"],
        ReceivedPenalty.decision_no == own["decision_no"],
    )
    if found := session.exec(same).first():
        raise ReceivedBeforeError(authority=found.authority, number=found.decision_no, key=found.penalty_id)
