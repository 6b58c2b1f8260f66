"""What a start is held to: the heads that were signed. A log that does not hold them is shown, and not written to.

A head behind or beside one that was signed means that entries were lost or changed: an old backup, a table edited by
hand, a disk. No program can tell which history is the true one, so nothing is added to either until a person looked.
"""

from collections.abc import Iterator

import structlog
from sqlmodel import Session
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.db import Database, ReadOnlyError
from app.errors import problem_of
from app.log_keys import LogSigning
from app.service import service_of
from app.signer import SignerStoppedError
from publicity.errors import PublicityError
from publicity.heads import check_head, newest_head
from publicity.tlog.checkpoints import Checkpoint
from sampling.wording import Bilingual, Words

LOG = structlog.get_logger()
READS = ("GET", "HEAD", "OPTIONS")
CUT: Words = ("日志缺少内部节点，表被截断过。", "The log lacks some of its nodes; a table was cut.")


def hold_to_signed(database: Database, log: LogSigning) -> None:
    """Shut the database for writing where the log does not hold a head that was signed."""
    with database.reading() as session:
        for reason in faults(session, log):
            shut(database, reason)
            return


def faults(session: Session, log: LogSigning) -> Iterator[Words]:
    """Yield, in both languages, each way in which the log differs from what was signed: none, when all is well."""
    newest = newest_head(session)
    if newest is not None:
        yield from _fault(session, Checkpoint(newest.origin, newest.size, newest.root))
    if log.signer is not None:
        try:
            yield from _fault(session, log.signer.last())
        except PublicityError as broken:
            yield broken.text("zh"), broken.text("en")
        if log.signer.alarm.exists():
            stopped = SignerStoppedError(alarm=log.signer.alarm)
            yield stopped.text("zh"), stopped.text("en")


def shut(database: Database, reason: Words) -> None:
    """Let nothing be written from now on, and say so loudly."""
    if database.shut is None:
        database.shut = ReadOnlyError(reason_zh=reason[0], reason_en=reason[1])
        LOG.error("read-only", reason=reason[1])


def _fault(session: Session, signed: Checkpoint) -> Iterator[Words]:
    try:
        check_head(session, signed)
    except Bilingual as wrong:
        yield wrong.text("zh"), wrong.text("en")
    except LookupError:
        yield CUT


class Gate:
    """Answers every request that could write with 503 while the database is shut, whatever else is wrong with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] not in READS:
            request = Request(scope)
            reason = service_of(request).database.shut
            if reason is not None:
                await problem_of(request, reason)(scope, receive, send)
                return
        await self.app(scope, receive, send)
