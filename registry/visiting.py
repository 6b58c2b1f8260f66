"""What a team records of its visit as it makes it: notice, arrival or what it met instead, postponement, telling.

Each is a step of an inspector's own visit. The team arrives on the day its notice named; another day needs a
postponement and a new notice. Two of each department are there at least. Source: 行政处罚法 42; 司法部
行政检查文书基本格式文本 (2025).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from registry.base import legal_day, nfc
from registry.errors import FieldError
from registry.filing import CertificateError
from registry.findings import FindingStateError, latest_finding, own_visit
from registry.inspectors import get_inspector, holds_certificate
from registry.journal import Act
from registry.notices import Manner, word_notice
from registry.people import Person
from registry.recusals import standing_for
from registry.steps import Step, Taken, VisitStep, check_step, latest_step, take_step
from registry.teams import MIN_SEATS
from registry.visits import Assignment


class Met(StrEnum):
    """What a team met that set out."""

    ARRIVED = "arrived"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    MOVED = "moved"


class Told(StrEnum):
    """How an operator is told of the result."""

    IN_PERSON = "in_person"
    WRITTEN = "written"
    PHONE = "phone"
    ONLINE = "online"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What a team met, when, and which inspectors were there; anything but an arrival is told in ``text``."""

    met: Met
    happened_at: datetime
    present: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Calling:
    """What a notice calls for: the day, how the visit is made, and where."""

    visit_on: date
    manner: Manner
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How and when an operator was told of the result, and what it said to it."""

    told_at: datetime
    how: Told
    text: str = ""


def notify(act: Act, person: Person, visit_id: str, calling: Calling) -> VisitStep:
    """Issue the notice of a visit for a day of its period, not before today. Raises VisitStateError, FieldError."""
    assignment = own_visit(act.session, person, visit_id, act.today)
    check_step(act.session, assignment.visit, Step.NOTIFIED)
    _check_due(act, assignment, calling.visit_on, field="visit_on")
    place = nfc(calling.place)
    detail = word_notice(act.session, assignment, manner=calling.manner, place=place, day=act.today)
    return take_step(act, assignment, Step.NOTIFIED, Taken(due_on=calling.visit_on, detail=detail))


def postpone(act: Act, person: Person, visit_id: str, *, until: date, reason: str) -> VisitStep:
    """Put a visit off to a later day of its period, with the reason; a new notice has to follow."""
    assignment = own_visit(act.session, person, visit_id, act.today)
    check_step(act.session, assignment.visit, Step.POSTPONED)
    _check_due(act, assignment, until, field="until")
    _need_text(reason, field="reason")
    return take_step(act, assignment, Step.POSTPONED, Taken(due_on=until, text=nfc(reason)))


def attempt(act: Act, person: Person, visit_id: str, tried: Attempt) -> VisitStep:
    """Record that the team arrived, or that it was refused, found nobody, or found that the operator had moved.

    Raises VisitStateError, FieldError, CertificateError.
    """
    assignment = own_visit(act.session, person, visit_id, act.today)
    step, happened_at = Step(tried.met.value), tried.happened_at.replace(microsecond=0)
    steps = check_step(act.session, assignment.visit, step)
    _check_time(act, happened_at, steps)
    _check_present(act, assignment, tried)
    if tried.met is not Met.ARRIVED:
        _need_text(tried.text, field="text")
    taken = Taken(text=nfc(tried.text), happened_at=happened_at, detail={"present": list(tried.present)})
    return take_step(act, assignment, step, taken)


def tell(act: Act, person: Person, visit_id: str, telling: Telling) -> VisitStep:
    """Record that the operator was told of the newest finding.

    Raises FindingStateError when nothing was filed, VisitStateError, FieldError.
    """
    assignment = own_visit(act.session, person, visit_id, act.today)
    latest = latest_finding(act.session, visit_id)
    if latest is None:
        raise FindingStateError(key=visit_id, problem_zh="尚无结果可告知", problem_en="has no finding to tell of")
    check_step(act.session, assignment.visit, Step.TOLD)
    told_at = telling.told_at.replace(microsecond=0)
    if legal_day(told_at) < latest.inspected_on or told_at > act.at:
        raise FieldError(
            ("told_at",),
            ("告知时间早于检查或晚于现在。", "The time lies before the inspection or after now."),
            ("请填写实际告知的时间。", "Give the time at which the operator was told."),
        )
    taken = Taken(
        happened_at=told_at,
        text=nfc(telling.text),
        finding_id=latest.finding_id,
        detail={"how": telling.how.value},
    )
    return take_step(act, assignment, Step.TOLD, taken)


def _check_due(act: Act, assignment: Assignment, day: date, *, field: str) -> None:
    first = max(act.today, assignment.order.period_from)
    last = assignment.order.period_to
    if not first <= day <= last:
        raise FieldError(
            (field,),
            (f"日期 {day} 不在可填范围内。", f"The day {day} is out of range."),
            (f"请填 {first} 至 {last} 之间的日期。", f"Give a day from {first} to {last}."),
        )


def _check_time(act: Act, happened_at: datetime, steps: Sequence[VisitStep]) -> None:
    """The day is the one that the newest notice names, and the time is not in the future."""
    notice = latest_step(steps, Step.NOTIFIED)
    named = notice.due_on if notice else None
    if legal_day(happened_at) != named or happened_at > act.at:
        raise FieldError(
            ("happened_at",),
            (
                f"时间不在通知书所定的 {named}，或晚于现在。",
                f"The time is not on {named}, which the notice names, or after now.",
            ),
            ("请填写实际时间；改期的，先登记延期并重新通知。", "Give the real time; for another day, postpone first."),
        )


def _check_present(act: Act, assignment: Assignment, tried: Attempt) -> None:
    seats = {seat.inspector_no: seat.department for seat in assignment.seats}
    standing = standing_for(act.session, assignment.visit.unit_id)
    recused = {each.inspector_no for each in act.session.exec(standing)}
    day = legal_day(tried.happened_at)
    for place, own in enumerate(tried.present):
        if own not in seats:
            raise FieldError(
                ("present", place),
                (f"{own} 不是本检查组成员。", f"{own} is not of the team."),
                ("只填实际在场的检查组成员。", "Name those of the team who were there."),
            )
        if own in recused:
            raise FieldError(
                ("present", place),
                (f"{own} 对该经营者已决定回避。", f"{own} is recused from this operator."),
                ("回避的人员不得参加检查。", "Who is recused takes no part in the visit."),
            )
        inspector = get_inspector(act.session, own)
        if not holds_certificate(inspector, day, day):
            raise CertificateError(day=day, start=inspector.certificate_from, end=inspector.certificate_until)
    there = Counter(seats[own] for own in set(tried.present))
    for department in assignment.order.departments:
        if there[department] < MIN_SEATS:
            raise FieldError(
                ("present",),
                (f"部门 {department} 在场不足两人。", f"Fewer than two of {department} were there."),
                ("执法人员不得少于两人；人不齐的，请登记延期。", "At least two of each must be there; else postpone."),
            )


def _need_text(text: str, *, field: str) -> None:
    if not nfc(text):
        raise FieldError(
            (field,), ("没有说明。", "Nothing is said of it."), ("请写明经过或理由。", "Say what happened, or why.")
        )
