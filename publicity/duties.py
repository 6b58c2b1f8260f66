"""What is due, as a list: page by page, whatever the register holds; what was done is in ``publicity.done_duties``.

Of one rule, what happened earlier is due no later. So the open duties of a rule are read in order of their events, from
the event that a page begins with, and the rules' lists are merged by the last day: a page reads about as many rows as
it shows. Cases, whose last day moves, are read in the order of the day on record. Who may read of a visit's outcome
reads of its clock.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import NamedTuple

from sqlalchemy import ColumnElement, Subquery, false, func, literal, tuple_
from sqlalchemy import select as columns_of
from sqlmodel import Session, select

from publicity.clock_lines import Asked, Clock
from publicity.clocks import ClockRule, Deadlines, Duty, State, due_by, state_of
from publicity.due_cases import CaseRow, open_cases, place_of_term, term_place
from publicity.due_records import (
    BY_DAY,
    BY_EVENT,
    KEPT,
    PUBLIC,
    Visits,
    event_of,
    open_rows,
    within,
)
from publicity.workdays import CalendarYearError
from registry.visits import Visit

BLOCK = 200
SLACK = 60
"""Calendar days that holidays may add to a term, at most."""


class _Place(NamedTuple):
    """The order of what is open: last day, rule, event, key."""

    due: date
    rule: int
    event_on: date
    key: str


class _Row(NamedTuple):
    event_on: date
    key: str
    unit_id: str
    operator_name: str


def open_clocks(session: Session, deadlines: Deadlines, today: date, asked: Asked) -> list[Clock] | None:
    """Return what is not done yet, most urgent first, or None where there is no such place to go on from."""
    reading = _Reading(session, deadlines.known_to(session), today, asked)
    if asked.after and reading.after is None:
        return None
    return list(islice(reading.clocks(), asked.rows))


def open_counts(
    session: Session, deadlines: Deadlines, visits: Visits, duties: Iterable[Duty] = PUBLIC
) -> Iterator[tuple[ClockRule, date, int]]:
    """Yield (rule, day of the event, how many) of what is not done yet and has a term: all that concerns the public.

    Or of other ``duties`` whose terms are counted from an event.
    """
    for duty in duties:
        for rule in deadlines.rules_of(duty):
            if rule.count is None:
                continue
            rows = open_rows(deadlines, rule, visits).subquery()
            query = columns_of(rows.c.event_on, func.count()).group_by(rows.c.event_on).order_by(rows.c.event_on)
            for event_on, count in session.execute(query):
                yield rule, event_on, count


def overdue_counts(session: Session, deadlines: Deadlines, visits: Visits, today: date) -> dict[Duty, int]:
    """Return how many of each duty are past their last day; one whose calendar is missing is not."""
    found: Counter[Duty] = Counter()
    for rule, event_on, count in open_counts(session, deadlines, visits, BY_EVENT):
        try:
            late = due_by(rule, event_on, deadlines.calendar) < today
        except CalendarYearError:
            continue
        if late:
            found[rule.duty] += count
    cases = open_cases(visits).subquery()
    late_cases = session.execute(columns_of(func.count()).select_from(cases).where(cases.c.due < today)).scalar_one()
    return dict(found + Counter({Duty.CASE: late_cases}))


def open_keys(session: Session, deadlines: Deadlines, watched: Container[Duty]) -> Iterator[str]:
    """Yield every ``watched`` duty that is not done yet by its name there: ``result/…``, ``penalty/…`` and so on."""
    everywhere = select(Visit.visit_id)
    for duty in BY_EVENT:
        name = Duty.PENALTY if duty is Duty.PENALTY_ELSEWHERE else duty
        if name not in watched:
            continue
        for rule in deadlines.rules_of(duty):
            rows = open_rows(deadlines, rule, everywhere).subquery()
            for (key,) in session.execute(columns_of(rows.c.key).order_by(rows.c.event_on, rows.c.key)):
                yield f"{name}/{key}"
    if Duty.CASE in watched:
        cases = open_cases(everywhere).subquery()
        for (key,) in session.execute(columns_of(cases.c.key).order_by(cases.c.event_on, cases.c.key)):
            yield f"{Duty.CASE}/{key}"


@dataclass(frozen=True)
class _Reading:
    """One page of what is open, while it is read; every rule has its number in the order of the list."""

    session: Session
    deadlines: Deadlines
    today: date
    asked: Asked

    @cached_property
    def rules(self) -> list[ClockRule]:
        return [rule for duty in KEPT for rule in self.deadlines.rules_of(duty)]

    @cached_property
    def after(self) -> _Place | None:
        """Return the place of the last one of the page before, done since or not."""
        duty, _, key = self.asked.after.partition("/")
        at = term_place(self.session, key) if duty in BY_DAY else None
        event_on = at.event_on if at is not None else self._event_of(duty, key)
        for number, rule in enumerate(self.rules):
            if event_on is not None and rule.duty == duty and rule.in_force.on(event_on):
                if at is not None:
                    return _Place(at.due, number, at.event_on, at.case_id)
                return _Place(_order(self.deadlines, rule, event_on), number, event_on, key)
        return None

    def _event_of(self, duty: str, key: str) -> date | None:
        return event_of(self.session, duty, key) if key and duty not in BY_DAY else None

    def clocks(self) -> Iterator[Clock]:
        wanted = [number for number, rule in enumerate(self.rules) if self.asked.duty in (None, rule.duty)]
        for _, clock in merge(*map(self._of_duty, wanted), key=lambda each: each[0]):
            yield clock

    def _of_duty(self, number: int) -> Iterator[tuple[_Place, Clock]]:
        """Yield the open duties of one rule in order, each as it is listed."""
        rule = self.rules[number]
        if rule.duty in BY_DAY:
            yield from self._of_cases(number)
            return
        for place, row in self._of_rule(number):
            yield place, self._clock(rule, row)

    def _of_cases(self, number: int) -> Iterator[tuple[_Place, Clock]]:
        """Yield the open cases in order of the last day on record."""
        rule, after = self.rules[number], self.after
        rows = open_cases(self.asked.visits).subquery()
        order = (rows.c.due, rows.c.event_on, rows.c.key)
        query = columns_of(rows).where(within(rows.c.event_on, rule)).order_by(*order).limit(self.asked.rows)
        if self.asked.state is State.OPEN:
            query = query.where(rows.c.due >= self.today)
        if self.asked.state is State.OVERDUE:
            query = query.where(rows.c.due < self.today)
        if after is not None and after.rule == number:
            query = query.where(tuple_(*order) > tuple_(*map(literal, (after.due, after.event_on, after.key))))
        elif after is not None:
            query = query.where(rows.c.due >= after.due if after.rule < number else rows.c.due > after.due)
        for row in map(CaseRow._make, self.session.execute(query)):
            yield _Place(row.due, number, row.event_on, row.key), self._case_clock(rule, row)

    def _of_rule(self, number: int) -> Iterator[tuple[_Place, _Row]]:
        """Yield the open duties of one rule in order, a block at a time."""
        rule = self.rules[number]
        rows = open_rows(self.deadlines, rule, self.asked.visits).subquery()
        block = min(self.asked.rows, BLOCK)
        query = columns_of(rows).order_by(rows.c.event_on, rows.c.key).limit(block)
        bounds = list(self._begins(number, rows))
        while True:
            found = [_Row(*each) for each in self.session.execute(query.where(*bounds))]
            for row in found:
                place = _Place(_order(self.deadlines, rule, row.event_on), number, row.event_on, row.key)
                if self.asked.state is State.OVERDUE and place.due >= self.today:
                    return
                yield place, row
            if len(found) < block:
                return
            bounds = [_beyond(rows, found[-1].event_on, found[-1].key)]

    def _begins(self, number: int, rows: Subquery) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions that the page begins with: beyond the page before, and due early enough or not."""
        rule, after = self.rules[number], self.after
        if self.asked.state is State.OPEN:
            yield rows.c.event_on >= _first_event(self.deadlines, rule, self.today)
        if after is None:
            return
        if after.rule == number:
            yield _beyond(rows, after.event_on, after.key)
        elif after.rule < number:
            yield rows.c.event_on >= _first_event(self.deadlines, rule, after.due)
        elif after.due == date.max:
            yield false()
        else:
            yield rows.c.event_on >= _first_event(self.deadlines, rule, after.due + timedelta(days=1))

    def _case_clock(self, rule: ClockRule, row: CaseRow) -> Clock:
        due_on = None if row.due == date.max else row.due
        return Clock(
            rule=rule,
            key=row.key,
            unit_id=row.unit_id,
            operator_name=row.operator_name,
            event_on=row.event_on,
            due_on=due_on,
            done_on=None,
            state=state_of(due_on, None, self.today),
            days_left=_days_left(self.deadlines, self.today, due_on),
            stands_at=place_of_term(row.key, row.term),
        )

    def _clock(self, rule: ClockRule, row: _Row) -> Clock:
        due_on, missing = _due(self.deadlines, rule, row.event_on)
        return Clock(
            rule=rule,
            **row._asdict(),
            due_on=due_on,
            done_on=None,
            state=state_of(due_on, None, self.today),
            days_left=_days_left(self.deadlines, self.today, due_on),
            missing_year=missing,
        )


def _beyond(rows: Subquery, event_on: date, key: str) -> ColumnElement[bool]:
    return tuple_(rows.c.event_on, rows.c.key) > tuple_(literal(event_on), literal(key))


def _due(deadlines: Deadlines, rule: ClockRule, event_on: date) -> tuple[date | None, int | None]:
    """Return the last day, or None and the year that no notice has fixed."""
    if rule.count is None:
        return None, None  # left to the bureau, which set nothing
    try:
        return due_by(rule, event_on, deadlines.calendar), None
    except CalendarYearError as unknown:
        return None, int(str(unknown.data["year"]))


def _order(deadlines: Deadlines, rule: ClockRule, event_on: date) -> date:
    """Return the day by which a duty is ordered: one not known yet comes last, one from before all notices first."""
    due_on, missing = _due(deadlines, rule, event_on)
    if due_on is not None:
        return due_on
    return date.min if missing is not None and missing < min(deadlines.calendar.years) else date.max


def _first_event(deadlines: Deadlines, rule: ClockRule, due: date) -> date:
    """Return the first day whose events are due on a day or later."""
    if due == date.min or rule.count is None:
        return rule.in_force.first
    longest, years = 2 * (rule.count or 0) + SLACK, sorted(deadlines.calendar.years)
    last = min(max(due, date(years[0], 1, 1)), date(years[-1] + 1, 1, 1))
    days = [last - timedelta(days=back) for back in range(longest, -1, -1)]
    return days[min(bisect_left(days, due, key=lambda day: _order(deadlines, rule, day)), longest)]


def _days_left(deadlines: Deadlines, today: date, due_on: date | None) -> int | None:
    """Return the working days until a last day; None where they cannot be told."""
    try:
        return None if due_on is None else deadlines.calendar.workdays_between(today, due_on)
    except CalendarYearError:
        return None
