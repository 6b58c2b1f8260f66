"""Reminders (提醒): what the bureau has to do soon, has not done in time, or was asked for; each noted once.

A duty is looked at when it begins, some working days before its last day, and on the day after it, until it is done.
Its term is read off the record each time, so that a new calendar or a correction counts. A reminder names the duty and
the record, is for the roles that can act on it, and is read by whoever may read that record: what is still sealed is
told by none. Reminders decide nothing; what is overdue is so without them (``publicity.duties``).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from publicity.case_terms import due_of
from publicity.clocks import Deadlines, Duty
from publicity.disclosure import find_disclosure, is_publishable, is_published, penalty_source, publication_duty
from publicity.due_petitions import petition_event, waits_for_answer
from publicity.due_records import Visits, waits_for_upload
from publicity.endings import ending_of
from publicity.withdrawals import COUNTED, WithdrawalDecision, get_withdrawal
from publicity.workdays import CalendarYearError, WorkCalendar
from registry.base import Record, UtcDateTime, begin_of, legal_day
from registry.cases import Case, endings_of, get_case
from registry.findings import first_inspected_on, latest_finding
from registry.grounds import told_with
from registry.journal import Act
from registry.operators import get_operator
from registry.outbox import Job, Outcome, Upshot
from registry.penalties import Penalty, get_penalty
from registry.people import Role
from registry.pushes import is_pushed

ONE_DAY = timedelta(days=1)


class ReminderState(StrEnum):
    """What a reminder says of a duty."""

    ARRIVED = "arrived"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


NOTICE_WORDS = {
    ReminderState.ARRIVED: ("已收到", "has arrived"),
    ReminderState.DUE_SOON: ("即将到期", "is due soon"),
    ReminderState.OVERDUE: ("已逾期", "is overdue"),
}


class Reminder(Record, table=True):
    """One reminder of one duty; ``key`` is the record that it is about: a visit, a penalty, a case and so on."""

    __tablename__ = "reminders"

    reminder_id: int | None = Field(default=None, primary_key=True)
    duty: str
    state: str
    key: str = Field(index=True)
    due_on: date | None = None
    noted_at: datetime = Field(sa_type=UtcDateTime, index=True)


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A duty that is not done: by which rule it is due, and the day it is counted from; None where no law counts.

    ``due_on`` is the last day where a record states it.
    """

    duty: Duty
    event_on: date | None
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Watch:
    """How a duty is watched: what is still to be done of a record, whom it is for, which of it they may read.

    One that ``arrives`` was asked for by somebody, and is said at once.
    """

    pending: Callable[[Session, Deadlines, str], Pending | None]
    roles: frozenset[Role]
    readable: Callable[[Visits], ColumnElement[bool]]
    arrives: bool = False


def look_at(act: Act, job: Job, deadlines: Deadlines, *, ahead: int) -> Outcome:
    """Look at the duty of a job, note what there is to say of it, and return when to look again.

    ``deadlines`` know the bureau's own calendar; ``ahead`` is how many working days before the last day it is said. A
    term that runs into a year without a calendar is looked at again on the next day. Raises AbsentError, NoClockError.
    """
    name, _, key = job.key.partition("/")
    duty = Duty(name)
    pending = WATCHES[duty].pending(act.session, deadlines, key)
    if pending is None:
        return Upshot.NOTHING
    noted = _Noting(act, job, pending.duty, key)
    due_on = soon_on = None
    try:
        if pending.event_on is not None:
            due_on = pending.due_on or deadlines.due_on(pending.duty, pending.event_on)
            soon_on = workdays_before(deadlines.calendar, due_on, ahead)
    except CalendarYearError:
        due_on = soon_on = None
    arrived_today = WATCHES[duty].arrives and act.today == legal_day(job.enqueued_at)
    if WATCHES[duty].arrives:
        noted.once(ReminderState.ARRIVED, due_on)
    if pending.event_on is None:
        return Upshot.DONE
    if due_on is None or soon_on is None:
        return begin_of(act.today + ONE_DAY)
    if act.today < soon_on:
        return begin_of(soon_on)
    if act.today <= due_on:
        if not arrived_today:
            noted.once(ReminderState.DUE_SOON, due_on)
        return begin_of(due_on + ONE_DAY)
    noted.once(ReminderState.OVERDUE, due_on)
    return Upshot.DONE


def reminders_for(roles: Collection[Role], visits: Visits) -> SelectOfScalar[Reminder]:
    """Return a query for the reminders that are for somebody of some roles, who may read of some visits."""
    own = {duty: watched for duty, watched in WATCHES.items() if watched.roles & set(roles)}
    each = (and_(col(Reminder.duty) == duty, watched.readable(visits)) for duty, watched in own.items())
    return select(Reminder).where(or_(false(), *each))


def workdays_before(calendar: WorkCalendar, day: date, count: int) -> date:
    """Return the latest day after which so many working days are left, with ``day``. Raises CalendarYearError."""
    before = day
    while calendar.workdays_between(before, day) < count:
        before -= ONE_DAY
    return before


@dataclass(frozen=True)
class _Noting:
    """What is noted of one duty since its job was written down."""

    act: Act
    job: Job
    duty: Duty
    key: str

    def once(self, state: ReminderState, due_on: date | None) -> None:
        """Note a reminder, unless it was noted of this duty since it began."""
        same = select(Reminder).where(Reminder.key == self.key, Reminder.duty == self.duty, Reminder.state == state)
        since = same.where(col(Reminder.noted_at) >= self.job.enqueued_at, Reminder.due_on == due_on)
        if self.act.session.exec(since).first() is None:
            self.act.session.add(
                Reminder(duty=self.duty, state=state, key=self.key, due_on=due_on, noted_at=self.act.at)
            )


def _pending_result(session: Session, _deadlines: Deadlines, visit_id: str) -> Pending | None:
    newest = latest_finding(session, visit_id)
    if newest is None or is_published(session, newest.finding_id):
        return None
    return Pending(duty=Duty.RESULT, event_on=first_inspected_on(session, visit_id))


def _pending_penalty(session: Session, deadlines: Deadlines, penalty_id: str) -> Pending | None:
    """Return what is due of a penalty: of a party from another province its push, published here or not."""
    penalty = get_penalty(session, penalty_id)
    shown = find_disclosure(session, penalty_source(penalty_id))
    duty = deadlines.penalty_duty(get_operator(session, penalty.unit_id).area, penalty.decided_on)
    done = shown is not None
    if duty is Duty.PENALTY_ELSEWHERE:
        is_over = shown is not None and ending_of(session, shown.disclosure_id) is not None
        done = is_over or is_pushed(session, penalty_id)
    return None if done or not is_publishable(penalty) else Pending(duty=duty, event_on=penalty.decided_on)


def _pending_received(session: Session, _deadlines: Deadlines, penalty_id: str) -> Pending | None:
    penalty = get_penalty(session, penalty_id)
    duty, event_on = publication_duty(session, penalty)
    done = is_published(session, penalty_source(penalty_id)) or not is_publishable(penalty)
    return None if done else Pending(duty=duty, event_on=event_on)


def _pending_withdrawal(session: Session, deadlines: Deadlines, withdrawal_id: str) -> Pending | None:
    asked = get_withdrawal(session, withdrawal_id)
    if session.get(WithdrawalDecision, withdrawal_id) is not None:
        return None
    counted = asked.ground in COUNTED and deadlines.counts(Duty.WITHDRAWAL, asked.event_on)
    return Pending(duty=Duty.WITHDRAWAL, event_on=asked.event_on if counted else None)


def _pending_correction(session: Session, _deadlines: Deadlines, petition_id: str) -> Pending | None:
    if not waits_for_answer(session, petition_id):
        return None
    return Pending(duty=Duty.CORRECTION, event_on=petition_event(session, Duty.CORRECTION, petition_id))


def _pending_repair(session: Session, deadlines: Deadlines, petition_id: str) -> Pending | None:
    if not waits_for_answer(session, petition_id):
        return None
    counted = deadlines.repair_workdays is not None
    return Pending(duty=Duty.REPAIR, event_on=petition_event(session, Duty.REPAIR, petition_id) if counted else None)


def _pending_upload(session: Session, _deadlines: Deadlines, penalty_id: str) -> Pending | None:
    if not waits_for_upload(session, penalty_id):
        return None
    return Pending(duty=Duty.UPLOAD, event_on=get_penalty(session, penalty_id).decided_on)


def _pending_case(session: Session, _deadlines: Deadlines, case_id: str) -> Pending | None:
    """Return what is due of a case that runs; while a pause lasts nothing is, and its end begins a new watch."""
    due_on = due_of(session, [case_id]).get(case_id)
    if due_on is None or endings_of(session, [case_id]):
        return None
    return Pending(duty=Duty.CASE, event_on=get_case(session, case_id).filed_on, due_on=due_on)


def _of_cases(visits: Visits) -> ColumnElement[bool]:
    return col(Reminder.key).in_(select(Case.case_id).where(col(Case.visit_id).in_(visits)))


def _of_penalties(visits: Visits) -> ColumnElement[bool]:
    return col(Reminder.key).in_(select(Penalty.penalty_id).where(told_with(visits)))


WATCHES: Mapping[Duty, Watch] = {
    Duty.RESULT: Watch(
        pending=_pending_result,
        roles=frozenset({Role.REVIEWER, Role.PUBLISHER, Role.APPROVER, Role.SUPERVISOR}),
        readable=lambda visits: col(Reminder.key).in_(visits),
    ),
    **{
        duty: Watch(
            pending=_pending_penalty,
            roles=frozenset({Role.REVIEWER, Role.PUBLISHER, Role.APPROVER, Role.SUPERVISOR}),
            readable=_of_penalties,
        )
        for duty in (Duty.PENALTY, Duty.PENALTY_ELSEWHERE)
    },
    Duty.PENALTY_RECEIVED: Watch(
        pending=_pending_received,
        roles=frozenset({Role.REVIEWER, Role.PUBLISHER, Role.APPROVER, Role.SUPERVISOR}),
        readable=_of_penalties,
        arrives=True,
    ),
    Duty.UPLOAD: Watch(
        pending=_pending_upload,
        roles=frozenset({Role.PUBLISHER, Role.APPROVER, Role.SUPERVISOR}),
        readable=_of_penalties,
    ),
    Duty.CASE: Watch(
        pending=_pending_case,
        roles=frozenset({Role.APPROVER, Role.SUPERVISOR}),
        readable=_of_cases,
    ),
    Duty.WITHDRAWAL: Watch(
        pending=_pending_withdrawal,
        roles=frozenset({Role.PUBLISHER, Role.APPROVER, Role.SUPERVISOR}),
        readable=lambda _visits: true(),
        arrives=True,
    ),
    **{
        duty: Watch(
            pending=pending,
            roles=frozenset({Role.REVIEWER, Role.PUBLISHER, Role.APPROVER, Role.SUPERVISOR}),
            readable=lambda _visits: true(),
            arrives=True,
        )
        for duty, pending in ((Duty.CORRECTION, _pending_correction), (Duty.REPAIR, _pending_repair))
    },
}
"""The duties that are watched. A record that starts another one enqueues it by ``registry.outbox.watch``."""
