"""Changes of an approved plan (计划调整): of its terms or a batch's, a batch added, a batch cancelled.

A change is asked for with a reason by one person and decided by another, an approver; it takes effect with the decision
and is published with its reason, what was before and what is now. After the commitment of a batch's draw there is no
change of that batch any more. Source: 国市监信〔2019〕38号 (changes of the plan are published).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, nfc
from registry.batches import (
    Batch,
    BatchDraft,
    BatchStateError,
    approve_batch,
    check_draft,
    draft_batch,
    draft_of,
    enter_batch,
    get_batch,
    mark_approved,
)
from registry.draws import standing_draw
from registry.errors import AbsentError, FieldError, RegistryError
from registry.journal import Act, Kind, write
from registry.people import designated, next_number, other_person
from registry.plans import Plan, PlanDraft, PlanStateError, check_plan, get_plan
from registry.stages import marked_title
from sampling.values import check_prose


class What(StrEnum):
    """What a change does."""

    PLAN = "plan_changed"
    BATCH = "batch_changed"
    ADDED = "batch_added"
    CANCELLED = "batch_cancelled"


class PlanChange(Record, table=True):
    """A change asked for: ``changes`` is {column: {"before": …, "after": …}}, empty where a batch comes or goes."""

    __tablename__ = "plan_changes"

    change_id: str = Field(primary_key=True)
    plan_no: str = Field(foreign_key="plans.plan_no", index=True)
    task_no: str | None = Field(default=None, foreign_key="batches.task_no", index=True)
    what: str
    changes: dict[str, dict[str, Any]] = Field(sa_type=JSON)
    reason: str
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)


class PlanChangeDecision(Record, table=True):
    """The decision on a change."""

    __tablename__ = "plan_change_decisions"

    change_id: str = Field(primary_key=True, foreign_key="plan_changes.change_id")
    approved: bool
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change with its decision, if there is one."""

    asked: PlanChange
    decision: PlanChangeDecision | None


class ChangeStateError(RegistryError):
    """The change is not in the state that the step needs."""

    nature = "conflict"
    zh = "变更 {change_id} {problem_zh}。未作任何改动。"
    en = "The change {change_id} {problem_en}. Nothing was changed."


def request_plan_change(act: Act, plan_no: str, terms: Mapping[str, Any], *, reason: str) -> Change:
    """Ask for a change of an approved plan's own terms. Raises AbsentError, PlanStateError, FieldError."""
    plan = _approved_plan(act.session, plan_no)
    draft = replace(_plan_draft(plan), **_marked(act, terms))
    check_plan(act, draft)
    return _ask(act, What.PLAN, plan_no, None, reason=reason, changes=_differences(plan, asdict(draft)))


def request_batch_change(act: Act, task_no: str, terms: Mapping[str, Any], *, reason: str, region: str) -> Change:
    """Ask for a change of an approved batch; ``terms`` are fields of a ``BatchDraft``.

    Raises AbsentError, BatchStateError, FieldError.
    """
    batch = _changeable(act.session, task_no)
    draft = replace(draft_of(batch), **_marked(act, terms))
    check_draft(act, get_plan(act.session, batch.plan_no), draft, region=region)
    changes = _differences(batch, draft.columns())
    return _ask(act, What.BATCH, batch.plan_no, task_no, reason=reason, changes=changes)


def request_cancellation(act: Act, task_no: str, *, reason: str) -> Change:
    """Ask for an approved batch to be cancelled. Raises AbsentError, BatchStateError, FieldError."""
    batch = _changeable(act.session, task_no)
    return _ask(act, What.CANCELLED, batch.plan_no, task_no, reason=reason, changes={})


def propose_batch(act: Act, plan_no: str, draft: BatchDraft, *, reason: str, region: str) -> Batch:
    """Draft a batch of a plan; of an approved plan that is a change, which needs a reason.

    Raises AbsentError, FieldError.
    """
    approved = get_plan(act.session, plan_no).approved_by is not None
    if bool(nfc(reason)) is not approved:
        raise FieldError(
            ("reason",),
            (
                "已审批的计划增加批次须写明理由，尚未审批的不写。",
                "A reason goes with a batch added to an approved plan.",
            ),
            ("请核对计划是否已经审批。", "Check whether the plan is approved."),
        )
    if not approved:
        return draft_batch(act, plan_no, draft, region=region)
    batch = enter_batch(act, plan_no, draft, region=region)
    _ask(act, What.ADDED, plan_no, batch.task_no, reason=reason, changes={}, batch=batch)
    return batch


def approve_proposed(act: Act, task_no: str, *, region: str) -> Batch:
    """Approve a drafted batch; of one that was added to an approved plan, that decides the change.

    Raises AbsentError, BatchStateError, ChangeStateError, SamePersonError, DesignatedError, FieldError.
    """
    added = act.session.exec(
        select(PlanChange.change_id).where(PlanChange.task_no == task_no, PlanChange.what == What.ADDED)
    ).first()
    if added is None:
        return approve_batch(act, task_no)
    decide_change(act, added, approved=True, region=region)
    return get_batch(act.session, task_no)


def decide_change(act: Act, change_id: str, *, approved: bool, region: str) -> Change:
    """Decide a change that another person asked for; approved, it takes effect at once.

    Raises AbsentError, ChangeStateError, BatchStateError, SamePersonError, DesignatedError, FieldError.
    """
    change = get_change(act.session, change_id)
    asked = change.asked
    if change.decision is not None:
        raise ChangeStateError(change_id=change_id, problem_zh="已经决定过", problem_en="was decided before")
    other_person(act, asked.requested_by, step=("决定变更", "Deciding a change"), did=("提出该变更", "asked for it"))
    subject = get_batch(act.session, asked.task_no) if asked.task_no else get_plan(act.session, asked.plan_no)
    designated(act, subject.approver, step=("决定该变更", "Deciding this change"))
    if approved:
        _take_effect(act, asked, region)
    decision = PlanChangeDecision(change_id=change_id, approved=approved, decided_by=act.person, decided_at=act.at)
    act.session.add(decision)
    body = asked.model_dump(mode="json") | decision.model_dump(mode="json")
    key = asked.plan_no if asked.task_no is None else asked.task_no
    parts = [(key, subject.model_dump(mode="json"))] if approved else []
    write(act, Kind.PLAN_CHANGE_DECIDED, subject=change_id, body=body, parts=parts)
    return Change(asked=asked, decision=decision)


def get_change(session: Session, change_id: str) -> Change:
    """Return a change or raise AbsentError."""
    asked = session.get(PlanChange, change_id)
    if asked is None:
        raise AbsentError(what_zh="变更", what_en="change", key=change_id)
    return Change(asked=asked, decision=session.get(PlanChangeDecision, change_id))


def changes_of(session: Session, plan_no: str) -> list[Change]:
    """Return every change asked for of a plan and its batches, the first first."""
    rows = session.exec(select(PlanChange).where(PlanChange.plan_no == plan_no).order_by(col(PlanChange.change_id)))
    return [get_change(session, row.change_id) for row in rows]


def _ask(  # noqa: PLR0913 - the parts of a change
    act: Act,
    what: What,
    plan_no: str,
    task_no: str | None,
    *,
    reason: str,
    changes: dict[str, dict[str, Any]],
    batch: Batch | None = None,
) -> Change:
    check_prose(nfc(reason), "reason")
    if what in (What.PLAN, What.BATCH) and not changes:
        raise FieldError(
            ("changes",),
            ("没有要变更的内容。", "Nothing is to be changed."),
            ("请至少写一项与现在不同的内容。", "Name something that differs from what is."),
        )
    asked = PlanChange(
        change_id=next_number(act.session, PlanChange.change_id, f"{plan_no}-"),
        plan_no=plan_no,
        task_no=task_no,
        what=what,
        changes=changes,
        reason=nfc(reason),
        requested_by=act.person,
        requested_at=act.at,
    )
    act.session.add(asked)
    body = asked.model_dump(mode="json") | ({"batch": batch.model_dump(mode="json")} if batch else {})
    parts = [(batch.task_no, batch.model_dump(mode="json"))] if batch else []
    write(act, Kind.PLAN_CHANGE_REQUESTED, subject=asked.change_id, body=body, parts=parts)
    return Change(asked=asked, decision=None)


def _take_effect(act: Act, asked: PlanChange, region: str) -> None:
    if asked.what == What.ADDED and asked.task_no:
        mark_approved(act, asked.task_no)
        return
    if asked.what == What.PLAN or asked.task_no is None:
        plan = get_plan(act.session, asked.plan_no)
        _apply(act, plan, asked)
        check_plan(act, _plan_draft(plan))
        return
    batch = _changeable(act.session, asked.task_no)
    if asked.what == What.CANCELLED:
        batch.cancelled_at = act.at
        act.session.add(batch)
        return
    _apply(act, batch, asked)
    check_draft(act, get_plan(act.session, batch.plan_no), draft_of(batch), region=region)


def _apply(act: Act, row: Plan | Batch, asked: PlanChange) -> None:
    """Set the columns, if they are still what they were when the change was asked for. Raises ChangeStateError."""
    present = row.model_dump(mode="json")
    if any(present[name] != each["before"] for name, each in asked.changes.items()):
        raise ChangeStateError(
            change_id=asked.change_id,
            problem_zh="所依据的内容此后已有变更，请重新提出",
            problem_en="rests on what has been changed since; ask for it anew",
        )
    for name, each in asked.changes.items():
        kept = each["after"]
        setattr(row, name, date.fromisoformat(kept) if isinstance(getattr(row, name), date) else kept)
    act.session.add(row)


def _marked(act: Act, terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms with the title, where it is one of them, as the database's stage marks it."""
    return dict(terms) | ({"title": marked_title(act.session, terms["title"])} if "title" in terms else {})


def _differences(row: Plan | Batch, after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return {column: {"before", "after"}} of what would become different, as JSON keeps it."""
    present = row.model_dump(mode="json")
    wanted = {name: value.isoformat() if isinstance(value, date) else value for name, value in after.items()}
    return {name: {"before": present[name], "after": value} for name, value in wanted.items() if present[name] != value}


def _approved_plan(session: Session, plan_no: str) -> Plan:
    plan = get_plan(session, plan_no)
    if plan.approved_by is None:
        raise PlanStateError(
            plan_no=plan_no,
            problem_zh="尚未审批，无须变更程序",
            problem_en="is not approved, so nothing of it needs a change",
        )
    return plan


def _changeable(session: Session, task_no: str) -> Batch:
    """Return a batch that can still be changed. Raises AbsentError, BatchStateError."""
    batch = get_batch(session, task_no)
    committed = standing_draw(session, task_no)
    for holds, zh, en in (
        (batch.approved_by is None, "尚未审批，无须变更程序", "is not approved, so nothing of it needs a change"),
        (batch.cancelled_at is not None, "已经取消", "was cancelled"),
        (committed is not None, "已经锁定，不得变更", "was committed to a draw and is changed no more"),
    ):
        if holds:
            raise BatchStateError(task_no=task_no, problem_zh=zh, problem_en=en)
    return batch


def _plan_draft(plan: Plan) -> PlanDraft:
    return PlanDraft(year=plan.year, title=plan.title, basis=plan.basis, campaign=plan.campaign, approver=plan.approver)
