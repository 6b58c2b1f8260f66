"""The steps from the commitment to the execution: public value by two people, envelopes, and secrets one by one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import DrawOfficer
from app.routes.draws import Overseer, draw_out
from app.wire.draws import DrawOut
from app.wire.handing_in import EscrowIn, SecretIn, ValueConfirmationIn, ValueIn
from registry.draws import get_draw
from registry.executions import takes_secrets
from registry.handing_in import Envelope, hand_in, record_escrow
from registry.journal import Act
from registry.people import Role
from registry.public_values import confirm_value, enter_value

router = APIRouter(prefix="/api/v1/draws/{draw_id}", tags=["抽查 draws"])
Custodian = Annotated[Caller, Depends(Allow(Role.DRAW_OFFICER, Role.SUPERVISOR))]
"""Who hands in for a party: an officer with the party's paper, or the supervisors, who may be a party themselves."""


@router.post("/value", status_code=201, response_model=DrawOut)
def post_value(draw_id: str, body: ValueIn, caller: DrawOfficer, key: IdempotencyKey) -> Response:
    """Enter the witnessed public value; the first valid one counts, for ever (录入公开随机值)."""

    def command(act: Act) -> DrawOut:
        enter_value(act, draw_id, value=body.value, witnesses=tuple(body.witnesses))
        return draw_out(act.session, get_draw(act.session, draw_id), act.at)

    return caller.record(command, key=key, body=body)


@router.post("/value/confirmation", status_code=201, response_model=DrawOut)
def post_value_confirmation(draw_id: str, body: ValueConfirmationIn, caller: Overseer, key: IdempotencyKey) -> Response:
    """Confirm the public value by typing it again, as another person (复核公开随机值)."""

    def command(act: Act) -> DrawOut:
        confirm_value(act, draw_id, value=body.value)
        return draw_out(act.session, get_draw(act.session, draw_id), act.at)

    return caller.record(command, key=key, body=body)


@router.post("/escrows", status_code=201, response_model=DrawOut)
def post_escrow(draw_id: str, body: EscrowIn, caller: Custodian, key: IdempotencyKey) -> Response:
    """Record who holds a party's sealed envelope, and where (登记封存)."""
    envelope = Envelope(holder=body.holder, place=body.place, sealed_on=body.sealed_on)

    def command(act: Act) -> DrawOut:
        record_escrow(act, draw_id, body.party, envelope)
        return draw_out(act.session, get_draw(act.session, draw_id), act.at)

    return caller.record(command, key=key, body=body)


@router.post("/secrets", status_code=201, response_model=DrawOut)
def post_secret(draw_id: str, body: SecretIn, caller: Custodian, key: IdempotencyKey) -> Response:
    """Hand in one party's secret, once; it is checked at once and kept encrypted until the execution (交出秘密)."""
    box = caller.service.box

    def command(act: Act) -> DrawOut:
        hand_in(
            act,
            draw_id,
            body.party,
            body.secret,
            document=body.document,
            seal=lambda secret: box.seal(secret, about=draw_id),
            ready=lambda draw: takes_secrets(act.session, draw.committed),
        )
        return draw_out(act.session, get_draw(act.session, draw_id), act.at)

    return caller.record(command, key=key, body=body)
