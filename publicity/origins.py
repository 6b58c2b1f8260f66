"""What led to a publication (来源): a draw, another cause of a visit, or what another province pushed here."""

from typing import Final

from registry.visits import CAUSE_WORDS, Cause

RECEIVED: Final = "received"
"""What led to a penalty that rests on no visit of ours."""
RECEIVED_WORDS: Final = "外省市场监督管理部门作出并推送"


def origin_words(cause: str) -> str:
    """Return what led to a publication, by its ``cause``."""
    return RECEIVED_WORDS if cause == RECEIVED else CAUSE_WORDS[Cause(cause)]
