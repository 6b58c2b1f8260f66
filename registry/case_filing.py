"""Filing a case (立案) for a finding with a problem: its day and number are those of the follow-up that opened it.

The clock begins before the decision: what was decided already is not filed afterwards. What was found and who was
there is as with a penalty: the draw is open, and nobody of the visit files.
"""

from datetime import date

from sqlmodel import Session, col, select

from registry.cases import Case, CaseStateError, open_case_of
from registry.errors import AbsentError
from registry.findings import Finding, refuse_own
from registry.followups import FollowStep, FollowUp, Matter, get_matter
from registry.journal import Act, Kind, write
from registry.penalties import Penalty
from registry.people import next_number
from registry.sealed import refuse_sealed


def file_case(act: Act, visit_id: str, item: str) -> Case:
    """File the case that a follow-up of a problem opened, by somebody who was not at the visit.

    Raises SealedError, AbsentError, SamePersonError, CaseStateError.
    """
    key = f"{visit_id}/{item}"
    refuse_sealed(act, visit_id, AbsentError(what_zh="后续处理事项", what_en="matter to follow up", key=key))
    matter = get_matter(act.session, visit_id, item)
    refuse_own(act, matter.finding, step=("立案", "Filing a case"))
    opened = _opened(matter)
    _check_free(act.session, opened)
    case = Case(
        case_id=next_number(act.session, Case.case_id, "c"),
        visit_id=visit_id,
        item=item,
        step=opened.number,
        finding_id=matter.finding.finding_id,
        case_no=opened.reference,
        filed_on=opened.happened_on,
        filed_by=act.person,
        filed_at=act.at,
        fact_id=0,
    )
    body = case.model_dump(mode="json", exclude={"fact_id", "filed_by", "filed_at"})
    case.fact_id = write(act, Kind.CASE_FILED, subject=case.case_id, body=body)
    act.session.add(case)
    act.session.flush()
    return case


def _opened(matter: Matter) -> FollowUp:
    """Return the newest step that opened a case. Raises CaseStateError."""
    found = [each for each in matter.steps if each.step == FollowStep.CASE_OPENED and each.reference]
    if not found:
        raise CaseStateError(
            key=f"{matter.visit_id}/{matter.item}",
            problem_zh="没有登记“立案”的后续处理",
            problem_en="has no follow-up that opens a case",
            mend_zh="请先登记立案日期和案号。",
            mend_en="Record the day and the number of the case there first.",
        )
    return found[-1]


def _check_free(session: Session, opened: FollowUp) -> None:
    """Refuse a second case, and one whose decision was made already. Raises CaseStateError."""
    taken = session.exec(select(Case).where(Case.case_no == opened.reference)).first()
    running = taken or open_case_of(session, opened.visit_id)
    if running is not None:
        raise CaseStateError(
            key=opened.visit_id,
            problem_zh=f"已有案件 {running.case_id}（{running.case_no}）",
            problem_en=f"has the case {running.case_id} ({running.case_no})",
            mend_zh="请在该案件中办理。",
            mend_en="Go on with that one.",
        )
    decided = _decided_since(session, opened.visit_id, opened.happened_on)
    if decided is not None:
        raise CaseStateError(
            key=opened.visit_id,
            problem_zh=f"已于 {decided.decided_on} 作出处罚决定 {decided.penalty_id}",
            problem_en=f"led to the penalty {decided.penalty_id} on {decided.decided_on}",
            mend_zh="立案应当在作出决定之前登记。",
            mend_en="A case is filed before it is decided.",
        )


def _decided_since(session: Session, visit_id: str, day: date) -> Penalty | None:
    own = select(Finding.finding_id).where(Finding.visit_id == visit_id)
    query = select(Penalty).where(col(Penalty.finding_id).in_(own), col(Penalty.decided_on) >= day)
    return session.exec(query.order_by(col(Penalty.decided_on))).first()
