"""Petitions (申请): what somebody outside asks about a published record, and how far it has come.

Four kinds go one way: a correction (更正) and an objection (异议), which anybody may bring; a reply (答复), the
operator's own word beside the record; a repair (信用修复), its application for an early end. A petition is received,
then accepted once it was shown who asks, or declined; an answer is proposed by one person and decided by another.
Who asks, their contact and their words are for the bureau alone.

Sources: 企业信息公示暂行条例 12, 13; 行政处罚法 48; 个人信息保护法 45, 46; 45号令 12, 14.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON
from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime
from registry.errors import AbsentError


class PetitionKind(StrEnum):
    """What is asked for."""

    CORRECTION = "correction"
    OBJECTION = "objection"
    REPLY = "reply"
    REPAIR = "repair"


PETITION_WORDS = {
    PetitionKind.CORRECTION: ("更正申请", "request for correction"),
    PetitionKind.OBJECTION: ("异议申诉", "objection"),
    PetitionKind.REPLY: ("经营者答复", "reply of the operator"),
    PetitionKind.REPAIR: ("信用修复申请", "application for repair"),
}
OWN = (PetitionKind.REPLY, PetitionKind.REPAIR)
"""What the operator alone may ask for."""
ANSWERED = (PetitionKind.CORRECTION, PetitionKind.OBJECTION)
"""What the law wants answered within twenty working days."""


class Asker(StrEnum):
    """Who asks: the operator that the record is of, or somebody else."""

    OPERATOR = "operator"
    OTHER = "other"


class Channel(StrEnum):
    """How a petition came."""

    FORM = "form"
    LETTER = "letter"
    COUNTER = "counter"


class Shown(StrEnum):
    """How the asker showed who they are."""

    LICENCE = "licence"
    AUTHORISATION = "authorisation"
    IDENTITY = "identity"
    IN_PERSON = "in_person"


class Remedy(StrEnum):
    """What the bureau does with a record when a correction or an objection is upheld."""

    CORRECT = "correct"
    WITHDRAW = "withdraw"


class PetitionState(StrEnum):
    """How far a petition is."""

    RECEIVED = "received"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    PROPOSED = "proposed"
    UPHELD = "upheld"
    REFUSED = "refused"


STATE_WORDS = {
    PetitionState.RECEIVED: ("已收到，待核实申请人身份", "received; who asks is being checked"),
    PetitionState.DECLINED: ("不予受理", "not taken up"),
    PetitionState.ACCEPTED: ("已受理，办理中", "taken up"),
    PetitionState.PROPOSED: ("已拟定答复，待决定", "an answer is proposed and waits for a decision"),
    PetitionState.UPHELD: ("成立", "upheld"),
    PetitionState.REFUSED: ("不予支持", "refused"),
}
CLOSED = (PetitionState.DECLINED, PetitionState.UPHELD, PetitionState.REFUSED)


class Petition(Record, table=True):
    """One petition as it came; ``received_on`` is the day from which the term of its answer is counted.

    ``follow_digest`` is the SHA-256 of the word by which the asker follows it; None of one that staff entered.
    """

    __tablename__ = "petitions"

    petition_id: str = Field(primary_key=True)
    disclosure_id: str = Field(foreign_key="disclosures.disclosure_id", index=True)
    kind: str
    asker: str
    asker_code: str
    asker_name: str
    asker_office: str
    contact: str
    text: str
    channel: str
    received_on: date = Field(index=True)
    follow_digest: str | None = Field(default=None, unique=True)
    received_by: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class PetitionClaim(Record, table=True):
    """How the asker says that one condition of a repair is met."""

    __tablename__ = "petition_claims"

    petition_id: str = Field(primary_key=True, foreign_key="petitions.petition_id")
    need: str = Field(primary_key=True)
    text: str


class PetitionFile(Record, table=True):
    """One file that came with a petition; the digests are SHA-256 in hex of what came and of what is kept."""

    __tablename__ = "petition_files"

    file_id: str = Field(primary_key=True)
    petition_id: str = Field(foreign_key="petitions.petition_id", index=True)
    name: str
    media_type: str
    original_sha256: str
    stored_sha256: str
    size: int
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)


class PetitionAcceptance(Record, table=True):
    """Whether a petition was taken up: ``shown`` is how the asker showed who they are, ``text`` why it was declined.

    ``due_on`` is the last day for the answer; None where no rule or no holiday notice says it.
    """

    __tablename__ = "petition_acceptances"

    petition_id: str = Field(primary_key=True, foreign_key="petitions.petition_id")
    accepted: bool
    shown: str | None
    text: str
    due_on: date | None
    decided_on: date = Field(index=True)
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class PetitionProposal(Record, table=True):
    """An answer as one person proposes it: ``text`` is the written answer (书面答复), ``met`` the conditions checked.

    ``again_on`` is the first day on which a repair that is refused may be asked for again; ``shown_text`` what of a
    reply is published.
    """

    __tablename__ = "petition_proposals"

    petition_id: str = Field(primary_key=True, foreign_key="petitions.petition_id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    upheld: bool
    remedy: str | None
    text: str
    met: list[str] = Field(sa_type=JSON)
    again_on: date | None
    shown_text: str
    proposed_by: str
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class PetitionReturn(Record, table=True):
    """A proposal that the second person did not confirm, with the reason."""

    __tablename__ = "petition_returns"

    petition_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str
    returned_by: str
    returned_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class PetitionDecision(Record, table=True):
    """The decision: the proposal ``number`` as a second person confirmed it.

    A repair that is granted has ended the publication by the same fact.
    """

    __tablename__ = "petition_decisions"

    petition_id: str = Field(primary_key=True, foreign_key="petitions.petition_id")
    number: int
    upheld: bool
    decided_on: date
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


def get_petition(session: Session, petition_id: str) -> Petition:
    """Return a petition or raise AbsentError."""
    found = session.get(Petition, petition_id)
    if found is None:
        raise AbsentError(what_zh="申请", what_en="petition", key=petition_id)
    return found


def petition_state(session: Session, petition_id: str) -> PetitionState:
    """Return how far a petition is."""
    decision = session.get(PetitionDecision, petition_id)
    if decision is not None:
        return PetitionState.UPHELD if decision.upheld else PetitionState.REFUSED
    acceptance = session.get(PetitionAcceptance, petition_id)
    if acceptance is None:
        return PetitionState.RECEIVED
    if not acceptance.accepted:
        return PetitionState.DECLINED
    return PetitionState.ACCEPTED if waiting_proposal(session, petition_id) is None else PetitionState.PROPOSED


def latest_proposal(session: Session, petition_id: str) -> PetitionProposal | None:
    """Return the newest answer proposed, confirmed, returned or neither; None before there is one."""
    own = select(PetitionProposal).where(PetitionProposal.petition_id == petition_id)
    return session.exec(own.order_by(col(PetitionProposal.number).desc())).first()


def waiting_proposal(session: Session, petition_id: str) -> PetitionProposal | None:
    """Return the answer that waits for a second person, or None."""
    newest = latest_proposal(session, petition_id)
    if newest is None or session.get(PetitionReturn, (petition_id, newest.number)) is not None:
        return None
    return newest


def claims_of(session: Session, petition_id: str) -> Sequence[PetitionClaim]:
    """Return what the asker of a repair says of its conditions, by condition."""
    own = select(PetitionClaim).where(PetitionClaim.petition_id == petition_id)
    return session.exec(own.order_by(col(PetitionClaim.need))).all()


def files_of(session: Session, petition_id: str) -> Sequence[PetitionFile]:
    """Return the files of a petition in the order in which they came."""
    own = select(PetitionFile).where(PetitionFile.petition_id == petition_id)
    return session.exec(own.order_by(col(PetitionFile.added_at), col(PetitionFile.file_id))).all()


def get_petition_file(session: Session, petition_id: str, file_id: str) -> PetitionFile:
    """Return the record of one file of a petition or raise AbsentError."""
    found = session.get(PetitionFile, file_id)
    if found is None or found.petition_id != petition_id:
        raise AbsentError(what_zh="附件", what_en="file", key=file_id)
    return found


def all_petition_files(session: Session) -> Sequence[PetitionFile]:
    """Return the record of every file of a petition, by id."""
    return session.exec(select(PetitionFile).order_by(col(PetitionFile.file_id))).all()


def undecided(session: Session, disclosures: Sequence[str]) -> list[Petition]:
    """Return what was asked about some publications and is neither declined nor decided, in order."""
    declined = select(PetitionAcceptance.petition_id).where(col(PetitionAcceptance.accepted).is_(False))
    decided = select(PetitionDecision.petition_id)
    own = select(Petition).where(
        col(Petition.disclosure_id).in_(disclosures),
        col(Petition.petition_id).not_in(declined),
        col(Petition.petition_id).not_in(decided),
    )
    return list(session.exec(own.order_by(col(Petition.fact_id))))
