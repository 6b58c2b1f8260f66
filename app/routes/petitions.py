"""Petitions (申请): entered by staff, taken up or declined, answered by one person and decided by another."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlmodel import Session, select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS
from app.routes.paging import PageAsked
from app.wire.base import read_off
from app.wire.petitions import (
    AcceptanceIn,
    CutOut,
    PetitionDecisionIn,
    PetitionFileOut,
    PetitionIn,
    PetitionOut,
    PetitionProposalOut,
    ProposalIn,
)
from publicity.petitions import Proposed, decide_petition, propose_decision, receive_petition, take_up
from publicity.redaction import propose
from publicity.replies import Cut
from registry.errors import FieldError
from registry.journal import Act
from registry.people import Role
from registry.petitioning import Asked, decline_petition, return_proposal
from registry.petitions import (
    Channel,
    Petition,
    PetitionAcceptance,
    PetitionDecision,
    PetitionKind,
    claims_of,
    files_of,
    get_petition,
    latest_proposal,
    petition_state,
)

router = APIRouter(prefix="/api/v1", tags=["申请 petitions"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]
Handling = Annotated[Caller, Depends(Allow(Role.REVIEWER, Role.PUBLISHER))]
"""Who enters, takes up and answers petitions."""
Deciding = Annotated[Caller, Depends(Allow(Role.APPROVER, Role.PUBLISHER))]
PetitionId = Annotated[str, Path(max_length=64)]


@router.get("/petitions")
def list_petitions(
    caller: Reader,
    page: PageAsked,
    record: Annotated[str, Query(max_length=64, description="Only those about one publication.")] = "",
) -> list[PetitionOut]:
    """Petitions in the order in which they came (申请)."""
    query = select(Petition)
    if record:
        query = query.where(Petition.disclosure_id == record)
    with caller.service.database.reading() as session:
        return [_out(session, each) for each in page.rows(session, query, Petition.fact_id, Petition.petition_id)]


@router.get("/petitions/{petition_id}")
def read_petition(petition_id: PetitionId, caller: Reader) -> PetitionOut:
    """One petition with all that was done about it (申请详情)."""
    with caller.service.database.reading() as session:
        return _out(session, get_petition(session, petition_id))


@router.post("/disclosures/{disclosure_id}/petitions", status_code=201, response_model=PetitionOut)
def post_petition(disclosure_id: PetitionId, body: PetitionIn, caller: Handling, key: IdempotencyKey) -> Response:
    """Enter a petition that came by letter or at the counter (登记申请)."""
    if body.channel is Channel.FORM:
        raise FieldError(
            ("channel",),
            ("网上提出的申请不由工作人员登记。", "What comes by the form is not entered by staff."),
            ("请填 letter 或者 counter。", "Give letter or counter."),
        )
    asked, book = Asked(**body.model_dump()), caller.service.terms
    return caller.record(
        lambda act: _out(act.session, receive_petition(act, disclosure_id, asked, book)), key=key, body=body
    )


@router.post("/petitions/{petition_id}/acceptance", status_code=201, response_model=PetitionOut)
def post_acceptance(petition_id: PetitionId, body: AcceptanceIn, caller: Handling, key: IdempotencyKey) -> Response:
    """Take a petition up, once it was shown who asks; or decline it with the reason (受理、不予受理)."""
    deadlines = caller.service.deadlines

    def command(act: Act) -> PetitionOut:
        if not body.accepted:
            decline_petition(act, petition_id, text=body.text)
        elif body.shown is None:
            raise FieldError(
                ("shown",),
                ("没有写明申请人怎样证明身份。", "It is not said how the asker showed who they are."),
                ("请填写；没有证明的，不予受理并写明理由。", "Say so; without that, decline it with the reason."),
            )
        else:
            take_up(act, petition_id, shown=body.shown, deadlines=deadlines)
        return _out(act.session, get_petition(act.session, petition_id))

    return caller.record(command, key=key, body=body)


@router.post("/petitions/{petition_id}/proposal", status_code=201, response_model=PetitionOut)
def post_proposal(petition_id: PetitionId, body: ProposalIn, caller: Handling, key: IdempotencyKey) -> Response:
    """Propose an answer; a second person decides. What stands against a repair is cited in it (拟定答复)."""
    proposed = Proposed(
        upheld=body.upheld,
        remedy=body.remedy,
        text=body.text,
        met=frozenset(body.met),
        cuts=tuple(Cut(**each.model_dump()) for each in body.cuts),
    )
    book = caller.service.terms

    def command(act: Act) -> PetitionOut:
        propose_decision(act, petition_id, proposed, book)
        return _out(act.session, get_petition(act.session, petition_id))

    return caller.record(command, key=key, body=body)


@router.post("/petitions/{petition_id}/decision", status_code=201, response_model=PetitionOut)
def post_petition_decision(
    petition_id: PetitionId, body: PetitionDecisionIn, caller: Deciding, key: IdempotencyKey
) -> Response:
    """Decide as was proposed, as another person, or send it back; a granted repair ends the record at once (决定)."""
    book = caller.service.terms

    def command(act: Act) -> PetitionOut:
        if body.approved:
            decide_petition(act, petition_id, book)
        else:
            return_proposal(act, petition_id, text=body.text)
        return _out(act.session, get_petition(act.session, petition_id))

    return caller.record(command, key=key, body=body)


def _out(session: Session, petition: Petition) -> PetitionOut:
    key = petition.petition_id
    acceptance = session.get(PetitionAcceptance, key)
    decision = session.get(PetitionDecision, key)
    proposal = latest_proposal(session, key)
    is_reply = petition.kind == PetitionKind.REPLY
    extra = {
        "claims": {each.need: each.text for each in claims_of(session, key)},
        "files": [PetitionFileOut.model_validate(each) for each in files_of(session, key)],
        "state": petition_state(session, key),
        "shown": acceptance.shown if acceptance else None,
        "declined_because": acceptance.text if acceptance else "",
        "due_on": acceptance.due_on if acceptance else None,
        "cuts": [CutOut.model_validate(each) for each in propose(petition.text)] if is_reply else [],
        "proposal": PetitionProposalOut.model_validate(proposal) if proposal else None,
        "decided_by": decision.decided_by if decision else None,
        "decided_at": decision.decided_at if decision else None,
    }
    return PetitionOut(**read_off(PetitionOut, petition, extra))
