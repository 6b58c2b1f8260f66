"""The days of a year that are not what the week says: holidays (放假) and days worked instead (上班).

Source: the yearly notice of the General Office of the State Council. A year is stated whole or not at all, so an import
names every such day of it; what the days mean for a term is publicity's (``publicity.workdays``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Field, Session, col, select

from registry.base import Record
from registry.checking import Checker
from registry.errors import FieldError

SATURDAY = 5
FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
"""Month and day of the holidays that fall on the same day every year. Source: 全国年节及纪念日放假办法, article 2."""


class DayKind(StrEnum):
    """What a day is, other than the week says."""

    OFF = "holiday"
    WORKED = "workday"


DAY_WORDS = {DayKind.OFF: "放假", DayKind.WORKED: "上班"}


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """A checked day; ``notice`` is the number (文号) of the notice that says so."""

    day: date
    kind: DayKind
    name: str
    notice: str


class CalendarDay(Record, table=True):
    """One such day."""

    __tablename__ = "calendar_days"

    day: date = Field(primary_key=True)
    kind: str
    name: str
    notice: str


COLUMNS = ("day", "kind", "name", "notice")
HEADINGS = {"日期": "day", "类型": "kind", "节日": "name", "依据文号": "notice"}


def check_day(raw: Mapping[str, str]) -> tuple[CalendarEntry | None, list[FieldError]]:
    """Check one day as handed in (column → text) and return it, or every problem with it."""
    check = Checker(raw, COLUMNS, COLUMNS)
    day, kind = check.day("day"), check.word("kind", DAY_WORDS)
    if day is not None and kind is DayKind.WORKED and day.weekday() < SATURDAY:
        check.refuse(
            "kind",
            (f"{day} 本来就是工作日。", f"{day} is a working day as it is."),
            ("“上班”只填调休的周六、周日。", "Only Saturdays and Sundays that are worked instead belong here."),
        )
    if check.problems or day is None or kind is None:
        return None, check.problems
    return CalendarEntry(day=day, kind=kind, name=check.text["name"], notice=check.text["notice"]), []


def missing_days(year: int, off: set[date]) -> list[date]:
    """Return the weekdays of a year that are holidays by law and not among ``off``."""
    fixed = (date(year, month, day) for month, day in FIXED)
    return [day for day in fixed if day.weekday() < SATURDAY and day not in off]


def calendar_days(session: Session, years: set[int] | None = None) -> list[CalendarDay]:
    """Return the days on file, or those of some years, in order."""
    days = session.exec(select(CalendarDay).order_by(col(CalendarDay.day))).all()
    return [each for each in days if years is None or each.day.year in years]
