"""Replacements of drawn operators and of inspectors: what is asked, what is decided, who came."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from app.values import Identifier, LongText, OptionalText, Yes, distinct
from app.wire.base import Answer, Request
from app.wire.visits import SeatOut

Files = Annotated[list[Identifier], Field(max_length=100), AfterValidator(distinct)]


class UnitReplacementIn(Request):
    """Why a drawn operator is to be replaced; who comes cannot be named."""

    reason: Identifier
    text: LongText
    evidence: Files = Field(default=[])
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"reason": "closed", "text": "登记机关2020年9月2日公告：已进入清算程序"}]}
    )


class SeatReplacementIn(Request):
    """Why an inspector is to be replaced, on this visit or ``altogether``: on all of the draw still to be made."""

    reason: Identifier
    text: LongText
    evidence: Files = Field(default=[])
    altogether: Yes = False
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"reason": "recused", "text": "回避申请已准许", "altogether": False}]}
    )


class ReplacementDecisionIn(Request):
    """Approve a replacement, or refuse it with a reason."""

    approved: Yes
    text: OptionalText = ""
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"approved": True}]})


class CameOut(Answer):
    """A visit that is another's now: of the operator that came, or with the seats that changed hands."""

    visit_id: str
    unit_id: str
    operator_name: str
    seats: list[SeatOut]


class ReplacementOut(Answer):
    """A request and, once decided, what came of it; ``number`` and ``state`` are those of the draw's chain."""

    replacement_id: str
    draw_id: str
    visit_id: str
    unit_id: str
    operator_name: str
    fallen: Literal["unit", "inspector"]
    department: str | None
    seat: int | None
    inspector_no: str | None
    altogether: bool
    reason: str
    text: str
    evidence: list[str]
    requested_by: str
    requested_at: datetime
    approved: bool | None
    decided_by: str | None
    decided_at: datetime | None
    decision_text: str | None
    number: int | None
    state: str | None
    came: list[CameOut]


class ReplacementReasonOut(Answer):
    """One reason that may be given."""

    of: Literal["unit", "inspector"]
    code: str
    zh: str
    en: str
