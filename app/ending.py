"""Publications whose term is past, ended by the clock alone: block by block, one command and one fact a block.

Nothing hangs on it when it runs: what is past its term is public no more from midnight on. A crash leaves whole blocks,
and the next run goes on behind them.
"""

from app.record import SYSTEM, Recorder
from app.service import Service
from publicity.expiring import end_over, over_ids
from registry.base import legal_day

BLOCK = 200
"""Publications that one command ends: their texts are in memory together."""


def end_what_is_over(service: Service) -> int:
    """End every publication whose term is past and return how many that were; nothing is written when none is."""
    return end_blocks(service.recorder)


def end_blocks(recorder: Recorder) -> int:
    """End them block by block, each in a transaction of its own."""
    ended = 0
    while _is_due(recorder):
        done = recorder.record(SYSTEM, lambda act: "\n".join(end_over(act, BLOCK)))
        ended += len(done.body.split())
    return ended


def _is_due(recorder: Recorder) -> bool:
    with recorder.database.reading() as session:
        return bool(over_ids(session, legal_day(recorder.clock.now()), 1))
