"""Who may be drawn and who may be sent: caps, leave, loans, what inspectors say of their own recusals."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from app.values import Identifier, LegalDate, ShortText, distinct
from app.wire.base import Answer, Request


class CapIn(Request):
    """A cap to draft: inspections a subject and year, and the risk classes that count as low."""

    valid_from: LegalDate
    yearly: int = Field(strict=True, ge=1, le=366)
    low_risk: Annotated[list[Annotated[str, Field(min_length=1, max_length=32)]], AfterValidator(distinct)] = Field(
        default=[], max_length=20
    )
    basis: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {"valid_from": "2020-01-01", "yearly": 4, "low_risk": ["A"], "basis": "示市监发〔2020〕2号第五条"}
            ]
        }
    )


class CapOut(Answer):
    """A cap and its approval."""

    cap_id: str
    valid_from: date
    yearly: int
    low_risk: list[str]
    basis: str
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None


class LeaveIn(Request):
    """A leave to record, both days included."""

    inspector_no: Identifier
    from_on: LegalDate
    to_on: LegalDate
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {"inspector_no": "SC-001", "from_on": "2020-09-01", "to_on": "2020-09-30", "reason": "脱产学习"}
            ]
        }
    )


class OwnLeaveIn(Request):
    """The caller's own leave, both days included."""

    from_on: LegalDate
    to_on: LegalDate
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"from_on": "2020-09-01", "to_on": "2020-09-30", "reason": "病假"}]}
    )


class LeaveOut(Answer):
    """A leave and its decision; one refused or cancelled stays listed."""

    leave_id: str
    inspector_no: str
    from_on: date
    to_on: date
    reason: str
    recorded_by: str
    recorded_at: datetime
    approved: bool | None
    decided_by: str | None
    decided_at: datetime | None
    cancelled_by: str | None
    cancelled_at: datetime | None


class LoanIn(Request):
    """An inspector to be lent to an area of the batch."""

    inspector_no: Identifier
    area: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"inspector_no": "SC-001", "area": "140105", "reason": "小店区持证人员不足两人"}]
        }
    )


class LoanOut(Answer):
    """A loan and its decision."""

    loan_id: str
    task_no: str
    inspector_no: str
    area: str
    reason: str
    requested_by: str
    requested_at: datetime
    approved: bool | None
    decided_by: str | None
    decided_at: datetime | None


class DeclarationIn(Request):
    """A recusal of the caller's own."""

    unit_id: Identifier
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"unit_id": "911400001123599660", "reason": "近亲属任职"}]}
    )


class WithdrawalIn(Request):
    """Why a recusal is withdrawn."""

    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"reason": "近亲属已离职"}]})
