"""Changes of an approved plan and its batches."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from app.values import Identifier, LegalDate, ShortText, Yes
from app.wire.base import Answer, Request
from app.wire.plans import Areas, CriterionIn, Kinds, QuotasIn, SourceIn, TeamSeatsIn
from registry.quotas import Stratify


class PlanTermsIn(Request):
    """What is to be changed of a plan; what is not named stays."""

    title: ShortText | None = None
    basis: ShortText | None = None
    approver: Identifier | None = None


class PlanChangeIn(Request):
    """A change of a plan, with its reason, which is published."""

    changes: PlanTermsIn
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"changes": {"basis": "示市监发〔2020〕9号"}, "reason": "上级文件更新"}]}
    )


class BatchTermsIn(Request):
    """What is to be changed of a batch; what is not named stays. An explicit null clears what may be empty."""

    title: ShortText | None = None
    targeted: Yes | None = None
    kinds: Kinds | None = None
    areas: Areas | None = None
    criteria: list[CriterionIn] | None = Field(default=None, max_length=20)
    stratify: Stratify | None = None
    quotas: QuotasIn | None = None
    ratio_floor: Annotated[str, Field(max_length=8)] | None = None
    ratio_basis: ShortText | None = None
    team: Annotated[list[TeamSeatsIn], Field(min_length=1, max_length=20)] | None = None
    items: Annotated[list[Identifier], Field(min_length=1, max_length=200)] | None = None
    period_from: LegalDate | None = None
    period_to: LegalDate | None = None
    sealed: Yes | None = None
    public_source: SourceIn | None = None
    approver: Identifier | None = None


class BatchChangeIn(Request):
    """A change of a batch, with its reason, which is published."""

    changes: BatchTermsIn
    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"changes": {"period_to": "2020-11-30"}, "reason": "检查力量调整"}]}
    )


class CancellationIn(Request):
    """A batch to be cancelled, with the reason, which is published."""

    reason: ShortText
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [{"reason": "与其他部门抽查重复"}]})


class ChangeOut(Answer):
    """A change asked for, and its decision."""

    change_id: str
    plan_no: str
    task_no: str | None
    what: str
    changes: dict[str, dict[str, Any]]
    reason: str
    requested_by: str
    requested_at: datetime
    approved: bool | None
    decided_by: str | None
    decided_at: datetime | None
