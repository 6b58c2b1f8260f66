"""Plans, their batches, and what a batch would commit to."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from app.values import Identifier, LegalDate, ShortText, Yes, distinct
from app.wire.base import Answer, Request
from registry.operator_entries import OperatorKind
from registry.quotas import Stratify

Names = Annotated[list[ShortText], AfterValidator(distinct), Field(max_length=20)]

Kinds = Annotated[list[OperatorKind], AfterValidator(distinct), Field(min_length=1, max_length=len(OperatorKind))]
Areas = Annotated[
    list[Annotated[str, Field(pattern=r"^[0-9]{6}$")]], AfterValidator(distinct), Field(min_length=1, max_length=200)
]


class PlanIn(Request):
    """A year's plan to draft, or a special campaign."""

    year: int = Field(strict=True, ge=2000, le=2999)
    title: ShortText
    basis: ShortText
    campaign: Yes = False
    approver: Identifier | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [{"year": 2020, "title": "2020年度网络交易监管抽查工作计划", "basis": "示市监发〔2020〕1号"}]
        }
    )


class PlanOut(Answer):
    """A plan and its approval; its batches are listed by themselves."""

    plan_no: str
    year: int
    title: str
    basis: str
    campaign: bool
    approver: str | None
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None


class TeamSeatsIn(Request):
    """Seats of one department; the first in the list leads. Who sits has every field and every tag named."""

    department: Identifier
    seats: int = Field(strict=True, ge=1, le=9)
    fields: Names = Field(default=[])
    tags: Names = Field(default=[])


class CriterionIn(Request):
    """A further criterion and what it has to be told; the register knows which there are."""

    criterion: Identifier
    months: int | None = Field(default=None, strict=True)
    list: Identifier | None = None

    def value(self) -> dict[str, Any]:
        """Return what was named."""
        return self.model_dump(exclude_none=True)


class RuleIn(Request):
    """How many of a stratum: a ratio as decimal text, always rounded up, or a number."""

    ratio: Annotated[str, Field(max_length=8)] | None = None
    count: int | None = Field(default=None, strict=True, le=2**31 - 1)


class QuotasIn(Request):
    """The rule of every stratum, by kind code, six-digit area or risk class; ``default`` for those not named."""

    default: RuleIn
    strata: dict[Annotated[str, Field(min_length=1, max_length=32)], RuleIn] = Field(default={}, max_length=500)


class SourceIn(Request):
    """A public value: an event before witnesses (``what``, ``alphabet``, ``length``), or a round of drand (``margin``).

    ``margin``: the round is the first that is published so many seconds after the commitment, or later.
    """

    kind: Literal["witnessed", "drand"] = "witnessed"
    what: ShortText | None = None
    alphabet: Annotated[str, Field(min_length=2, max_length=95)] | None = None
    length: int | None = Field(default=None, strict=True, ge=1, le=1000)
    margin: int | None = Field(default=None, strict=True, ge=1, le=2_678_400)


class BatchIn(Request):
    """A batch to draft. A targeted batch without ``criteria`` asks that operators trade; one with [] asks nothing.

    ``reason``: why it is added to a plan that is approved already; it is published.
    """

    title: ShortText
    targeted: Yes = True
    kinds: Kinds
    areas: Areas
    criteria: list[CriterionIn] | None = Field(default=None, max_length=20)
    stratify: Stratify = Stratify.WHOLE
    quotas: QuotasIn
    ratio_floor: Annotated[str, Field(max_length=8)] | None = None
    ratio_basis: ShortText
    team: list[TeamSeatsIn] = Field(min_length=1, max_length=20)
    items: list[Identifier] = Field(min_length=1, max_length=200)
    period_from: LegalDate
    period_to: LegalDate
    sealed: Yes = False
    public_source: SourceIn | None = None
    approver: Identifier | None = None
    reason: ShortText | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "2020年电子商务平台经营者部门联合双随机抽查",
                    "kinds": ["platform"],
                    "areas": ["140000"],
                    "targeted": True,
                    "criteria": [{"criterion": "trading"}],
                    "stratify": "whole",
                    "quotas": {"default": {"ratio": "0.5"}},
                    "ratio_floor": "0.5",
                    "ratio_basis": "2020年度抽查工作计划",
                    "team": [{"department": "market", "seats": 2}, {"department": "cyber", "seats": 2}],
                    "items": ["M01", "C01"],
                    "period_from": "2020-09-01",
                    "period_to": "2020-12-31",
                    "sealed": False,
                    "public_source": {
                        "kind": "witnessed",
                        "what": "2020年9月1日10时公开掷骰三十枚，自左至右读数",
                        "alphabet": "123456",
                        "length": 30,
                    },
                }
            ]
        }
    )


class BatchOut(Answer):
    """A batch and its approval."""

    task_no: str
    plan_no: str
    title: str
    targeted: bool
    kinds: list[str]
    areas: list[str]
    criteria: list[dict[str, Any]]
    stratify: str
    quotas: dict[str, Any]
    ratio_floor: str | None
    ratio_basis: str
    team: list[dict[str, Any]]
    items: list[str]
    period_from: date
    period_to: date
    sealed: bool
    public_source: dict[str, Any] | None
    approver: str | None
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    cancelled_at: datetime | None


class StratumOut(Answer):
    """One stratum by the bureau's name: units of the frame, and how many of them would be drawn."""

    stratum: str
    units: int
    to_draw: int


class PreviewOut(Answer):
    """What a batch would commit to if it were committed now: counts only, nothing about the outcome."""

    registered: int
    frame: int
    excluded: dict[str, int]
    quota: int
    strata: list[StratumOut]
    inspectors: dict[str, int]
    narrowings: dict[str, int]
    lent: int
    recusals: int
