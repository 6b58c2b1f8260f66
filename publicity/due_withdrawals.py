"""The records behind the clock of withdrawals (45号令 article 11): asked for and still to be decided, and withdrawn.

It runs from the day on which the decision was changed, revoked, or confirmed unlawful or void. What is inaccurate, and
what the authority that decided ends early, is taken down without one: no law counts those days.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal_column
from sqlalchemy import select as columns_of
from sqlmodel import Session, col

from publicity.disclosure import Disclosure
from publicity.endings import has_ended
from publicity.withdrawals import COUNTED, Withdrawal, WithdrawalDecision
from registry.operators import Operator


def open_withdrawals() -> Select[*tuple[Any, ...]]:
    """Return a query for what waits for a decision: ``event_on``, ``key``, unit id, operator's name."""
    decided = exists().where(col(WithdrawalDecision.withdrawal_id) == col(Withdrawal.withdrawal_id))
    return (
        columns_of(
            col(Withdrawal.event_on).label("event_on"),
            col(Withdrawal.withdrawal_id).label("key"),
            col(Disclosure.unit_id),
            col(Operator.name).label("operator_name"),
        )
        .join(Disclosure, col(Disclosure.disclosure_id) == col(Withdrawal.disclosure_id))
        .join(Operator, col(Operator.unit_id) == col(Disclosure.unit_id))
        .where(col(Withdrawal.ground).in_(COUNTED), ~decided.correlate(Withdrawal), ~has_ended())
    )


def withdrawn_rows() -> Select[Withdrawal, WithdrawalDecision, Disclosure]:
    """Return a query for what was withdrawn and had a last day, with the decision and the publication."""
    return (
        columns_of(Withdrawal, WithdrawalDecision, Disclosure)
        .join(WithdrawalDecision, col(WithdrawalDecision.withdrawal_id) == col(Withdrawal.withdrawal_id))
        .join(Disclosure, col(Disclosure.disclosure_id) == col(Withdrawal.disclosure_id))
        .where(col(WithdrawalDecision.approved), col(Withdrawal.due_on).is_not(None))
    )


def withdrawn_in_time(session: Session) -> ColumnElement[bool]:
    """Return the condition that it was withdrawn before the end of its last day: midnight in China, 16:00 UTC."""
    due_on, at = col(Withdrawal.due_on), col(WithdrawalDecision.decided_at)
    if session.get_bind().dialect.name == "sqlite":
        return at < func.datetime(due_on, "+16 hours")
    return at < func.timezone("UTC", due_on + literal_column("interval '16 hours'"))


def withdrawal_event(session: Session, key: str) -> date | None:
    """Return the day that a withdrawal is counted from; None for a key of nothing."""
    found = session.get(Withdrawal, key)
    return None if found is None else found.event_on
