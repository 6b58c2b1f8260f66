"""What is handed in before an execution: the public value, envelopes, secrets."""

from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from app.values import HexDigest, Identifier, LegalDate, ShortText
from app.wire.base import Request

ValueText = Annotated[str, Field(max_length=1000)]


class ValueIn(Request):
    """The value that was read off before witnesses, character by character, and who they were."""

    value: ValueText
    witnesses: list[ShortText] = Field(default=[], max_length=50)
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"value": "352614163425616263541325246135", "witnesses": ["示例乙（人大代表）"]}]
        }
    )


class ValueConfirmationIn(Request):
    """The same value, typed again by another person from the original."""

    value: ValueText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"value": "352614163425616263541325246135"}]}
    )


class EscrowIn(Request):
    """Who holds a party's envelope, where, and the day it was sealed."""

    party: Identifier
    holder: ShortText
    place: ShortText
    sealed_on: LegalDate
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {"party": "supervision", "holder": "示例丁", "place": "机关档案室保险柜", "sealed_on": "2020-08-31"}
            ]
        }
    )


class SecretIn(Request):
    """A party's secret, and the paper or record by which the party handed it over; it is shown to nobody again."""

    party: Identifier
    secret: HexDigest
    document: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"party": "supervision", "secret": "5e" * 32, "document": "秘密提交单（监督方签字）"}]
        }
    )
