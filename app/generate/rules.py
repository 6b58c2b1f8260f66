"""The list of items (抽查事项清单) and the holidays of a fictional province: examples, marked as such."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.generate.operators import Row
from app.generate.province import Province
from app.generate.vocabulary import vocabulary

SATURDAY, SUNDAY = 5, 6
WORKED_FROM = 3
"""A holiday of three weekdays or more is paid for by working the Sunday before it, much as real notices do."""


def item_rows(province: Province) -> Iterator[Row]:
    """Yield the items, valid from the beginning of the province's year."""
    for item in vocabulary().items:
        yield {**item, "valid_from": date(province.on.year, 1, 1).isoformat(), "valid_until": ""}


def holiday_rows(province: Province) -> Iterator[Row]:
    """Yield the weekdays off and the Sundays worked of the year after the province's, in the order of the days.

    The days are invented: a fictional calendar must not look like a notice that is still to come.
    """
    year = province.on.year + 1
    notice = f"虚构发明电〔{province.on.year}〕1号"
    days: dict[date, tuple[str, str]] = {}
    for festival in vocabulary().festivals:
        off = _weekdays(date(year, festival.month, festival.day), festival.weekdays)
        days |= dict.fromkeys(off, ("放假", festival.name))
        if festival.weekdays >= WORKED_FROM:
            days[_sunday_before(off[0])] = ("上班", festival.name)
    for day, (kind, name) in sorted(days.items()):
        yield {"day": day.isoformat(), "kind": kind, "name": name, "notice": notice}


def _weekdays(first: date, count: int) -> list[date]:
    """Return so many Mondays to Fridays from a day on."""
    found: list[date] = []
    day = first
    while len(found) < count:
        if day.weekday() < SATURDAY:
            found.append(day)
        day += timedelta(days=1)
    return found


def _sunday_before(day: date) -> date:
    while day.weekday() != SUNDAY:
        day -= timedelta(days=1)
    return day
