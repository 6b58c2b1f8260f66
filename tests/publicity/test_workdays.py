"""Working days are those of the State Council's notices, and terms count as the law counts."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publicity.workdays import CalendarDataError, CalendarYearError, WorkCalendar

FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
CALENDAR = WorkCalendar.load()
DAYS = st.dates(FIRST, date(2026, 10, 1))


def test_every_day_from_2019_to_2026_agrees_with_chinesecalendar() -> None:
    """An independent calendar, day by day."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [day for day in days if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day)] == []
    assert len(days) == 8 * 365 + 2


def test_every_year_names_its_notice() -> None:
    """Each year carries the notice on its holidays, with a document number of the year before."""
    assert sorted(CALENDAR.years) == list(range(2019, 2027))
    for number, year in CALENDAR.years.items():
        first = year.notices[0]
        assert first.title == f"国务院办公厅关于{number}年部分节假日安排的通知"
        assert first.number.startswith(f"国办发明电〔{number - 1}〕")


def test_the_spring_festival_of_2020_was_prolonged() -> None:
    """31 January and 1 February, which the first notice had worked, were off; 3 February was worked."""
    assert not CALENDAR.is_workday(date(2020, 1, 31))
    assert not CALENDAR.is_workday(date(2020, 2, 1))
    assert CALENDAR.is_workday(date(2020, 2, 3))


def test_twenty_working_days_step_over_the_national_day_holidays() -> None:
    """From Tuesday 15 September 2020: Sunday 27 September and Saturday 10 October count, 1 to 8 October do not."""
    assert CALENDAR.add_workdays(date(2020, 9, 15), 20) == date(2020, 10, 19)


def test_the_day_of_the_event_is_not_counted() -> None:
    """One working day from a Friday is Monday, and from the Saturday after it Monday as well."""
    assert CALENDAR.add_workdays(date(2020, 9, 4), 1) == date(2020, 9, 7)
    assert CALENDAR.add_workdays(date(2020, 9, 5), 1) == date(2020, 9, 7)


@given(DAYS, st.integers(1, 40))
def test_a_term_ends_on_its_nth_working_day(day: date, count: int) -> None:
    """The end is worked, and exactly n working days lie after the event up to it."""
    end = CALENDAR.add_workdays(day, count)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(day, end) == count
    assert CALENDAR.workdays_between(end, day) == -count


@given(DAYS, DAYS, DAYS)
def test_counts_add_up(one: date, two: date, three: date) -> None:
    """Whatever the order of the three days."""
    between = CALENDAR.workdays_between
    assert between(one, two) + between(two, three) == between(one, three)


def test_a_term_without_days_is_a_mistake_of_the_caller() -> None:
    """Zero and less are refused."""
    with pytest.raises(ValueError, match="at least one working day"):
        CALENDAR.add_workdays(date(2020, 9, 1), 0)


@pytest.mark.parametrize("year", [2018, 2027])
def test_a_year_without_notice_is_refused_with_the_way_to_add_it(year: int) -> None:
    """Also on a plain weekday: without the notice nobody knows."""
    with pytest.raises(CalendarYearError) as refused:
        CALENDAR.is_workday(date(year, 3, 7))
    assert refused.value.data == {"year": year, "first": 2019, "last": 2026}
    assert f"《国务院办公厅关于{year}年部分节假日安排的通知》" in refused.value.text("zh")
    assert f"no working-day calendar for {year}" in refused.value.text("en")
    assert "workdays.toml" in str(refused.value)


def test_a_term_that_runs_into_a_year_without_notice_is_refused() -> None:
    """The refusal names the year that is missing, not that of the event."""
    with pytest.raises(CalendarYearError) as refused:
        CALENDAR.add_workdays(date(2026, 12, 15), 20)
    assert refused.value.data["year"] == 2027


def year_file(tmp_path: Path, *, off: str = "2027-01-01", worked: str = "2027-01-03", repeat: int = 1) -> Path:
    """Write a calendar file of 2027 with one day off and one worked."""
    path = tmp_path / "workdays.toml"
    entry = f'[[year]]\nyear = 2027\nnotices = [{{ title = "T", number = "N" }}]\noff = [{off}]\nworked = [{worked}]\n'
    path.write_text(entry * repeat, encoding="utf-8")
    return path


def test_a_bureau_can_bring_its_own_file(tmp_path: Path) -> None:
    """A file named in place of the shipped one is read, and is all there is."""
    calendar = WorkCalendar.load(year_file(tmp_path))
    assert not calendar.is_workday(date(2027, 1, 1))
    assert calendar.is_workday(date(2027, 1, 3))
    assert calendar.add_workdays(date(2027, 1, 1), 2) == date(2027, 1, 4)
    with pytest.raises(CalendarYearError):
        calendar.is_workday(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"off": "2027-01-02"}, "2027-01-02: only Mondays to Fridays belong in off"),
        ({"worked": "2027-01-04"}, "2027-01-04: only Saturdays and Sundays belong in worked"),
        ({"off": "2026-01-01"}, "2026-01-01: the day is not in 2027"),
        ({"repeat": 2}, "2027: the year is there twice"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    """The sentence names the day or year and what is wrong with it."""
    with pytest.raises(CalendarDataError) as refused:
        WorkCalendar.load(year_file(tmp_path, **change))
    assert sentence in refused.value.text("en")
    assert "请对照国务院办公厅的通知改正" in refused.value.text("zh")
