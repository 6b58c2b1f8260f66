"""The register: departments, inspectors, recusals."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import ConfigDict

from app.values import Identifier, ShortText
from app.wire.base import Answer, Request


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
