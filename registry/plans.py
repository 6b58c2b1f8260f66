"""A year's plan of inspection (年度抽查工作计划), and special campaigns (专项行动) as plans of their own.

A plan has a number and a year; what is drawn, by whom and for what is said by its batches (``registry.batches``). It is
drafted by one person and approved by another. Source: 国市监信〔2019〕38号 (annual plans).
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Field, Session

from registry.base import Record, UtcDateTime, nfc
from registry.errors import AbsentError, FieldError, RegistryError
from registry.journal import Act, Kind, write
from registry.people import check_approver, designated, next_number, other_person
from registry.stages import marked_title


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """What a plan says, as drafted; ``basis`` names the document it rests on, ``campaign`` a special campaign.

    ``approver`` is who alone may approve it, if anybody.
    """

    year: int
    title: str
    basis: str
    campaign: bool
    approver: str | None


class Plan(Record, table=True):
    """A plan and, once approved, by whom and when."""

    __tablename__ = "plans"

    plan_no: str = Field(primary_key=True)
    year: int = Field(index=True)
    title: str
    basis: str
    campaign: bool
    approver: str | None = None
    drafted_by: str
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PlanStateError(RegistryError):
    """The plan is not in the state that the step needs."""

    nature = "conflict"
    zh = "计划 {plan_no} {problem_zh}。未作任何改动。"
    en = "Plan {plan_no} {problem_en}. Nothing was changed."


def draft_plan(act: Act, draft: PlanDraft, *, region: str) -> Plan:
    """Draft a plan under the region's next plan number: region (six digits) + year + 4 digits. Raises FieldError."""
    check_plan(act, draft)
    plan = Plan(
        **asdict(draft) | {"title": marked_title(act.session, draft.title), "basis": nfc(draft.basis)},
        plan_no=next_number(act.session, Plan.plan_no, f"{region}{draft.year}"),
        drafted_by=act.person,
        drafted_at=act.at,
    )
    act.session.add(plan)
    record = plan.model_dump(mode="json")
    write(act, Kind.PLAN_DRAFTED, subject=plan.plan_no, body=record, parts=[(plan.plan_no, record)])
    return plan


def check_plan(act: Act, draft: PlanDraft) -> None:
    """Check what a plan says. Raises FieldError."""
    for name in ("title", "basis"):
        if not nfc(getattr(draft, name)):
            raise FieldError((name,), ("内容为空。", "It is empty."), ("请填写。", "Fill it in."))
    check_approver(act.session, draft.approver)


def approve_plan(act: Act, plan_no: str) -> Plan:
    """Approve a plan that another person drafted.

    Raises AbsentError, PlanStateError, SamePersonError, DesignatedError.
    """
    plan = get_plan(act.session, plan_no)
    if plan.approved_by is not None:
        raise PlanStateError(plan_no=plan_no, problem_zh="已经审批过", problem_en="was approved before")
    other_person(act, plan.drafted_by, step=("计划审批", "Approving a plan"), did=("拟定该计划", "drafted it"))
    designated(act, plan.approver, step=("计划审批", "Approving this plan"))
    plan.approved_by = act.person
    plan.approved_at = act.at
    act.session.add(plan)
    parts = [(plan_no, plan.model_dump(mode="json"))]
    write(act, Kind.PLAN_APPROVED, subject=plan_no, body={"plan_no": plan_no}, parts=parts)
    return plan


def get_plan(session: Session, plan_no: str) -> Plan:
    """Return a plan or raise AbsentError."""
    found = session.get(Plan, plan_no)
    if found is None:
        raise AbsentError(what_zh="计划", what_en="plan", key=plan_no)
    return found
