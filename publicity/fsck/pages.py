"""What is published, projected again from what is on record.

The words of a page that later changes lawfully leave as they were (an operator's name of the day, a plan's title) are
fixed by the log alone; what rests on records that never change must agree with them for good. What has ended is empty.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, exists, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from publicity.disclosure import Disclosure, Subject, project_again
from publicity.endings import DisclosureEnding, Way, ending_of, has_ended
from publicity.fsck.report import Code, Report
from publicity.stated_terms import kept_term
from publicity.terms import ONE_DAY
from publicity.withdrawals import Ground, Withdrawal, WithdrawalDecision
from registry.base import legal_day
from registry.erasing import Erasure
from registry.journal import Body
from registry.petitions import Petition, PetitionDecision, PetitionKind, PetitionProposal

STANDING: Mapping[Subject, tuple[str, ...]] = {
    Subject.RESULT: ("cause", "drawn", "plan_no", "task_no", "inspected_on", "outcomes"),
    Subject.PENALTY: (
        *("penalty_id", "finding_id", "decision_no", "violation", "facts", "basis", "kinds", "content"),
        *("fine_fen", "confiscated_fen", "decided_on", "term", "document", "delivered_digest", "document_digest"),
    ),
}
"""The fields of a publication that follow from what never changes."""


def check_pages(session: Session, report: Report) -> None:
    """Compare every publication with the record that it shows; the text that the log fixes of it is there or erased."""
    for disclosure in session.exec(select(Disclosure).order_by(col(Disclosure.fact_id))):
        report.pages += 1
        place = ("disclosures", disclosure.disclosure_id)
        try:
            for name, log, found in _differing(session, disclosure):
                report.differs(Code.PAGE, place, name, log=log, found=found)
        except Exception as broken:  # noqa: BLE001 - what an edit left behind can break any reader: that is a finding
            report.differs(Code.PAGE, place, "content", log="a record", found=f"cannot be read: {broken}")
    for key in _textless(session):
        report.differs(Code.PAGE, ("disclosures", key), "content", log="ended", found="it stands")


def _textless(session: Session) -> Sequence[str]:
    """Return publications that stand, and whose text went as if they had ended: by no request of two people."""
    asked = exists().where(
        col(Erasure.erased_fact) == col(Disclosure.fact_id),
        col(Erasure.part) == 0,
        col(Erasure.request_id).is_not(None),
    )
    emptied = col(Body.fact_id) == col(Disclosure.fact_id), col(Body.part) == 0, func.length(col(Body.body)) == 0
    query = select(Disclosure.disclosure_id).join(Body, and_(*emptied))
    return session.exec(query.where(~has_ended(), ~asked.correlate(Disclosure))).all()


def _differing(session: Session, disclosure: Disclosure) -> Iterator[tuple[str, object, object]]:
    ending = ending_of(session, disclosure.disclosure_id)
    if ending is not None:
        if disclosure.content:
            yield "content", "ended", disclosure.content
        if not _has_reason(session, ending):
            yield "ended", "a term that is over, or a decision", ending.way
        return
    subject = Subject(disclosure.subject)
    shown: dict[str, Any] = json.loads(disclosure.content)
    again = project_again(session, disclosure)
    for name in STANDING[subject]:
        if shown.get(name) != again.get(name):
            yield name, again.get(name, "—"), shown.get(name, "—")
    for name, own in _COLUMNS[subject].items():
        if getattr(disclosure, name) != own(again):
            yield name, own(again), getattr(disclosure, name)


def _has_reason(session: Session, ending: DisclosureEnding) -> bool:
    """Return whether a term that was over, or what another person decided of it, led to an end by such a way."""
    if ending.way == Way.EXPIRED:
        term = kept_term(session, ending.disclosure_id)
        last = None if term is None else term.ends_on
        return last is not None and last + ONE_DAY == ending.ended_on <= legal_day(ending.ended_at)
    early = ending.way == Way.REPAIRED
    return _is_withdrawn(session, ending, early=early) or (early and _is_repaired(session, ending))


def _is_withdrawn(session: Session, ending: DisclosureEnding, *, early: bool) -> bool:
    """Return whether two people withdrew it, or let it end ``early`` on the word of the authority that decided."""
    approved = (
        select(WithdrawalDecision)
        .join(Withdrawal, col(Withdrawal.withdrawal_id) == col(WithdrawalDecision.withdrawal_id))
        .where(
            WithdrawalDecision.fact_id == ending.fact_id,
            col(WithdrawalDecision.approved),
            (col(Withdrawal.ground) == Ground.ENDED_EARLY) if early else (col(Withdrawal.ground) != Ground.ENDED_EARLY),
            col(Withdrawal.disclosure_id).in_(_ended_with(ending)),
            col(Withdrawal.asked_by) != col(WithdrawalDecision.decided_by),
        )
    )
    return session.exec(approved).first() is not None


def _is_repaired(session: Session, ending: DisclosureEnding) -> bool:
    """Return whether a repair of it was proposed by one person and granted by another."""
    confirmed = and_(
        col(PetitionProposal.petition_id) == col(PetitionDecision.petition_id),
        col(PetitionProposal.number) == col(PetitionDecision.number),
    )
    granted = (
        select(PetitionDecision)
        .join(Petition, col(Petition.petition_id) == col(PetitionDecision.petition_id))
        .join(PetitionProposal, confirmed)
        .where(
            PetitionDecision.fact_id == ending.fact_id,
            col(PetitionDecision.upheld),
            Petition.kind == PetitionKind.REPAIR,
            col(Petition.disclosure_id).in_(_ended_with(ending)),
            col(PetitionProposal.upheld),
            col(PetitionProposal.proposed_by) != col(PetitionDecision.decided_by),
        )
    )
    return session.exec(granted).first() is not None


def _ended_with(ending: DisclosureEnding) -> SelectOfScalar[str]:
    return select(DisclosureEnding.disclosure_id).where(DisclosureEnding.fact_id == ending.fact_id)


def _problem(content: Mapping[str, Any]) -> object:
    return any(each["problem"] for each in content["outcomes"])


_COLUMNS: Mapping[Subject, Mapping[str, Callable[[Mapping[str, Any]], object]]] = {
    Subject.RESULT: {"problem": _problem},
    Subject.PENALTY: {"problem": lambda _content: True},
}
