"""Erasures."""

from datetime import datetime
from typing import ClassVar

from pydantic import ConfigDict

from app.values import Identifier, ShortText
from app.wire.base import Answer, Request
from registry.erasing import Basis


class ErasureIn(Request):
    """Ask that the texts of a record be erased: which, on what basis, and why."""

    matter: Identifier
    key: Identifier
    basis: Basis
    text: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "matter": "operator",
                    "key": "911400001123599660",
                    "basis": "purpose_ended",
                    "text": "联系人已离职，要求删除其姓名和电话",
                }
            ]
        }
    )


class ErasedOut(Answer):
    """One text that is gone, and the salted digest that the log has of it."""

    erased_fact: int
    part: int
    digest: str


class ErasureOut(Answer):
    """A request, and what was erased once another person confirmed it."""

    request_id: str
    matter: str
    key: str
    basis: str
    text: str
    requested_by: str
    requested_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    erased: list[ErasedOut]
