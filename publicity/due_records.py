"""The records behind the clocks: queries for what is not done yet and for what was, each served by indexes.

An open result is a visit whose newest finding is not published; it counts from the earliest day that any finding of the
visit gives. An open penalty is one that the law puts on the public page and that is not there. Of a party from another
province the push is due instead (``Deadlines.penalty_duty``), published here or not, and open while none stands
(``registry.pushes``); what another province pushed to us counts from the day of its receipt (``registry.received``).
An open upload is a penalty of ours that never was at the platform (双公示), published here yet or not. What has ended
here is to be pushed or uploaded no more.
"""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    tuple_,
)
from sqlalchemy import select as columns_of
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from publicity.clocks import PROVINCE, ClockRule, Deadlines, Duty
from publicity.disclosure import Disclosure, Subject, penalty_source
from publicity.due_cases import ended_due_on
from publicity.due_petitions import answer_due_on, began_on, open_petitions, petition_event
from publicity.due_withdrawals import open_withdrawals, withdrawal_event
from publicity.endings import has_ended
from publicity.origins import RECEIVED
from publicity.uploads import Platform, UploadedRecord
from publicity.withdrawals import Withdrawal
from registry.findings import Finding, first_inspected_on
from registry.operators import Operator
from registry.penalties import Penalty, PenaltyKind, Procedure
from registry.pushes import PenaltyPush, push_stands
from registry.received import ReceivedPenalty, find_received
from registry.sealed import findings_of
from registry.visits import Visit
from sampling.canonical import jcs

PUBLISHED = (Duty.RESULT, Duty.PENALTY, Duty.PENALTY_RECEIVED)
"""The duties that a publication here is done by."""
ASKED = (Duty.CORRECTION, Duty.REPAIR)
"""The duties that answer a petition."""
BY_EVENT = (*PUBLISHED, Duty.PENALTY_ELSEWHERE, Duty.WITHDRAWAL, *ASKED, Duty.UPLOAD)
"""The duties of which what happened earlier is due no later."""
BY_DAY = (Duty.CASE,)
"""The duties whose last day moves, so that it stands on record."""
KEPT = (*BY_EVENT, *BY_DAY)
"""The duties whose records exist."""
PUBLIC = (*PUBLISHED, Duty.PENALTY_ELSEWHERE, Duty.WITHDRAWAL)
"""The duties that the public is told of, by their numbers."""

PUSHED_RANK, CASE_RANK, ANSWERED_RANK, WITHDRAWN_RANK, PUBLISHED_RANK, UPLOADED_RANK = 5, 4, 3, 2, 1, 0
"""What is listed first of two things of one record that were due on one day: the greater."""


class DonePlace(NamedTuple):
    """The order of what is done, from the end: last day, key, rank."""

    due_on: date
    key: str
    rank: int


Rows = Select[*tuple[Any, ...]]
Visits = SelectOfScalar[str]
"""A query for the visits that somebody may read of."""


def open_rows(deadlines: Deadlines, rule: ClockRule, visits: Visits) -> Rows:
    """Return a query for the open duties of a rule of ``BY_EVENT``: ``event_on``, ``key``, unit id, operator."""
    if rule.duty is Duty.WITHDRAWAL:
        return open_withdrawals().where(within(col(Withdrawal.event_on), rule))
    if rule.duty in ASKED:
        return open_petitions(rule.duty).where(within(began_on(rule.duty), rule))
    if rule.duty is Duty.RESULT:
        return _open_results(visits).where(within(col(Finding.inspected_on), rule))
    if rule.duty is Duty.PENALTY_RECEIVED:
        return _open_received().where(within(col(ReceivedPenalty.received_on), rule))
    if rule.duty is Duty.UPLOAD:
        return _open_uploads(visits).where(within(col(Penalty.decided_on), rule))
    of_duty = _open_pushes if rule.duty is Duty.PENALTY_ELSEWHERE else _open_penalties
    return of_duty(deadlines, visits).where(within(col(Penalty.decided_on), rule))


def waits_for_upload(session: Session, penalty_id: str) -> bool:
    """Return whether a penalty is on the public page or to be there, and was never handed to the platform."""
    waiting = _open_uploads(select(Visit.visit_id)).where(col(Penalty.penalty_id) == penalty_id)
    return session.execute(waiting).first() is not None


def done_rows(deadlines: Deadlines, duty: Duty | None, visits: Visits) -> SelectOfScalar[Disclosure]:
    """Return a query for what was published and not replaced, of one duty or of all; what has ended was done too."""
    replaced = select(Disclosure.replaces).where(col(Disclosure.replaces).is_not(None))
    return (
        select(Disclosure)
        .join(Operator, col(Operator.unit_id) == col(Disclosure.unit_id))
        .where(
            col(Disclosure.disclosure_id).not_in(replaced),
            or_(false(), *(_done(deadlines, each, visits) for each in PUBLISHED if duty in (None, each))),
        )
    )


def done_at(session: Session, duty: str, key: str) -> DonePlace | None:
    """Return the place of something done in its list; None for a key of nothing."""
    if duty == Duty.UPLOAD:
        first = session.get(UploadedRecord, (Platform.DOUBLE_PUBLICITY, key, 1))
        return None if first is None or first.due_on is None else DonePlace(first.due_on, key, UPLOADED_RANK)
    if duty == Duty.WITHDRAWAL:
        asked = session.get(Withdrawal, key)
        return None if asked is None or asked.due_on is None else DonePlace(asked.due_on, key, WITHDRAWN_RANK)
    if duty in ASKED:
        due_on = answer_due_on(session, key)
        return None if due_on is None else DonePlace(due_on, key, ANSWERED_RANK)
    if duty == Duty.CASE:
        due_on = ended_due_on(session, key)
        return None if due_on is None else DonePlace(due_on, key, CASE_RANK)
    if duty == Duty.PENALTY_ELSEWHERE:
        pushed = session.exec(select(PenaltyPush).where(PenaltyPush.penalty_id == key)).first()
        return None if pushed is None else DonePlace(pushed.due_on, key, PUSHED_RANK)
    found = session.get(Disclosure, key)
    return None if found is None else DonePlace(found.due_on, key, PUBLISHED_RANK)


def comes_after(
    last: DonePlace, due_on: SQLColumnExpression[date | None], key: SQLColumnExpression[str], *, rank: int
) -> ColumnElement[bool]:
    """Return the condition that something done comes after a place, the latest last day first."""
    here, there = tuple_(due_on, key), tuple_(literal(last.due_on), literal(last.key))
    return here <= there if rank < last.rank else here < there


def uploaded_rows(visits: Visits) -> Select[UploadedRecord, Disclosure]:
    """Return a query for what was uploaded, each by its first upload, with its publication."""
    told = select(Penalty.penalty_id).where(col(Penalty.finding_id).in_(findings_of(visits)))
    return (
        columns_of(UploadedRecord, Disclosure)
        .join(Disclosure, col(Disclosure.disclosure_id) == col(UploadedRecord.disclosure_id))
        .where(_is_first_upload(), _penalty_number().in_(told))
    )


def pushed_rows(visits: Visits) -> Select[PenaltyPush, Penalty]:
    """Return a query for the pushes that stand, each with its penalty."""
    return (
        columns_of(PenaltyPush, Penalty)
        .join(Penalty, col(Penalty.penalty_id) == col(PenaltyPush.penalty_id))
        .where(push_stands(), col(Penalty.finding_id).in_(findings_of(visits)))
    )


def was_in_time(session: Session) -> ColumnElement[bool]:
    """Return the condition that a publication came before the end of its last day: midnight in China, 16:00 UTC."""
    due_on = col(Disclosure.due_on)
    if session.get_bind().dialect.name == "sqlite":
        return col(Disclosure.published_at) < func.datetime(due_on, "+16 hours")
    return col(Disclosure.published_at) < func.timezone("UTC", due_on + literal_column("interval '16 hours'"))


def event_of(session: Session, duty: str, key: str) -> date | None:
    """Return the day that an open duty is counted from, done since or not; None for a key of nothing."""
    if duty == Duty.WITHDRAWAL:
        return withdrawal_event(session, key)
    if duty in ASKED:
        return petition_event(session, Duty(duty), key)
    if duty == Duty.RESULT:
        found = session.exec(select(Finding.finding_id).where(Finding.visit_id == key)).first()
        return None if found is None else first_inspected_on(session, key)
    if duty == Duty.PENALTY_RECEIVED:
        received = find_received(session, key)
        return None if received is None else received.received_on
    penalty = session.get(Penalty, key)
    return None if penalty is None or penalty.finding_id is None else penalty.decided_on


def within(day: SQLColumnExpression[date], rule: ClockRule) -> ColumnElement[bool]:
    """Return the condition that a rule was in force on a day."""
    begun = day >= rule.in_force.first
    return begun if rule.in_force.last is None else and_(begun, day <= rule.in_force.last)


def publishable() -> ColumnElement[bool]:
    """Return the condition that the law puts a penalty on the public page: ordinary procedure, more than a warning."""
    warning = jcs([PenaltyKind.WARNING]).decode()
    return and_(col(Penalty.procedure) == Procedure.ORDINARY, cast(col(Penalty.kinds), Text) != warning)


def _open_results(visits: Visits) -> Rows:
    newest, later, earlier = aliased(Finding), aliased(Finding), aliased(Finding)
    before = or_(
        col(earlier.inspected_on) < col(Finding.inspected_on),
        and_(col(earlier.inspected_on) == col(Finding.inspected_on), col(earlier.version) < col(Finding.version)),
    )
    unpublished = exists().where(
        col(newest.visit_id) == col(Finding.visit_id),
        ~exists().where(col(later.corrects) == col(newest.finding_id)).correlate(newest),
        ~exists().where(col(Disclosure.source_id) == col(newest.finding_id)).correlate(newest),
    )
    return (
        columns_of(
            col(Finding.inspected_on).label("event_on"),
            col(Finding.visit_id).label("key"),
            col(Visit.unit_id),
            col(Visit.operator_name),
        )
        .join(Visit, col(Visit.visit_id) == col(Finding.visit_id))
        .where(
            col(Finding.visit_id).in_(visits),
            ~exists().where(col(earlier.visit_id) == col(Finding.visit_id), before).correlate(Finding),
            unpublished.correlate(Finding),
        )
    )


def _open_penalties(deadlines: Deadlines, visits: Visits) -> Rows:
    return (
        _penalties(visits)
        .join(Operator, col(Operator.unit_id) == col(Penalty.unit_id))
        .where(
            ~exists().where(_is_of_penalty()).correlate(Penalty), ~_is_pushed_away(deadlines, col(Penalty.decided_on))
        )
    )


def _open_received() -> Rows:
    return (
        columns_of(
            col(ReceivedPenalty.received_on).label("event_on"),
            col(Penalty.penalty_id).label("key"),
            col(Penalty.unit_id),
            col(Penalty.operator_name),
        )
        .join(Penalty, col(Penalty.penalty_id) == col(ReceivedPenalty.penalty_id))
        .where(publishable(), ~exists().where(_is_of_penalty()).correlate(Penalty))
    )


def _open_pushes(deadlines: Deadlines, visits: Visits) -> Rows:
    pushed = exists().where(col(PenaltyPush.penalty_id) == col(Penalty.penalty_id), push_stands())
    return (
        _penalties(visits)
        .join(Operator, col(Operator.unit_id) == col(Penalty.unit_id))
        .where(~pushed.correlate(Penalty), ~_is_over(), _is_pushed_away(deadlines, col(Penalty.decided_on)))
    )


def _open_uploads(visits: Visits) -> Rows:
    uploaded = exists().where(
        _is_of_penalty(), col(UploadedRecord.disclosure_id) == col(Disclosure.disclosure_id), _is_first_upload()
    )
    return _penalties(visits).where(~uploaded.correlate(Penalty), ~_is_over())


def _is_over() -> ColumnElement[bool]:
    """Return the condition that a penalty was published here and has ended."""
    return exists().where(_is_of_penalty(), has_ended()).correlate(Penalty)


def _penalties(visits: Visits) -> Rows:
    """Return a query for decisions of ours that the law puts on the public page, as open duties have them."""
    return columns_of(
        col(Penalty.decided_on).label("event_on"),
        col(Penalty.penalty_id).label("key"),
        col(Penalty.unit_id),
        col(Penalty.operator_name),
    ).where(publishable(), col(Penalty.finding_id).in_(findings_of(visits)))


def _is_of_penalty() -> ColumnElement[bool]:
    return col(Disclosure.source_id) == penalty_source("") + col(Penalty.penalty_id)


def _penalty_number() -> SQLColumnExpression[str]:
    """Return the number of the penalty that a disclosure is of."""
    return func.substr(col(Disclosure.source_id), len(penalty_source("")) + 1)


def _is_first_upload() -> ColumnElement[bool]:
    return and_(col(UploadedRecord.platform) == Platform.DOUBLE_PUBLICITY, col(UploadedRecord.number) == 1)


def _done(deadlines: Deadlines, duty: Duty, visits: Visits) -> ColumnElement[bool]:
    if duty is Duty.RESULT:
        own = col(Disclosure.source_id).in_(findings_of(visits))
        return and_(col(Disclosure.subject) == Subject.RESULT, own)
    if duty is Duty.PENALTY_RECEIVED:
        return col(Disclosure.cause) == RECEIVED
    told = select(Penalty.penalty_id).where(col(Penalty.finding_id).in_(findings_of(visits)))
    is_pushed = _is_pushed_away(deadlines, col(Disclosure.event_on))
    return and_(col(Disclosure.subject) == Subject.PENALTY, _penalty_number().in_(told), ~is_pushed)


def _is_pushed_away(deadlines: Deadlines, decided_on: SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Return ``Deadlines.penalty_duty``, that the push is due, as a condition on a penalty's day and its operator."""
    windows = [within(decided_on, rule) for rule in deadlines.rules_of(Duty.PENALTY_ELSEWHERE)]
    own = deadlines.region[:PROVINCE]
    return and_(~col(Operator.area).startswith(own, autoescape=True), or_(false(), *windows))
