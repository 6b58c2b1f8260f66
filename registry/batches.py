"""Batches (批次, 抽查任务) of a plan: whom a draw is about, how many, by whom, for which items, when.

A batch belongs to a year's plan, is drafted by one person and approved by another, and is drawn once; its task number
is the draw's id. 不定向 is about all five kinds of the whole region, whoever is registered; 定向 chooses. Sources:
国办发〔2015〕58号 (items on the list only); 企业公示信息抽查办法 (定向 and 不定向; the ratio is the plan's own).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session

from registry.areas import parse_area
from registry.base import Record, UtcDateTime, nfc
from registry.conditions import check_criteria
from registry.errors import AbsentError, FieldError, RegistryError
from registry.items import check_listed, items_by_code
from registry.journal import Act, Kind, write
from registry.operator_entries import OperatorKind
from registry.people import check_approver, designated, next_number, other_person
from registry.plans import Plan, get_plan
from registry.quotas import BatchQuotas, Stratify, check_floor, check_quotas, read_quotas
from registry.sources import Announced, read_announced
from registry.stages import marked_title
from registry.teams import TeamSeats, check_enforcers, check_team
from sampling.values import check_prose


@dataclass(frozen=True, kw_only=True)
class BatchDraft:
    """What a batch says, as drafted. ``areas`` are six-digit codes; a province or city covers all below it.

    ``criteria`` are as ``registry.conditions`` takes them; ``approver`` is who alone may approve, if anybody.
    """

    title: str
    targeted: bool
    kinds: tuple[OperatorKind, ...]
    areas: tuple[str, ...]
    criteria: tuple[dict[str, Any], ...]
    stratify: Stratify
    quotas: BatchQuotas
    ratio_floor: str | None
    ratio_basis: str
    team: tuple[TeamSeats, ...]
    items: tuple[str, ...]
    period_from: date
    period_to: date
    sealed: bool
    public_source: Announced | None
    approver: str | None

    def columns(self) -> dict[str, Any]:
        """Return the draft as a batch keeps it. Raises FieldError."""
        return {
            **{name: getattr(self, name) for name in ("targeted", "ratio_floor", "period_from", "period_to", "sealed")},
            "title": nfc(self.title),
            "kinds": [str(kind) for kind in self.kinds],
            "areas": [parse_area(area) for area in self.areas],
            "criteria": check_criteria(self.criteria),
            "stratify": str(self.stratify),
            "quotas": self.quotas.value(),
            "ratio_basis": nfc(self.ratio_basis),
            "team": [entry.value() for entry in self.team],
            "items": list(self.items),
            "public_source": self.public_source and self.public_source.value(),
            "approver": self.approver,
        }


class Batch(Record, table=True):
    """A batch and, once approved, by whom and when."""

    __tablename__ = "batches"

    task_no: str = Field(primary_key=True)
    plan_no: str = Field(foreign_key="plans.plan_no", index=True)
    title: str
    targeted: bool
    kinds: list[str] = Field(sa_type=JSON)
    areas: list[str] = Field(sa_type=JSON)
    criteria: list[dict[str, Any]] = Field(sa_type=JSON)
    stratify: str
    quotas: dict[str, Any] = Field(sa_type=JSON)
    ratio_floor: str | None = None
    ratio_basis: str
    team: list[dict[str, Any]] = Field(sa_type=JSON)
    items: list[str] = Field(sa_type=JSON)
    period_from: date
    period_to: date
    sealed: bool
    public_source: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    approver: str | None = None
    drafted_by: str
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def departments(self) -> list[str]:
        """Return the team's departments, the leading one first."""
        return [str(entry["department"]) for entry in self.team]

    @property
    def rules(self) -> BatchQuotas:
        """Return how many are drawn, by the bureau's names of the strata."""
        return read_quotas(self.quotas)


class BatchStateError(RegistryError):
    """The batch is not in the state that the step needs."""

    nature = "conflict"
    zh = "批次 {task_no} {problem_zh}。未作任何改动。"
    en = "Batch {task_no} {problem_en}. Nothing was changed."


def draft_batch(act: Act, plan_no: str, draft: BatchDraft, *, region: str) -> Batch:
    """Draft a batch of a plan. Raises FieldError, AbsentError."""
    batch = enter_batch(act, plan_no, draft, region=region)
    record = batch.model_dump(mode="json")
    write(act, Kind.BATCH_DRAFTED, subject=batch.task_no, body=record, parts=[(batch.task_no, record)])
    return batch


def approve_batch(act: Act, task_no: str) -> Batch:
    """Approve a batch that another person drafted, of an approved plan.

    Raises AbsentError, BatchStateError, SamePersonError, DesignatedError, FieldError (an item is not on the list).
    """
    batch = mark_approved(act, task_no)
    parts = [(task_no, batch.model_dump(mode="json"))]
    write(act, Kind.BATCH_APPROVED, subject=task_no, body={"task_no": task_no}, parts=parts)
    return batch


def enter_batch(act: Act, plan_no: str, draft: BatchDraft, *, region: str) -> Batch:
    """Enter a batch under the region's next task number: region (six digits) + yyyymmdd + 4 digits.

    The fact is written by the command that this is part of. Raises FieldError, AbsentError.
    """
    plan = get_plan(act.session, plan_no)
    draft = replace(draft, title=marked_title(act.session, draft.title))
    check_draft(act, plan, draft, region=region)
    batch = Batch(
        **draft.columns(),
        task_no=next_number(act.session, Batch.task_no, f"{region}{act.today:%Y%m%d}"),
        plan_no=plan_no,
        drafted_by=act.person,
        drafted_at=act.at,
    )
    act.session.add(batch)
    return batch


def mark_approved(act: Act, task_no: str) -> Batch:
    """Set a batch approved, if it may be; the fact is written by the command that this is part of.

    Raises as ``approve_batch``.
    """
    batch = get_batch(act.session, task_no)
    if batch.approved_by is not None:
        raise BatchStateError(task_no=task_no, problem_zh="已经审批过", problem_en="was approved before")
    if get_plan(act.session, batch.plan_no).approved_by is None:
        raise BatchStateError(
            task_no=task_no,
            problem_zh=f"所属计划 {batch.plan_no} 尚未审批",
            problem_en=f"belongs to the plan {batch.plan_no}, which is not approved",
        )
    other_person(act, batch.drafted_by, step=("批次审批", "Approving a batch"), did=("拟定该批次", "drafted it"))
    designated(act, batch.approver, step=("批次审批", "Approving this batch"))
    check_items(act, batch)
    batch.approved_by = act.person
    batch.approved_at = act.at
    act.session.add(batch)
    return batch


def get_batch(session: Session, task_no: str) -> Batch:
    """Return a batch or raise AbsentError."""
    found = session.get(Batch, task_no)
    if found is None:
        raise AbsentError(what_zh="批次", what_en="batch", key=task_no)
    return found


def draft_of(batch: Batch) -> BatchDraft:
    """Return what a batch says, as it would be drafted."""
    return BatchDraft(
        title=batch.title,
        targeted=batch.targeted,
        kinds=tuple(OperatorKind(kind) for kind in batch.kinds),
        areas=tuple(batch.areas),
        criteria=tuple(batch.criteria),
        stratify=Stratify(batch.stratify),
        quotas=batch.rules,
        ratio_floor=batch.ratio_floor,
        ratio_basis=batch.ratio_basis,
        team=tuple(
            TeamSeats(
                department=entry["department"],
                seats=entry["seats"],
                fields=tuple(entry["fields"]),
                tags=tuple(entry["tags"]),
            )
            for entry in batch.team
        ),
        items=tuple(batch.items),
        period_from=batch.period_from,
        period_to=batch.period_to,
        sealed=batch.sealed,
        public_source=read_announced(batch.public_source),
        approver=batch.approver,
    )


def check_items(act: Act, batch: Batch) -> None:
    """Check that a batch's items are on the list today and on every day of its period. Raises FieldError."""
    check_listed(act.session, batch.items, today=act.today, start=batch.period_from, end=batch.period_to)


def check_draft(act: Act, plan: Plan, draft: BatchDraft, *, region: str) -> None:
    """Check everything that a batch of a plan has to keep. Raises FieldError, AbsentError."""
    for name in ("title", "ratio_basis"):
        check_prose(nfc(getattr(draft, name)), name)
    _check_period(plan, draft)
    if not draft.targeted:
        _check_untargeted(draft, region)
    check_quotas(draft.quotas, draft.stratify, kinds=draft.kinds, areas=draft.areas)
    check_floor(draft.quotas, draft.ratio_floor)
    check_team(act.session, draft.team)
    _check_items(act, draft)
    check_approver(act.session, draft.approver)


def _check_period(plan: Plan, draft: BatchDraft) -> None:
    """Keep the period within the plan's year, for which its visits count. Raises FieldError."""
    if draft.period_to < draft.period_from:
        raise FieldError(
            ("period_to",),
            ("检查期限止早于期限起。", "The period ends before it begins."),
            ("请核对两个日期。", "Check the two dates."),
        )
    for name in ("period_from", "period_to"):
        if getattr(draft, name).year != plan.year:
            raise FieldError(
                (name,),
                (f"检查期限不在计划年度 {plan.year} 内。", f"The period leaves the plan's year, {plan.year}."),
                (
                    "请核对日期；跨年度的，分列各年度的计划。",
                    "Check the date; a period over two years is a batch of each year's plan.",
                ),
            )


def _check_untargeted(draft: BatchDraft, region: str) -> None:
    """不定向: all five kinds, the whole region, nothing further."""
    narrowed = {
        "kinds": set(draft.kinds) != set(OperatorKind),
        "areas": [*draft.areas] != [region],
        "criteria": bool(draft.criteria),
    }
    for name, chosen in narrowed.items():
        if chosen:
            raise FieldError(
                (name,),
                (
                    "不定向抽查须涵盖五类主体、全部辖区，且不附加条件。",
                    "An untargeted batch takes all five kinds, the whole region and no further criteria.",
                ),
                (
                    f"请写全五类主体、地域 {region}、不写条件，或改为定向（targeted: true）。",
                    f"Name all five kinds and the area {region} without criteria, or make it targeted.",
                ),
            )


def _check_items(act: Act, draft: BatchDraft) -> None:
    if len(set(draft.items)) < len(draft.items):
        raise FieldError(("items",), ("事项重复。", "An item stands twice."), ("请去掉重复项。", "Name it once."))
    check_listed(act.session, draft.items, today=act.today, start=draft.period_from, end=draft.period_to)
    check_enforcers(draft.team, items_by_code(act.session, draft.items, on=draft.period_from))
