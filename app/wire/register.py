"""The register: departments, inspectors, recusals."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from app.values import Identifier, LegalDate, ShortText, Yes, distinct
from app.wire.base import Answer, Request
from registry.inspectors import listed_words
from registry.recusals import Origin


def _words(kept: object) -> object:
    """Return the words of a column that keeps several."""
    return listed_words(kept) if isinstance(kept, str) else kept


class DepartmentIn(Request):
    """A department to add."""

    code: Identifier
    name: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"code": "market", "name": "市场监督管理局"}]}
    )


class DepartmentOut(Answer):
    """A department; ``credit_code`` once it was stated."""

    code: str
    name: str
    credit_code: str | None


class DepartmentCodeIn(Request):
    """The unified credit code of a department, which statutory lists name beside the authority."""

    credit_code: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"credit_code": "911400001123599660"}]}
    )


Words = Annotated[list[str], BeforeValidator(_words)]


class InspectorOut(Answer):
    """An inspector as the bureau sees it."""

    inspector_no: str
    name: str
    department: str
    area: str
    certificate_no: str
    certificate_from: date
    certificate_until: date
    status: str
    fields: Words
    tags: Words


class AskingIn(Request):
    """That the inspected asked for it: on which day, in which letter."""

    asked_on: LegalDate
    document: ShortText


class RecusalIn(Request):
    """A recusal to file; with ``asked`` the inspected asked for it, without the bureau puts it forward."""

    inspector_no: Identifier
    unit_id: Identifier
    reason: ShortText
    asked: AskingIn | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "inspector_no": "SC-001",
                    "unit_id": "911400001123599660",
                    "reason": "近亲属任职",
                    "asked": {"asked_on": "2020-08-20", "document": "回避申请书"},
                }
            ]
        }
    )


class RecusalsDecisionIn(Request):
    """One decision on several recusals."""

    recusal_ids: Annotated[list[Identifier], AfterValidator(distinct)] = Field(min_length=1, max_length=1000)
    approved: Yes
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"recusal_ids": ["r0001", "r0002"], "approved": True}]}
    )


class RecusalOut(Answer):
    """A recusal and its decision."""

    recusal_id: str
    inspector_no: str
    unit_id: str
    reason: str
    requested_by: str
    requested_at: datetime
    origin: Origin
    asked_on: date | None
    document: str
    approved: bool | None
    decided_by: str | None
    decided_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_because: str | None


class RecusalsOut(Answer):
    """Several recusals and their decision."""

    recusals: list[RecusalOut]
