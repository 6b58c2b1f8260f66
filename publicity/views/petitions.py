"""What the public sees of petitions: that a record is disputed and by when it is answered, and replies of operators.

Never who asks, nor what they say; of a reply, what was released of it; of a repair by rules that ask for a public
credit pledge (36号令), that it was made and when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure
from publicity.endings import versions_of
from publicity.pages.petitions import OperatorReply, PetitionMark
from publicity.term_rules import Need
from registry.base import legal_day
from registry.petitions import (
    ANSWERED,
    PETITION_WORDS,
    Petition,
    PetitionAcceptance,
    PetitionClaim,
    PetitionDecision,
    PetitionKind,
    PetitionProposal,
)

MARKS = {
    PetitionKind.CORRECTION: "申诉中",
    PetitionKind.OBJECTION: "申诉中",
    PetitionKind.REPAIR: "信用修复申请办理中",
}
"""What a record says while a petition is open; a reply is shown once it is released, and not before."""
UPHELD_MARK = "申请成立，正在更正或者撤下"


def marks_of(session: Session, disclosures: Sequence[Disclosure], today: date) -> Mapping[str, list[PetitionMark]]:
    """Return publication → the marks of what was taken up about it: open, or upheld and not yet carried out."""
    chain = _versions(session, disclosures)
    rows = session.exec(
        select(Petition, PetitionAcceptance, PetitionDecision, PetitionClaim)
        .join(PetitionAcceptance, col(PetitionAcceptance.petition_id) == col(Petition.petition_id))
        .outerjoin(PetitionDecision, col(PetitionDecision.petition_id) == col(Petition.petition_id))
        .outerjoin(
            PetitionClaim,
            (col(PetitionClaim.petition_id) == col(Petition.petition_id))
            & (col(PetitionClaim.need) == Need.PLEDGED)
            & (col(PetitionClaim.text) != ""),
        )
        .where(
            col(Petition.disclosure_id).in_(chain),
            col(PetitionAcceptance.accepted).is_(True),
            Petition.kind != PetitionKind.REPLY,
        )
        .order_by(col(Petition.fact_id))
    )
    found: dict[str, list[PetitionMark]] = {each.disclosure_id: [] for each in disclosures}
    for petition, acceptance, decision, pledge in rows:
        shown, kind = chain[petition.disclosure_id], PetitionKind(petition.kind)
        waits = decision is not None and decision.upheld and kind in ANSWERED and shown == petition.disclosure_id
        if decision is None or waits:
            mark = _mark(petition, acceptance, UPHELD_MARK if waits else MARKS[kind], today)
            found[shown].append(mark if pledge is None else replace(mark, pledged_on=petition.received_on))
    return found


def replies_of(session: Session, disclosures: Sequence[Disclosure]) -> Mapping[str, list[OperatorReply]]:
    """Return publication → the replies of the operator that were released, the oldest first."""
    chain = _versions(session, disclosures)
    rows = session.exec(
        select(Petition, PetitionProposal, PetitionDecision)
        .join(PetitionDecision, col(PetitionDecision.petition_id) == col(Petition.petition_id))
        .join(
            PetitionProposal,
            (col(PetitionProposal.petition_id) == col(PetitionDecision.petition_id))
            & (col(PetitionProposal.number) == col(PetitionDecision.number)),
        )
        .where(
            col(Petition.disclosure_id).in_(chain),
            Petition.kind == PetitionKind.REPLY,
            col(PetitionDecision.upheld).is_(True),
            PetitionProposal.shown_text != "",
        )
        .order_by(col(PetitionDecision.fact_id))
    )
    found: dict[str, list[OperatorReply]] = {each.disclosure_id: [] for each in disclosures}
    for petition, proposal, decision in rows:
        reply = OperatorReply(text=proposal.shown_text, released_on=legal_day(decision.decided_at))
        found[chain[petition.disclosure_id]].append(reply)
    return found


def _mark(petition: Petition, acceptance: PetitionAcceptance, words: str, today: date) -> PetitionMark:
    return PetitionMark(
        kind=PETITION_WORDS[PetitionKind(petition.kind)][0],
        words=words,
        received_on=petition.received_on,
        answer_by=acceptance.due_on,
        late=acceptance.due_on is not None and acceptance.due_on < today,
    )


def _versions(session: Session, disclosures: Sequence[Disclosure]) -> dict[str, str]:
    """Return version → the one shown in its place; what was asked about an older one concerns the newer too."""
    return {
        version.disclosure_id: each.disclosure_id
        for each in disclosures
        for version in ([each] if each.replaces is None else versions_of(session, each))
    }
