"""Leave of inspectors (请假): who is away from when to when.

Whoever is away for all that remains of a batch's period is not put into its draw, and is counted in public. A leave
that ends before the period does keeps nobody out: it is kept so that visits can be set for days when all are there.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, nfc
from registry.errors import AbsentError, FieldError, RegistryError
from registry.inspectors import get_inspector
from registry.journal import Act, Kind, write
from registry.people import next_number

ONE_DAY = timedelta(days=1)


class Leave(Record, table=True):
    """One leave, both days included; a cancelled one stays on record."""

    __tablename__ = "inspector_leaves"

    leave_id: str = Field(primary_key=True)
    inspector_no: str = Field(foreign_key="inspectors.inspector_no", index=True)
    from_on: date
    to_on: date
    reason: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_by: str | None = None
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LeaveCancelledError(RegistryError):
    """It was cancelled before."""

    nature = "conflict"
    zh = "请假 {leave_id} 已经销假，未作任何改动。"
    en = "Leave {leave_id} was cancelled before; nothing was changed."


def record_leave(act: Act, *, inspector_no: str, from_on: date, to_on: date, reason: str) -> Leave:
    """Record a leave with its reason. Raises AbsentError, FieldError."""
    get_inspector(act.session, inspector_no)
    if to_on < from_on:
        raise FieldError(
            ("to_on",),
            ("请假止日早于起日。", "The leave ends before it begins."),
            ("请核对两个日期。", "Check the two dates."),
        )
    if not nfc(reason):
        raise FieldError(("reason",), ("没有事由。", "No reason is given."), ("请写明事由。", "State the reason."))
    leave = Leave(
        leave_id=next_number(act.session, Leave.leave_id, "l"),
        inspector_no=inspector_no,
        from_on=from_on,
        to_on=to_on,
        reason=nfc(reason),
        recorded_by=act.person,
        recorded_at=act.at,
    )
    act.session.add(leave)
    write(act, Kind.LEAVE_RECORDED, subject=leave.leave_id, body=leave.model_dump(mode="json"))
    return leave


def cancel_leave(act: Act, leave_id: str) -> Leave:
    """Cancel a leave (销假): it counts no more. Raises AbsentError, LeaveCancelledError."""
    leave = act.session.get(Leave, leave_id)
    if leave is None:
        raise AbsentError(what_zh="请假", what_en="leave", key=leave_id)
    if leave.cancelled_at is not None:
        raise LeaveCancelledError(leave_id=leave_id)
    leave.cancelled_by = act.person
    leave.cancelled_at = act.at
    act.session.add(leave)
    write(act, Kind.LEAVE_CANCELLED, subject=leave_id, body={"leave_id": leave_id})
    return leave


def away_throughout(session: Session, start: date, end: date) -> set[str]:
    """Return the numbers of those who are on leave on every day from start to end, both included."""
    standing = select(Leave).where(
        col(Leave.cancelled_at).is_(None), col(Leave.to_on) >= start, col(Leave.from_on) <= end
    )
    leaves: dict[str, list[tuple[date, date]]] = {}
    for each in session.exec(standing):
        leaves.setdefault(each.inspector_no, []).append((each.from_on, each.to_on))
    return {number for number, spans in leaves.items() if covers(spans, start, end)}


def covers(spans: Iterable[tuple[date, date]], start: date, end: date) -> bool:
    """Return whether spans of days, both ends included, together leave no day open from start to end.

    >>> first, second = (date(2020, 9, 1), date(2020, 9, 3)), (date(2020, 9, 4), date(2020, 9, 9))
    >>> covers([first, second], date(2020, 9, 2), date(2020, 9, 9))
    True
    >>> covers([first], date(2020, 9, 2), date(2020, 9, 9))
    False
    """
    open_from = start
    for begin, last in sorted(spans):
        if begin > open_from:
            return False
        open_from = max(open_from, last + ONE_DAY)
    return open_from > end
