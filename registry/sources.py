"""The public source of a batch (公开随机值), as it is announced before the commitment.

An event before witnesses is announced whole. A round of drand is not: who could name the round could name one that is
published already. A batch says only by how much the round has to come later, its *margin*; which round that is follows
from the instant of the commitment, and nobody states it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from registry.base import SHANGHAI
from registry.errors import FieldError
from sampling.errors import within
from sampling.sources import Drand, PublicSource, Witnessed


@dataclass(frozen=True, kw_only=True)
class LaterRound:
    """The first round of drand that is published ``margin`` seconds after the commitment, or later."""

    margin: int

    def value(self) -> dict[str, Any]:
        """Return the source as a batch keeps it."""
        return {"kind": "drand", "margin": self.margin}

    def at_commitment(self, committed_at: datetime) -> Drand:
        """Return the round."""
        return Drand.first_from(committed_at + timedelta(seconds=self.margin))


Announced = LaterRound | Witnessed
"""What a batch announces."""

_MISSING = ("缺少必填项。", "It is missing."), ("请补上。", "Fill it in.")
_UNASKED = (
    (
        "这一种公开随机值不用填此项；轮次由锁定时间算出，不能指定。",
        "This kind of source does not take it; nobody names a round.",
    ),
    ("请删除。", "Leave it out."),
)


def announce(kind: str, said: Mapping[str, Any], least_margin: int) -> Announced:
    """Return a source from what is said of it; ``least_margin`` is the bureau's, in seconds.

    Raises FieldError, sampling's RefusedError, each at a place in ``public_source``.
    """
    named = ("margin",) if kind == "drand" else ("what", "alphabet", "length")
    for name in sorted(set(named) ^ set(said)):
        words = _MISSING if name in named else _UNASKED
        raise FieldError(("public_source", name), *words)
    if kind == "drand":
        return _later_round(said["margin"], least_margin)
    with within("public_source"):
        return Witnessed(said["what"], said["alphabet"], said["length"])


def _later_round(margin: int, least: int) -> LaterRound:
    if margin < least:
        raise FieldError(
            ("public_source", "margin"),
            (
                f"距锁定至少须 {least} 秒，现为 {margin} 秒。",
                f"The round must come at least {least} s later, not {margin}.",
            ),
            (f"请填 {least} 或更大的数。", f"Give {least} or more."),
        )
    return LaterRound(margin=margin)


def read_announced(kept: Mapping[str, Any] | None) -> Announced | None:
    """Return the source as a batch keeps it."""
    if kept is None:
        return None
    if kept["kind"] == "drand":
        return LaterRound(margin=kept["margin"])
    return Witnessed(kept["what"], kept["alphabet"], kept["length"])


def committed_source(
    announced: Announced | None, *, committed_at: datetime, execute_by: datetime
) -> PublicSource | None:
    """Return what stands in a commitment made at an instant. Raises FieldError: the round would come too late."""
    if not isinstance(announced, LaterRound):
        return announced
    source = announced.at_commitment(committed_at)
    published = published_at(source)
    if published >= execute_by:
        raise FieldError(
            ("execute_by",),
            (
                f"drand 第 {source.round} 轮要到 {published:%Y-%m-%d %H:%M:%S} 才公布，不早于摇号期限。",
                f"Round {source.round} of drand is published at {published.isoformat()}, not before this.",
            ),
            ("请把摇号期限放在此后。", "Let the draw be executed after that."),
        )
    return source


def published_at(source: Drand) -> datetime:
    """Return when a round is published, in the time of China."""
    return datetime.fromtimestamp(source.published_at, SHANGHAI)
