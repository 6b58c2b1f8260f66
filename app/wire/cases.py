"""Cases: what is filed about a finding, and what moves its last day."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from app.values import Identifier, LegalDate, LongText
from app.wire.base import Answer, Request
from registry.cases import CaseWay, PauseKind

LONGEST_EXTENSION = 366
"""Calendar days of one extension; what is longer was approved more than once."""


class CaseIn(Request):
    """The problem whose follow-up opened the case; day and number of the case stand there."""

    visit_id: Identifier
    item: Identifier
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"visit_id": "140000202008310001-01", "item": "M01"}]}
    )


class ExtensionIn(Request):
    """An extension as approved: calendar days, the day of approval, the basis with its article."""

    days: Annotated[int, Field(strict=True, ge=1, le=LONGEST_EXTENSION)]
    approved_on: LegalDate
    basis: Annotated[LongText, Field(max_length=2048)]
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"days": 30, "approved_on": "2026-07-20", "basis": "《行政处罚法》第六十条；负责人批准延长"}]
        }
    )


class PauseIn(Request):
    """Days that do not count, both included; without ``last_on`` they last until the resumption."""

    kind: PauseKind
    first_on: LegalDate
    last_on: LegalDate | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"kind": "testing", "first_on": "2026-06-01", "last_on": "2026-06-10"}]}
    )


class ResumptionIn(Request):
    """The last day of the pause that lasts."""

    last_on: LegalDate
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"last_on": "2026-06-10"}]})


class CaseClosingIn(Request):
    """The end of a case without a penalty: not punished (不予处罚) or dropped (撤销案件), its day and why."""

    way: CaseWay
    ended_on: LegalDate
    reason: LongText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"way": "not_punished", "ended_on": "2026-07-20", "reason": "违法行为轻微并及时改正"}]
        }
    )


class ExtensionOut(Answer):
    """One extension on record."""

    number: int
    days: int
    approved_on: date
    basis: str
    approved_by: str
    approved_at: datetime


class PauseOut(Answer):
    """One pause; ``last_on`` is null while it lasts."""

    number: int
    kind: PauseKind
    first_on: date
    last_on: date | None


class CaseEndingOut(Answer):
    """How a case ended; ``penalty_id`` where a penalty ended it."""

    way: CaseWay
    ended_on: date
    penalty_id: str | None
    reason: str
    ended_by: str
    ended_at: datetime


class CaseOut(Answer):
    """One case; ``due_on`` is null while a pause lasts, ``ending`` while it runs."""

    case_id: str
    visit_id: str
    item: str
    finding_id: str
    case_no: str
    filed_on: date
    filed_by: str
    filed_at: datetime
    due_on: date | None
    extensions: list[ExtensionOut]
    pauses: list[PauseOut]
    ending: CaseEndingOut | None
