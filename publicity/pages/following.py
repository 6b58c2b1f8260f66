"""What followers are told, as machines read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class PublicChange:
    """What happened to one record, at one entry of the log.

    ``operator_code`` and ``path`` are null where the record does not stand any more. ``replaces`` is the earlier
    version, of a ``changed`` one.
    """

    change: Literal["published", "changed", "erased", "ended", "withdrawn", "listed", "delisted"]
    record_id: str
    subject: Literal["result", "penalty", "list"]
    replaces: str | None
    operator_code: str | None
    path: str | None
    at: datetime
    log_index: int
    proof_path: str


@dataclass(frozen=True, kw_only=True)
class ChangeList:
    """Lines in the order of the log; ``last`` is what to give as ``after`` the next time, ``next_path`` what follows.

    ``last`` is null while nothing happened; ``next_path`` where these were the newest.
    """

    changes: list[PublicChange]
    last: int | None
    next_path: str | None
    log_size: int
