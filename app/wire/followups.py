"""What follows a problem."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import ConfigDict

from app.values import LegalDate, LongText, OptionalText
from app.wire.base import Answer, Request
from registry.followups import FollowStep


class FollowUpIn(Request):
    """One step on a matter; ``reference`` is the number of the case, the record or the receipt."""

    step: FollowStep
    happened_on: LegalDate
    receiver: OptionalText = ""
    reference: OptionalText = ""
    text: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {"step": "case_opened", "happened_on": "2020-10-12", "reference": "示市监立〔2020〕1号"},
                {
                    "step": "to_province",
                    "happened_on": "2020-10-12",
                    "receiver": "河北省市场监督管理局",
                    "reference": "红盾云桥2020-0001",
                },
            ]
        }
    )


class ClosingIn(Request):
    """The day on which a matter was closed, and how it ended."""

    closed_on: LegalDate
    how: LongText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"closed_on": "2020-12-01", "how": "处罚决定已执行完毕"}]}
    )


class FollowUpOut(Answer):
    """One step on a matter, as recorded."""

    number: int
    step: str
    happened_on: date
    receiver: str
    reference: str
    text: str
    recorded_by: str
    recorded_at: datetime


class MatterOut(Answer):
    """One problem and what was done about it; ``due_on`` is when the present wait has lasted too long."""

    visit_id: str
    item: str
    finding_id: str
    operator_name: str
    unit_id: str
    cause: str
    outcome: str
    text: str
    follow_up: str
    open: bool
    since: date
    waits_on: str | None
    due_on: date | None
    limit_source: str | None
    overdue: bool
    closed_on: date | None
    steps: list[FollowUpOut]


class BoardOut(Answer):
    """The bureau's board: matters by where they stand, overdue ones by what they wait for."""

    open: int
    overdue: int
    closed: int
    overdue_by_step: dict[str, int]
