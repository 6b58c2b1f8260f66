"""What every request and answer body shares."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, field_validator

from app.values import Yes, no_unfit


class Request(BaseModel):
    """A request body: strict about its fields, and no text of any holds what is not seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def _seen(cls, value: object) -> object:
        return no_unfit(value)


class Answer(BaseModel):
    """An answer body, read off a registry row by its listed fields."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class ApprovalIn(Request):
    """Yes or no."""

    approved: Yes
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"approved": True}]})


def read_off(model: type[Answer], row: object, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the listed fields of an answer from a row, completed by values that the row lacks."""
    return {name: extra[name] if name in extra else getattr(row, name) for name in model.model_fields}
