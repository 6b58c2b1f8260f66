"""Penalties (行政处罚): the decision as made, ours or received. Publicity decides what becomes public.

The kinds are those of 行政处罚法 article 9. Money is integer fen.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Index, text
from sqlmodel import Field, Session

from registry.base import Record, UtcDateTime, nfc
from registry.errors import AbsentError, FieldError
from registry.gravity import NOTHING, Gravity, check_gravity, keep_gravity
from registry.journal import Act
from registry.people import next_number


class PenaltyKind(StrEnum):
    """Kinds of penalty, 行政处罚法 article 9."""

    WARNING = "warning"
    CRITICISM = "criticism"
    FINE = "fine"
    CONFISCATION = "confiscation"
    LICENCE_SUSPENDED = "licence_suspended"
    LICENCE_DOWNGRADED = "licence_downgraded"
    LICENCE_REVOKED = "licence_revoked"
    ACTIVITY_RESTRICTED = "activity_restricted"
    BUSINESS_SUSPENDED = "business_suspended"
    CLOSED = "closed"
    OCCUPATION_RESTRICTED = "occupation_restricted"
    OTHER = "other"


PENALTY_WORDS = {
    PenaltyKind.WARNING: "警告",
    PenaltyKind.CRITICISM: "通报批评",
    PenaltyKind.FINE: "罚款",
    PenaltyKind.CONFISCATION: "没收违法所得、没收非法财物",
    PenaltyKind.LICENCE_SUSPENDED: "暂扣许可证件",
    PenaltyKind.LICENCE_DOWNGRADED: "降低资质等级",
    PenaltyKind.LICENCE_REVOKED: "吊销许可证件",
    PenaltyKind.ACTIVITY_RESTRICTED: "限制开展生产经营活动",
    PenaltyKind.BUSINESS_SUSPENDED: "责令停产停业",
    PenaltyKind.CLOSED: "责令关闭",
    PenaltyKind.OCCUPATION_RESTRICTED: "限制从业",
    PenaltyKind.OTHER: "法律、行政法规规定的其他行政处罚",
}


BANS = frozenset({PenaltyKind.ACTIVITY_RESTRICTED, PenaltyKind.OCCUPATION_RESTRICTED})
"""The kinds that hold for a time of their own."""


OURS = "finding_id IS NOT NULL"
"""Of the decisions on record, those of our own departments."""


class Procedure(StrEnum):
    """普通程序 or 简易程序."""

    ORDINARY = "ordinary"
    SUMMARY = "summary"


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A penalty decision as made; ``department`` is the one of ours that made it, or that received it."""

    decision_no: str
    procedure: Procedure
    violation: str
    facts: str
    basis: str
    kinds: tuple[PenaltyKind, ...]
    content: str
    fine_fen: int
    confiscated_fen: int
    department: str
    decided_on: date
    gravity: Gravity = NOTHING


@dataclass(frozen=True, kw_only=True)
class Party:
    """Whom a decision is against, by the name of the day."""

    unit_id: str
    operator_name: str


class Penalty(Record, table=True):
    """One decision on record, ours or received from another province (``registry.received``).

    What it rests on is known to ``registry.grounds`` alone. Of one of ours that is the finding, and its number is taken
    once; ``finding_id`` is None of one received, whose number its own authority counts.
    """

    __tablename__ = "penalties"
    __table_args__ = (
        Index(
            "uq_penalties_decision_no",
            "decision_no",
            unique=True,
            sqlite_where=text(OURS),
            postgresql_where=text(OURS),
        ),
    )

    penalty_id: str = Field(primary_key=True)
    finding_id: str | None = Field(default=None, foreign_key="findings.finding_id", index=True)
    unit_id: str = Field(foreign_key="operators.unit_id", index=True)
    operator_name: str
    decision_no: str
    procedure: str
    violation: str
    facts: str
    basis: str
    kinds: list[str] = Field(sa_type=JSON)
    content: str
    fine_fen: int = Field(sa_type=BigInteger)
    confiscated_fen: int = Field(sa_type=BigInteger)
    department: str = Field(foreign_key="departments.code")
    decided_on: date = Field(index=True)
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)


def keep_penalty(
    act: Act, decided: Decided, party: Party, *, finding_id: str | None
) -> tuple[Penalty, dict[str, object]]:
    """Keep a decision that was checked; return it with the body of the fact that tells of it, which the caller writes.

    ``finding_id`` is None of one that rests on no visit of ours.
    """
    values = {each.name: getattr(decided, each.name) for each in fields(Decided) if each.name != "gravity"}
    penalty = Penalty(
        **values | {"decision_no": nfc(decided.decision_no), "kinds": list(decided.kinds)},
        penalty_id=next_number(act.session, Penalty.penalty_id, f"{decided.decided_on.year}-"),
        finding_id=finding_id,
        unit_id=party.unit_id,
        operator_name=party.operator_name,
        decided_by=act.person,
        decided_at=act.at,
    )
    act.session.add(penalty)
    body: dict[str, object] = penalty.model_dump(mode="json")
    if decided.gravity.is_stated:
        body["gravity"] = keep_gravity(act, penalty.penalty_id, decided.gravity).model_dump(mode="json")
    return penalty, body


def get_penalty(session: Session, penalty_id: str) -> Penalty:
    """Return a penalty or raise AbsentError."""
    found = session.get(Penalty, penalty_id)
    if found is None:
        raise AbsentError(what_zh="处罚", what_en="penalty", key=penalty_id)
    return found


def check_decided(decided: Decided, *, first: date, last: date) -> None:
    """Refuse a decision that contradicts itself, or was not made from ``first`` to ``last``. Raises FieldError."""
    for name in ("decision_no", "violation", "facts", "basis", "content"):
        if not nfc(getattr(decided, name)):
            raise FieldError((name,), ("内容为空。", "It is empty."), ("请填写。", "Fill it in."))
    if len(set(decided.kinds)) < len(decided.kinds):
        raise FieldError(
            ("kinds",), ("处罚种类重复。", "A kind of penalty stands twice."), ("请去掉重复项。", "Name it once.")
        )
    if not first <= decided.decided_on <= last:
        raise FieldError(
            ("decided_on",),
            (f"决定日期 {decided.decided_on} 不在可填范围内。", f"The day {decided.decided_on} is out of range."),
            (f"请填 {first} 至 {last} 之间的日期。", f"Give a day from {first} to {last}."),
        )
    check_gravity(decided.gravity, banned=not BANS.isdisjoint(decided.kinds), decided_on=decided.decided_on)
    for name, kind in (("fine_fen", PenaltyKind.FINE), ("confiscated_fen", PenaltyKind.CONFISCATION)):
        if (getattr(decided, name) > 0) != (kind in decided.kinds):
            raise FieldError(
                (name,),
                ("金额与处罚种类不符。", "The amount does not go with the kinds of penalty."),
                (
                    f"有“{PENALTY_WORDS[kind]}”须填金额（分），没有则填 0。",
                    f"With {kind} give an amount in fen above zero, without it 0.",
                ),
            )
