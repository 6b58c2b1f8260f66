"""What follows a problem that was found (后续处理): every step a row, open until it is closed with a date.

A *matter* is one problem of the newest approved finding of a visit, by visit and item. One filed as 待后续处理 is open
from the day of the inspection; any other is open once a step is taken on it. Steps: a case is opened, or it is handed
to another department, to the police, to another province (红盾云桥: record, receipt, outcome); an approver who was not
there closes it. How long each may wait is dated data (``data/followups.toml``).
Source: 行政处罚法 60 (a case is decided within 90 days of its filing).
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources

from sqlmodel import Field, Session, col, func, select

from registry.base import Record, UtcDateTime, nfc
from registry.errors import AbsentError, FieldError, RegistryError
from registry.findings import Finding, FindingOutcome, FindingReview, refuse_own
from registry.journal import Act, Kind, write
from registry.outcomes import outcome_on
from registry.people import other_person
from registry.sealed import Reader, found_visits, refuse_sealed
from registry.visits import Visit

Pending = tuple[str, date, date | None]
"""What the public may know of a matter: item, open since, closed on."""

NOTHING = "none"
"""What a matter waits on when no step was taken."""


class FollowStep(StrEnum):
    """What can be done about a matter."""

    CASE_OPENED = "case_opened"
    TO_DEPARTMENT = "to_department"
    TO_POLICE = "to_police"
    TO_PROVINCE = "to_province"
    RECEIPT = "receipt"
    OUTCOME = "outcome"
    CLOSED = "closed"


FOLLOW_WORDS = {
    FollowStep.CASE_OPENED: "立案",
    FollowStep.TO_DEPARTMENT: "移送其他部门",
    FollowStep.TO_POLICE: "移送公安机关",
    FollowStep.TO_PROVINCE: "移送外省（红盾云桥）",
    FollowStep.RECEIPT: "接收单位回执",
    FollowStep.OUTCOME: "接收单位反馈结果",
    FollowStep.CLOSED: "办结",
}
HANDED = (FollowStep.TO_DEPARTMENT, FollowStep.TO_POLICE, FollowStep.TO_PROVINCE)

NEEDS: Mapping[FollowStep, tuple[str, ...]] = {
    FollowStep.CASE_OPENED: ("reference",),
    FollowStep.TO_DEPARTMENT: ("receiver",),
    FollowStep.TO_POLICE: ("receiver",),
    FollowStep.TO_PROVINCE: ("receiver", "reference"),
    FollowStep.RECEIPT: ("reference",),
    FollowStep.OUTCOME: ("text",),
    FollowStep.CLOSED: ("text",),
}
"""Step → what it has to say: ``reference`` is the number of the case, the record or the receipt."""


class FollowUp(Record, table=True):
    """One step on a matter, in order from 1."""

    __tablename__ = "followups"

    visit_id: str = Field(primary_key=True, foreign_key="visits.visit_id")
    item: str = Field(primary_key=True, foreign_key="items.code")
    number: int = Field(primary_key=True)
    step: str
    happened_on: date
    receiver: str
    reference: str
    text: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


@dataclass(frozen=True, kw_only=True)
class Following:
    """One step as handed in."""

    step: FollowStep
    happened_on: date
    receiver: str = ""
    reference: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """How many calendar days a matter may wait on a step; the last day in force is included, None is no end."""

    step: str
    days: int
    effective_from: date
    source: str
    effective_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One problem with what was done about it so far; ``pending`` when it was filed as still to be followed up."""

    visit_id: str
    item: str
    finding: Finding
    line: FindingOutcome
    pending: bool
    steps: tuple[FollowUp, ...]

    @property
    def closed_on(self) -> date | None:
        """Return the day on which it was closed."""
        return self.steps[-1].happened_on if self.steps and self.steps[-1].step == FollowStep.CLOSED else None

    @property
    def is_open(self) -> bool:
        """Return whether something is still to be done: it was filed as pending or acted on, and is not closed."""
        return (self.pending or bool(self.steps)) and self.closed_on is None

    @property
    def since(self) -> date:
        """Return the day from which the present wait is counted."""
        return self.steps[-1].happened_on if self.steps else self.finding.inspected_on

    @property
    def wait(self) -> Wait | None:
        """Return how long it may wait as it stands."""
        return wait_on(self.steps[-1].step if self.steps else NOTHING, self.since) if self.is_open else None

    @property
    def due_on(self) -> date | None:
        """Return the last day in time."""
        return self.since + timedelta(days=self.wait.days) if self.wait else None

    def overdue(self, today: date) -> bool:
        """Return whether it has waited too long."""
        return self.due_on is not None and today > self.due_on


class MatterStateError(RegistryError):
    """The matter is not in the state that the step needs."""

    nature = "conflict"
    zh = "检查 {visit_id} 事项 {item} 的后续处理{problem_zh}。未作任何改动。"
    en = "The follow-up of item {item} of visit {visit_id} {problem_en}. Nothing was changed."


def wait_on(step: str, day: date) -> Wait | None:
    """Return how long a matter may wait on a step, counted from a day; None where the data set no limit."""
    for each in _waits():
        ended = each.effective_until is not None and day > each.effective_until
        if each.step == step and each.effective_from <= day and not ended:
            return each
    return None


def matters(session: Session, visit_ids: Iterable[str] | None = None) -> list[Matter]:
    """Return every problem of the newest approved findings, of all visits or of some, oldest inspection first."""
    approved = select(FindingReview.finding_id).where(col(FindingReview.approved).is_(True))
    newest = (
        select(Finding.visit_id, func.max(Finding.version).label("version"))
        .where(col(Finding.finding_id).in_(approved))
        .group_by(col(Finding.visit_id))
        .subquery()
    )
    query = (
        select(Finding, FindingOutcome)
        .join(newest, (newest.c.visit_id == Finding.visit_id) & (newest.c.version == Finding.version))
        .join(FindingOutcome, col(FindingOutcome.finding_id) == col(Finding.finding_id))
        .where(col(Finding.problem).is_(True))
        .order_by(col(Finding.inspected_on), col(Finding.finding_id), col(FindingOutcome.item))
    )
    followed = select(FollowUp).order_by(col(FollowUp.number))
    if visit_ids is not None:
        chosen = list(visit_ids)
        query = query.where(col(Finding.visit_id).in_(chosen))
        followed = followed.where(col(FollowUp.visit_id).in_(chosen))
    steps: dict[tuple[str, str], list[FollowUp]] = defaultdict(list)
    for each in session.exec(followed):
        steps[each.visit_id, each.item].append(each)
    found = []
    for finding, line in session.exec(query):
        outcome = outcome_on(line.outcome, finding.inspected_on)
        if outcome.problem:
            taken = tuple(steps[finding.visit_id, line.item])
            found.append(_matter(finding, line, taken, pending=outcome.open))
    return found


def get_matter(session: Session, visit_id: str, item: str) -> Matter:
    """Return one matter or raise AbsentError."""
    for each in matters(session, [visit_id]):
        if each.item == item:
            return each
    raise _absent(visit_id, item)


def readable_matters(session: Session, reader: Reader) -> list[Matter]:
    """Return the matters that somebody may read of."""
    told = set(session.exec(found_visits(reader)))
    return [each for each in matters(session) if each.visit_id in told]


def follow_up(act: Act, visit_id: str, item: str, following: Following) -> Matter:
    """Record a step on a matter that is not closed, by somebody who was not there. Closing is ``close_matter``'s.

    Raises AbsentError, MatterStateError, SamePersonError, FieldError.
    """
    matter = get_matter(act.session, visit_id, item)
    refuse_own(act, matter.finding, step=("后续处理", "Following up a finding"))
    _check(act, matter, following)
    if following.step is FollowStep.CLOSED:
        raise FieldError(
            ("step",), ("办结须由审批人另行办理。", "An approver closes it."), ("请由审批人办结。", "Let one close it.")
        )
    if following.step in (FollowStep.RECEIPT, FollowStep.OUTCOME) and not _is_handed(matter):
        raise _wrong(matter, ("尚未移送", "was not handed on yet"))
    return _keep(act, matter, following)


def close_matter(act: Act, visit_id: str, item: str, *, closed_on: date, how: str) -> Matter:
    """Close an open matter with its day and how it ended, by another person than who took its newest step.

    Raises SealedError, AbsentError, MatterStateError, SamePersonError, FieldError.
    """
    refuse_sealed(act, visit_id, _absent(visit_id, item))
    matter = get_matter(act.session, visit_id, item)
    closing = ("后续处理办结", "Closing a follow-up")
    refuse_own(act, matter.finding, step=closing)
    following = Following(step=FollowStep.CLOSED, happened_on=closed_on, text=how)
    _check(act, matter, following)
    if not matter.is_open:
        raise _wrong(matter, ("没有待办事项", "has nothing to be done"))
    if matter.steps:
        other_person(act, matter.steps[-1].recorded_by, step=closing, did=("办理上一步", "took the step before"))
    return _keep(act, matter, following)


def pending_lines(session: Session, finding_ids: Sequence[str]) -> dict[str, list[Pending]]:
    """Return finding → (item, open since, closed on) of what was filed 待后续处理: the public part of a matter."""
    query = (
        select(Finding, FindingOutcome)
        .join(FindingOutcome, col(FindingOutcome.finding_id) == col(Finding.finding_id))
        .where(col(Finding.finding_id).in_(list(finding_ids)))
        .order_by(col(FindingOutcome.item))
    )
    rows = session.exec(query).all()
    closings = select(FollowUp).where(
        col(FollowUp.visit_id).in_([finding.visit_id for finding, _ in rows]), FollowUp.step == FollowStep.CLOSED
    )
    closed = {(each.visit_id, each.item): each.happened_on for each in session.exec(closings)}
    found: dict[str, list[Pending]] = defaultdict(list)
    for finding, line in rows:
        if outcome_on(line.outcome, finding.inspected_on).open:
            ended = closed.get((finding.visit_id, line.item))
            found[finding.finding_id].append((line.item, finding.inspected_on, ended))
    return found


def visits_of(session: Session, found: Sequence[Matter]) -> dict[str, Visit]:
    """Return visit id → visit of some matters."""
    ids = {each.visit_id for each in found}
    return {each.visit_id: each for each in session.exec(select(Visit).where(col(Visit.visit_id).in_(ids)))}


def _matter(finding: Finding, line: FindingOutcome, steps: tuple[FollowUp, ...], *, pending: bool) -> Matter:
    return Matter(visit_id=finding.visit_id, item=line.item, finding=finding, line=line, pending=pending, steps=steps)


def _absent(visit_id: str, item: str) -> AbsentError:
    return AbsentError(what_zh="后续处理事项", what_en="matter to follow up", key=f"{visit_id}/{item}")


def _is_handed(matter: Matter) -> bool:
    return any(each.step in HANDED for each in matter.steps)


def _check(act: Act, matter: Matter, following: Following) -> None:
    if matter.closed_on is not None:
        raise _wrong(matter, (f"已于 {matter.closed_on} 办结", f"was closed on {matter.closed_on}"))
    for name in NEEDS[following.step]:
        if not nfc(getattr(following, name)):
            raise FieldError((name,), ("必填项为空。", "A required value is missing."), ("请填写。", "Fill it in."))
    if not matter.since <= following.happened_on <= act.today:
        raise FieldError(
            ("happened_on",),
            (f"日期 {following.happened_on} 不在可填范围内。", f"The day {following.happened_on} is out of range."),
            (
                f"请填 {matter.since} 至 {act.today} 之间的日期。",
                f"Give a day from {matter.since} to {act.today}.",
            ),
        )


def _keep(act: Act, matter: Matter, following: Following) -> Matter:
    told = {name: nfc(getattr(following, name)) for name in ("receiver", "reference", "text")}
    values = {"visit_id": matter.visit_id, "item": matter.item, "step": following.step.value, **told}
    body = values | {"happened_on": following.happened_on.isoformat()}
    fact_id = write(act, Kind.FOLLOWUP_RECORDED, subject=matter.visit_id, body=body)
    row = FollowUp(
        **values,
        number=len(matter.steps) + 1,
        happened_on=following.happened_on,
        recorded_by=act.person,
        recorded_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(row)
    act.session.flush()
    return _matter(matter.finding, matter.line, (*matter.steps, row), pending=matter.pending)


def _wrong(matter: Matter, problem: tuple[str, str]) -> MatterStateError:
    return MatterStateError(visit_id=matter.visit_id, item=matter.item, problem_zh=problem[0], problem_en=problem[1])


@cache
def _waits() -> tuple[Wait, ...]:
    data = tomllib.loads(resources.files("registry").joinpath("data/followups.toml").read_text(encoding="utf-8"))
    return tuple(Wait(**each) for each in data["wait"])
