"""What the service does again and again by itself, in a thread of its own beside the requests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

LOG = structlog.get_logger()


@contextmanager
def repeating(
    turn: Callable[[], object], seconds: float, *, name: str, over: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Take a turn every so many seconds until the block ends or it is ``over``; a turn that failed is logged.

    The next one comes all the same. Leaving the block waits for the turn under way.
    """
    stop = threading.Event()

    def run() -> None:
        while not over() and not stop.wait(seconds):
            try:
                turn()
            except Exception:
                LOG.exception(name)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
