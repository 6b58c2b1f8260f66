"""``double-random verify``: check what the bureau handed out, without its service, its database or its settings."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.given_files import AnswerFile, BesideError, Given, ReceiptFile, read_address, read_path
from app.site_client import FetchError, is_address
from publicity.checking.answers import verify_answer
from publicity.checking.archive import Limits
from publicity.checking.draw import verify_draw
from publicity.kinds import kind_words
from publicity.tlog.errors import KeyFormError, TlogError
from publicity.tlog.keys import VerifierKey
from publicity.verify import Report, State, Trusted, unfinished, unread, verify_receipt
from sampling.wording import Language

NOT_HELD: Final = 1
CALLED_WRONGLY: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be checked, with what stands beside it, and whom the reader believes."""

    given: str
    beside: Sequence[Path] = ()
    keys: Sequence[str] = ()
    origin: str | None = None
    limits: Limits = field(default_factory=Limits)
    seconds: float
    """For each file that is fetched, all told."""


def run_verify(asked: Asked, *, as_json: bool = False, language: Language = "zh") -> int:
    """Print what a bundle or a receipt shows under the keys given, and return the exit status.

    0 when all of it holds, 1 when something was refused or, as without a key, not checked, 2 when the call is wrong.
    """
    try:
        trusted = Trusted.of(tuple(VerifierKey.parse(key) for key in dict.fromkeys(asked.keys)), asked.origin)
        report = verify(asked, trusted)
    except (KeyFormError, BesideError) as wrong:
        print(wrong.text(language), file=sys.stderr)
        return CALLED_WRONGLY
    except OSError as wrong:
        name = wrong.filename or asked.given
        print(f"不能读取 {name}：{wrong.strerror}。请核对路径。/ Cannot read {name}; check the path.", file=sys.stderr)
        return CALLED_WRONGLY
    print(report.to_json() if as_json else "\n".join(report.lines(language)))
    return 0 if report.verdict is State.HELD else NOT_HELD


def verify(asked: Asked, trusted: Trusted) -> Report:
    """Return the report on what was given. Raises BesideError, OSError."""
    try:
        given = _read(asked)
    except BesideError:
        raise
    except TlogError as wrong:
        return unread(wrong)
    except FetchError as failed:
        return unfinished(failed)
    if isinstance(given, ReceiptFile):
        return verify_receipt(given.data, trusted, kind_words)
    if isinstance(given, AnswerFile):
        return verify_answer(given.data, trusted, given.revocations)
    return verify_draw(given.files, trusted)


def _read(asked: Asked) -> Given:
    if is_address(asked.given):
        return read_address(asked.given, asked.limits, seconds=asked.seconds)
    return read_path(Path(asked.given), asked.beside, asked.limits)
