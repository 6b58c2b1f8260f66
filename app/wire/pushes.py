"""Pushes of penalties to another province: the push, its receipt, its return."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from app.values import LegalDate, LongText, ShortText
from app.wire.base import Answer, Request


class PushIn(Request):
    """A push as sent: day, office of the own province (经由), receiver and its area's code, number of the letter."""

    pushed_on: LegalDate
    office: ShortText
    receiver_area: Annotated[str, Field(max_length=20)]
    receiver: ShortText
    letter_no: Annotated[ShortText, Field(max_length=128)]
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "pushed_on": "2026-05-12",
                    "office": "示例省市场监督管理局",
                    "receiver_area": "110105",
                    "receiver": "北京市朝阳区市场监督管理局",
                    "letter_no": "示市监推〔2026〕1号",
                }
            ]
        }
    )


class PushReceiptIn(Request):
    """The other side's receipt: its day and number."""

    received_on: LegalDate
    receipt_no: Annotated[ShortText, Field(max_length=128)]
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"received_on": "2026-05-13", "receipt_no": "京朝市监收〔2026〕8号"}]}
    )


class PushReturnIn(Request):
    """That a push was sent back: the day, and why."""

    returned_on: LegalDate
    reason: LongText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"returned_on": "2026-05-15", "reason": "当事人已迁往他区，请改推送。"}]}
    )


class PushReceiptOut(Answer):
    """The receipt of a push."""

    received_on: date
    receipt_no: str
    recorded_by: str
    recorded_at: datetime


class PushReturnOut(Answer):
    """The return of a push."""

    returned_on: date
    reason: str
    recorded_by: str
    recorded_at: datetime


class PushOut(Answer):
    """One push on record with what came back of it; ``due_on`` is its last day in time."""

    penalty_id: str
    number: int
    pushed_on: date
    office: str
    receiver_area: str
    receiver: str
    letter_no: str
    due_on: date
    recorded_by: str
    recorded_at: datetime
    receipt: PushReceiptOut | None
    returned: PushReturnOut | None
