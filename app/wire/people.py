"""People and their keys."""

from datetime import datetime
from typing import ClassVar

from pydantic import ConfigDict, Field

from app.values import Identifier, ShortText, Yes
from app.wire.base import Answer, Request
from registry.people import Role


class PersonIn(Request):
    """A person to add."""

    name: ShortText
    department: Identifier | None = None
    roles: list[Role] = Field(min_length=1, max_length=len(Role))
    inspector_no: Identifier | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"name": "示例甲", "department": "market", "roles": ["draw_officer"]}]}
    )


class PersonOut(Answer):
    """A person and their roles."""

    person_id: str
    name: str
    department: str | None
    roles: list[Role]
    inspector_no: str | None
    active: bool


class ActiveIn(Request):
    """Suspend or restore access."""

    active: Yes
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"active": False}]})


class KeyOut(Answer):
    """A key, without the key itself."""

    key_id: str
    person_id: str
    issued_at: datetime
    revoked_at: datetime | None


class NewKeyOut(KeyOut):
    """A key just issued: the only time it is shown."""

    key: str
