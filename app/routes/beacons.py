"""The round of drand that a draw is bound to: fetched from the relays, or handed in by hand."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.auth import Allow, Caller
from app.beacon_client import Fetched, fetch_round
from app.routes.draws import draw_out
from app.wire.draws import BeaconIn, DrawOut
from registry.beacons import check_awaited, check_round, receive_beacon
from registry.draws import get_draw
from registry.errors import FieldError
from registry.journal import Act
from registry.people import Role
from sampling.beacon import Beacon
from sampling.sources import Drand

router = APIRouter(prefix="/api/v1", tags=["抽查 draws"])
Receiver = Annotated[Caller, Depends(Allow(Role.DRAW_OFFICER, Role.APPROVER, Role.SUPERVISOR))]
"""More than the officer who draws: whoever can bring the round, so that nobody holds it back alone."""


@router.post("/draws/{draw_id}/beacon", status_code=201, response_model=DrawOut)
def post_beacon(draw_id: str, body: BeaconIn, caller: Receiver) -> Response:
    """Hand in the announced round of drand with its signature, or have it fetched from the relays (公开随机信标)."""
    service = caller.service
    with service.database.reading() as session:
        source = check_awaited(get_draw(session, draw_id), service.clock.now())
    # The relays are asked outside the transaction: every other command would wait for them.
    settings = service.settings
    found = (
        _by_hand(source, body)
        if _handed(body)
        else fetch_round(source, settings.relays, seconds=settings.drand_timeout)
    )

    def command(act: Act) -> DrawOut:
        return draw_out(act.session, receive_beacon(act, draw_id, found.beacon, origin=found.origin), act.at)

    return caller.record(command)


def _handed(body: BeaconIn) -> bool:
    """Return whether a round is handed in. Raises FieldError where it is not clear."""
    handed = {body.round is not None, body.signature is not None}
    if handed != {not body.fetch}:
        raise FieldError(
            ("fetch",),
            (
                "提交 round 和 signature，或者只写 fetch: true。",
                "Either hand in round and signature, or say fetch: true alone.",
            ),
            ("请二选一。", "Choose one."),
        )
    return not body.fetch


def _by_hand(source: Drand, body: BeaconIn) -> Fetched:
    check_round(source, body.round or 0)
    return Fetched(beacon=Beacon.of(source, body.signature or ""))
