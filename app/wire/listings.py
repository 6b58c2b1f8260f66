"""Decisions about lists of operators."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from app.values import Identifier, LegalDate, LongText, ShortText
from app.wire.base import Answer, Request
from registry.listings import ListStep, OperatorList


class ListDecisionIn(Request):
    """A decision as made: its basis with the article, number, department and day."""

    basis: Annotated[LongText, Field(max_length=2048)]
    decision_no: Annotated[ShortText, Field(max_length=128)]
    department: Identifier
    decided_on: LegalDate
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "basis": "《企业信息公示暂行条例》第十七条",
                    "decision_no": "示市监异移〔2020〕1号",
                    "department": "market",
                    "decided_on": "2020-10-20",
                }
            ]
        }
    )


class ListingIn(ListDecisionIn):
    """A decision that puts an operator on a list."""

    unit_id: ShortText
    listed: OperatorList
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "unit_id": "91140105FAKE0001XB",
                    "listed": "abnormal",
                    "basis": "《企业信息公示暂行条例》第十七条第一款第（一）项",
                    "decision_no": "示市监异列〔2020〕1号",
                    "department": "market",
                    "decided_on": "2020-09-20",
                }
            ]
        }
    )


class ListingOut(Answer):
    """A decision on record; ``approved`` is null while it waits, ``standing`` whether its operator is listed by it."""

    order_id: str
    step: ListStep
    listed: OperatorList
    unit_id: str
    removes: str | None
    basis: str
    decision_no: str
    department: str
    decided_on: date
    entered_by: str
    entered_at: datetime
    approved: bool | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    standing: bool
