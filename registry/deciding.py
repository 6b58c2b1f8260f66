"""Deciding penalties (作出处罚决定) on what a visit found, and stating anew what their term hangs on."""

from dataclasses import dataclass

from sqlmodel import col, select

from registry.base import nfc
from registry.case_endings import Punished, check_decidable, end_by_penalty
from registry.departments import get_department
from registry.errors import AbsentError, RegistryError
from registry.findings import get_finding, refuse_own
from registry.gravity import Gravity, PenaltyGravity, check_gravity, keep_gravity
from registry.grounds import check_finding, refuse_involved
from registry.journal import Act, Kind, write
from registry.outbox import Watched, watch
from registry.penalties import (
    BANS,
    Decided,
    Party,
    Penalty,
    check_decided,
    get_penalty,
    keep_penalty,
)
from registry.sealed import refuse_sealed
from registry.visits import get_assignment


@dataclass(frozen=True, kw_only=True)
class Decision(Decided):
    """A decision of ours; ``finding_id`` is the reviewed finding it follows from."""

    finding_id: str


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
    check_finding(act.session, finding)
    refuse_own(act, finding, step=("作出处罚决定", "Deciding a penalty"))
    check_decidable(act, finding.visit_id)
    get_department(act.session, decision.department)
    check_decided(decision, first=finding.inspected_on, last=act.today)
    number = nfc(decision.decision_no)
    same = select(Penalty).where(Penalty.decision_no == number, col(Penalty.finding_id).is_not(None))
    if act.session.exec(same).first():
        raise DecisionExistsError(number=number)
    visit = get_assignment(act.session, finding.visit_id).visit
    party = Party(unit_id=visit.unit_id, operator_name=visit.operator_name)
    penalty, body = keep_penalty(act, decision, party, finding_id=finding.finding_id)
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
    refuse_involved(act, penalty, step=("补填情节", "Stating the gravity"))
    check_gravity(gravity, banned=not BANS.isdisjoint(penalty.kinds), decided_on=penalty.decided_on)
    row = keep_gravity(act, penalty_id, gravity)
    write(act, Kind.PENALTY_GRAVITY_STATED, subject=penalty_id, body=row.model_dump(mode="json"))
    return row
