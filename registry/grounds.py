"""What a penalty rests on (处罚的来由): a visit of ours with its finding, or what another province pushed to us.

The one place that knows. Of a visit: who was there takes no further step, nothing is told while its draw is sealed, and
the finding has to be the newest. What was received hides nobody's draw; whoever entered it stands for who decided it.
"""

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col
from sqlmodel.sql.expression import SelectOfScalar

from registry.departments import department_names
from registry.errors import AbsentError, RegistryError
from registry.findings import (
    Finding,
    FindingState,
    FindingStateError,
    finding_state,
    get_finding,
    latest_finding,
    refuse_own,
)
from registry.journal import Act
from registry.penalties import Penalty, get_penalty
from registry.people import other_person
from registry.received import find_received
from registry.sealed import Reader, findings_of, found_visits, has_visit, refuse_sealed
from registry.visits import Visit, get_visit
from sampling.wording import Words


class ReceivedPenaltyError(RegistryError):
    """It needs a visit of ours, and another province's authority decided this penalty."""

    nature = "conflict"
    zh = "处罚 {key} 由外省机关“{authority}”作出，不出自本机关的检查。未作任何改动；请向该机关办理。"
    en = (
        "The penalty {key} was decided by {authority} of another province and rests on no visit of ours. "
        "Nothing was changed; turn to that authority."
    )


def visit_of(session: Session, penalty: Penalty) -> Visit | None:
    """Return the visit that a penalty follows from, or None of one received."""
    if penalty.finding_id is None:
        return None
    return get_visit(session, get_finding(session, penalty.finding_id).visit_id)


def own_finding(session: Session, penalty: Penalty) -> Finding:
    """Return the finding that a penalty of ours follows from. Raises ReceivedPenaltyError."""
    if penalty.finding_id is None:
        raise ReceivedPenaltyError(key=penalty.penalty_id, authority=authority_of(session, penalty))
    return get_finding(session, penalty.finding_id)


def authority_of(session: Session, penalty: Penalty) -> str:
    """Return the name of the authority that decided a penalty."""
    received = find_received(session, penalty.penalty_id)
    return department_names(session)[penalty.department] if received is None else received.authority


def told_with(visits: SelectOfScalar[str]) -> ColumnElement[bool]:
    """Return the condition that who may read of some visits may read of a penalty: theirs, and those received."""
    return or_(col(Penalty.finding_id).is_(None), col(Penalty.finding_id).in_(findings_of(visits)))


def readable_penalty(session: Session, penalty_id: str, reader: Reader) -> Penalty:
    """Return a penalty that somebody may read. Raises AbsentError."""
    penalty = get_penalty(session, penalty_id)
    visit = visit_of(session, penalty)
    if visit is not None and not has_visit(session, found_visits(reader), visit.visit_id):
        raise _absent(penalty_id)
    return penalty


def open_penalty(act: Act, penalty_id: str) -> Penalty:
    """Return a penalty on which something may rest, its draw being open. Raises AbsentError, SealedError."""
    penalty = get_penalty(act.session, penalty_id)
    visit = visit_of(act.session, penalty)
    if visit is not None:
        refuse_sealed(act, visit.visit_id, _absent(penalty_id))
    return penalty


def refuse_involved(act: Act, penalty: Penalty, *, step: Words) -> None:
    """Refuse when the acting person was on the visit that a penalty follows from. Raises SamePersonError."""
    if penalty.finding_id is not None:
        refuse_own(act, get_finding(act.session, penalty.finding_id), step=step)


def refuse_decider(act: Act, penalty: Penalty, *, step: Words) -> None:
    """Refuse when the acting person decided a penalty, or entered it as received. Raises SamePersonError."""
    received = penalty.finding_id is None
    did = ("登记收到该处罚", "entered it as received") if received else ("作出处罚决定", "decided it")
    other_person(act, penalty.decided_by, step=step, did=did)


def check_ground(session: Session, penalty: Penalty) -> None:
    """Refuse a penalty of ours whose finding it can no longer rest on. Raises FindingStateError."""
    if penalty.finding_id is not None:
        check_finding(session, get_finding(session, penalty.finding_id))


def check_finding(session: Session, finding: Finding) -> None:
    """Refuse a penalty that does not rest on the newest, reviewed finding with a problem. Raises FindingStateError."""
    latest = latest_finding(session, finding.visit_id)
    approved = finding_state(session, finding.finding_id) is FindingState.APPROVED
    if latest is None or latest.finding_id != finding.finding_id or not approved or not finding.problem:
        raise FindingStateError(
            key=finding.finding_id,
            problem_zh="不是经审核且发现问题的最新结果，不能据以处罚或公示处罚",
            problem_en="is not the newest reviewed finding with a problem, so no penalty can rest on it",
        )


def _absent(penalty_id: str) -> AbsentError:
    return AbsentError(what_zh="处罚", what_en="penalty", key=penalty_id)
