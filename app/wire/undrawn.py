"""Visits that no draw caused, approvals, and the file of a visit."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from app.values import Identifier, LegalDate, LongText, OptionalText, ShortText, Yes, distinct
from app.wire.base import Answer, Request
from app.wire.items import ItemOut
from app.wire.steps import StepOut
from app.wire.visits import SeatOut
from registry.visits import Cause

Codes = Annotated[list[Identifier], Field(min_length=1, max_length=200), AfterValidator(distinct)]


class VisitRequestIn(Request):
    """A visit that no draw caused; ``team`` names inspectors, those of the leading department first."""

    cause: Cause
    source_no: ShortText
    title: ShortText
    reason: LongText
    unit_id: ShortText
    items: Codes
    team: Codes
    period_from: LegalDate
    period_to: LegalDate
    plan_no: ShortText | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "cause": "complaint",
                    "source_no": "1214000020200915001",
                    "title": "投诉举报核查",
                    "reason": "举报称首页未公示营业执照信息",
                    "unit_id": "91140000MAFAKE00XN",
                    "items": ["M01"],
                    "team": ["SC-001", "SC-002"],
                    "period_from": "2020-09-16",
                    "period_to": "2020-09-30",
                }
            ]
        }
    )


class DecisionIn(Request):
    """Approve a visit, or reject it with a reason."""

    approved: Yes
    reason: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"approved": True}]})


class CancellationIn(Request):
    """Why a visit is cancelled."""

    reason: OptionalText
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"reason": "举报人撤回"}]})


class ApprovedVisitsOut(Answer):
    """How many visits of a draw were approved; it names none, as the draw may be sealed."""

    draw_id: str
    approved: int


class VisitFileOut(Answer):
    """A visit with its steps, for the bureau; what no draw caused has a request, what was drawn has a task."""

    visit_id: str
    cause: str
    drawn: bool
    year: int
    state: str
    task_no: str | None
    plan_no: str | None
    title: str
    unit_id: str
    operator_name: str
    period_from: date
    period_to: date
    items: list[ItemOut]
    team: list[SeatOut]
    source_no: str | None
    reason: str | None
    requested_by: str | None
    steps: list[StepOut]
