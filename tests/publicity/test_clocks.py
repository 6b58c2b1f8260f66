"""By when each duty is due, by the rule of its day; what does not count; and what a broken file is told."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publicity.clocks import (
    DUTY_WORDS,
    STARTS,
    ClockRule,
    Deadlines,
    Duty,
    NoClockError,
    Pause,
    State,
    Unit,
    load_clock_rules,
    state_of,
)
from publicity.rule_files import RuleFileError
from publicity.workdays import CalendarYearError, WorkCalendar

RULES = load_clock_rules()
DEADLINES = Deadlines(rules=RULES, calendar=WorkCalendar.load(), region="140000", repair_workdays=15)
DUE = [
    (Duty.RESULT, "2020-09-15", "2020-10-19"),
    (Duty.PENALTY, "2020-09-22", "2020-10-26"),
    (Duty.PENALTY, "2026-05-06", "2026-06-02"),
    (Duty.PENALTY_ELSEWHERE, "2026-05-06", "2026-05-19"),
    (Duty.PENALTY_RECEIVED, "2026-05-19", "2026-06-02"),
    (Duty.UPLOAD, "2026-05-06", "2026-05-14"),
    (Duty.WITHDRAWAL, "2026-04-30", "2026-05-08"),
    (Duty.WITHDRAWAL, "2021-08-25", "2021-08-30"),
    (Duty.DELIVERY, "2026-05-06", "2026-05-14"),
    (Duty.CORRECTION, "2026-09-28", "2026-10-30"),
    (Duty.REPAIR, "2026-09-28", "2026-10-23"),
    (Duty.CASE, "2026-05-06", "2026-08-04"),
]
FILED = date(2026, 5, 6)


@pytest.mark.parametrize(("duty", "event_on", "due_on"), DUE)
def test_each_duty_is_due_by_its_own_clock(duty: Duty, event_on: str, due_on: str) -> None:
    """Counted by hand from the notices; the day of the event does not count."""
    assert DEADLINES.due_on(duty, date.fromisoformat(event_on)) == date.fromisoformat(due_on)


def test_every_duty_has_words_a_start_and_a_source() -> None:
    assert set(DUTY_WORDS) == set(STARTS) == set(Duty) == {each.duty for each in RULES}
    for each in RULES:
        assert each.source.article or each.source.check
        assert each.words.endswith("内")


def test_a_decision_on_repair_has_a_clock_where_the_bureau_set_one() -> None:
    with pytest.raises(NoClockError, match="repair"):
        Deadlines(rules=RULES, calendar=DEADLINES.calendar, region="140000").due_on(Duty.REPAIR, FILED)


def test_a_day_without_a_rule_is_refused() -> None:
    with pytest.raises(NoClockError) as refused:
        DEADLINES.due_on(Duty.WITHDRAWAL, date(2021, 7, 14))
    assert "2021-07-14 没有“撤回公示”的期限规则" in refused.value.text("zh")


def test_a_term_into_a_year_without_notice_is_refused() -> None:
    """Ninety calendar days need no notice."""
    with pytest.raises(CalendarYearError):
        DEADLINES.due_on(Duty.PENALTY, date(2026, 12, 21))
    assert DEADLINES.due_on(Duty.CASE, date(2026, 12, 21)) == date(2027, 3, 21)


def test_a_case_is_decided_within_ninety_days_extensions_added() -> None:
    assert DEADLINES.case_due_on(FILED) == date(2026, 8, 4)
    assert DEADLINES.case_due_on(FILED, extended=[30, 15]) == date(2026, 9, 18)


def test_time_for_testing_hearing_and_announcement_does_not_count() -> None:
    """Overlapping pauses count once; one that came after the term changes nothing; one that lasts leaves no day."""
    testing = Pause(first=date(2026, 6, 1), last=date(2026, 6, 10))
    hearing = Pause(first=date(2026, 6, 8), last=date(2026, 6, 12))
    after = Pause(first=date(2026, 9, 1), last=date(2026, 9, 30))
    assert DEADLINES.case_due_on(FILED, pauses=[testing]) == date(2026, 8, 14)
    assert DEADLINES.case_due_on(FILED, pauses=[testing, hearing]) == date(2026, 8, 16)
    assert DEADLINES.case_due_on(FILED, pauses=[testing, hearing, after]) == date(2026, 8, 16)
    assert DEADLINES.case_due_on(FILED, pauses=[Pause(first=date(2026, 6, 1))]) is None
    assert DEADLINES.case_due_on(FILED, pauses=[Pause(first=date(2026, 9, 1))]) == date(2026, 8, 4)


@given(st.dates(date(2026, 5, 7), date(2026, 8, 4)), st.integers(0, 40))
def test_a_pause_within_the_term_moves_its_end_by_its_days(first: date, days: int) -> None:
    pause = Pause(first=first, last=first + timedelta(days=days))
    assert DEADLINES.case_due_on(FILED, pauses=[pause]) == date(2026, 8, 5) + timedelta(days=days)


@given(st.dates(date(2019, 1, 1), date(2026, 10, 1)), st.sampled_from(Duty))
def test_what_happened_earlier_is_due_no_later(day: date, duty: Duty) -> None:
    """Of one rule; the lists of what is due rest on it."""
    rules = [each for each in DEADLINES.rules_of(duty) if each.in_force.on(day)]
    if rules and rules[0].in_force.on(day + timedelta(days=1)):
        assert DEADLINES.due_on(duty, day) <= DEADLINES.due_on(duty, day + timedelta(days=1))


def test_only_a_party_from_another_province_is_pushed_and_only_since_the_rule() -> None:
    new, old = date(2021, 9, 1), date(2021, 8, 31)
    assert DEADLINES.penalty_duty("110101", new) is Duty.PENALTY_ELSEWHERE
    assert DEADLINES.penalty_duty("140105", new) is Duty.PENALTY
    assert DEADLINES.penalty_duty("110101", old) is Duty.PENALTY


STATES = [
    ("2026-05-08", None, "2026-05-08", State.OPEN),
    ("2026-05-08", None, "2026-05-09", State.OVERDUE),
    ("2026-05-08", "2026-05-08", "2026-06-01", State.IN_TIME),
    ("2026-05-08", "2026-05-09", "2026-05-09", State.LATE),
    (None, None, "2026-05-09", State.OPEN),
]


@pytest.mark.parametrize(("due", "done", "today", "state"), STATES)
def test_a_duty_is_in_time_through_its_last_day(due: str | None, done: str | None, today: str, state: State) -> None:
    days = [None if each is None else date.fromisoformat(each) for each in (due, done)]
    assert state_of(days[0], days[1], date.fromisoformat(today)) is state


SHIPPED = (Path(__file__).parents[2] / "publicity" / "rules" / "clocks.toml").read_text(encoding="utf-8")
BROKEN = [
    ("count = 20\n", "count = 0\n", "clock[1].count: it must not be below 1"),
    ("count = 20\n", "", "clock[1].count: it is missing"),
    ('unit = "workdays"', 'unit = "weeks"', "'weeks' is none of workdays, days"),
    ('duty = "result"', 'duty = "lunch"', "'lunch' is none of result"),
    ("check = true\n", "", "clock[1].article: it names no article"),
    ("effective_until = 2021-08-31", "effective_until = 2021-09-01", "it holds on the same days as another"),
    ('duty = "case"', 'duty = "upload"', "it holds on the same days as another"),
    ("count = 20\n", "count = 20\nsoon = 5\n", "clock[1].soon: there is no such name"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), BROKEN, ids=[each[2] for each in BROKEN])
def test_a_broken_file_of_clocks_is_refused_by_its_place(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    (tmp_path / "clocks.toml").write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError) as refused:
        load_clock_rules(tmp_path)
    assert sentence in refused.value.text("en")
    assert "clocks.toml" in refused.value.text("zh")


def test_a_file_without_one_of_the_duties_is_refused(tmp_path: Path) -> None:
    kept = SHIPPED.partition('[[clock]]\nduty = "case"')[0]
    (tmp_path / "clocks.toml").write_text(kept, encoding="utf-8")
    with pytest.raises(RuleFileError, match="case is missing"):
        load_clock_rules(tmp_path)


def test_a_bureau_can_change_a_clock(tmp_path: Path) -> None:
    (tmp_path / "clocks.toml").write_text(SHIPPED.replace("count = 7", "count = 5"), encoding="utf-8")
    rules = load_clock_rules(tmp_path)
    changed = next(each for each in rules if each.duty is Duty.UPLOAD)
    assert isinstance(changed, ClockRule)
    assert (changed.count, changed.unit) == (5, Unit.WORKDAYS)
