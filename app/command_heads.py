"""The log's newest signed head for people without software, and the comparison of an old one with the log of today.

A head helps only where the bureau cannot reach it: with another bureau, in a mailbox, in a drawer. Whoever has one can
compare it with the log of any later day; from a site's address alone that needs nothing of the bureau's.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from app.cosigning import Result
from app.mailing import mail_head
from app.own_log import OwnLog
from app.service import Service
from app.signing import ServedLog
from app.site import site_at
from publicity.heads import UnsignedLogError, newest_head
from publicity.render import render_head_sheet
from publicity.tlog.comparing import check_extends, read_old_head
from publicity.tlog.keys import VerifierKey
from publicity.views.witnesses import head_sheet
from publicity.witnessing import cosigned_note

EXTENDED = (
    "接续：旧日志头的 {old} 条是现在 {new} 条的开头，没有改动。\n"
    "EXTENDED: the {old} entries of the old head begin the {new} of today, unchanged."
)


class Log(Protocol):
    """A log that is asked for its head and for proofs."""

    def head(self) -> tuple[int, bytes]:
        """Return size and root."""
        ...

    def proof(self, old: int, new: int) -> Sequence[bytes]:
        """Return what shows that the first ``old`` entries begin the first ``new``."""
        ...


def give_head(service: Service, *, file: Path | None, sheet: Path | None, mail: bool) -> str:
    """Write, print or mail the newest signed head with its cosignatures, and return it.

    Raises UnsignedLogError, MailUnsetError, MailError, OSError.
    """
    with service.database.reading() as session:
        newest = newest_head(session)
        if newest is None:
            raise UnsignedLogError
        note = cosigned_note(session, newest)
        page = head_sheet(session, site_at(service, session, "/log/head.html"))
    if file is not None:
        file.write_bytes(note)
    if sheet is not None:
        sheet.write_text(render_head_sheet(page, alone=True), encoding="utf-8")
    if mail:
        mail_head(service.settings, newest, note)
    return note.decode()


def compare_with_site(given: str, address: str, keys: Iterable[str]) -> str:
    """Compare an old head, a file or its text, with the log that a site serves. Raises what ``_compare`` raises."""
    with closing(ServedLog(address)) as log:
        return _compare(given, log, keys)


def compare_with_service(given: str, service: Service, keys: Iterable[str]) -> str:
    """Compare an old head, a file or its text, with the log in the database. Raises what ``_compare`` raises."""
    return _compare(given, OwnLog(service), keys)


def told(results: Sequence[Result]) -> Iterable[str]:
    """Yield a line for each witness that was asked; where there is none, one that says so."""
    if not results:
        yield (
            "没有见证人可问：未设 DOUBLE_RANDOM_WITNESSES，或者这是演示、演练。"
            "/ No witness is asked: DOUBLE_RANDOM_WITNESSES is not set, or this is no real log."
        )
    for result in results:
        if result.error is not None:
            yield f"{result.error.text('zh')}\n{result.error.text('en')}"
        elif result.size is None:
            yield f"{result.witness.name} 没有新的日志头需要联署。/ nothing new to cosign"
        else:
            yield f"{result.witness.name} 已联署 {result.size} 条。/ cosigned {result.size}"


def _compare(given: str, log: Log, keys: Iterable[str]) -> str:
    """Return the sentence that says so when the log extends the old head.

    Raises NotExtendedError when it does not; KeyFormError, NoteError, LogUnreachableError, OSError.
    """
    # a text of a head has lines; a path has none
    text = given if "\n" in given else Path(given).read_text(encoding="utf-8")
    old = read_old_head(text, [VerifierKey.parse(key) for key in keys])
    size, root = log.head()
    check_extends(old, size, root, log.proof)
    return EXTENDED.format(old=old.size, new=size)
