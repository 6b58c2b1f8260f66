"""Working days (工作日) with holidays and make-up days (调休), for the legal clocks that count them.

The calendar is the State Council's yearly notice, kept as data in ``rules/workdays.toml``; a year that the bureau
imported (``registry.holidays``) takes the place of the one there. A year without its notice
has no answer here, not a guess from the week: a deadline that is a day wrong is a broken law.

The day of the event is not counted; a term of n working days ends with the n-th working day after it.
Source: 行政处罚法 85 (terms of two to seven days there are working days); 民法典 201 (the first day is not counted).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Self

from sqlmodel import Session

from publicity.errors import PublicityError
from registry.holidays import CalendarDay, DayKind, calendar_days

DATA_FILE = "rules/workdays.toml"
SATURDAY = 5
ONE_DAY = timedelta(days=1)


class CalendarYearError(PublicityError):
    """A year without the State Council's notice; ``year``, and ``first`` and ``last`` of those on file."""

    zh = (
        "没有 {year} 年的放假调休安排（现有 {first} 至 {last} 年），不能推算工作日，未作任何改动。"
        "请按《国务院办公厅关于{year}年部分节假日安排的通知》导入该年的放假调休日期，或在 workdays.toml 中增加该年。"
    )
    en = (
        "There is no working-day calendar for {year} (there is one for {first} to {last}), so the term was not "
        "computed and nothing was changed. Import the year's days (holidays) from the State Council's holiday notice, "
        "or add the year to workdays.toml."
    )


class CalendarDataError(PublicityError):
    """The calendar file contradicts itself; ``place`` and the two ``problem`` texts say where and how."""

    zh = "workdays.toml 中 {place} 有误：{problem_zh}。请对照国务院办公厅的通知改正。"
    en = "workdays.toml is wrong at {place}: {problem_en}. Correct it from the State Council's notice."


@dataclass(frozen=True)
class Notice:
    """A notice of the General Office of the State Council: title and document number (文号)."""

    title: str
    number: str


@dataclass(frozen=True)
class WorkYear:
    """What the notices say of one year: weekdays that are off, weekend days that are worked."""

    year: int
    notices: tuple[Notice, ...]
    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True)
class WorkCalendar:
    """The legal working days of the years for which there is a notice."""

    years: Mapping[int, WorkYear]

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Return the calendar that comes with the program, read once, or that of a file. Raises CalendarDataError."""
        return cls(_shipped() if path is None else _parse(path.read_text(encoding="utf-8")))

    def known_to(self, session: Session) -> "WorkCalendar":
        """Return this calendar with the years that the bureau imported, each in the place of its own."""
        days: dict[int, list[CalendarDay]] = {}
        for each in calendar_days(session):
            days.setdefault(each.day.year, []).append(each)
        return replace(self, years={**self.years, **{year: _imported(year, its) for year, its in days.items()}})

    def is_workday(self, day: date) -> bool:
        """Return whether a day is worked. Raises CalendarYearError."""
        year = self._year(day.year)
        return day in year.worked if day.weekday() >= SATURDAY else day not in year.off

    def add_workdays(self, day: date, count: int) -> date:
        """Return the last day of a term of ``count`` (1 or more) working days that an event on ``day`` starts.

        Raises CalendarYearError when the term touches a year without notice.
        """
        if count < 1:
            msg = "a term has at least one working day"
            raise ValueError(msg)
        end = day
        while count:
            end += ONE_DAY
            count -= self.is_workday(end)
        return end

    def workdays_between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and with ``end``; negative when end is earlier.

        ``workdays_between(day, add_workdays(day, n)) == n``, and counts add up. Raises CalendarYearError.
        """
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(start + n * ONE_DAY) for n in range(1, (end - start).days + 1))

    def _year(self, year: int) -> WorkYear:
        found = self.years.get(year)
        if found is None:
            raise CalendarYearError(year=year, first=min(self.years), last=max(self.years))
        return found


def _imported(year: int, days: list[CalendarDay]) -> WorkYear:
    numbers = dict.fromkeys(each.notice for each in days)
    return WorkYear(
        year=year,
        notices=tuple(Notice(title=f"{year}年节假日安排", number=number) for number in numbers),
        off=frozenset(each.day for each in days if each.kind == DayKind.OFF and each.day.weekday() < SATURDAY),
        worked=frozenset(each.day for each in days if each.kind == DayKind.WORKED),
    )


@cache
def _shipped() -> Mapping[int, WorkYear]:
    return _parse(resources.files("publicity").joinpath(DATA_FILE).read_text(encoding="utf-8"))


def _parse(text: str) -> Mapping[int, WorkYear]:
    years: dict[int, WorkYear] = {}
    for entry in tomllib.loads(text)["year"]:
        year = _parse_year(entry)
        if year.year in years:
            raise CalendarDataError(place=year.year, problem_zh="该年出现两次", problem_en="the year is there twice")
        years[year.year] = year
    if not years:
        raise CalendarDataError(place="year", problem_zh="没有任何年份", problem_en="there is no year")
    return years


def _parse_year(entry: Mapping[str, Any]) -> WorkYear:
    year: int = entry["year"]
    for day in entry["off"]:
        _check_day(day, year, weekend=False)
    for day in entry["worked"]:
        _check_day(day, year, weekend=True)
    return WorkYear(
        year=year,
        notices=tuple(Notice(**notice) for notice in entry["notices"]),
        off=frozenset(entry["off"]),
        worked=frozenset(entry["worked"]),
    )


def _check_day(day: date, year: int, *, weekend: bool) -> None:
    if day.year != year:
        raise CalendarDataError(place=day, problem_zh=f"不在 {year} 年", problem_en=f"the day is not in {year}")
    if weekend and day.weekday() < SATURDAY:
        raise CalendarDataError(
            place=day, problem_zh="worked 只列周六、周日", problem_en="only Saturdays and Sundays belong in worked"
        )
    if not weekend and day.weekday() >= SATURDAY:
        raise CalendarDataError(
            place=day, problem_zh="off 只列周一至周五", problem_en="only Mondays to Fridays belong in off"
        )
