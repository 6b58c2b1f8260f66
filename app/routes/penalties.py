"""Penalties: decided by an approver, published by another person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session, select

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, Approver, Publisher
from app.routes.paging import PageAsked
from app.routes.visits import disclosure_out
from app.wire.base import read_off
from app.wire.penalties import (
    DecidedIn,
    DisclosureOut,
    GravityIn,
    GravityOut,
    LicenceIn,
    LicenceOut,
    PenaltyIn,
    PenaltyOut,
    ReceivedOut,
    TermOut,
)
from publicity.disclosure import find_disclosure, penalty_source, publish_penalty
from publicity.gating import check_decision_number
from publicity.restating import state_gravity
from publicity.stated_terms import kept_term
from registry.deciding import Decision, decide_penalty
from registry.gravity import Gravity, gravity_of
from registry.grounds import readable_penalty, told_with
from registry.journal import Act
from registry.licences import licences_of, state_licence
from registry.penalties import Penalty
from registry.received import find_received
from registry.sealed import found_visits

router = APIRouter(prefix="/api/v1", tags=["处罚 penalties"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]


@router.get("/penalties")
def list_penalties(caller: Reader, page: PageAsked) -> list[PenaltyOut]:
    """Penalties on record, newest first (处罚)."""
    with caller.service.database.reading() as session:
        told = select(Penalty).where(told_with(found_visits(caller.person)))
        rows = page.rows(session, told, Penalty.decided_at, Penalty.penalty_id, newest_first=True)
        return [penalty_out(session, row) for row in rows]


@router.get("/penalties/{penalty_id}")
def read_penalty(penalty_id: str, caller: Reader) -> PenaltyOut:
    """One penalty (处罚详情)."""
    with caller.service.database.reading() as session:
        return penalty_out(session, readable_penalty(session, penalty_id, caller.person))


@router.post("/penalties", status_code=201, response_model=PenaltyOut)
def post_penalty(body: PenaltyIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Record a decision that follows from a reviewed finding (登记处罚决定)."""
    decision = Decision(**decided_of(body))

    def command(act: Act) -> PenaltyOut:
        check_decision_number(decision.decision_no)
        return penalty_out(act.session, decide_penalty(act, decision))

    return caller.record(command, key=key, body=body)


@router.post("/penalties/{penalty_id}/gravity", status_code=201, response_model=PenaltyOut)
def post_gravity(penalty_id: str, body: GravityIn, caller: Approver, key: IdempotencyKey) -> Response:
    """State anew, before publication, what the term of publication hangs on; the newest counts (补填情节)."""
    gravity = Gravity(**body.model_dump())

    def command(act: Act) -> PenaltyOut:
        return penalty_out(act.session, state_gravity(act, penalty_id, gravity))

    return caller.record(command, key=key, body=body)


@router.post("/penalties/{penalty_id}/licence", status_code=201, response_model=LicenceOut)
def post_licence(penalty_id: str, body: LicenceIn, caller: Approver, key: IdempotencyKey) -> Response:
    """State which licence a decision suspends or revokes; stated again, the newest counts (补填证照名称及编号)."""

    def command(act: Act) -> LicenceOut:
        state_licence(act, penalty_id, licence=body.licence)
        return LicenceOut(penalty_id=penalty_id, licence=licences_of(act.session, [penalty_id])[penalty_id])

    return caller.record(command, key=key, body=body)


@router.post("/penalties/{penalty_id}/publication", status_code=201, response_model=DisclosureOut)
def post_publication(penalty_id: str, caller: Publisher, key: IdempotencyKey) -> Response:
    """Publish a decision that lacks nothing; not by who decided or reviewed it (公示处罚)."""
    deadlines, book = caller.service.deadlines, caller.service.terms
    return caller.record(lambda act: disclosure_out(publish_penalty(act, penalty_id, deadlines, book)), key=key)


def decided_of(body: DecidedIn) -> dict[str, Any]:
    """Return what a body says of a decision, as the registry takes it."""
    own = set(GravityIn.model_fields)
    gravity = Gravity(**body.model_dump(include=own))
    return body.model_dump(exclude=own) | {"kinds": tuple(body.kinds), "gravity": gravity}


def penalty_out(session: Session, penalty: Penalty) -> PenaltyOut:
    """Return a penalty as it is answered, with its gravity, its term and where it comes from."""
    disclosure = find_disclosure(session, penalty_source(penalty.penalty_id))
    term = kept_term(session, disclosure.disclosure_id) if disclosure else None
    received = find_received(session, penalty.penalty_id)
    extra = {
        "received": None if received is None else ReceivedOut.model_validate(received),
        "gravity": GravityOut.model_validate(gravity_of(session, penalty.penalty_id)),
        "published": disclosure is not None,
        "term": None if term is None else TermOut.model_validate(term),
    }
    return PenaltyOut(**read_off(PenaltyOut, penalty, extra))
