"""Petitions put on record, step by step: received, taken up or declined, answered by one person, decided by another.

Whether a publication can be asked about, and what follows for it, is publicity's; here each step has its order, its
person and its fact.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel import Session

from registry.base import nfc
from registry.errors import FieldError, RegistryError
from registry.evidence import ID_DIGITS, Kept
from registry.journal import Act, Kind, write
from registry.people import next_number, other_person
from registry.petitions import (
    CLOSED,
    STATE_WORDS,
    Asker,
    Channel,
    Petition,
    PetitionAcceptance,
    PetitionClaim,
    PetitionDecision,
    PetitionFile,
    PetitionKind,
    PetitionProposal,
    PetitionReturn,
    PetitionState,
    Remedy,
    Shown,
    files_of,
    get_petition,
    latest_proposal,
    petition_state,
    waiting_proposal,
)

STEP = ("决定申请", "Deciding a petition")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A petition as handed in; ``claims`` say how each condition of a repair is met."""

    kind: PetitionKind
    asker: Asker
    asker_code: str
    asker_name: str
    asker_office: str
    contact: str
    text: str
    channel: Channel
    received_on: date
    claims: Mapping[str, str]
    follow_digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as proposed; ``shown_text`` is what of a reply is published."""

    upheld: bool
    remedy: Remedy | None
    text: str
    met: tuple[str, ...] = ()
    again_on: date | None = None
    shown_text: str = ""


class PetitionStateError(RegistryError):
    """The petition is not where the step needs it."""

    nature = "conflict"
    zh = "申请 {key} {state_zh}，不能{step_zh}。未作任何改动。"
    en = "The petition {key} is {state_en}, so it cannot be {step_en}. Nothing was changed."


class PetitionFilesError(RegistryError):
    """The petition has as many files as one may have."""

    nature = "conflict"
    zh = "申请 {key} 已有 {limit} 个附件，不能再加。未作任何改动；请合并材料。"
    en = "The petition {key} has {limit} files, as many as one may have. Nothing was changed; merge some."


def enter_petition(act: Act, disclosure_id: str, asked: Asked) -> Petition:
    """Put a petition on record. Raises FieldError."""
    for name in ("asker_name", "contact", "text"):
        if not nfc(getattr(asked, name)):
            raise FieldError((name,), ("没有填写。", "It is empty."), ("请填写。", "Fill it in."))
    number = next_number(act.session, Petition.petition_id, "q")
    body = {"petition_id": number, "disclosure_id": disclosure_id, "kind": asked.kind.value}
    fact_id = write(act, Kind.PETITION_RECEIVED, subject=number, body=body)
    petition = Petition(
        petition_id=number,
        disclosure_id=disclosure_id,
        kind=asked.kind,
        asker=asked.asker,
        asker_code=asked.asker_code,
        asker_name=nfc(asked.asker_name),
        asker_office=nfc(asked.asker_office),
        contact=nfc(asked.contact),
        text=nfc(asked.text),
        channel=asked.channel,
        received_on=asked.received_on,
        follow_digest=asked.follow_digest,
        received_by=act.person,
        received_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(petition)
    act.session.flush()
    act.session.add_all(
        PetitionClaim(petition_id=number, need=need, text=nfc(text)) for need, text in sorted(asked.claims.items())
    )
    act.session.flush()
    return petition


def add_petition_file(  # noqa: PLR0913 - to which, what, how many, and where to
    act: Act, petition_id: str, kept: Kept, *, limit: int, store: Callable[[str], None], with_fact: bool = True
) -> PetitionFile:
    """Add a file to a petition that is open; ``store`` is called with its id once nothing stands against it.

    One that comes with the petition itself has that fact. Raises AbsentError, PetitionStateError, PetitionFilesError.
    """
    in_state(
        act.session,
        petition_id,
        (PetitionState.RECEIVED, PetitionState.ACCEPTED),
        step=("添加附件", "given a file"),
    )
    if len(files_of(act.session, petition_id)) >= limit:
        raise PetitionFilesError(key=petition_id, limit=limit)
    file = PetitionFile(
        **asdict(kept) | {"name": nfc(kept.name)},
        file_id=act.salt().hex()[:ID_DIGITS],
        petition_id=petition_id,
        added_by=act.person,
        added_at=act.at,
    )
    act.session.add(file)
    if with_fact:
        body = {"petition_id": petition_id, "file_id": file.file_id}
        write(act, Kind.PETITION_FILE_ADDED, subject=petition_id, body=body)
    act.session.flush()
    store(file.file_id)
    return file


def accept_petition(act: Act, petition_id: str, *, shown: Shown, due_on: date | None) -> PetitionAcceptance:
    """Take a petition up, whose asker has shown who they are. Raises AbsentError, PetitionStateError."""
    return _judge(act, petition_id, Kind.PETITION_ACCEPTED, accepted=True, shown=shown, text="", due_on=due_on)


def decline_petition(act: Act, petition_id: str, *, text: str) -> PetitionAcceptance:
    """Decline a petition, with the reason that the asker is told.

    Raises AbsentError, PetitionStateError, FieldError.
    """
    if not nfc(text):
        raise FieldError(
            ("text",),
            ("不予受理没有理由。", "It is declined without a reason."),
            ("请写明理由，申请人将看到。", "State the reason; the asker will read it."),
        )
    return _judge(act, petition_id, Kind.PETITION_DECLINED, accepted=False, shown=None, text=nfc(text), due_on=None)


def propose_answer(act: Act, petition_id: str, answer: Answer) -> PetitionProposal:
    """Propose an answer, which a second person decides. Raises AbsentError, PetitionStateError, FieldError."""
    in_state(act.session, petition_id, (PetitionState.ACCEPTED,), step=("拟定答复", "answered"))
    if not nfc(answer.text):
        raise FieldError(
            ("text",),
            ("没有书面答复。", "There is no written answer."),
            ("请写明决定和理由，申请人将看到。", "State decision and reason; the asker will read them."),
        )
    earlier = latest_proposal(act.session, petition_id)
    number = 1 if earlier is None else earlier.number + 1
    body = {"petition_id": petition_id, "number": number, "upheld": answer.upheld}
    fact_id = write(act, Kind.PETITION_PROPOSED, subject=petition_id, body=body)
    proposal = PetitionProposal(
        petition_id=petition_id,
        number=number,
        upheld=answer.upheld,
        remedy=answer.remedy,
        text=nfc(answer.text),
        met=sorted(answer.met),
        again_on=answer.again_on,
        shown_text=nfc(answer.shown_text),
        proposed_by=act.person,
        proposed_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(proposal)
    act.session.flush()
    return proposal


def proposal_to_decide(act: Act, petition_id: str) -> PetitionProposal:
    """Return the answer that waits for the acting person, who did not propose it.

    Raises AbsentError, PetitionStateError, SamePersonError.
    """
    in_state(act.session, petition_id, (PetitionState.PROPOSED,), step=("决定", "decided"))
    proposal = waiting_proposal(act.session, petition_id)
    assert proposal is not None  # noqa: S101 - the state says so
    other_person(act, proposal.proposed_by, step=STEP, did=("拟定答复", "proposed the answer"))
    return proposal


def return_proposal(act: Act, petition_id: str, *, text: str) -> PetitionReturn:
    """Send a proposed answer back, with the reason.

    Raises AbsentError, PetitionStateError, SamePersonError, FieldError.
    """
    proposal = proposal_to_decide(act, petition_id)
    if not nfc(text):
        raise FieldError(
            ("text",), ("退回没有理由。", "It is sent back without a reason."), ("请写明理由。", "State the reason.")
        )
    body = {"petition_id": petition_id, "number": proposal.number}
    fact_id = write(act, Kind.PETITION_RETURNED, subject=petition_id, body=body)
    returned = PetitionReturn(
        petition_id=petition_id,
        number=proposal.number,
        text=nfc(text),
        returned_by=act.person,
        returned_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(returned)
    act.session.flush()
    return returned


def decide(act: Act, proposal: PetitionProposal, *, fact_id: int | None = None) -> PetitionDecision:
    """Put on record that a proposed answer is the decision; ``fact_id`` is that of what it brought about, if any."""
    if fact_id is None:
        body = {"petition_id": proposal.petition_id, "number": proposal.number, "upheld": proposal.upheld}
        fact_id = write(act, Kind.PETITION_DECIDED, subject=proposal.petition_id, body=body)
    decision = PetitionDecision(
        petition_id=proposal.petition_id,
        number=proposal.number,
        upheld=proposal.upheld,
        decided_on=act.today,
        decided_by=act.person,
        decided_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(decision)
    act.session.flush()
    return decision


def in_state(
    session: Session, petition_id: str, states: tuple[PetitionState, ...], *, step: tuple[str, str]
) -> Petition:
    """Return a petition that is in one of some states. Raises AbsentError, PetitionStateError."""
    petition, state = get_petition(session, petition_id), petition_state(session, petition_id)
    if state not in states:
        zh, en = STATE_WORDS[state]
        said = f"“{zh}”" if state not in CLOSED else f"已办结（{zh}）"
        raise PetitionStateError(key=petition_id, state_zh=said, state_en=en, step_zh=step[0], step_en=step[1])
    return petition


def _judge(  # noqa: PLR0913 - the columns of the row
    act: Act, petition_id: str, kind: Kind, *, accepted: bool, shown: Shown | None, text: str, due_on: date | None
) -> PetitionAcceptance:
    in_state(act.session, petition_id, (PetitionState.RECEIVED,), step=("受理或者不予受理", "taken up or declined"))
    fact_id = write(act, kind, subject=petition_id, body={"petition_id": petition_id})
    acceptance = PetitionAcceptance(
        petition_id=petition_id,
        accepted=accepted,
        shown=shown,
        text=text,
        due_on=due_on,
        decided_on=act.today,
        decided_by=act.person,
        decided_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(acceptance)
    act.session.flush()
    return acceptance
