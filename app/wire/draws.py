"""Draws, step by step."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from app.values import HexDigest, Identifier, Instant, LongText
from app.wire.base import Answer, Request
from registry.draws import DrawState
from registry.overdue import Overdue


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


class PartyOut(Answer):
    """One party: its envelope on record, its secret handed in and when; the service's own needs neither."""

    party: str
    own: bool
    escrowed: bool
    handed_at: datetime | None


class DrawOut(Answer):
    """A draw as far as it has come; nothing here tells an outcome that is not open."""

    draw_id: str
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
