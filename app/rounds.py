"""Rounds of drand whose time has come, fetched by themselves from the configured relays.

Relays are asked outside any transaction, so that no command waits for them; what they answer is verified before it is
recorded, and it is the round of the commitment or nothing. What could not be had is tried again at the next tick.
"""

import structlog

from app.beacon_client import fetch_round
from app.record import SYSTEM
from app.service import Service
from registry.beacons import due_rounds, receive_beacon
from sampling.sources import Drand
from sampling.wording import Bilingual

LOG = structlog.get_logger()


def fetch_due(service: Service) -> list[str]:
    """Fetch every round that a draw waits for, and return the draws that got theirs; nothing without relays.

    One that fails is logged and holds up no other.
    """
    if not service.settings.relays:
        return []
    with service.database.reading() as session:
        due = due_rounds(session, service.clock.now())
    return [draw_id for draw_id, awaited in due.items() if _fetch(service, draw_id, awaited)]


def _fetch(service: Service, draw_id: str, awaited: Drand) -> bool:
    settings = service.settings
    try:
        found = fetch_round(awaited, settings.relays, seconds=settings.drand_timeout)
        service.recorder.record(
            SYSTEM, lambda act: receive_beacon(act, draw_id, found.beacon, origin=found.origin).committed.draw_id
        )
    except Bilingual as refused:
        LOG.warning("beacon_awaited", draw_id=draw_id, round=awaited.round, why=refused.text("en"))
        return False
    return True
