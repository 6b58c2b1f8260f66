"""What was done in time or late, as a list: the latest last day first, page by page.

Duties are done by records of six kinds. Each kind is a stream in the order of the list, and the streams are merged: a
page reads about as many rows as it shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression
from sqlmodel import Session, col

from publicity.case_terms import CaseTerm
from publicity.clock_lines import Asked, Clock
from publicity.clocks import Deadlines, Duty, State, state_of
from publicity.disclosure import Disclosure, Subject
from publicity.due_cases import ended_cases
from publicity.due_petitions import answered_rows, duty_of, petition_event
from publicity.due_records import (
    ANSWERED_RANK,
    ASKED,
    CASE_RANK,
    PUBLISHED_RANK,
    PUSHED_RANK,
    UPLOADED_RANK,
    WITHDRAWN_RANK,
    DonePlace,
    comes_after,
    done_at,
    done_rows,
    pushed_rows,
    uploaded_rows,
    was_in_time,
)
from publicity.due_withdrawals import withdrawn_in_time, withdrawn_rows
from publicity.origins import RECEIVED
from publicity.uploads import UploadedRecord
from publicity.withdrawals import Withdrawal
from registry.base import legal_day
from registry.cases import Case, CaseEnding
from registry.operators import get_operator
from registry.petitions import Petition, PetitionAcceptance, PetitionDecision
from registry.pushes import PenaltyPush


class _Done(NamedTuple):
    """One duty that was done."""

    duty: Duty
    key: str
    unit_id: str
    event_on: date
    due_on: date
    done_on: date


class _Order(NamedTuple):
    """What a stream is ordered by: the last day, the key, and its rank among the streams."""

    due_on: SQLColumnExpression[date | None]
    key: SQLColumnExpression[str]
    rank: int


def done_clocks(session: Session, deadlines: Deadlines, asked: Asked) -> list[Clock] | None:
    """Return what was done, the latest last day first, or None where there is no such place to go on from."""
    duty, _, key = asked.after.partition("/")
    last = done_at(session, duty, key) if asked.after else None
    if asked.after and last is None:
        return None
    reading = _Reading(session, deadlines, asked, last)
    all_done = merge(*reading.streams(), key=lambda each: each[0], reverse=True)
    return [reading.clock(done) for _, done in islice(all_done, asked.rows)]


@dataclass(frozen=True)
class _Reading:
    """One page of what was done, while it is read; ``last`` is where the page before ended."""

    session: Session
    deadlines: Deadlines
    asked: Asked
    last: DonePlace | None

    def streams(self) -> Iterator[Iterator[tuple[DonePlace, _Done]]]:
        """Yield the streams of the duties that were asked for."""
        yield _placed(self._published(), PUBLISHED_RANK)
        if self.asked.duty in (None, Duty.PENALTY_ELSEWHERE):
            yield _placed(self._pushed(), PUSHED_RANK)
        if self.asked.duty in (None, Duty.UPLOAD):
            yield _placed(self._uploaded(), UPLOADED_RANK)
        if self.asked.duty in (None, Duty.WITHDRAWAL):
            yield _placed(self._withdrawn(), WITHDRAWN_RANK)
        if self.asked.duty in (None, *ASKED):
            yield _placed(self._answered(), ANSWERED_RANK)
        if self.asked.duty in (None, Duty.CASE):
            yield _placed(self._ended(), CASE_RANK)

    def clock(self, done: _Done) -> Clock:
        """Return a duty that was done as it is listed."""
        return Clock(
            rule=self.deadlines.rule_on(done.duty, done.event_on),
            key=done.key,
            unit_id=done.unit_id,
            operator_name=get_operator(self.session, done.unit_id).name,
            event_on=done.event_on,
            due_on=done.due_on,
            done_on=done.done_on,
            state=state_of(done.due_on, done.done_on, done.done_on),
            days_left=None,
        )

    def _rows(self, query: Select[*tuple[Any, ...]], order: _Order, in_time: ColumnElement[bool]) -> Iterator[Any]:
        """Yield the rows of a stream that a page can hold: after the page before, in time or late as was asked."""
        columns = (order.due_on, order.key)
        if self.asked.state is not None:
            query = query.where(in_time if self.asked.state is State.IN_TIME else ~in_time)
        if self.last is not None:
            query = query.where(comes_after(self.last, *columns, rank=order.rank))
        yield from self.session.execute(query.order_by(*(each.desc() for each in columns)).limit(self.asked.rows))

    def _published(self) -> Iterator[_Done]:
        order = _Order(col(Disclosure.due_on), col(Disclosure.disclosure_id), PUBLISHED_RANK)
        query = done_rows(self.deadlines, self.asked.duty, self.asked.visits)
        for (each,) in self._rows(query, order, was_in_time(self.session)):
            of_penalty = Duty.PENALTY_RECEIVED if each.cause == RECEIVED else Duty.PENALTY
            duty = Duty.RESULT if each.subject == Subject.RESULT else of_penalty
            done_on = legal_day(each.published_at)
            yield _Done(duty, each.disclosure_id, each.unit_id, each.event_on, each.due_on, done_on)

    def _pushed(self) -> Iterator[_Done]:
        due_on = col(PenaltyPush.due_on)
        order = _Order(due_on, col(PenaltyPush.penalty_id), PUSHED_RANK)
        rows = self._rows(pushed_rows(self.asked.visits), order, col(PenaltyPush.pushed_on) <= due_on)
        for push, penalty in rows:
            duty, key = Duty.PENALTY_ELSEWHERE, penalty.penalty_id
            yield _Done(duty, key, penalty.unit_id, penalty.decided_on, push.due_on, push.pushed_on)

    def _uploaded(self) -> Iterator[_Done]:
        due_on = col(UploadedRecord.due_on)
        order = _Order(due_on, col(UploadedRecord.disclosure_id), UPLOADED_RANK)
        rows = self._rows(uploaded_rows(self.asked.visits), order, col(UploadedRecord.done_on) <= due_on)
        for upload, shown in rows:
            yield _Done(Duty.UPLOAD, upload.disclosure_id, shown.unit_id, shown.event_on, upload.due_on, upload.done_on)

    def _withdrawn(self) -> Iterator[_Done]:
        order = _Order(col(Withdrawal.due_on), col(Withdrawal.withdrawal_id), WITHDRAWN_RANK)
        for asked, decision, shown in self._rows(withdrawn_rows(), order, withdrawn_in_time(self.session)):
            done_on = legal_day(decision.decided_at)
            yield _Done(Duty.WITHDRAWAL, asked.withdrawal_id, shown.unit_id, asked.event_on, asked.due_on, done_on)

    def _answered(self) -> Iterator[_Done]:
        due_on = col(PetitionAcceptance.due_on)
        order = _Order(due_on, col(Petition.petition_id), ANSWERED_RANK)
        rows = self._rows(answered_rows(self.asked.duty), order, col(PetitionDecision.decided_on) <= due_on)
        for petition, acceptance, decision, shown in rows:
            duty, key = duty_of(petition), petition.petition_id
            event_on = petition_event(self.session, duty, key) or petition.received_on
            yield _Done(duty, key, shown.unit_id, event_on, acceptance.due_on, decision.decided_on)

    def _ended(self) -> Iterator[_Done]:
        due_on = col(CaseTerm.due_on)
        order = _Order(due_on, col(Case.case_id), CASE_RANK)
        rows = self._rows(ended_cases(self.asked.visits), order, col(CaseEnding.ended_on) <= due_on)
        for case, term, ending, visit in rows:
            yield _Done(Duty.CASE, case.case_id, visit.unit_id, case.filed_on, term.due_on, ending.ended_on)


def _placed(stream: Iterator[_Done], rank: int) -> Iterator[tuple[DonePlace, _Done]]:
    for done in stream:
        yield DonePlace(done.due_on, done.key, rank), done
