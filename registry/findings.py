"""Findings (检查结果): what one visit filed, one outcome for every item of the visit.

A finding is filed by an inspector of the team with a certificate valid on the day, confirmed by a second one, reviewed
by somebody who was not there, and never edited: a correction is a new record that points at the old. States: 待确认 →
待审核 → (审核退回) → 审核通过, and 已公示 once publicity has disclosed it. Source: 行政处罚法 42 (at least two).
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, Session, col, func, select

from registry.base import Record, UtcDateTime, nfc
from registry.errors import AbsentError, FieldError, RegistryError
from registry.filing import Filing, check_certificate, check_day, check_holds, check_outcomes, check_path
from registry.inspectors import Inspector, InspectorStatus
from registry.journal import Act, Kind, write
from registry.outbox import Watched, Work, hasten, is_waiting, watch
from registry.people import Person, SamePersonError, person_name
from registry.steps import (
    ONLY_UNDRAWN,
    Step,
    Taken,
    VisitState,
    add_step,
    check_step,
    is_told,
    replaced_visits,
    state_after,
    steps_of_visit,
)
from registry.visits import Assignment, Visit, get_assignment, get_visit, visits_of_inspector


class FindingState(StrEnum):
    """Where a finding stands before publication."""

    FILED = "filed"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    APPROVED = "approved"


FINDING_WORDS = {
    FindingState.FILED: "待确认",
    FindingState.CONFIRMED: "待审核",
    FindingState.RETURNED: "审核退回",
    FindingState.APPROVED: "审核通过",
}


class Finding(Record, table=True):
    """One record of a visit; version 1 is the first, each later one corrects the one before it."""

    __tablename__ = "findings"

    finding_id: str = Field(primary_key=True)
    visit_id: str = Field(foreign_key="visits.visit_id", index=True)
    version: int
    corrects: str | None = Field(default=None, foreign_key="findings.finding_id", unique=True)
    inspected_on: date = Field(index=True)
    problem: bool
    filed_by: str
    filed_at: datetime = Field(sa_type=UtcDateTime)


class FindingOutcome(Record, table=True):
    """The outcome of one item."""

    __tablename__ = "finding_outcomes"

    finding_id: str = Field(primary_key=True, foreign_key="findings.finding_id")
    item: str = Field(primary_key=True, foreign_key="items.code")
    outcome: str
    text: str
    follow_up: str


class FindingConfirmation(Record, table=True):
    """The second inspector's word that the finding is what the team found."""

    __tablename__ = "finding_confirmations"

    finding_id: str = Field(primary_key=True, foreign_key="findings.finding_id")
    confirmed_by: str
    confirmed_at: datetime = Field(sa_type=UtcDateTime)


class FindingReview(Record, table=True):
    """The review of one finding; a returned one carries its reason."""

    __tablename__ = "finding_reviews"

    finding_id: str = Field(primary_key=True, foreign_key="findings.finding_id")
    approved: bool
    reason: str
    reviewed_by: str
    reviewed_at: datetime = Field(sa_type=UtcDateTime)


class FindingStateError(RegistryError):
    """The finding or visit is not in the state that the step needs."""

    nature = "conflict"
    zh = "{key} {problem_zh}。未作任何改动。"
    en = "{key} {problem_en}. Nothing was changed."


def own_visit(session: Session, person: Person, visit_id: str, day: date) -> Assignment:
    """Return one of an inspector's own visits that is in sight on a day; any other is as if it did not exist."""
    assignment = get_assignment(session, visit_id)
    if not assignment.has(_serving(session, person)) or not _in_sight(session, assignment, day):
        raise AbsentError(what_zh="检查任务", what_en="visit", key=visit_id)
    return assignment


def open_assignments(session: Session, person: Person, day: date) -> list[Assignment]:
    """Return an inspector's own visits that are in sight on a day."""
    serving = _serving(session, person)
    own = visits_of_inspector(session, serving) if serving else []
    return [each for each in own if _in_sight(session, each, day)]


def file_finding(act: Act, person: Person, visit_id: str, filing: Filing) -> Finding:
    """File what a visit found, or a correction of what was filed.

    Raises AbsentError, FindingStateError, FieldError, CertificateError.
    """
    assignment = own_visit(act.session, person, visit_id, act.today)
    latest = latest_finding(act.session, visit_id)
    _check_turn(visit_id, latest, filing)
    steps = check_step(act.session, assignment.visit, Step.FILED)
    check_day(act, assignment, filing, steps)
    check_certificate(act, person, filing)
    problem = check_outcomes(assignment, filing)
    check_path(steps, filing)
    version = 1 if latest is None else latest.version + 1
    finding = Finding(
        finding_id=f"{visit_id}-{version}",
        visit_id=visit_id,
        version=version,
        corrects=filing.corrects,
        inspected_on=filing.inspected_on,
        problem=problem,
        filed_by=act.person,
        filed_at=act.at,
    )
    act.session.add(finding)
    act.session.flush()
    lines = [asdict(each) | {"text": nfc(each.text)} for each in filing.outcomes]
    act.session.add_all(FindingOutcome(finding_id=finding.finding_id, **line) for line in lines)
    body = finding.model_dump(mode="json") | {"outcomes": lines}
    fact_id = write(act, Kind.FINDING_FILED, subject=finding.finding_id, body=body)
    _step(act, finding, Step.FILED, fact_id)
    watch(act, Watched.RESULT, visit_id)
    _hasten_opening(act, assignment.visit.draw_id)
    return finding


def confirm_finding(act: Act, person: Person, finding_id: str) -> FindingConfirmation:
    """Confirm, as a second inspector of the team, the newest finding of a visit.

    Raises AbsentError (another's visit), FindingStateError, VisitStateError, SamePersonError, CertificateError.
    """
    finding = get_finding(act.session, finding_id)
    assignment = own_visit(act.session, person, finding.visit_id, act.today)
    _refuse_replaced(act.session, finding)
    check_step(act.session, assignment.visit, Step.CONFIRMED)
    if act.person == finding.filed_by or person.name == person_name(act.session, finding.filed_by):
        raise SamePersonError(
            person=act.person,
            step_zh="确认检查结果",
            step_en="Confirming a finding",
            first_zh="提交该结果",
            first_en="filed it",
        )
    check_holds(act, person, act.today)
    confirmation = FindingConfirmation(finding_id=finding_id, confirmed_by=act.person, confirmed_at=act.at)
    act.session.add(confirmation)
    fact_id = write(act, Kind.FINDING_CONFIRMED, subject=finding_id, body=confirmation.model_dump(mode="json"))
    _step(act, finding, Step.CONFIRMED, fact_id)
    return confirmation


def review_finding(act: Act, finding_id: str, *, approved: bool, reason: str = "") -> FindingReview:
    """Approve the latest finding of a visit or return it with a reason. Raises SamePersonError for the team."""
    finding = get_finding(act.session, finding_id)
    refuse_own(act, finding, step=("审核", "Reviewing a finding"))
    _refuse_replaced(act.session, finding)
    if act.session.get(FindingReview, finding_id):
        raise FindingStateError(key=finding_id, problem_zh="已经审核过", problem_en="was reviewed before")
    if act.session.get(FindingConfirmation, finding_id) is None:
        raise FindingStateError(
            key=finding_id,
            problem_zh="尚未由检查组第二名检查人员确认",
            problem_en="was not confirmed by a second inspector of the team yet",
        )
    if not approved and not nfc(reason):
        raise FieldError(
            ("reason",), ("退回没有理由。", "No reason to return it."), ("请写明理由。", "State the reason.")
        )
    review = FindingReview(
        finding_id=finding_id, approved=approved, reason=nfc(reason), reviewed_by=act.person, reviewed_at=act.at
    )
    act.session.add(review)
    fact_id = write(act, Kind.FINDING_REVIEWED, subject=finding_id, body=review.model_dump(mode="json"))
    _step(act, finding, Step.PASSED if approved else Step.RETURNED, fact_id)
    return review


def refuse_own(act: Act, finding: Finding, *, step: tuple[str, str]) -> None:
    """Refuse when the acting person filed the finding, sat on the visit's team, or bears the name of one who did.

    A second account of the same human would bear the same name; a namesake has to leave the step to somebody else.
    """
    person = act.session.get_one(Person, act.person)
    team = get_assignment(act.session, finding.visit_id)
    names = {seat.inspector_name for seat in team.seats} | {person_name(act.session, finding.filed_by)}
    if act.person == finding.filed_by or team.has(person.inspector_no) or person.name in names:
        raise SamePersonError(
            person=act.person,
            step_zh=step[0],
            step_en=step[1],
            first_zh="参加了该次检查",
            first_en="took part in the visit",
        )


def get_finding(session: Session, finding_id: str) -> Finding:
    """Return a finding or raise AbsentError."""
    found = session.get(Finding, finding_id)
    if found is None:
        raise AbsentError(what_zh="检查结果", what_en="finding", key=finding_id)
    return found


def first_inspected_on(session: Session, visit_id: str) -> date:
    """Return the earliest day of inspection that any record of a visit gives: a correction starts no new term."""
    return min(session.exec(select(col(Finding.inspected_on)).where(Finding.visit_id == visit_id)))


def latest_finding(session: Session, visit_id: str) -> Finding | None:
    """Return the newest record of a visit, or None when nothing was filed."""
    newest = select(Finding).where(Finding.visit_id == visit_id).order_by(col(Finding.version).desc()).limit(1)
    return session.exec(newest).first()


def unfiled(session: Session, draw_id: str) -> int:
    """Return how many visits of a draw have no finding yet; one that was replaced never will."""
    filed = select(Finding.visit_id).distinct()
    waiting = select(func.count()).select_from(Visit).where(Visit.draw_id == draw_id, col(Visit.visit_id).not_in(filed))
    return session.exec(waiting.where(col(Visit.visit_id).not_in(replaced_visits()))).one()


def finding_outcomes(session: Session, finding_id: str, items: Sequence[str]) -> list[FindingOutcome]:
    """Return a finding's outcomes in the order of the visit's items."""
    found = session.exec(select(FindingOutcome).where(FindingOutcome.finding_id == finding_id))
    return sorted(found, key=lambda line: items.index(line.item))


def finding_state(session: Session, finding_id: str) -> FindingState:
    """Return where a finding stands on its way to publication."""
    review = session.get(FindingReview, finding_id)
    if review is None:
        confirmed = session.get(FindingConfirmation, finding_id)
        return FindingState.CONFIRMED if confirmed else FindingState.FILED
    return FindingState.APPROVED if review.approved else FindingState.RETURNED


def _serving(session: Session, person: Person) -> str | None:
    """Return the number of an inspector who still serves; whoever left has no visits any more."""
    inspector = session.get(Inspector, person.inspector_no) if person.inspector_no else None
    return inspector.inspector_no if inspector and inspector.status == InspectorStatus.SERVING else None


def _in_sight(session: Session, assignment: Assignment, day: date) -> bool:
    """Return whether a team sees a visit on a day.

    It does in the visit's period, and later while something waits for it: a finding to be confirmed, corrected or told
    to the operator. What somebody asked for and nobody approved is not a visit yet.
    """
    steps = steps_of_visit(session, assignment.visit.visit_id)
    state = state_after(steps)
    if not assignment.drawn and (state is VisitState.ASSIGNED or state.value in ONLY_UNDRAWN):
        return False
    if assignment.in_period(day) or state in (VisitState.FILED, VisitState.RETURNED):
        return True
    latest = latest_finding(session, assignment.visit.visit_id)
    return latest is not None and not is_told(steps, latest.finding_id)


def _refuse_replaced(session: Session, finding: Finding) -> None:
    latest = latest_finding(session, finding.visit_id)
    if latest is None or latest.finding_id != finding.finding_id:
        raise FindingStateError(
            key=finding.finding_id, problem_zh="已被更正后的记录取代", problem_en="was replaced by a correction"
        )


def _hasten_opening(act: Act, draw_id: str | None) -> None:
    """Have a sealed draw opened at once when this was the last of its visits to file."""
    if draw_id and is_waiting(act.session, Work.OPENING, draw_id) and not unfiled(act.session, draw_id):
        hasten(act, Work.OPENING, draw_id)


def _step(act: Act, finding: Finding, step: Step, fact_id: int) -> None:
    visit = get_visit(act.session, finding.visit_id)
    add_step(act, visit, step, Taken(finding_id=finding.finding_id), fact_id=fact_id)


def _check_turn(visit_id: str, latest: Finding | None, filing: Filing) -> None:
    if latest is None and filing.corrects is not None:
        raise FindingStateError(key=visit_id, problem_zh="尚无结果，无从更正", problem_en="has no finding to correct")
    if latest is not None and filing.corrects != latest.finding_id:
        raise FindingStateError(
            key=visit_id,
            problem_zh=f"已有结果 {latest.finding_id}；更正时请在 corrects 中写明它",
            problem_en=f"has the finding {latest.finding_id}; to correct it, name it in corrects",
        )
