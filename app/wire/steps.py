"""Steps of a visit: what a team hands in, and what it is answered."""

from datetime import date, datetime
from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from app.values import Identifier, Instant, LegalDate, OptionalText, ShortText
from app.wire.base import Answer, Request
from registry.notices import Manner
from registry.visiting import Met, Told


class CallingIn(Request):
    """The day for which a notice calls, how the visit is made and where."""

    visit_on: LegalDate
    manner: Manner = Manner.ONSITE
    place: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"visit_on": "2020-09-15", "manner": "onsite", "place": "虚构路1号"}]}
    )


class PostponementIn(Request):
    """The day to which a visit is put off, and why."""

    until: LegalDate
    reason: OptionalText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"until": "2020-09-20", "reason": "负责人住院，书面申请延期"}]}
    )


class AttemptIn(Request):
    """What a team met that set out: when, which inspectors were there, and what happened unless it arrived."""

    met: Met
    happened_at: Instant
    present: list[Identifier] = Field(min_length=1, max_length=100)
    text: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "met": "arrived",
                    "happened_at": "2020-09-15T09:30:00+08:00",
                    "present": ["SC-001", "SC-002"],
                }
            ]
        }
    )


class ConfirmationIn(Request):
    """The finding that a second inspector confirms."""

    finding_id: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"finding_id": "140000202008240001-01-1"}]}
    )


class TellingIn(Request):
    """When and how the operator was told of the result, and what it said to it."""

    told_at: Instant
    how: Told
    text: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"told_at": "2020-09-15T11:00:00+08:00", "how": "in_person"}]}
    )


class StepOut(Answer):
    """One step of a visit."""

    visit_id: str
    number: int
    step: str
    finding_id: str | None
    happened_at: datetime
    due_on: date | None
    text: str
    detail: dict[str, Any]
    taken_by: str
    taken_at: datetime


class NoticeItemOut(Answer):
    """One item of a notice."""

    code: str
    name: str
    basis: str
    method: str


class NoticeInspectorOut(Answer):
    """One inspector of a notice."""

    department: str
    name: str
    certificate_no: str


class NoticeOut(Answer):
    """A notice (检查通知书) as it was issued; of a drawn visit, `/door/{door}` proves it to the operator."""

    number: str
    operator_name: str
    operator_code: str
    cause: str
    title: str
    visit_on: date
    manner: str
    place: str
    items: list[NoticeItemOut]
    inspectors: list[NoticeInspectorOut]
    discipline: list[str]
    recusal: str
    duty: str
    issued_at: datetime
    door: str | None
