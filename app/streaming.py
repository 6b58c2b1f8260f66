"""Answers that take long, told line by line (NDJSON) when the caller asks for it.

Each line is a JSON object: ``{"stage": …, "done": …, "of": …}`` while the work goes on, and at the end either
``{"report": …}`` or ``{"problem": …}``, the problem document that a plain answer would have been. The last line leaves
after the command was committed or refused. A caller who hangs up does not stop the command: the same file again then
changes nothing. The work runs in a thread of the worker that took the request, so any number of workers will do.
"""

import json
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Thread

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.errors import problem_of
from registry.intake import Progress

NDJSON = "application/x-ndjson"
Work = Callable[[Progress], str]
"""Does the work, telling its progress, and returns the report as JSON text."""


def wants_lines(request: Request) -> bool:
    """Return whether the caller asked for progress."""
    return NDJSON in request.headers.get("accept", "")


def told_by_lines(request: Request, work: Work) -> Response:
    """Start the work and return an answer that tells of it."""
    return StreamingResponse(_lines(request, work), media_type=NDJSON, headers={"X-Accel-Buffering": "no"})


def _lines(request: Request, work: Work) -> Iterator[str]:
    told: SimpleQueue[str | None] = SimpleQueue()

    def tell(stage: str, done: int, of: int) -> None:
        told.put(json.dumps({"stage": stage, "done": done, "of": of}))

    def run() -> None:
        try:
            told.put(f'{{"report": {work(tell)}}}')
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it is answered as a plain request would be
            told.put(f'{{"problem": {bytes(problem_of(request, wrong).body).decode()}}}')
        finally:
            told.put(None)

    thread = Thread(target=run, name="told by lines")
    thread.start()
    while (line := told.get()) is not None:
        yield line + "\n"
    thread.join()
