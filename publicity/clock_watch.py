"""The watch on the clock (时钟核对): a clock that leapt ends nothing for good before somebody vouches for the day.

What is past its term is hidden by the clock alone, and comes back when the clock is set right; what the worker empties
does not. So the worker notes every hour until when it has followed the clock. Where the clock is later than that by
more than a setting, nothing is emptied until an administrator states the day, or a witness cosigned lately: its time is
its own. Facts vouch for nothing: they bear the time of the clock in question. A machine that was off for a month is
one that leapt, too; that is what the statement is for.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Field, Session, func, select

from publicity.errors import PublicityError
from publicity.sequencer import read_head
from publicity.witnessing import Cosignature
from registry.base import Record, UtcDateTime, legal_day
from registry.journal import Act, Kind, write
from registry.outbox import Work
from registry.people import Person, Role

HOUR: Final = timedelta(hours=1)
"""From one note to the next."""
HELD: Final = frozenset({Work.EXPIRY})
"""What is left undone while the clock is not vouched for."""


class ClockSighting(Record, table=True):
    """Until when the worker followed the clock, or somebody vouched for it: one row, which moves."""

    __tablename__ = "clock_sightings"

    sighting_id: int | None = Field(default=None, primary_key=True)
    seen_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, kw_only=True)
class Leap:
    """The clock is at ``now``, and was followed until ``seen`` and no further."""

    seen: datetime
    now: datetime


class ClockLeapError(PublicityError):
    """Terms wait because the clock leapt and nobody has vouched for the day."""

    nature = "unready"
    zh = (
        "时钟从 {seen} 跳到了 {now}，公示期届满的内容没有清除（页面已按时钟不再显示，可以恢复）。请核对日期："
        "时钟有误的，校准即可；无误的（例如停机多日），由管理员执行 "
        "double-random clock confirm --day 日期 --by 人员编号。"
    )
    en = (
        "The clock leapt from {seen} to {now}, so nothing past its term was emptied (pages hide it by the clock, which "
        "can be undone). Check the day: set a wrong clock right; if it is right, as after days without power, an "
        "administrator gives double-random clock confirm --day DAY --by PERSON."
    )


class ClockDayError(PublicityError):
    """The day that was stated is not the clock's."""

    nature = "conflict"
    zh = "所填日期是 {day}，时钟的日期是 {today}。没有确认，未作任何改动；日期确如所填的，请校准时钟。"
    en = (
        "The day stated is {day} and the clock's is {today}. Nothing was confirmed or changed; if the day is right, "
        "set the clock."
    )


class ClockPersonError(PublicityError):
    """Who vouches for the day is no administrator with access."""

    nature = "forbidden"
    zh = "{person} 不是有权限的系统管理员，不能确认日期。未作任何改动；请由管理员确认。"
    en = (
        "{person} is no administrator with access and cannot vouch for the day. Nothing was changed; ask an "
        "administrator."
    )


def leap(session: Session, now: datetime, most: timedelta) -> Leap | None:
    """Return by what the clock is further ahead of what was followed than it may be, or None."""
    seen = followed(session)
    return Leap(seen=seen, now=now) if seen is not None and now - seen > most else None


def followed(session: Session) -> datetime | None:
    """Return until when the clock was followed or vouched for; None in a log without entries."""
    noted = _sighting(session)
    head = read_head(session)
    if noted is None and head.size == 0:
        return None
    seen = head.at if noted is None else noted.seen_at
    cosigned = session.exec(select(func.max(Cosignature.cosigned_at))).one()
    return seen if cosigned is None else max(seen, cosigned)


def is_noted(session: Session, now: datetime) -> bool:
    """Return whether it was noted within the hour that the clock is followed."""
    noted = _sighting(session)
    return noted is not None and abs(now - noted.seen_at) < HOUR


def note_clock(act: Act) -> datetime:
    """Note that the clock was followed until now; a clock that was set back is followed from there."""
    noted = _sighting(act.session)
    if noted is None:
        act.session.add(ClockSighting(seen_at=act.at))
    else:
        noted.seen_at = act.at
    return act.at


def _sighting(session: Session) -> ClockSighting | None:
    return session.exec(select(ClockSighting)).first()


def vouch_for_day(act: Act, day: date) -> date:
    """Take an administrator's word that today is ``day``, whatever the clock did before.

    Raises ClockPersonError, ClockDayError.
    """
    person = act.session.get(Person, act.person)
    if person is None or not person.active or Role.ADMINISTRATOR not in person.roles:
        raise ClockPersonError(person=act.person)
    if day != act.today:
        raise ClockDayError(day=day, today=act.today)
    seen = followed(act.session)
    said = {"day": f"{day}", "followed_until": "" if seen is None else f"{legal_day(seen)}"}
    write(act, Kind.CLOCK_CONFIRMED, subject="clock", body=said, public=said)
    note_clock(act)
    return day
