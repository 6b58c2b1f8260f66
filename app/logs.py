"""What the service writes about itself: one JSON object a line, on standard output unless told otherwise.

A traceback names places, never values: the variables of a command hold keys, secrets of a draw and personal data. The
address on a notice is a value too: with it anybody who reads the logs could see who was drawn.
"""

import logging
import re
import sys
from collections.abc import Callable
from typing import Final, TextIO

import structlog

from app.headers import UNLISTED

ACCESS_LOG: Final = "uvicorn.access"
_ADDRESS: Final = re.compile(f"(?<={re.escape(UNLISTED)})[^ ?]+")


class DoorFilter(logging.Filter):
    """Takes what ends the address on a notice out of a line of the access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through."""
        if isinstance(record.args, tuple):
            record.args = tuple(logged(each) if isinstance(each, str) else each for each in record.args)
        return True


def logged(path: str) -> str:
    """Return a path as it may stand in a log.

    >>> logged("/door/1400002020090001.1.00ff"), logged("/draws/1400002020090001")
    ('/door/…', '/draws/1400002020090001')
    """
    return _ADDRESS.sub("…", path)


def configure_logs(out: Callable[[], TextIO] = lambda: sys.stdout) -> None:
    """Set up logging for the process; a command whose answer goes to standard output names another place."""
    access = logging.getLogger(ACCESS_LOG)
    if not any(isinstance(each, DoorFilter) for each in access.filters):
        access.addFilter(DoorFilter())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(out()),
    )
