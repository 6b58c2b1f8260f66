"""The steps of a visit, each a row that stays, and the states that follow from them: a state is never set.

检查必审批、必通知: approval comes before anything else, notice before arrival, a second inspector's confirmation before
review. Whoever was not found, had moved or refused is a step too, and each has its path. Which step may follow which
state is one table. Source: 司法部 行政检查文书基本格式文本 (2025); 行政处罚法 42.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import JSON, and_, or_
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.base import Record, UtcDateTime
from registry.draws import DrawVoid, is_voided
from registry.errors import RegistryError
from registry.journal import Act, Kind, write
from registry.visits import Assignment, Visit


class Step(StrEnum):
    """What can happen to a visit."""

    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    NOTIFIED = "notified"
    POSTPONED = "postponed"
    ARRIVED = "arrived"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    MOVED = "moved"
    FILED = "filed"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    PASSED = "passed"
    TOLD = "told"
    REPLACED = "replaced"
    RESEATED = "reseated"


class VisitState(StrEnum):
    """Where a visit stands before publication."""

    ASSIGNED = "assigned"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    NOTIFIED = "notified"
    POSTPONED = "postponed"
    ARRIVED = "arrived"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    MOVED = "moved"
    FILED = "filed"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    PASSED = "passed"
    REPLACED = "replaced"


STEP_WORDS = {
    Step.APPROVED: "检查审批",
    Step.REJECTED: "不予批准",
    Step.CANCELLED: "取消检查",
    Step.NOTIFIED: "检查通知",
    Step.POSTPONED: "延期",
    Step.ARRIVED: "到场",
    Step.REFUSED: "登记不配合检查",
    Step.NOT_FOUND: "登记无法联系",
    Step.MOVED: "登记迁址",
    Step.FILED: "提交检查结果",
    Step.CONFIRMED: "第二名检查人员确认",
    Step.RETURNED: "审核退回",
    Step.PASSED: "审核通过",
    Step.TOLD: "告知检查结果",
    Step.REPLACED: "由候补替补",
    Step.RESEATED: "更换检查人员",
}
STATE_WORDS = {
    VisitState.ASSIGNED: "待审批",
    VisitState.APPROVED: "已批准，待通知",
    VisitState.REJECTED: "不予批准",
    VisitState.CANCELLED: "已取消",
    VisitState.NOTIFIED: "已通知，待到场",
    VisitState.POSTPONED: "已延期，待重新通知",
    VisitState.ARRIVED: "已到场，待提交结果",
    VisitState.REFUSED: "当事人不配合",
    VisitState.NOT_FOUND: "无法联系",
    VisitState.MOVED: "已迁址",
    VisitState.FILED: "已提交，待第二人确认",
    VisitState.CONFIRMED: "待审核",
    VisitState.RETURNED: "审核退回，待更正",
    VisitState.PASSED: "审核通过",
    VisitState.REPLACED: "已由候补替补",
}

ATTEMPTS = (Step.ARRIVED, Step.REFUSED, Step.NOT_FOUND, Step.MOVED)
"""What a team that set out may have met."""

ONLY_UNDRAWN = (Step.REJECTED, Step.CANCELLED)
"""Steps of visits that no draw caused: whoever was drawn is visited, and no approval can drop them."""

ONLY_DRAWN = (Step.REPLACED, Step.RESEATED)
"""Steps of drawn visits: any other is cancelled, and asked for again."""
AFTER_VOID = (Step.FILED, Step.CONFIRMED, Step.RETURNED, Step.PASSED, Step.TOLD)
"""Steps that still follow once the draw of a visit is voided: what was met is filed, nobody sets out any more."""

_ON_SITE = {step: VisitState(step.value) for step in ATTEMPTS}
_FILE = {Step.FILED: VisitState.FILED}
_GIVE_WAY = {Step.REPLACED: VisitState.REPLACED}
_RENEW = {Step.RESEATED: VisitState.APPROVED}
"""Whoever decides it approves the new team; a notice that named the old one has to be issued again."""


def _told(state: VisitState) -> dict[Step, VisitState]:
    return {Step.TOLD: state}


TRANSITIONS: Mapping[VisitState, Mapping[Step, VisitState]] = MappingProxyType(
    {
        VisitState.ASSIGNED: {
            Step.APPROVED: VisitState.APPROVED,
            Step.REJECTED: VisitState.REJECTED,
            Step.CANCELLED: VisitState.CANCELLED,
            Step.RESEATED: VisitState.ASSIGNED,
            **_GIVE_WAY,
        },
        VisitState.APPROVED: {
            Step.NOTIFIED: VisitState.NOTIFIED,
            Step.CANCELLED: VisitState.CANCELLED,
            **_GIVE_WAY,
            **_RENEW,
        },
        VisitState.REJECTED: {},
        VisitState.CANCELLED: {},
        VisitState.NOTIFIED: {
            Step.POSTPONED: VisitState.POSTPONED,
            Step.CANCELLED: VisitState.CANCELLED,
            **_ON_SITE,
            **_GIVE_WAY,
            **_RENEW,
        },
        VisitState.POSTPONED: {
            Step.NOTIFIED: VisitState.NOTIFIED,
            Step.CANCELLED: VisitState.CANCELLED,
            **_GIVE_WAY,
            **_RENEW,
        },
        VisitState.ARRIVED: {Step.REFUSED: VisitState.REFUSED, **_FILE},
        VisitState.REFUSED: {Step.ARRIVED: VisitState.ARRIVED, Step.NOTIFIED: VisitState.NOTIFIED, **_FILE, **_RENEW},
        VisitState.NOT_FOUND: {Step.NOTIFIED: VisitState.NOTIFIED, **_FILE, **_GIVE_WAY, **_RENEW},
        VisitState.MOVED: {Step.NOTIFIED: VisitState.NOTIFIED, **_FILE, **_GIVE_WAY, **_RENEW},
        VisitState.FILED: {Step.CONFIRMED: VisitState.CONFIRMED, **_FILE, **_told(VisitState.FILED)},
        VisitState.CONFIRMED: {
            Step.RETURNED: VisitState.RETURNED,
            Step.PASSED: VisitState.PASSED,
            **_FILE,
            **_told(VisitState.CONFIRMED),
        },
        VisitState.RETURNED: {**_FILE, **_told(VisitState.RETURNED)},
        VisitState.PASSED: {**_FILE, **_told(VisitState.PASSED)},
        VisitState.REPLACED: {},
    }
)
"""State → the steps that may follow, each with the state it leads to."""

RESEATED_IN = frozenset(state for state, steps in TRANSITIONS.items() if Step.RESEATED in steps)
"""The states of a visit that its team has still to make."""


class VisitStep(Record, table=True):
    """One step of a visit, in order from 1. ``happened_at`` is when it happened, ``taken_at`` when it was recorded.

    ``due_on`` is the day for which a notice or a postponement calls; ``detail`` what the step has of its own.
    """

    __tablename__ = "visit_steps"

    visit_id: str = Field(primary_key=True, foreign_key="visits.visit_id")
    number: int = Field(primary_key=True)
    step: str
    finding_id: str | None = Field(default=None, foreign_key="findings.finding_id", index=True)
    happened_at: datetime = Field(sa_type=UtcDateTime)
    due_on: date | None = None
    text: str
    detail: dict[str, Any] = Field(sa_type=JSON)
    taken_by: str
    taken_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a step says beside its name; without ``happened_at``, it happened as it was recorded."""

    text: str = ""
    happened_at: datetime | None = None
    due_on: date | None = None
    finding_id: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


class VisitStateError(RegistryError):
    """The visit is not in a state in which the step can follow."""

    nature = "conflict"
    zh = "检查任务 {visit_id} 现为“{state_zh}”，不能办理“{step_zh}”。未作任何改动；现在可以办理：{next_zh}。"
    en = "Visit {visit_id} is {state_en}, which {step_en} cannot follow. Nothing was changed; can follow: {next_en}."


def steps_of_visit(session: Session, visit_id: str) -> list[VisitStep]:
    """Return the steps of a visit in order."""
    found = select(VisitStep).where(VisitStep.visit_id == visit_id).order_by(col(VisitStep.number))
    return list(session.exec(found))


def state_after(steps: Sequence[VisitStep]) -> VisitState:
    """Return where a visit stands after its steps."""
    state = VisitState.ASSIGNED
    for each in steps:
        state = TRANSITIONS[state][Step(each.step)]
    return state


def visit_state(session: Session, visit_id: str) -> VisitState:
    """Return where a visit stands."""
    return state_after(steps_of_visit(session, visit_id))


def may_follow(session: Session, visit: Visit, state: VisitState) -> list[Step]:
    """Return the steps that may follow a state, of a drawn visit or of another."""
    if visit.draw_id is None:
        return [step for step in TRANSITIONS[state] if step not in ONLY_DRAWN]
    if is_voided(session, visit.draw_id):
        return [step for step in TRANSITIONS[state] if step in AFTER_VOID]
    return [step for step in TRANSITIONS[state] if step not in ONLY_UNDRAWN]


def check_step(session: Session, visit: Visit, step: Step) -> list[VisitStep]:
    """Return the steps so far when ``step`` may follow them. Raises VisitStateError."""
    steps = steps_of_visit(session, visit.visit_id)
    state = state_after(steps)
    following = may_follow(session, visit, state)
    if step not in following:
        raise VisitStateError(
            visit_id=visit.visit_id,
            state_zh=STATE_WORDS[state],
            state_en=state.value,
            step_zh=STEP_WORDS[step],
            step_en=step.value,
            next_zh="、".join(STEP_WORDS[each] for each in following) or "无",
            next_en=", ".join(following) or "nothing",
        )
    return steps


def take_step(act: Act, assignment: Assignment, step: Step, taken: Taken, kind: Kind = Kind.VISIT_STEPPED) -> VisitStep:
    """Record one step of a visit as a fact of its own. Raises VisitStateError."""
    visit = assignment.visit
    check_step(act.session, visit, step)
    told = {name: value for name, value in asdict(taken).items() if isinstance(value, (str, dict))}
    told |= {"happened_at": (taken.happened_at or act.at).isoformat()}
    told |= {"due_on": taken.due_on.isoformat()} if taken.due_on else {}
    fact_id = write(act, kind, subject=visit.visit_id, body={"visit_id": visit.visit_id, "step": step.value, **told})
    return add_step(act, visit, step, taken, fact_id=fact_id)


def add_step(act: Act, visit: Visit, step: Step, taken: Taken, *, fact_id: int) -> VisitStep:
    """Add the row of a step that a fact of something larger tells of. Raises VisitStateError."""
    number = len(check_step(act.session, visit, step)) + 1
    row = VisitStep(
        visit_id=visit.visit_id,
        number=number,
        step=step.value,
        finding_id=taken.finding_id,
        happened_at=taken.happened_at or act.at,
        due_on=taken.due_on,
        text=taken.text,
        detail=taken.detail,
        taken_by=act.person,
        taken_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(row)
    act.session.flush()
    return row


def counted_requests() -> SelectOfScalar[str]:
    """Return a query for the visits without a draw that count toward a cap: those whose team has set out.

    Neither what is asked for nor what is approved counts: who could make it count, and then let it lie, would spare an
    operator the next draw.
    """
    tried = select(VisitStep.visit_id).join(Visit, col(Visit.visit_id) == col(VisitStep.visit_id))
    return tried.where(col(Visit.draw_id).is_(None), col(VisitStep.step).in_(ATTEMPTS))


def replaced_visits() -> SelectOfScalar[str]:
    """Return a query for the visits whose place an alternate's took: they are never made and count for nothing."""
    return select(VisitStep.visit_id).where(VisitStep.step == Step.REPLACED)


def is_replaced(session: Session, visit_id: str) -> bool:
    """Return whether an alternate's visit took the place of one."""
    return session.exec(replaced_visits().where(VisitStep.visit_id == visit_id)).first() is not None


def unmade_visits() -> SelectOfScalar[str]:
    """Return a query for the visits that are not made any more.

    An alternate's took their place, or their draw was voided before a team had set out.
    """
    tried = select(VisitStep.visit_id).where(col(VisitStep.step).in_(ATTEMPTS))
    voided = and_(col(Visit.draw_id).in_(select(DrawVoid.draw_id)), col(Visit.visit_id).not_in(tried))
    return select(Visit.visit_id).where(or_(voided, col(Visit.visit_id).in_(replaced_visits())))


def latest_step(steps: Sequence[VisitStep], *wanted: Step) -> VisitStep | None:
    """Return the newest of the steps that is one of those wanted."""
    return next((each for each in reversed(steps) if each.step in wanted), None)


def is_told(steps: Sequence[VisitStep], finding_id: str) -> bool:
    """Return whether the operator was told of a finding, or was not there to be told."""
    met = latest_step(steps, *ATTEMPTS)
    absent = met is not None and met.step in (Step.NOT_FOUND, Step.MOVED)
    return absent or any(each.step == Step.TOLD and each.finding_id == finding_id for each in steps)
