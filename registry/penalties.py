"""Penalties (行政处罚) that follow from a visit: the decision as made. Publicity decides what becomes public.

The kinds are those of 行政处罚法 article 9. Money is integer fen.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, Session, select

from registry.base import Record, UtcDateTime, nfc
from registry.case_endings import Punished, check_decidable, end_by_penalty
from registry.departments import get_department
from registry.errors import AbsentError, FieldError, RegistryError
from registry.findings import (
    Finding,
    FindingState,
    FindingStateError,
    finding_state,
    get_finding,
    latest_finding,
    refuse_own,
)
from registry.gravity import NOTHING, Gravity, PenaltyGravity, check_gravity, keep_gravity
from registry.journal import Act, Kind, write
from registry.outbox import Watched, watch
from registry.people import next_number
from registry.sealed import refuse_sealed
from registry.visits import get_assignment


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


class Procedure(StrEnum):
    """普通程序 or 简易程序."""

    ORDINARY = "ordinary"
    SUMMARY = "summary"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A penalty decision as made; ``finding_id`` is the reviewed finding it follows from."""

    finding_id: str
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


class Penalty(Record, table=True):
    """One decision on record."""

    __tablename__ = "penalties"

    penalty_id: str = Field(primary_key=True)
    finding_id: str = Field(foreign_key="findings.finding_id", index=True)
    unit_id: str = Field(foreign_key="operators.unit_id", index=True)
    operator_name: str
    decision_no: str = Field(unique=True)
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


class DecisionExistsError(RegistryError):
    """The decision number is taken."""

    nature = "conflict"
    zh = "处罚决定书文号 {number} 已登记。请核对文号。"
    en = "Decision number {number} is on record already. Check the number."


def decide_penalty(act: Act, decision: Decision) -> Penalty:
    """Record a penalty decision that follows from a reviewed finding with a problem, by somebody who was not there.

    The case of the visit ends with it.
    Raises SealedError, FindingStateError, SamePersonError, FieldError, AbsentError, CaseStateError,
    DecisionExistsError.
    """
    finding = get_finding(act.session, decision.finding_id)
    absent = AbsentError(what_zh="检查结果", what_en="finding", key=decision.finding_id)
    refuse_sealed(act, finding.visit_id, absent)
    check_ground(act.session, finding)
    refuse_own(act, finding, step=("作出处罚决定", "Deciding a penalty"))
    check_decidable(act, finding.visit_id)
    get_department(act.session, decision.department)
    _check(act, decision, inspected_on=finding.inspected_on)
    number = nfc(decision.decision_no)
    if act.session.exec(select(Penalty).where(Penalty.decision_no == number)).first():
        raise DecisionExistsError(number=number)
    visit = get_assignment(act.session, finding.visit_id).visit
    values = asdict(decision) | {"decision_no": number, "kinds": list(decision.kinds)}
    del values["gravity"]
    penalty = Penalty(
        **values,
        penalty_id=next_number(act.session, Penalty.penalty_id, f"{decision.decided_on.year}-"),
        unit_id=visit.unit_id,
        operator_name=visit.operator_name,
        decided_by=act.person,
        decided_at=act.at,
    )
    act.session.add(penalty)
    body = penalty.model_dump(mode="json")
    if decision.gravity.is_stated:
        body["gravity"] = keep_gravity(act, penalty.penalty_id, decision.gravity).model_dump(mode="json")
    fact_id = write(act, Kind.PENALTY_DECIDED, subject=penalty.penalty_id, body=body)
    punished = Punished(penalty_id=penalty.penalty_id, decided_on=penalty.decided_on, fact_id=fact_id)
    end_by_penalty(act, finding.visit_id, punished)
    for duty in (Watched.PENALTY, Watched.UPLOAD):
        watch(act, duty, penalty.penalty_id)
    return penalty


def state_gravity(act: Act, penalty_id: str, gravity: Gravity) -> PenaltyGravity:
    """State anew what the term of a decision hangs on, by somebody who was not there; the newest statement counts.

    Raises AbsentError, SamePersonError, FieldError.
    """
    penalty = get_penalty(act.session, penalty_id)
    refuse_own(act, get_finding(act.session, penalty.finding_id), step=("补填情节", "Stating the gravity"))
    check_gravity(gravity, banned=not BANS.isdisjoint(penalty.kinds), decided_on=penalty.decided_on)
    row = keep_gravity(act, penalty_id, gravity)
    write(act, Kind.PENALTY_GRAVITY_STATED, subject=penalty_id, body=row.model_dump(mode="json"))
    return row


def check_ground(session: Session, finding: Finding) -> None:
    """Refuse a penalty that does not rest on the newest, reviewed finding with a problem. Raises FindingStateError."""
    latest = latest_finding(session, finding.visit_id)
    approved = finding_state(session, finding.finding_id) is FindingState.APPROVED
    if latest is None or latest.finding_id != finding.finding_id or not approved or not finding.problem:
        raise FindingStateError(
            key=finding.finding_id,
            problem_zh="不是经审核且发现问题的最新结果，不能据以处罚或公示处罚",
            problem_en="is not the newest reviewed finding with a problem, so no penalty can rest on it",
        )


def get_penalty(session: Session, penalty_id: str) -> Penalty:
    """Return a penalty or raise AbsentError."""
    found = session.get(Penalty, penalty_id)
    if found is None:
        raise AbsentError(what_zh="处罚", what_en="penalty", key=penalty_id)
    return found


def _check(act: Act, decision: Decision, *, inspected_on: date) -> None:
    for name in ("decision_no", "violation", "facts", "basis", "content"):
        if not nfc(getattr(decision, name)):
            raise FieldError((name,), ("内容为空。", "It is empty."), ("请填写。", "Fill it in."))
    if len(set(decision.kinds)) < len(decision.kinds):
        raise FieldError(
            ("kinds",), ("处罚种类重复。", "A kind of penalty stands twice."), ("请去掉重复项。", "Name it once.")
        )
    if not inspected_on <= decision.decided_on <= act.today:
        raise FieldError(
            ("decided_on",),
            (f"决定日期 {decision.decided_on} 不在可填范围内。", f"The day {decision.decided_on} is out of range."),
            (f"请填 {inspected_on} 至 {act.today} 之间的日期。", f"Give a day from {inspected_on} to {act.today}."),
        )
    check_gravity(decision.gravity, banned=not BANS.isdisjoint(decision.kinds), decided_on=decision.decided_on)
    for name, kind in (("fine_fen", PenaltyKind.FINE), ("confiscated_fen", PenaltyKind.CONFISCATION)):
        if (getattr(decision, name) > 0) != (kind in decision.kinds):
            raise FieldError(
                (name,),
                ("金额与处罚种类不符。", "The amount does not go with the kinds of penalty."),
                (
                    f"有“{PENALTY_WORDS[kind]}”须填金额（分），没有则填 0。",
                    f"With {kind} give an amount in fen above zero, without it 0.",
                ),
            )
