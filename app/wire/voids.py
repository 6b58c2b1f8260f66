"""Voids of draws."""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import ConfigDict

from app.values import LongText
from app.wire.base import Answer, Request
from registry.voids import VoidReason


class VoidIn(Request):
    """Why a draw should be voided; both are public."""

    reason: VoidReason
    text: LongText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"reason": "secret_missing", "text": "监督方的秘密遗失，封存件亦不可读。"}]}
    )


class VoidRequestOut(Answer):
    """A request to void a draw."""

    request_id: str
    draw_id: str
    reason: VoidReason
    text: str
    requested_by: str
    requested_at: datetime


class VoidOut(Answer):
    """A voided draw: what could be known of its outcome by then, and the id that a redraw bears."""

    draw_id: str
    request_id: str
    known: dict[str, Any]
    confirmed_by: str
    confirmed_at: datetime
    redraw_id: str
