"""Legal clocks (期限): by when each duty is due, and whether it was done in time.

Pure over records: what happened on which day, when it was done, what today is. How long a duty may take is dated data
with its source (``rules/clocks.toml``); the rule in force on the day of the event decides. Working days come from the
State Council's notices alone: a term that runs into a year without one is refused, not guessed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session

from publicity.errors import PublicityError
from publicity.rule_files import InForce, Source, rule_files
from publicity.workdays import WorkCalendar

PATTERN = "clocks*.toml"
PROVINCE = 2
"""Digits of an area's code that name its province."""
ONE_DAY = timedelta(days=1)


class Duty(StrEnum):
    """What has to be done in time; of a delivery it is told at the gate of its penalty, and in no list."""

    RESULT = "result"
    PENALTY = "penalty"
    PENALTY_ELSEWHERE = "penalty_elsewhere"
    PENALTY_RECEIVED = "penalty_received"
    UPLOAD = "upload"
    WITHDRAWAL = "withdrawal"
    CORRECTION = "correction"
    REPAIR = "repair"
    CASE = "case"
    DELIVERY = "delivery"


DUTY_WORDS = {
    Duty.RESULT: ("检查结果公示", "publish the result of an inspection"),
    Duty.PENALTY: ("行政处罚公示", "publish a penalty"),
    Duty.PENALTY_ELSEWHERE: ("外省当事人行政处罚推送", "push the penalty of a party from another province"),
    Duty.PENALTY_RECEIVED: ("外省推送行政处罚公示", "publish a penalty pushed by another province"),
    Duty.UPLOAD: ("双公示上报", "upload to the double publicity platform"),
    Duty.WITHDRAWAL: ("撤回公示", "withdraw what was published"),
    Duty.CORRECTION: ("答复更正申请", "answer a request for correction"),
    Duty.REPAIR: ("决定信用修复申请", "decide an application for repair"),
    Duty.CASE: ("作出处罚决定", "decide a case"),
    Duty.DELIVERY: ("送达处罚决定书", "deliver a penalty decision"),
}
STARTS = {
    Duty.RESULT: "检查结束之日",
    Duty.PENALTY: "决定之日",
    Duty.PENALTY_ELSEWHERE: "决定之日",
    Duty.PENALTY_RECEIVED: "收到推送之日",
    Duty.UPLOAD: "决定之日",
    Duty.WITHDRAWAL: "处罚决定被变更、撤销、确认违法或者无效之日",
    Duty.CORRECTION: "收到申请之日",
    Duty.REPAIR: "受理之日",
    Duty.CASE: "立案之日",
    Duty.DELIVERY: "决定之日",
}
"""The event that each duty is counted from."""


class Unit(StrEnum):
    """What is counted: 工作日 or calendar days."""

    WORKDAYS = "workdays"
    DAYS = "days"


UNIT_WORDS = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "日"}


class State(StrEnum):
    """Where a duty stands on a day."""

    OPEN = "open"
    OVERDUE = "overdue"
    IN_TIME = "in_time"
    LATE = "late"


STATE_WORDS = {State.OPEN: "期限内", State.OVERDUE: "已逾期", State.IN_TIME: "按期完成", State.LATE: "逾期完成"}


@dataclass(frozen=True, kw_only=True)
class ClockRule:
    """How long a duty may take; without a ``count`` the bureau sets it."""

    duty: Duty
    count: int | None
    unit: Unit
    source: Source
    in_force: InForce

    @property
    def words(self) -> str:
        """Return the rule as a page cites it."""
        long = "本机关规定的期限" if self.count is None else f"{self.count} {UNIT_WORDS[self.unit]}"
        return f"{self.source.words}：{STARTS[self.duty]}起 {long}内"


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Days that do not count: testing, hearing, announcement; both included, without a last day it still lasts."""

    first: date
    last: date | None = None


class NoClockError(PublicityError):
    """No rule says by when."""

    nature = "conflict"
    zh = "{day} 没有“{duty_zh}”的期限规则，不能确定到期日，未作任何改动。请在 clocks.toml 中补充。"
    en = "On {day} no rule says by when to {duty_en}, so nothing is due and nothing was changed. Add it to clocks.toml."


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """The clocks as a bureau applies them: its rules, its calendar, its province, what it set itself."""

    rules: tuple[ClockRule, ...]
    calendar: WorkCalendar
    region: str
    repair_workdays: int | None = None

    def known_to(self, session: Session) -> "Deadlines":
        """Return these deadlines over the calendar with the years that the bureau imported."""
        return replace(self, calendar=self.calendar.known_to(session))

    def rules_of(self, duty: Duty) -> tuple[ClockRule, ...]:
        """Return the rules of a duty, with what the bureau set where the law leaves it to it."""
        own = (each for each in self.rules if each.duty is duty)
        return tuple(replace(each, count=self.repair_workdays) if each.count is None else each for each in own)

    def rule_on(self, duty: Duty, day: date) -> ClockRule:
        """Return the rule of a duty whose event was on a day. Raises NoClockError."""
        for each in self.rules_of(duty):
            if each.count is not None and each.in_force.on(day):
                return each
        raise NoClockError(day=day, duty_zh=DUTY_WORDS[duty][0], duty_en=DUTY_WORDS[duty][1])

    def counts(self, duty: Duty, day: date) -> bool:
        """Return whether any rule counts the days of a duty whose event was on a day."""
        return any(each.count is not None and each.in_force.on(day) for each in self.rules_of(duty))

    def due_on(self, duty: Duty, event_on: date) -> date:
        """Return the last day in time. Raises NoClockError, CalendarYearError."""
        return due_by(self.rule_on(duty, event_on), event_on, self.calendar)

    def case_due_on(self, filed_on: date, *, extended: Iterable[int] = (), pauses: Iterable[Pause] = ()) -> date | None:
        """Return the last day for a decision: extensions in days are added, paused days do not count.

        None while a pause that began in time has no end. Raises NoClockError.
        """
        rule = self.rule_on(Duty.CASE, filed_on)
        left, spans = (rule.count or 0) + sum(extended), tuple(pauses)
        day = filed_on
        while left:
            day += ONE_DAY
            if any(each.last is None and each.first <= day for each in spans):
                return None
            left -= not any(each.first <= day <= (each.last or day) for each in spans)
        return day

    def is_elsewhere(self, area: str) -> bool:
        """Return whether a party is registered in another province."""
        return area[:PROVINCE] != self.region[:PROVINCE]

    def penalty_duty(self, area: str, decided_on: date) -> Duty:
        """Return what is due of a penalty: where its rule holds, of a party from another province it is the push."""
        pushed = any(each.in_force.on(decided_on) for each in self.rules_of(Duty.PENALTY_ELSEWHERE))
        return Duty.PENALTY_ELSEWHERE if pushed and self.is_elsewhere(area) else Duty.PENALTY


def due_by(rule: ClockRule, event_on: date, calendar: WorkCalendar) -> date:
    """Return the last day in time by one rule. Raises CalendarYearError."""
    count = rule.count or 0
    if rule.unit is Unit.DAYS:
        return event_on + timedelta(days=count)
    return calendar.add_workdays(event_on, count)


def state_of(due_on: date | None, done_on: date | None, today: date) -> State:
    """Return where a duty stands: a term that is not known yet is open until the duty is done, and then in time."""
    late = due_on is not None and (done_on or today) > due_on
    if done_on is None:
        return State.OVERDUE if late else State.OPEN
    return State.LATE if late else State.IN_TIME


def load_clock_rules(folder: Path | None = None) -> tuple[ClockRule, ...]:
    """Return the clocks that come with the program, or those of a folder. Raises RuleFileError."""
    return tuple(_rules(folder))


def _rules(folder: Path | None) -> Iterator[ClockRule]:
    for file in rule_files(PATTERN, folder):
        seen: list[ClockRule] = []
        for entry in file.entries("clock"):
            rule = ClockRule(
                duty=entry.word("duty", Duty),
                count=entry.maybe("count", int),
                unit=entry.word("unit", Unit),
                source=entry.cited(entry.source()),
                in_force=entry.in_force(),
            )
            entry.done()
            if rule.count is not None and rule.count < 1:
                raise entry.wrong(("不能小于 1", "it must not be below 1"), "count")
            if rule.count is None and rule.duty is not Duty.REPAIR:
                raise entry.wrong(("缺少该项", "it is missing"), "count")
            if any(each.duty is rule.duty and _overlap(each.in_force, rule.in_force) for each in seen):
                problem = ("与同一事项的另一条在时间上重叠", "it holds on the same days as another of the same duty")
                raise entry.wrong(problem, "effective_from")
            seen.append(rule)
        file.done()
        missing = [duty for duty in Duty if all(each.duty is not duty for each in seen)]
        if missing:
            raise file.wrong((f"缺少 {'、'.join(missing)}", f"{', '.join(missing)} is missing"), "clock")
        yield from seen


def _overlap(one: InForce, other: InForce) -> bool:
    return (one.last is None or other.first <= one.last) and (other.last is None or one.first <= other.last)
