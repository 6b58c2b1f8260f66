"""The register: departments, inspectors, recusals, items."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import ConfigDict

from app.values import Identifier, LegalDate, LongText, OptionalText, ShortText
from app.wire.base import Answer, Request
from registry.items import Level


class DepartmentIn(Request):
    """A department to add."""

    code: Identifier
    name: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"code": "market", "name": "市场监督管理局"}]}
    )


class DepartmentOut(Answer):
    """A department."""

    code: str
    name: str


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


class RecusalIn(Request):
    """A recusal to file."""

    inspector_no: Identifier
    unit_id: Identifier
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"inspector_no": "SC-001", "unit_id": "911400001123599660", "reason": "近亲属任职"}]
        }
    )


class RecusalOut(Answer):
    """A recusal and its decision."""

    recusal_id: str
    inspector_no: str
    unit_id: str
    reason: str
    requested_by: str
    requested_at: datetime
    approved: bool | None
    decided_by: str | None
    decided_at: datetime | None


class ItemIn(Request):
    """An item to put on the list."""

    code: Identifier
    name: ShortText
    basis: LongText
    method: ShortText
    level: Level
    department: Identifier
    subject: OptionalText = ""
    content: OptionalText = ""
    valid_from: LegalDate | None = None
    valid_until: LegalDate | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "M01",
                    "name": "营业执照信息公示情况",
                    "basis": "《电子商务法》第十五条",
                    "method": "网络检查",
                    "level": "general",
                    "department": "market",
                }
            ]
        }
    )


class ItemOut(Answer):
    """An item of the list."""

    code: str
    name: str
    basis: str
    method: str
    level: Level
    department: str
    subject: str
    content: str
    valid_from: date | None
    valid_until: date | None
