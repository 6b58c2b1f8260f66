"""The list of inspection items and its days."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, JsonValue

from app.values import Identifier, LegalDate, LongText, OptionalText, ShortText, no_control
from app.wire.base import Answer, Request
from registry.items import Level

Brief = Annotated[str, Field(max_length=200), AfterValidator(no_control)]
EXAMPLE: dict[str, JsonValue] = {
    "name": "营业执照信息公示情况",
    "basis": "《电子商务法》第十五条",
    "method": "网络检查",
    "level": "general",
    "department": "market",
    "subject": "电子商务经营者",
    "content": "首页显著位置是否持续公示营业执照信息",
    "valid_from": "2020-01-01",
}


class ItemTerms(Request):
    """What an item says; without ``valid_from`` it holds from today."""

    name: ShortText
    basis: LongText
    method: ShortText
    level: Level
    department: Identifier
    subject: Brief = ""
    content: OptionalText = ""
    valid_from: LegalDate | None = None
    valid_until: LegalDate | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})


class ItemIn(ItemTerms):
    """An item to put on the list."""

    code: Identifier
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"code": "M01", **EXAMPLE}]})


class ItemEndIn(Request):
    """The last day of an item on the list."""

    valid_until: LegalDate
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"valid_until": "2020-12-31"}]})


class ItemOut(Answer):
    """One version of an item of the list, and the days on which it holds."""

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
