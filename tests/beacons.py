"""A bureau with a draw that is bound to round 1000 of drand, and the steps that bring it there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sampling.sources import Drand
from tests.building import Bureau
from tests.desks import at, made
from tests.relays import ROUNDS
from tests.workshop import Opening

ROUND = 1000
PUBLISHED = datetime.fromtimestamp(Drand(ROUND).published_at, UTC)
MARGIN = 600
SIGNATURE: str = ROUNDS[ROUND]["signature_hex"]
RANDOMNESS: str = ROUNDS[ROUND]["randomness_hex"]
HANDED = {"round": ROUND, "signature": SIGNATURE}
CLIENTS = 64


def announced(bureau: Bureau, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Draft and approve a batch that is bound to drand, on the day of round 1000."""
    bureau.clock.instant = at("2023-08-23", "22:00")
    terms = {
        "period_from": "2023-08-23",
        "period_to": "2023-12-31",
        "public_source": {"kind": "drand", "margin": MARGIN},
    }
    bureau.notes.task_no = bureau.another_batch(year=2023, **(terms | changes))
    return bureau.notes.task_no


def commit(bureau: Bureau, instant: datetime, *, draw_id: str | None = None, **changes: Any) -> httpx.Response:  # noqa: ANN401 - JSON
    """Commit the batch at an instant."""
    bureau.clock.instant = instant
    terms = bureau.terms(draw_id) | {"execute_by": "2023-08-25T18:00:00+08:00", "open_by": "2023-12-31T18:00:00+08:00"}
    return bureau.desk("officer").post(f"/api/v1/batches/{bureau.notes.task_no}/commitment", terms | changes)


def bound(opening: Opening, **changes: Any) -> Bureau:  # noqa: ANN401 - JSON
    """Open a bureau with a draw bound to round 1000, committed the margin before it."""
    bureau = opening("approved")
    announced(bureau, **changes)
    bureau.notes.draw_id = made(commit(bureau, PUBLISHED - timedelta(seconds=MARGIN)))["draw_id"]
    return bureau


def published(bureau: Bureau) -> Bureau:
    """Let the round's time come."""
    bureau.clock.instant = PUBLISHED + timedelta(seconds=30)
    return bureau


def path(bureau: Bureau, what: str = "beacon") -> str:
    return f"/api/v1/draws/{bureau.notes.draw_id}/{what}"


def receive(bureau: Bureau, body: dict[str, Any] | None = None, name: str = "officer") -> httpx.Response:
    return bureau.desk(name).post(path(bureau), HANDED if body is None else body, once=None)


def hand_in(bureau: Bureau) -> None:
    """Put the other party's envelope on record and hand its secret in."""
    bureau.escrowed()
    made(bureau.desk("supervisor").post(path(bureau, "secrets"), bureau.secret()))


def execute(bureau: Bureau) -> httpx.Response:
    return bureau.desk("officer2").post(path(bureau, "execution"))


def enter(bureau: Bureau, value: str = RANDOMNESS) -> httpx.Response:
    """Enter a value as of an event before witnesses."""
    return bureau.desk("officer").post(path(bureau, "value"), {"value": value, "witnesses": ["见证人甲"]})


def asking(bureau: Bureau, *relays: str, seconds: int = 2) -> Bureau:
    """Set the relays of a bureau."""
    settings = bureau.service.settings.model_copy(
        update={"drand_relays": " ".join(relays) or None, "drand_timeout": seconds}
    )
    bureau.service = replace(bureau.service, settings=settings)
    bureau.client.app.state.service = bureau.service  # type: ignore[attr-defined]
    return bureau


def refused_and_nothing_stored(bureau: Bureau, answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert bureau.contents()["draw_beacons"] == []
