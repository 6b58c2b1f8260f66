"""Lists of operators (名录): 经营异常名录 and 严重违法失信名单, as dated records of decisions to enter and to remove.

A decision is entered by one person and counts once another confirmed it; one that was refused stays on record and
counts for nothing. An operator stands on a list from a confirmed entry to a confirmed removal, and at most once at a
time. What follows from standing there is publicity's (``publicity.restrictions``).

Sources: 企业信息公示暂行条例 (2014 text) 17, 18; 45号令 14 names both lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, and_, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.base import Record, UtcDateTime, among, nfc
from registry.departments import get_department
from registry.errors import AbsentError, FieldError, RegistryError
from registry.journal import Act, Kind, write
from registry.operators import MergedError, get_operator
from registry.people import next_number, other_person


class OperatorList(StrEnum):
    """The lists there are."""

    ABNORMAL = "abnormal"
    SERIOUS = "serious"


LIST_WORDS = {
    OperatorList.ABNORMAL: ("经营异常名录", "list of abnormal operation"),
    OperatorList.SERIOUS: ("严重违法失信名单", "list of serious violations and dishonesty"),
}


class ListStep(StrEnum):
    """What a decision does: 列入, or 移出."""

    ENTRY = "entry"
    REMOVAL = "removal"


@dataclass(frozen=True, kw_only=True)
class ListDecision:
    """A decision as it was made, about an operator (列入) or about an entry (移出)."""

    basis: str
    decision_no: str
    department: str
    decided_on: date


class ListingOrder(Record, table=True):
    """One decision as entered; ``removes`` is the entry that a removal ends."""

    __tablename__ = "listing_orders"

    order_id: str = Field(primary_key=True)
    step: str
    listed: str
    unit_id: str = Field(foreign_key="operators.unit_id", index=True)
    removes: str | None = Field(default=None, foreign_key="listing_orders.order_id", index=True)
    basis: str
    decision_no: str
    department: str = Field(foreign_key="departments.code")
    decided_on: date
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)


class ListingConfirmation(Record, table=True):
    """What a second person said of a decision: confirmed or refused, once."""

    __tablename__ = "listing_confirmations"

    order_id: str = Field(primary_key=True, foreign_key="listing_orders.order_id")
    approved: bool
    confirmed_by: str
    confirmed_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class ListingStateError(RegistryError):
    """The operator, or the decision, is not in the state that the step needs."""

    nature = "conflict"
    zh = "{key} {problem_zh}。未作任何改动；{mend_zh}"
    en = "{key} {problem_en}. Nothing was changed. {mend_en}"


def enter_listing(act: Act, unit_id: str, listed: OperatorList, decision: ListDecision) -> ListingOrder:
    """Enter a decision that puts an operator on a list; it stands there once another person has confirmed it.

    Raises AbsentError, MergedError, FieldError, ListingStateError.
    """
    operator = get_operator(act.session, unit_id)
    if operator.merged_into:
        raise MergedError(unit_id=unit_id, kept=operator.merged_into)
    for order in act.session.exec(_open_entries().where(ListingOrder.unit_id == unit_id)):
        if order.listed == listed:
            raise ListingStateError(
                key=unit_id,
                problem_zh=f"已有{LIST_WORDS[listed][0]}的列入决定 {order.order_id}，在册或者待确认",
                problem_en=f"has the entry {order.order_id} for that list, which stands or waits to be confirmed",
                mend_zh="请先确认、退回或者移出该项。",
                mend_en="Confirm, refuse or remove that one first.",
            )
    _check(act, decision)
    return _keep(act, _About(step=ListStep.ENTRY, unit_id=unit_id, listed=listed), decision)


def enter_removal(act: Act, order_id: str, decision: ListDecision) -> ListingOrder:
    """Enter a decision that takes an operator off a list; it does so once another person has confirmed it.

    Raises AbsentError, FieldError, ListingStateError.
    """
    entry = get_order(act.session, order_id)
    if order_id not in standing_among(act.session, [order_id]):
        raise ListingStateError(
            key=order_id,
            problem_zh="不是在册的列入决定",
            problem_en="is no entry that stands",
            mend_zh="请核对编号。",
            mend_en="Check the number.",
        )
    waiting = _undecided().where(ListingOrder.removes == order_id)
    if found := act.session.exec(waiting).first():
        raise ListingStateError(
            key=order_id,
            problem_zh=f"已有移出决定 {found.order_id} 待确认",
            problem_en=f"has the removal {found.order_id}, which waits to be confirmed",
            mend_zh="请先确认或者退回该项。",
            mend_en="Confirm or refuse that one first.",
        )
    _check(act, decision, earliest=entry.decided_on)
    about = _About(step=ListStep.REMOVAL, unit_id=entry.unit_id, listed=entry.listed, removes=order_id)
    return _keep(act, about, decision)


def decide_listing(act: Act, order_id: str, *, approved: bool) -> ListingConfirmation:
    """Confirm or refuse a decision that another person entered; confirmed, it counts at once.

    Raises AbsentError, SamePersonError, ListingStateError.
    """
    order = get_order(act.session, order_id)
    if confirmations_of(act.session, [order_id]):
        raise ListingStateError(
            key=order_id,
            problem_zh="已经确认或者退回过",
            problem_en="was confirmed or refused before",
            mend_zh="情况有变的，请另行录入。",
            mend_en="If things have changed, enter another.",
        )
    other_person(act, order.entered_by, step=("名录确认", "Confirming a listing"), did=("录入该决定", "entered it"))
    body = {"approved": approved, "order": order.model_dump(mode="json")}
    fact_id = write(act, Kind.LISTING_DECIDED, subject=order_id, body=body)
    row = ListingConfirmation(
        order_id=order_id, approved=approved, confirmed_by=act.person, confirmed_at=act.at, fact_id=fact_id
    )
    act.session.add(row)
    act.session.flush()
    return row


def get_order(session: Session, order_id: str) -> ListingOrder:
    """Return a decision or raise AbsentError."""
    found = session.get(ListingOrder, order_id)
    if found is None:
        raise AbsentError(what_zh="名录决定", what_en="listing decision", key=order_id)
    return found


def confirmations_of(session: Session, order_ids: Sequence[str]) -> dict[str, ListingConfirmation]:
    """Return decision → what a second person said of it, for those that do not wait any more."""
    rows = session.exec(select(ListingConfirmation).where(among(session, col(ListingConfirmation.order_id), order_ids)))
    return {row.order_id: row for row in rows}


def standing_among(session: Session, order_ids: Sequence[str]) -> set[str]:
    """Return those decisions that are entries under which their operators stand on a list now."""
    query = select(ListingOrder.order_id).where(among(session, col(ListingOrder.order_id), order_ids), is_listed())
    return set(session.exec(query))


def confirming_fact(session: Session, order_id: str) -> int:
    """Return the fact that confirmed an entry under which an operator stands now. Raises AbsentError."""
    query = select(ListingConfirmation.fact_id).join(
        ListingOrder, col(ListingOrder.order_id) == col(ListingConfirmation.order_id)
    )
    found = session.exec(query.where(ListingOrder.order_id == order_id, is_listed())).first()
    if found is None:
        raise AbsentError(what_zh="在册的列入决定", what_en="entry that stands", key=order_id)
    return found


def is_listed() -> ColumnElement[bool]:
    """Return the condition that a decision is an entry that stands: confirmed, and not ended by a confirmed removal."""
    return and_(col(ListingOrder.step) == ListStep.ENTRY, _is_confirmed(ListingOrder), ~_is_removed())


def _is_confirmed(order: type[ListingOrder]) -> ColumnElement[bool]:
    said = exists().where(col(ListingConfirmation.order_id) == col(order.order_id), col(ListingConfirmation.approved))
    return said.correlate(order)


def _is_removed() -> ColumnElement[bool]:
    removal = aliased(ListingOrder)
    return (
        exists()
        .where(col(removal.removes) == col(ListingOrder.order_id), _is_confirmed(removal))
        .correlate(ListingOrder)
    )


def _undecided() -> SelectOfScalar[ListingOrder]:
    return select(ListingOrder).where(col(ListingOrder.order_id).not_in(select(ListingConfirmation.order_id)))


def _open_entries() -> SelectOfScalar[ListingOrder]:
    """Return a query for the entries that stand or wait."""
    refused = exists().where(
        col(ListingConfirmation.order_id) == col(ListingOrder.order_id), ~col(ListingConfirmation.approved)
    )
    return select(ListingOrder).where(
        ListingOrder.step == ListStep.ENTRY, ~refused.correlate(ListingOrder), ~_is_removed()
    )


def _check(act: Act, decision: ListDecision, *, earliest: date | None = None) -> None:
    for name in ("basis", "decision_no"):
        if not nfc(getattr(decision, name)):
            raise FieldError((name,), ("内容为空。", "It is empty."), ("请填写。", "Fill it in."))
    get_department(act.session, decision.department)
    if decision.decided_on > act.today or (earliest is not None and decision.decided_on < earliest):
        bound_zh = f"请填 {earliest} 至 {act.today} 之间的日期。" if earliest else f"请填 {act.today} 或者更早的日期。"
        bound_en = f"Give a day from {earliest} to {act.today}." if earliest else f"Give {act.today} or a day before."
        raise FieldError(
            ("decided_on",),
            (f"决定日期 {decision.decided_on} 不在可填范围内。", f"The day {decision.decided_on} is out of range."),
            (bound_zh, bound_en),
        )


def _keep(act: Act, about: "_About", decision: ListDecision) -> ListingOrder:
    order = ListingOrder(
        order_id=next_number(act.session, ListingOrder.order_id, "n"),
        step=about.step,
        listed=about.listed,
        unit_id=about.unit_id,
        removes=about.removes,
        basis=nfc(decision.basis),
        decision_no=nfc(decision.decision_no),
        department=decision.department,
        decided_on=decision.decided_on,
        entered_by=act.person,
        entered_at=act.at,
    )
    act.session.add(order)
    act.session.flush()
    write(act, Kind.LISTING_ENTERED, subject=order.order_id, body=order.model_dump(mode="json"))
    return order


@dataclass(frozen=True, kw_only=True)
class _About:
    """What a decision is about: an operator and a list, and the entry that it ends."""

    step: ListStep
    unit_id: str
    listed: str
    removes: str | None = None
