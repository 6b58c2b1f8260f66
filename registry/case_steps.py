"""What changes the term of a case: extensions that another person approves, and time that does not count.

Each is a row of its own with its fact. A pause is recorded with both days, or with the first alone while it lasts; its
resumption tells the last.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select

from registry.base import nfc
from registry.cases import (
    Case,
    CaseExtension,
    CasePause,
    CaseResumption,
    CaseStateError,
    PauseKind,
    absent_case,
    get_case,
    lasting_pause,
    running_case,
)
from registry.errors import FieldError
from registry.findings import get_finding, refuse_own
from registry.journal import Act, Kind, write
from registry.people import other_person
from registry.sealed import refuse_sealed


@dataclass(frozen=True, kw_only=True)
class Extension:
    """An extension as approved: how many calendar days, on which day, on what basis."""

    days: int
    approved_on: date
    basis: str


@dataclass(frozen=True, kw_only=True)
class Interruption:
    """Days that do not count, both included; without a last day they last."""

    kind: PauseKind
    first_on: date
    last_on: date | None = None


def extend_case(act: Act, case_id: str, extension: Extension) -> CaseExtension:
    """Record an extension, by another person than who filed the case.

    Raises AbsentError, SealedError, CaseStateError, SamePersonError, FieldError.
    """
    step = ("延长办案期限", "Extending a case")
    case = take_up(act, case_id, step=step)
    other_person(act, case.filed_by, step=step, did=("立案", "filed it"))
    if not nfc(extension.basis):
        raise FieldError(("basis",), ("内容为空。", "It is empty."), ("请填写。", "Fill it in."))
    check_day(act, "approved_on", extension.approved_on, earliest=case.filed_on)
    number = _next(act, CaseExtension.number, CaseExtension.case_id, case_id)
    row = CaseExtension(
        case_id=case_id,
        number=number,
        days=extension.days,
        approved_on=extension.approved_on,
        basis=nfc(extension.basis),
        approved_by=act.person,
        approved_at=act.at,
        fact_id=0,
    )
    body = row.model_dump(mode="json", include={"number", "days", "approved_on", "basis"})
    row.fact_id = write(act, Kind.CASE_EXTENDED, subject=case_id, body=body)
    act.session.add(row)
    act.session.flush()
    return row


def pause_case(act: Act, case_id: str, interruption: Interruption) -> CasePause:
    """Record time that does not count, unless another pause lasts.

    Raises AbsentError, SealedError, CaseStateError, SamePersonError, FieldError.
    """
    case = take_up(act, case_id, step=("登记不计入期限的时间", "Pausing a case"))
    refuse_lasting(act, case_id)
    check_day(act, "first_on", interruption.first_on, earliest=case.filed_on)
    if interruption.last_on is not None:
        check_day(act, "last_on", interruption.last_on, earliest=interruption.first_on)
    row = CasePause(
        case_id=case_id,
        number=_next(act, CasePause.number, CasePause.case_id, case_id),
        kind=interruption.kind.value,
        first_on=interruption.first_on,
        last_on=interruption.last_on,
        recorded_by=act.person,
        recorded_at=act.at,
        fact_id=0,
    )
    body = row.model_dump(mode="json", include={"number", "kind", "first_on", "last_on"})
    row.fact_id = write(act, Kind.CASE_PAUSED, subject=case_id, body=body)
    act.session.add(row)
    act.session.flush()
    return row


def resume_case(act: Act, case_id: str, *, last_on: date) -> CaseResumption:
    """Record the last day of the pause that lasts.

    Raises AbsentError, SealedError, CaseStateError, SamePersonError, FieldError.
    """
    take_up(act, case_id, step=("恢复计算期限", "Resuming a case"))
    pause = lasting_pause(act.session, case_id)
    if pause is None:
        raise CaseStateError(
            key=case_id,
            problem_zh="没有未结束的不计入期限的时间",
            problem_en="has no pause that lasts",
            mend_zh="请核对案件。",
            mend_en="Check the case.",
        )
    check_day(act, "last_on", last_on, earliest=pause.first_on)
    body = {"number": pause.number, "last_on": last_on.isoformat()}
    fact_id = write(act, Kind.CASE_RESUMED, subject=case_id, body=body)
    row = CaseResumption(
        case_id=case_id,
        number=pause.number,
        last_on=last_on,
        recorded_by=act.person,
        recorded_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(row)
    act.session.flush()
    return row


def take_up(act: Act, case_id: str, *, step: tuple[str, str]) -> Case:
    """Return a case that runs, for a step by somebody who was not at its visit.

    Raises AbsentError, SealedError, CaseStateError, SamePersonError.
    """
    refuse_sealed(act, get_case(act.session, case_id).visit_id, absent_case(case_id))
    case = running_case(act.session, case_id)
    refuse_own(act, get_finding(act.session, case.finding_id), step=step)
    return case


def refuse_lasting(act: Act, case_id: str) -> None:
    """Refuse a step while a pause of the case lasts. Raises CaseStateError."""
    pause = lasting_pause(act.session, case_id)
    if pause is not None:
        raise CaseStateError(
            key=case_id,
            problem_zh=f"自 {pause.first_on} 起的不计入期限的时间尚未结束",
            problem_en=f"has a pause since {pause.first_on} that lasts",
            mend_zh="请先登记其最后一日。",
            mend_en="Record its last day first.",
        )


def check_day(act: Act, name: str, day: date, *, earliest: date) -> None:
    """Refuse a day that is before another or still to come. Raises FieldError."""
    if not earliest <= day <= act.today:
        raise FieldError(
            (name,),
            (f"日期 {day} 不在可填范围内。", f"The day {day} is out of range."),
            (f"请填 {earliest} 至 {act.today} 之间的日期。", f"Give a day from {earliest} to {act.today}."),
        )


def _next(act: Act, number: int, own: str, case_id: str) -> int:
    """Return the next number of a case's rows, by the columns of number and case."""
    newest = act.session.exec(select(func.max(col(number))).where(col(own) == case_id)).one()
    return 1 + (newest or 0)
