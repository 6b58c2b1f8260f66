"""Draws, step by step."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from app.values import HexDigest, Identifier, Instant, LongText, Yes
from app.wire.base import Answer, Request
from registry.draws import DrawState
from registry.overdue import Overdue
from sampling.stages import Stage


class PartyIn(Request):
    """Another party and the digest of the secret on its own device."""

    party: Identifier
    digest: HexDigest


class CommitIn(Request):
    """What is fixed at commitment beyond the batch: deadlines, other parties, and the voided draw that is replaced."""

    execute_by: Instant
    open_by: Instant
    parties: list[PartyIn] = Field(default=[], max_length=20)
    hash: Literal["sha256", "sm3"] = "sha256"
    replaces: Identifier | None = None
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


class PartyOut(Answer):
    """One party: its envelope on record, its secret handed in and when; the service's own needs neither."""

    party: str
    own: bool
    escrowed: bool
    handed_at: datetime | None


class DrawOut(Answer):
    """A draw as far as it has come; nothing here tells an outcome that is not open."""

    draw_id: str
    stage: Stage
    task_no: str
    replaces: str | None
    state: DrawState
    overdue: Overdue | None
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
    voided_at: datetime | None
    value: Literal["none", "awaited", "entered", "confirmed"]
    parties: list[PartyOut]
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


class OpeningRequestIn(Request):
    """Why a sealed draw should be opened before it is due."""

    reason: LongText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"reason": "名单已为被检查单位所知，继续密封没有意义。"}]}
    )


class HiddenStratumOut(Answer):
    """What hides behind the name of a stratum."""

    stratum: str
    means: str
