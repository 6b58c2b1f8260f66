"""Withdrawals of what was published."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import ConfigDict

from app.values import LegalDate, OptionalText, ShortText, Yes
from app.wire.base import Answer, Request
from publicity.withdrawals import Ground


class WithdrawalIn(Request):
    """Ask that a publication be withdrawn; ``reason`` is what the public will read, without names or numbers.

    ``document_no`` may be empty where what was published was inaccurate.
    """

    ground: Ground
    event_on: LegalDate
    document_no: OptionalText = ""
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ground": "revoked",
                    "event_on": "2020-11-02",
                    "document_no": "示市监撤〔2020〕1号",
                    "reason": "原行政处罚决定经复议撤销。",
                }
            ]
        }
    )


class WithdrawalDecisionIn(Request):
    """Withdraw it, or refuse to, with the reason."""

    approved: Yes
    text: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"approved": True}]})


class WithdrawalOut(Answer):
    """A withdrawal, and what was decided of it.

    ``due_on`` is null where no law counts the days, or no holiday notice has fixed them.
    """

    withdrawal_id: str
    disclosure_id: str
    ground: Ground
    event_on: date
    due_on: date | None
    document_no: str
    reason: str
    asked_by: str
    asked_at: datetime
    approved: bool | None
    text: str | None
    decided_by: str | None
    decided_at: datetime | None
