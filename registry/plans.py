"""Plans of inspection (抽查计划): whom a draw is about, at what ratio, by whom, for which items, when.

A plan is drafted by one person and approved by another, and is drawn once. Source: 国办发〔2015〕58号 (items on the
list only); 行政处罚法 42 (at least two inspectors of each department); 企业公示信息抽查办法 (the ratio is the plan's).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session

from registry.areas import parse_area
from registry.base import Record, UtcDateTime, nfc
from registry.departments import get_department
from registry.errors import AbsentError, FieldError, RegistryError
from registry.items import Item, items_by_code
from registry.journal import Act, Kind, write
from registry.operators import OperatorKind
from registry.people import next_number, other_person
from sampling.errors import SamplingError
from sampling.quotas import Ratio
from sampling.sources import Witnessed
from sampling.values import check_prose

MIN_SEATS = 2
"""行政处罚法 42: law enforcers are at least two."""

MAX_SEATS = 9
"""The draw protocol's limit."""


@dataclass(frozen=True, kw_only=True)
class TeamSeats:
    """How many inspectors of one department go on every visit; the first department of a team leads (主办)."""

    department: str
    seats: int


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """What a plan says, as drafted. ``areas`` are six-digit codes; a province or city covers all below it."""

    title: str
    kinds: tuple[OperatorKind, ...]
    areas: tuple[str, ...]
    ratio: str
    ratio_basis: str
    team: tuple[TeamSeats, ...]
    items: tuple[str, ...]
    period_from: date
    period_to: date
    sealed: bool
    public_source: Witnessed | None


class Plan(Record, table=True):
    """A plan and, once approved, by whom and when."""

    __tablename__ = "plans"

    plan_no: str = Field(primary_key=True)
    task_no: str = Field(unique=True)
    title: str
    kinds: list[str] = Field(sa_type=JSON)
    areas: list[str] = Field(sa_type=JSON)
    ratio: str
    ratio_basis: str
    team: list[dict[str, Any]] = Field(sa_type=JSON)
    items: list[str] = Field(sa_type=JSON)
    period_from: date
    period_to: date
    sealed: bool
    public_source: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    drafted_by: str
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def departments(self) -> list[str]:
        """Return the team's departments, the leading one first."""
        return [str(entry["department"]) for entry in self.team]


class PlanStateError(RegistryError):
    """The plan is not in the state that the step needs."""

    nature = "conflict"
    zh = "计划 {plan_no} {problem_zh}。未作任何改动。"
    en = "Plan {plan_no} {problem_en}. Nothing was changed."


def draft_plan(act: Act, draft: PlanDraft, *, region: str) -> Plan:
    """Draft a plan under the next plan number and task number of the region (six digits, e.g. ``140000``).

    Numbers are region + year + 4 digits and region + yyyymmdd + 4 digits. Raises FieldError, AbsentError.
    """
    _check_terms(draft)
    _check_team(act.session, draft)
    _check_items(act.session, draft)
    areas = [parse_area(area) for area in draft.areas]
    values = asdict(draft) | {"title": nfc(draft.title), "ratio_basis": nfc(draft.ratio_basis)}
    plan = Plan(
        **values
        | {
            "kinds": list(draft.kinds),
            "areas": areas,
            "team": [asdict(entry) for entry in draft.team],
            "items": list(draft.items),
            "public_source": draft.public_source and draft.public_source.value(),
        },
        plan_no=next_number(act.session, Plan.plan_no, f"{region}{act.today.year}"),
        task_no=next_number(act.session, Plan.task_no, f"{region}{act.today:%Y%m%d}"),
        drafted_by=act.person,
        drafted_at=act.at,
    )
    act.session.add(plan)
    record = plan.model_dump(mode="json")
    write(act, Kind.PLAN_DRAFTED, subject=plan.plan_no, body=record, parts=[(plan.plan_no, record)])
    return plan


def approve_plan(act: Act, plan_no: str) -> Plan:
    """Approve a plan that another person drafted. Raises AbsentError, PlanStateError, SamePersonError."""
    plan = get_plan(act.session, plan_no)
    if plan.approved_by is not None:
        raise PlanStateError(plan_no=plan_no, problem_zh="已经审批过", problem_en="was approved before")
    other_person(act, plan.drafted_by, step=("计划审批", "Approving a plan"), did=("拟定该计划", "drafted it"))
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


def _check_terms(draft: PlanDraft) -> None:
    for name in ("title", "ratio_basis"):
        check_prose(nfc(getattr(draft, name)), name)
    try:
        Ratio(draft.ratio)
    except SamplingError:
        raise FieldError(
            ("ratio",),
            (f"抽查比例“{draft.ratio}”不合格式。", f"The ratio {draft.ratio!r} is not in form."),
            ("请写成 0.5、0.03 这样的小数或 1。", "Write a decimal such as 0.5 or 0.03, or 1."),
        ) from None
    if draft.period_to < draft.period_from:
        raise FieldError(
            ("period_to",),
            ("检查期限止早于期限起。", "The period ends before it begins."),
            ("请核对两个日期。", "Check the two dates."),
        )


def _check_team(session: Session, draft: PlanDraft) -> None:
    for place, entry in enumerate(draft.team):
        get_department(session, entry.department)
        if not MIN_SEATS <= entry.seats <= MAX_SEATS:
            raise FieldError(
                ("team", place, "seats"),
                (f"每个部门 {entry.seats} 人不合规定。", f"{entry.seats} inspectors of a department is not allowed."),
                (
                    "执法人员不得少于两人（行政处罚法第四十二条），至多 9 人。",
                    "At least two (Administrative Penalty Law, article 42), at most 9.",
                ),
            )
    if len({entry.department for entry in draft.team}) < len(draft.team):
        raise FieldError(
            ("team",),
            ("同一部门出现两次。", "A department stands twice."),
            ("请合并为一项。", "Make it one entry."),
        )


def _check_items(session: Session, draft: PlanDraft) -> None:
    listed = items_by_code(session, list(draft.items))
    for place, code in enumerate(draft.items):
        if code not in listed:
            raise FieldError(
                ("items", place),
                (f"抽查事项清单中没有 {code}。", f"Item {code} is not on the list of items."),
                (
                    "清单之外的事项不得检查，请先公布该事项。",
                    "What is not on the list may not be inspected; publish it first.",
                ),
            )
    _check_enforcers(draft, listed)
    if len(set(draft.items)) < len(draft.items):
        raise FieldError(("items",), ("事项重复。", "An item stands twice."), ("请去掉重复项。", "Name it once."))


def _check_enforcers(draft: PlanDraft, listed: Mapping[str, Item]) -> None:
    """Every item is enforced by a department of the team, and every department of the team enforces an item."""
    departments = {entry.department for entry in draft.team}
    for place, item in enumerate(listed.values()):
        if item.department not in departments:
            raise FieldError(
                ("items", place),
                (
                    f"事项 {item.code} 由部门 {item.department} 实施，而该部门不在检查组中。",
                    f"Item {item.code} is enforced by {item.department}, which is not in the team.",
                ),
                ("请把该部门加入检查组，或去掉该事项。", "Add the department to the team or drop the item."),
            )
    idle = sorted(departments - {item.department for item in listed.values()})
    if idle:
        raise FieldError(
            ("team",),
            (f"部门 {'、'.join(idle)} 没有要实施的事项。", f"The plan has no item for {', '.join(idle)}."),
            ("请加入该部门的事项，或把它移出检查组。", "Add an item of the department, or take it out of the team."),
        )
