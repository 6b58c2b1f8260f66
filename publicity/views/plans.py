"""The public pages of plans: what was approved, how far it has come, and every change with its reason.

A plan is public once it is approved; so is a batch, and a change once it is decided and took effect.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Literal

from sqlmodel import Session, col, select

from publicity.pages.plans import BatchLine, ChangedTerm, ChangeLine, PlanPage, PlanRow, PlansPage, PlanYear, RateLine
from publicity.pages.site import Site
from publicity.pages.terms import SeatLine
from publicity.rates import Rates, percent, rates_of, total
from publicity.views.records import draw_path
from publicity.views.terms import TERM_WORDS, criterion_words, item_lines, quota_lines, targeting, term_words
from registry.areas import area_name
from registry.base import legal_day
from registry.batches import Batch
from registry.changes import Change, What, changes_of
from registry.departments import department_names
from registry.draws import DrawCommitment, DrawExecution, DrawOpening, DrawVoid
from registry.errors import AbsentError
from registry.operator_entries import KIND_WORDS, OperatorKind
from registry.plans import Plan, get_plan
from registry.quotas import STRATIFY_WORDS, Stratify

WHAT_WORDS = {
    What.PLAN: "变更计划",
    What.BATCH: "变更批次",
    What.ADDED: "增加批次",
    What.CANCELLED: "取消批次",
}
State = Literal["approved", "cancelled", "committed", "executed", "opened", "voided"]


def plan_path(plan_no: str) -> str:
    """Return the address of a plan's page."""
    return f"/plans/{plan_no}"


def plans_page(session: Session, site: Site) -> PlansPage:
    """Return every approved plan, the newest year first, plans by number."""
    approved = select(Plan).where(col(Plan.approved_at).is_not(None))
    plans = session.exec(approved.order_by(col(Plan.year).desc(), col(Plan.plan_no))).all()
    batches = _approved_batches(session, [plan.plan_no for plan in plans])
    rates = rates_of(session, [batch.task_no for batch in batches], site.today)
    own = {plan.plan_no: [each for each in batches if each.plan_no == plan.plan_no] for plan in plans}
    years = []
    for year, members in groupby(plans, key=lambda plan: plan.year):
        rows = [_plan_row(plan, own[plan.plan_no], rates) for plan in members]
        whole = total(rates[batch.task_no] for row in rows for batch in own[row.plan_no])
        years.append(PlanYear(year=year, rates=rate_line(whole), rows=rows))
    return PlansPage(site=site, years=years)


def plan_page(session: Session, site: Site, plan_no: str) -> PlanPage:
    """Return one approved plan. Raises AbsentError, also for a plan that is not approved."""
    plan = get_plan(session, plan_no)
    if plan.approved_at is None:
        raise AbsentError(what_zh="计划", what_en="plan", key=plan_no)
    batches = _approved_batches(session, [plan_no])
    rates = rates_of(session, [batch.task_no for batch in batches], site.today)
    asked = changes_of(session, plan_no)
    opaque = _ever_by_risk(batches, asked)
    draws = _newest_draws(session, batches)
    states = _states(session, batches, draws)
    departments = department_names(session)
    return PlanPage(
        site=site,
        plan_no=plan_no,
        year=plan.year,
        title=plan.title,
        basis=plan.basis,
        campaign=plan.campaign,
        approved_on=legal_day(plan.approved_at),
        rates=rate_line(total(rates.values())),
        batches=[
            _batch_line(
                session,
                batch,
                batch.approved_at,
                state=states[batch.task_no],
                draw_id=draws.get(batch.task_no),
                rates=rates[batch.task_no],
                departments=departments,
                opaque=batch.task_no in opaque,
            )
            for batch in batches
            if batch.approved_at
        ],
        changes=[line for each in asked for line in _change_lines(each, departments, opaque)],
    )


def rate_line(rates: Rates) -> RateLine:
    """Return counts and rates as they are shown."""
    return RateLine(
        base=rates.base,
        drawn=rates.drawn,
        published=rates.published,
        closed=rates.closed,
        completion=percent(rates.completion),
        closure=percent(rates.closure),
    )


def _approved_batches(session: Session, plan_nos: list[str]) -> list[Batch]:
    approved = select(Batch).where(col(Batch.plan_no).in_(plan_nos), col(Batch.approved_at).is_not(None))
    return list(session.exec(approved.order_by(col(Batch.task_no))))


def _plan_row(plan: Plan, batches: list[Batch], rates: Mapping[str, Rates]) -> PlanRow:
    return PlanRow(
        plan_no=plan.plan_no,
        path=plan_path(plan.plan_no),
        title=plan.title,
        campaign=plan.campaign,
        approved_on=legal_day(plan.approved_at or plan.drafted_at),
        batches=sum(batch.cancelled_at is None for batch in batches),
        rates=rate_line(total(rates[batch.task_no] for batch in batches)),
    )


def _batch_line(  # noqa: PLR0913 - what is known of a batch beside itself
    session: Session,
    batch: Batch,
    approved_at: datetime,
    *,
    state: State,
    draw_id: str | None,
    rates: Rates,
    departments: Mapping[str, str],
    opaque: bool,
) -> BatchLine:
    return BatchLine(
        task_no=batch.task_no,
        title=batch.title,
        targeting=targeting(batch.targeted),
        kinds=[KIND_WORDS[OperatorKind(kind)] for kind in batch.kinds],
        areas=[area_name(area) for area in batch.areas],
        criteria=[criterion_words(entry) for entry in batch.criteria],
        stratify=STRATIFY_WORDS[Stratify(batch.stratify)],
        rules=quota_lines(batch.quotas, opaque=opaque),
        ratio_floor=batch.ratio_floor,
        ratio_basis=batch.ratio_basis,
        team=[
            SeatLine(department=entry["department"], name=departments[entry["department"]], seats=entry["seats"])
            for entry in batch.team
        ],
        items=item_lines(session, batch),
        period_from=batch.period_from,
        period_to=batch.period_to,
        sealed=batch.sealed,
        approved_on=legal_day(approved_at),
        cancelled_on=legal_day(batch.cancelled_at) if batch.cancelled_at else None,
        state=state,
        draw_path=draw_path(draw_id) if draw_id else None,
        rates=rate_line(rates),
    )


def _states(session: Session, batches: Iterable[Batch], draws: Mapping[str, str]) -> dict[str, State]:
    """Return how far each batch has come, by its newest draw."""
    found: dict[str, State] = {}
    for batch in batches:
        found[batch.task_no] = "cancelled" if batch.cancelled_at else "approved"
    steps: tuple[tuple[type[DrawCommitment | DrawExecution | DrawOpening | DrawVoid], State], ...] = (
        (DrawCommitment, "committed"),
        (DrawExecution, "executed"),
        (DrawOpening, "opened"),
        (DrawVoid, "voided"),
    )
    tasks = {draw_id: task_no for task_no, draw_id in draws.items() if found[task_no] != "cancelled"}
    for table, state in steps:
        taken = session.exec(select(table.draw_id).where(col(table.draw_id).in_(list(tasks))))
        found |= {tasks[draw_id]: state for draw_id in taken}
    return found


def _newest_draws(session: Session, batches: Iterable[Batch]) -> dict[str, str]:
    """Return batch → the draw committed last."""
    own = col(DrawCommitment.task_no).in_([batch.task_no for batch in batches])
    pairs = select(DrawCommitment.task_no, DrawCommitment.draw_id).where(own)
    return dict(session.exec(pairs.order_by(col(DrawCommitment.fact_id))).all())


def _ever_by_risk(batches: Iterable[Batch], asked: Iterable[Change]) -> set[str]:
    """Return the batches whose strata are risk classes, or were before a change, or would have been after one."""
    found = {batch.task_no for batch in batches if batch.stratify == Stratify.RISK}
    for change in asked:
        said = change.asked.changes.get("stratify", {})
        if change.asked.task_no and Stratify.RISK in said.values():
            found.add(change.asked.task_no)
    return found


def _change_lines(change: Change, departments: Mapping[str, str], opaque: set[str]) -> Iterable[ChangeLine]:
    """Yield the line of a change that took effect; one refused or not yet decided is nobody's but the bureau's."""
    asked, decision = change.asked, change.decision
    if decision is None or not decision.approved:
        return
    hidden = asked.task_no in opaque
    yield ChangeLine(
        change_id=asked.change_id,
        task_no=asked.task_no,
        what=WHAT_WORDS[What(asked.what)],
        reason=asked.reason,
        requested_on=legal_day(asked.requested_at),
        decided_on=legal_day(decision.decided_at),
        terms=[
            ChangedTerm(
                term=term,
                before=term_words(name, asked.changes[name]["before"], departments, opaque=hidden),
                after=term_words(name, asked.changes[name]["after"], departments, opaque=hidden),
            )
            for name, term in TERM_WORDS.items()
            if name in asked.changes
        ],
    )
