"""The records behind the clocks of petitions: what waits for an answer, and what was answered.

A correction or an objection is answered within twenty working days of its receipt, taken up yet or not
(企业信息公示暂行条例 13); an application for repair is decided within the days that the bureau set, from the day on
which it was taken up. What is declined waits no more; a reply has no clock.
"""

from datetime import date
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, and_, exists
from sqlalchemy import select as columns_of
from sqlmodel import Session, col

from publicity.clocks import Duty
from publicity.disclosure import Disclosure
from registry.operators import Operator
from registry.petitions import (
    ANSWERED,
    CLOSED,
    Petition,
    PetitionAcceptance,
    PetitionDecision,
    PetitionKind,
    get_petition,
    petition_state,
)

KINDS = {Duty.CORRECTION: ANSWERED, Duty.REPAIR: (PetitionKind.REPAIR,)}
"""The kinds of petition that each duty is of."""


def began_on(duty: Duty) -> SQLColumnExpression[date]:
    """Return the column of the day that a duty is counted from."""
    return col(PetitionAcceptance.decided_on) if duty is Duty.REPAIR else col(Petition.received_on)


def open_petitions(duty: Duty) -> Select[*tuple[Any, ...]]:
    """Return a query for what waits for an answer: ``event_on``, ``key``, unit id, operator's name."""
    decided = exists().where(col(PetitionDecision.petition_id) == col(Petition.petition_id))
    acceptance = col(PetitionAcceptance.petition_id) == col(Petition.petition_id)
    rows: Select[*tuple[Any, ...]] = (
        columns_of(
            began_on(duty).label("event_on"),
            col(Petition.petition_id).label("key"),
            col(Disclosure.unit_id),
            col(Operator.name).label("operator_name"),
        )
        .join(Disclosure, col(Disclosure.disclosure_id) == col(Petition.disclosure_id))
        .join(Operator, col(Operator.unit_id) == col(Disclosure.unit_id))
        .where(col(Petition.kind).in_(KINDS[duty]), ~decided.correlate(Petition))
    )
    if duty is Duty.REPAIR:
        return rows.join(PetitionAcceptance, and_(acceptance, col(PetitionAcceptance.accepted)))
    declined = exists().where(acceptance, col(PetitionAcceptance.accepted).is_(False))
    return rows.where(~declined.correlate(Petition))


def answered_rows(duty: Duty | None) -> Select[Petition, PetitionAcceptance, PetitionDecision, Disclosure]:
    """Return a query for what was decided and had a last day, of one duty or of both, with the publication."""
    kinds = [kind for each, own in KINDS.items() if duty in (None, each) for kind in own]
    return (
        columns_of(Petition, PetitionAcceptance, PetitionDecision, Disclosure)
        .join(PetitionAcceptance, col(PetitionAcceptance.petition_id) == col(Petition.petition_id))
        .join(PetitionDecision, col(PetitionDecision.petition_id) == col(Petition.petition_id))
        .join(Disclosure, col(Disclosure.disclosure_id) == col(Petition.disclosure_id))
        .where(col(Petition.kind).in_(kinds), col(PetitionAcceptance.due_on).is_not(None))
    )


def duty_of(petition: Petition) -> Duty:
    """Return which duty a petition with a clock is."""
    return Duty.REPAIR if petition.kind == PetitionKind.REPAIR else Duty.CORRECTION


def petition_event(session: Session, duty: Duty, key: str) -> date | None:
    """Return the day that the answer of a petition is counted from; None for a key of nothing."""
    if duty is Duty.REPAIR:
        acceptance = session.get(PetitionAcceptance, key)
        return None if acceptance is None else acceptance.decided_on
    petition = session.get(Petition, key)
    return None if petition is None else petition.received_on


def answer_due_on(session: Session, key: str) -> date | None:
    """Return the last day of the answer of a petition that was taken up; None for a key of nothing."""
    acceptance = session.get(PetitionAcceptance, key)
    return None if acceptance is None else acceptance.due_on


def waits_for_answer(session: Session, key: str) -> bool:
    """Return whether a petition is neither declined nor decided. Raises AbsentError."""
    return petition_state(session, get_petition(session, key).petition_id) not in CLOSED
