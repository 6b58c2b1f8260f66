"""Rounds of drand on the command line: fetched from the relays, or imported from a file; as ``system``."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from app.beacon_client import MAX_ANSWER_BYTES, Fetched, fetch_round, read_answer
from app.record import SYSTEM
from app.routes.draws import draw_out
from app.service import Service
from registry.beacons import check_awaited, receive_beacon
from registry.draws import get_draw
from registry.journal import Act
from sampling.sources import Drand
from sampling.wording import Bilingual

Fail = Callable[[str], NoReturn]


def run_fetch(service: Service, draw_id: str, fail: Fail) -> str:
    """Fetch and record the round of a draw; return the draw as JSON."""
    settings = service.settings
    return _run(
        service, draw_id, lambda source: fetch_round(source, settings.relays, seconds=settings.drand_timeout), fail
    )


def run_import(service: Service, draw_id: str, file: Path, fail: Fail) -> str:
    """Record the round in a file as a relay answers it; return the draw as JSON."""
    with file.open("rb") as opened:
        data = opened.read(MAX_ANSWER_BYTES + 1)
    if len(data) > MAX_ANSWER_BYTES:
        fail(f"文件超过 {MAX_ANSWER_BYTES} 字节，不是中继的答复。/ The file is too long for the answer of a relay.")
    return _run(service, draw_id, lambda source: Fetched(beacon=read_answer(source, data)), fail)


def _run(service: Service, draw_id: str, bring: Callable[[Drand], Fetched], fail: Fail) -> str:
    try:
        with service.database.reading() as session:
            source = check_awaited(get_draw(session, draw_id), service.clock.now())
        found = bring(source)

        def command(act: Act) -> str:
            received = receive_beacon(act, draw_id, found.beacon, origin=found.origin)
            return draw_out(act.session, received, act.at).model_dump_json()

        return service.recorder.record(SYSTEM, command).body
    except Bilingual as refused:
        fail(refused.text("zh"))
