"""No text that anybody sends holds what is not seen: every field of every request body, by the schema of the API."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import app.main  # noqa: F401 - every route, and with it every body
from app.values import no_unfit
from app.wire.base import Request

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
UNSEEN = (
    "甲\u200b乙",
    "甲\u202e乙",
    "\u2060",
    "甲\u0085乙",
    "\ue000",
    "\u3164",
    "甲\ufeff",
    "\U0010fffd",
    "甲\u2028乙",
)
SEEN = (
    "买买提·艾力",
    "古丽娜尔・阿不都",
    "𠮷野",
    "\U00031350",
    "㐂",
    "葛\U000e0100",
    "第一行\n第二行",
    "Ünal",
    "①“”……",
)


def bodies(root: type[BaseModel] = Request) -> Iterator[type[BaseModel]]:
    """Yield every body below a model."""
    for each in root.__subclasses__():
        yield each
        yield from bodies(each)


def texts(schema: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield every field of a body that may be a text, with the shape in which one is put there."""
    for name, field in schema.get("properties", {}).items():
        for each in field.get("anyOf", [field]):
            if each.get("type") == "string":
                yield name, "{}"
            elif each.get("type") == "array" and each.get("items", {}).get("type") == "string":
                yield name, ["{}"]


def filled(shape: object, text: str) -> object:
    """Return a shape with a text in it."""
    return [text] if isinstance(shape, list) else text


FIELDS = [
    (body, name, shape)
    for body in sorted(set(bodies()), key=lambda each: each.__name__)
    for name, shape in texts(body.model_json_schema())
]


def test_every_body_of_the_api_is_walked() -> None:
    """A body that is none of these would be taken as it comes."""
    operations = [each for path in SCHEMA["paths"].values() for each in path.values() if "requestBody" in each]
    sent = [each["requestBody"]["content"].get("application/json", {}).get("schema", {}) for each in operations]
    named = {each["$ref"].rsplit("/", 1)[1].rsplit("__", 1)[-1] for each in sent if "$ref" in each}
    assert named
    assert named <= {each.__name__ for each in bodies()}
    assert len(FIELDS) > len(named)


def test_no_text_field_takes_what_is_not_seen() -> None:
    """The field is named, whichever it is; a form of its own may refuse it first."""
    for body, name, shape in FIELDS:
        for text in UNSEEN:
            with pytest.raises(ValidationError) as refused:
                body.model_validate({name: filled(shape, text)})
            assert any(each["loc"][0] == name and each["type"] != "missing" for each in refused.value.errors()), (
                body.__name__,
                name,
                text.encode("unicode_escape"),
            )


@pytest.mark.parametrize("text", SEEN)
def test_names_as_people_bear_them_pass(text: str) -> None:
    """Middle dots, rare ideographs and what selects their form, several lines."""
    assert no_unfit(text) == text
