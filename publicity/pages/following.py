"""What followers are told, as machines read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Change = Literal[
    "published", "changed", "marked", "unmarked", "replied", "erased", "ended", "withdrawn", "listed", "delisted"
]
"""``marked``: the record says that it is disputed, or says it anew; ``replied``: the operator's word was released."""


@dataclass(frozen=True, kw_only=True)
class PublicChange:
    """What happened to one record, at one entry of the log.

    ``operator_code`` and ``path`` are null where the record does not stand any more. ``replaces`` is the earlier
    version, of a ``changed`` one.
    """

    change: Change
    record_id: str
    subject: Literal["result", "penalty", "list"]
    replaces: str | None
    operator_code: str | None
    path: str | None
    at: datetime
    log_index: int
    proof_path: str


@dataclass(frozen=True, kw_only=True)
class ChangeFeed:
    """Lines against the order of the log, the newest first; ``updated`` is the time of the newest on the page.

    ``older_path`` leads to those before them, and is null on the last page.
    """

    changes: list[PublicChange]
    path: str
    older_path: str | None
    updated: datetime


@dataclass(frozen=True, kw_only=True)
class ChangeList:
    """Lines in the order of the log; ``last`` is what to give as ``after`` the next time, ``next_path`` what follows.

    ``last`` is null while nothing happened; ``next_path`` where these were the newest.
    """

    changes: list[PublicChange]
    last: int | None
    next_path: str | None
    log_size: int
