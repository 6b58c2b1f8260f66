"""Leave of inspectors (请假): who is away from when to when.

Whoever is away for all that remains of a batch's period is not put into its draw, and is counted in public. A leave
that ends before the period does keeps nobody out: it is kept so that visits can be set for days when all are there.

Nobody else sends an inspector away alone: a leave that the bureau records counts once an approver, another person,
has approved it; what an inspector files of their own counts at once (decision 0014). A draw already committed keeps
whom it has.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, nfc
from registry.errors import AbsentError, FieldError, RegistryError
from registry.inspectors import get_inspector
from registry.journal import Act, Kind, write
from registry.people import Person, next_number, not_concerned, other_person

ONE_DAY = timedelta(days=1)


class Leave(Record, table=True):
    """One leave, both days included, and, once decided, by whom and how; a cancelled one stays on record.

    ``approved`` is None until it is decided. A leave that was recorded before leave was decided has no ``decided_by``.
    """

    __tablename__ = "inspector_leaves"

    leave_id: str = Field(primary_key=True)
    inspector_no: str = Field(foreign_key="inspectors.inspector_no", index=True)
    from_on: date
    to_on: date
    reason: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    approved: bool | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_by: str | None = None
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LeaveStateError(RegistryError):
    """The leave is not in the state that the step needs."""

    nature = "conflict"
    zh = "请假 {leave_id} {problem_zh}，未作任何改动。"
    en = "Leave {leave_id} {problem_en}; nothing was changed."


def record_leave(act: Act, *, inspector_no: str, from_on: date, to_on: date, reason: str) -> Leave:
    """Record somebody's leave with its reason. It counts once an approver has approved it.

    Raises AbsentError, FieldError.
    """
    get_inspector(act.session, inspector_no)
    return _file(act, inspector_no, from_on, to_on, reason)


def declare_leave(act: Act, *, from_on: date, to_on: date, reason: str) -> Leave:
    """File the acting inspector's own leave, which counts at once. Raises AbsentError, FieldError."""
    own = act.session.get_one(Person, act.person).inspector_no
    if own is None:
        raise AbsentError(what_zh="检查人员", what_en="inspector", key=act.person)
    return _file(act, own, from_on, to_on, reason, own=True)


def decide_leave(act: Act, leave_id: str, *, approved: bool) -> Leave:
    """Decide a leave that another person recorded; not the inspector whom it concerns.

    Raises AbsentError, LeaveStateError, SamePersonError.
    """
    leave = get_leave(act.session, leave_id)
    _check_standing(leave)
    if leave.approved is not None:
        raise LeaveStateError(leave_id=leave_id, problem_zh="已有决定", problem_en="was decided before")
    step = ("请假审批", "Deciding a leave")
    other_person(act, leave.recorded_by, step=step, did=("登记请假", "recorded it"))
    not_concerned(act, leave.inspector_no, step=step)
    leave.approved = approved
    leave.decided_by = act.person
    leave.decided_at = act.at
    return _keep(act, Kind.LEAVE_DECIDED, leave, {"leave_id": leave_id, "approved": approved})


def cancel_leave(act: Act, leave_id: str) -> Leave:
    """Cancel a leave (销假), decided or not: it counts no more. Raises AbsentError, LeaveStateError."""
    leave = get_leave(act.session, leave_id)
    _check_standing(leave)
    leave.cancelled_by = act.person
    leave.cancelled_at = act.at
    return _keep(act, Kind.LEAVE_CANCELLED, leave, {"leave_id": leave_id})


def get_leave(session: Session, leave_id: str) -> Leave:
    """Return a leave or raise AbsentError."""
    leave = session.get(Leave, leave_id)
    if leave is None:
        raise AbsentError(what_zh="请假", what_en="leave", key=leave_id)
    return leave


def _file(  # noqa: PLR0913 - the parts of a leave
    act: Act, inspector_no: str, from_on: date, to_on: date, reason: str, *, own: bool = False
) -> Leave:
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
        approved=True if own else None,
        decided_by=act.person if own else None,
        decided_at=act.at if own else None,
    )
    return _keep(act, Kind.LEAVE_RECORDED, leave, leave.model_dump(mode="json"))


def _check_standing(leave: Leave) -> None:
    if leave.cancelled_at is not None:
        raise LeaveStateError(leave_id=leave.leave_id, problem_zh="已经销假", problem_en="was cancelled before")
    if leave.approved is False:
        raise LeaveStateError(leave_id=leave.leave_id, problem_zh="未获批准", problem_en="was not approved")


def _keep(act: Act, kind: Kind, leave: Leave, body: Mapping[str, object]) -> Leave:
    """Keep a leave and write its fact, with the whole record as its part."""
    act.session.add(leave)
    write(act, kind, subject=leave.leave_id, body=body, parts=[(leave.leave_id, leave.model_dump(mode="json"))])
    return leave


def away_throughout(session: Session, start: date, end: date) -> set[str]:
    """Return the numbers of those who are on leave on every day from start to end, both included."""
    standing = select(Leave).where(
        col(Leave.approved).is_(True),
        col(Leave.cancelled_at).is_(None),
        col(Leave.to_on) >= start,
        col(Leave.from_on) <= end,
    )
    leaves: dict[str, list[tuple[date, date]]] = {}
    for each in session.exec(standing):
        leaves.setdefault(each.inspector_no, []).append((each.from_on, each.to_on))
    return {number for number, spans in leaves.items() if covers(spans, start, end)}


def is_away(session: Session, inspector_no: str, start: date, end: date) -> bool:
    """Return whether an inspector is on approved leave on any day from start to end, both included."""
    standing = select(Leave.leave_id).where(
        Leave.inspector_no == inspector_no,
        col(Leave.approved).is_(True),
        col(Leave.cancelled_at).is_(None),
        col(Leave.to_on) >= start,
        col(Leave.from_on) <= end,
    )
    return session.exec(standing).first() is not None


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
