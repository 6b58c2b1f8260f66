"""Pushes (推送): the penalty of a party of another province, sent to the authority of the place where it is registered.

Each push is a row, and so are its receipt (签收) and its return (退回), each at most once. A push stands until it is
returned; while one stands there is no other. By when a penalty is to be pushed, and whether it is to be at all, is
publicity's (``publicity.pushing``).

Source: 市场监督管理行政处罚信息公示规定 (45号令) article 10.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKeyConstraint, exists
from sqlmodel import Field, Session, col, select

from registry.areas import PAIR, parse_area
from registry.base import Record, UtcDateTime, among, nfc
from registry.errors import AbsentError, FieldError, RegistryError
from registry.grounds import open_penalty
from registry.journal import Act, Kind, write
from registry.operators import get_operator
from registry.outbox import Watched, watch
from registry.penalties import Penalty


@dataclass(frozen=True, kw_only=True)
class Push:
    """A push as it was sent: on which day, through which office of the own province, to whom, by which letter."""

    pushed_on: date
    office: str
    receiver_area: str
    receiver: str
    letter_no: str


class PenaltyPush(Record, table=True):
    """One push, in order from 1; ``due_on`` is its last day in time."""

    __tablename__ = "penalty_pushes"

    penalty_id: str = Field(primary_key=True, foreign_key="penalties.penalty_id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    pushed_on: date
    office: str
    receiver_area: str
    receiver: str
    letter_no: str
    due_on: date = Field(index=True)
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


def _of_push() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["penalty_id", "number"], ["penalty_pushes.penalty_id", "penalty_pushes.number"])


class PushReceipt(Record, table=True):
    """That the other side received a push, under which number of its own."""

    __tablename__ = "push_receipts"
    __table_args__ = (_of_push(),)

    penalty_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    received_on: date
    receipt_no: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class PushReturn(Record, table=True):
    """That the other side sent a push back, and why."""

    __tablename__ = "push_returns"
    __table_args__ = (_of_push(),)

    penalty_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    returned_on: date
    reason: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class PushStateError(RegistryError):
    """The push is not in the state that the step needs."""

    nature = "conflict"
    zh = "{key} {problem_zh}。未作任何改动；{mend_zh}"
    en = "{key} {problem_en}. Nothing was changed. {mend_en}"


def push_penalty(act: Act, penalty_id: str, push: Push, *, due_on: date) -> PenaltyPush:
    """Record that a penalty was pushed to the province where its party is registered.

    Raises AbsentError, SealedError, AreaError, FieldError, PushStateError.
    """
    penalty = open_penalty(act, penalty_id)
    earlier = pushes_of(act.session, [penalty_id])[penalty_id]
    if any(each.returned is None for each in earlier):
        raise PushStateError(
            key=penalty_id,
            problem_zh=f"已于 {earlier[-1].push.pushed_on} 推送，未被退回",
            problem_en=f"was pushed on {earlier[-1].push.pushed_on} and not sent back",
            mend_zh="对方退回的，请先登记退回。",
            mend_en="If it was sent back, record that first.",
        )
    own = asdict(push) | {"receiver_area": parse_area(push.receiver_area)}
    for name in ("office", "receiver", "letter_no"):
        own[name] = _filled(name, own[name])
    _check_receiver(act.session, penalty, own["receiver_area"])
    returned = earlier[-1].returned if earlier else None
    _check_day(act, "pushed_on", push.pushed_on, since=penalty.decided_on if returned is None else returned.returned_on)
    own |= {"penalty_id": penalty_id, "number": len(earlier) + 1}
    row = PenaltyPush(**own, due_on=due_on, **_told(act, Kind.PENALTY_PUSHED, own))
    act.session.add(row)
    act.session.flush()
    return row


def record_push_receipt(act: Act, penalty_id: str, number: int, *, received_on: date, receipt_no: str) -> PushReceipt:
    """Record the other side's receipt of a push that stands. Raises AbsentError, FieldError, PushStateError."""
    pushed = _standing_push(act, penalty_id, number)
    if pushed.receipt is not None:
        raise PushStateError(
            key=f"{penalty_id}/{number}",
            problem_zh=f"已登记签收（{pushed.receipt.receipt_no}）",
            problem_en=f"has the receipt {pushed.receipt.receipt_no}",
            mend_zh="请核对编号。",
            mend_en="Check the number.",
        )
    _check_day(act, "received_on", received_on, since=pushed.push.pushed_on)
    own: dict[str, Any] = {"penalty_id": penalty_id, "number": number, "received_on": received_on}
    own |= {"receipt_no": _filled("receipt_no", receipt_no)}
    row = PushReceipt(**own, **_told(act, Kind.PUSH_RECEIVED, own))
    act.session.add(row)
    act.session.flush()
    return row


def record_push_return(act: Act, penalty_id: str, number: int, *, returned_on: date, reason: str) -> PushReturn:
    """Record that a push was sent back; the penalty is to be pushed again, counted from its decision as before.

    Raises AbsentError, FieldError, PushStateError.
    """
    pushed = _standing_push(act, penalty_id, number)
    since = pushed.push.pushed_on if pushed.receipt is None else pushed.receipt.received_on
    _check_day(act, "returned_on", returned_on, since=since)
    own: dict[str, Any] = {"penalty_id": penalty_id, "number": number, "returned_on": returned_on}
    own |= {"reason": _filled("reason", reason)}
    row = PushReturn(**own, **_told(act, Kind.PUSH_RETURNED, own))
    act.session.add(row)
    watch(act, Watched.PENALTY, penalty_id)
    act.session.flush()
    return row


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """One push with what came back of it."""

    push: PenaltyPush
    receipt: PushReceipt | None
    returned: PushReturn | None


def pushes_of(session: Session, penalty_ids: Sequence[str]) -> dict[str, list[Pushed]]:
    """Return penalty → its pushes in order, of those that were pushed; none of any other."""
    own = select(PenaltyPush).where(among(session, col(PenaltyPush.penalty_id), penalty_ids))
    receipts = session.exec(select(PushReceipt).where(among(session, col(PushReceipt.penalty_id), penalty_ids)))
    returns = session.exec(select(PushReturn).where(among(session, col(PushReturn.penalty_id), penalty_ids)))
    received = {(each.penalty_id, each.number): each for each in receipts}
    returned = {(each.penalty_id, each.number): each for each in returns}
    found: dict[str, list[Pushed]] = defaultdict(list)
    for push in session.exec(own.order_by(col(PenaltyPush.penalty_id), col(PenaltyPush.number))):
        key = (push.penalty_id, push.number)
        found[push.penalty_id].append(Pushed(push=push, receipt=received.get(key), returned=returned.get(key)))
    return found


def push_stands() -> ColumnElement[bool]:
    """Return the condition that a push was not sent back."""
    back = exists().where(
        col(PushReturn.penalty_id) == col(PenaltyPush.penalty_id), col(PushReturn.number) == col(PenaltyPush.number)
    )
    return ~back.correlate(PenaltyPush)


def is_pushed(session: Session, penalty_id: str) -> bool:
    """Return whether a push of a penalty stands."""
    own = select(PenaltyPush.number).where(PenaltyPush.penalty_id == penalty_id, push_stands())
    return session.exec(own).first() is not None


def _standing_push(act: Act, penalty_id: str, number: int) -> Pushed:
    """Return a push that was not sent back. Raises AbsentError, SealedError, PushStateError."""
    open_penalty(act, penalty_id)
    key = f"{penalty_id}/{number}"
    own = [each for each in pushes_of(act.session, [penalty_id])[penalty_id] if each.push.number == number]
    if not own:
        raise AbsentError(what_zh="推送记录", what_en="push", key=key)
    if own[0].returned is not None:
        raise PushStateError(
            key=key,
            problem_zh=f"已于 {own[0].returned.returned_on} 退回",
            problem_en=f"was sent back on {own[0].returned.returned_on}",
            mend_zh="请重新推送后再登记。",
            mend_en="Push the penalty again, and record it of that push.",
        )
    return own[0]


def _check_receiver(session: Session, penalty: Penalty, area: str) -> None:
    """Refuse a receiver outside the province where the party is registered. Raises FieldError."""
    own = get_operator(session, penalty.unit_id).area
    if area[:PAIR] != own[:PAIR]:
        raise FieldError(
            ("receiver_area",),
            (
                f"当事人登记在 {own}，接收机关所在地 {area} 不在该省。",
                f"The party is registered in {own}, and {area} is not of that province.",
            ),
            ("请填写当事人登记地的行政区划代码。", "Give the code of the place where the party is registered."),
        )


def _filled(name: str, text: str) -> str:
    if not nfc(text):
        raise FieldError((name,), ("内容为空。", "It is empty."), ("请填写。", "Fill it in."))
    return nfc(text)


def _check_day(act: Act, name: str, day: date, *, since: date) -> None:
    if not since <= day <= act.today:
        raise FieldError(
            (name,),
            (f"日期 {day} 不在可填范围内。", f"The day {day} is out of range."),
            (f"请填 {since} 至 {act.today} 之间的日期。", f"Give a day from {since} to {act.today}."),
        )


def _told(act: Act, kind: Kind, own: dict[str, Any]) -> dict[str, Any]:
    """Write the fact of a row, and return what the row has beside its own columns."""
    body = {name: value.isoformat() if isinstance(value, date) else value for name, value in own.items()}
    fact_id = write(act, kind, subject=own["penalty_id"], body=body)
    return {"recorded_by": act.person, "recorded_at": act.at, "fact_id": fact_id}
