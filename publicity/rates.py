"""How far a batch, a plan, a year has come (抽查完成率、完结率), as exact fractions of counts.

抽查户数 is the base by its ratio, as the draw rounds it (up); 完成率 = published ÷ drawn; 完结率 = closed ÷ published.
Nothing is ranked, and neither problems nor fines enter. A published result is closed when nothing that it leaves to
be done (待后续处理, and whatever was begun since) is still open. A percentage is cut after two decimals, so that only
all of them are 100%.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import Session, col, func, select

from publicity.disclosure import Disclosure, Subject
from publicity.endings import standing
from registry.batches import Batch
from registry.draws import DrawCommitment, DrawStratum, standing_draws
from registry.findings import Finding
from registry.followups import matters
from registry.plans import Plan
from registry.steps import replaced_visits
from registry.visits import Visit

HUNDREDTHS = 10_000
"""Hundredths of a percent in one."""


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Counts of operators: of the frames, drawn, with a published result, closed."""

    base: int = 0
    drawn: int = 0
    published: int = 0
    closed: int = 0

    @property
    def completion(self) -> Fraction | None:
        """Return published ÷ drawn (完成率), or None before anybody was drawn."""
        return Fraction(self.published, self.drawn) if self.drawn else None

    @property
    def closure(self) -> Fraction | None:
        """Return closed ÷ published (完结率), or None before anything was published."""
        return Fraction(self.closed, self.published) if self.published else None

    def __add__(self, other: "Rates") -> "Rates":
        """Return the counts of both together: rates are never averaged."""
        return Rates(
            base=self.base + other.base,
            drawn=self.drawn + other.drawn,
            published=self.published + other.published,
            closed=self.closed + other.closed,
        )


def rates_of(session: Session, task_nos: Iterable[str], today: date) -> dict[str, Rates]:
    """Return the rates of batches by their task numbers, all zero where no draw stands; a voided one counts nothing.

    A result that was withdrawn and not published anew is not published.
    """
    wanted = sorted(set(task_nos))
    draws = dict(
        session.exec(
            select(DrawCommitment.draw_id, DrawCommitment.task_no).where(
                col(DrawCommitment.task_no).in_(wanted), col(DrawCommitment.draw_id).in_(standing_draws())
            )
        ).all()
    )
    units = select(DrawStratum.draw_id, func.sum(DrawStratum.units)).where(col(DrawStratum.draw_id).in_(draws))
    base = dict(session.exec(units.group_by(col(DrawStratum.draw_id))).all())
    made = col(Visit.visit_id).not_in(replaced_visits())
    visits = select(Visit.draw_id, func.count()).where(col(Visit.draw_id).in_(draws), made)
    drawn = dict(session.exec(visits.group_by(col(Visit.draw_id))).all())
    results = session.exec(standing(Subject.RESULT, today).where(col(Disclosure.draw_id).in_(draws))).all()
    waiting = open_findings(session, [each.source_id for each in results])
    found = {task_no: Rates() for task_no in wanted}
    for draw_id, task_no in draws.items():
        own = [each.source_id for each in results if each.draw_id == draw_id]
        found[task_no] = Rates(
            base=int(base.get(draw_id, 0)),
            drawn=drawn.get(draw_id, 0),
            published=len(own),
            closed=len(own) - len(waiting.intersection(own)),
        )
    return found


def rates_of_year(session: Session, year: int, today: date) -> dict[str, dict[str, Rates]]:
    """Return plan → batch → rates of a year's approved plans and batches."""
    approved = (
        select(Batch.plan_no, Batch.task_no)
        .join(Plan, col(Plan.plan_no) == col(Batch.plan_no))
        .where(Plan.year == year, col(Plan.approved_at).is_not(None), col(Batch.approved_at).is_not(None))
        .order_by(col(Batch.plan_no), col(Batch.task_no))
    )
    pairs = session.exec(approved).all()
    rates = rates_of(session, [task_no for _, task_no in pairs], today)
    found: dict[str, dict[str, Rates]] = {}
    for plan_no, task_no in pairs:
        found.setdefault(plan_no, {})[task_no] = rates[task_no]
    return found


def open_findings(session: Session, finding_ids: Iterable[str]) -> set[str]:
    """Return those findings of whose visits something is still to be done."""
    own = select(Finding.finding_id, Finding.visit_id).where(col(Finding.finding_id).in_(list(finding_ids)))
    visits = dict(session.exec(own).all())
    waiting = {each.visit_id for each in matters(session, visits.values()) if each.is_open}
    return {finding_id for finding_id, visit_id in visits.items() if visit_id in waiting}


def total(rates: Iterable[Rates]) -> Rates:
    """Return the counts of all together."""
    return sum(rates, Rates())


def percent(rate: Fraction | None) -> str:
    """Word a rate as a percentage, cut after two decimals; a dash where there is nothing to divide by.

    >>> percent(Fraction(25, 26)), percent(Fraction(1)), percent(None)
    ('96.15%', '100.00%', '—')
    """
    if rate is None:
        return "—"
    whole, rest = divmod(rate.numerator * HUNDREDTHS // rate.denominator, 100)
    return f"{whole}.{rest:02d}%"
