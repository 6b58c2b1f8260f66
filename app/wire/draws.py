"""Draws, step by step."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from app.values import HexDigest, Identifier, Instant, ShortText, Yes
from app.wire.base import Answer, Request


class PartyIn(Request):
    """Another party and the digest of the secret on its own device."""

    party: Identifier
    digest: HexDigest


class CommitIn(Request):
    """What is fixed at commitment beyond the batch: deadlines and other parties."""

    execute_by: Instant
    open_by: Instant
    parties: list[PartyIn] = Field(default=[], max_length=20)
    hash: Literal["sha256", "sm3"] = "sha256"
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "execute_by": "2020-09-01T18:00:00+08:00",
                    "open_by": "2020-12-31T18:00:00+08:00",
                    "parties": [{"party": "supervision", "digest": "c1" * 32}],
                }
            ]
        }
    )


class BeaconOut(Answer):
    """The round of drand that a draw is bound to; the rest once it was received."""

    round: int
    published_at: datetime
    signature: str | None
    randomness: str | None
    origin: str | None
    received_by: str | None
    received_at: datetime | None


class DrawOut(Answer):
    """A draw as far as it has come; nothing here tells an outcome that is not open."""

    draw_id: str
    task_no: str
    state: Literal["committed", "executed", "opened"]
    sealed: bool
    withheld: bool
    commitment_digest: str
    frame: int
    excluded: int
    narrowings: dict[str, int]
    recusals: dict[str, int]
    lent: int
    amended: dict[str, int] | None
    to_draw: int
    committed_by: str
    committed_at: datetime
    execute_by: datetime
    executed_by: str | None
    executed_at: datetime | None
    open_by: datetime
    opened_at: datetime | None
    beacon: BeaconOut | None


class BeaconIn(Request):
    """The announced round of drand: ``round`` and ``signature`` as somebody got them, or ``fetch`` from the relays."""

    round: int | None = Field(default=None, strict=True, ge=1, le=2**53 - 1)
    signature: Annotated[str, Field(max_length=200)] | None = None
    fetch: Yes = False
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {"fetch": True},
                {
                    "round": 1000,
                    "signature": "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
                    "e342b73a8dd2bacbe47e4b6b63ed5e39",
                },
            ]
        }
    )


class HiddenStratumOut(Answer):
    """What hides behind the name of a stratum."""

    stratum: str
    means: str


class SecretIn(Request):
    """A party's secret, handed in."""

    party: Identifier
    secret: HexDigest


class ExecuteIn(Request):
    """What is handed in at execution: the other parties' secrets and the public value."""

    secrets: list[SecretIn] = Field(default=[], max_length=20)
    public_value: Annotated[str, Field(max_length=1000)] | None = None
    witnesses: list[ShortText] = Field(default=[], max_length=50)
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "secrets": [{"party": "supervision", "secret": "5e" * 32}],
                    "public_value": "352614163425616263541325246135",
                    "witnesses": ["示例乙（人大代表）"],
                }
            ]
        }
    )
