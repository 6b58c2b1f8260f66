"""The front page and the search."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlencode

from sqlmodel import Session, col, select

from publicity.clocks import DUTY_WORDS, ClockRule, Deadlines, due_by
from publicity.disclosure import Disclosure, Subject, content_of
from publicity.duties import open_counts
from publicity.endings import standing
from publicity.pages.front import Clock, Headline, HomePage, Notice, OperatorHit, SearchPage, Urgency
from publicity.pages.site import Paging, Site
from publicity.views.records import draw_path, operator_path, origin_of, record_path
from publicity.workdays import CalendarYearError, WorkCalendar
from registry.areas import area_name
from registry.base import legal_day
from registry.batches import Batch
from registry.draws import DrawCommitment, DrawExecution, DrawOpening, get_draw, standing_draws, without_tables
from registry.findings import Finding
from registry.operator_entries import KIND_WORDS, OperatorKind
from registry.operators import Operator, public_name
from registry.sealed import readable_visits
from registry.searching import find_operators
from registry.visits import Cause, Visit
from sampling.commitment import Commitment

NOTICES = 10
HITS = 20
SOON_WORKDAYS = 5
"""Working days before its end from which a term is shown as due soon."""

DRAW_BASIS = "锁定时公布的期限"


def home_page(session: Session, site: Site, deadlines: Deadlines, year: int | None) -> HomePage:
    """Return the front page of a year, by default the newest with a draw."""
    years = sorted({batch.period_from.year for batch in _drawn_batches(session)}, reverse=True)
    chosen = year if year in years else (years[0] if years else None)
    return HomePage(
        site=site,
        years=years,
        headline=_headline(session, chosen, site.today) if chosen else None,
        notices=_notices(session, site.today),
        clocks=clocks(session, deadlines.known_to(session), site.made_at),
    )


def search_page(session: Session, site: Site, query: str, after: str) -> SearchPage:
    """Return operators that a query may mean: by part of the name, or the beginning of the code or the domain."""
    text = query.strip()
    if not text:
        none = Paging(total=0, shown=0, next_path=None, first_path=None)
        return SearchPage(site=site, query="", near=False, hits=[], paging=none)
    found = find_operators(session, text, after=after, limit=HITS, public=True)
    whole = not after and found.after is None
    return SearchPage(
        site=site,
        query=text,
        near=found.near,
        hits=[_hit(session, operator, site.today) for operator in found.operators],
        paging=Paging(
            total=len(found.operators) if whole else None,
            shown=len(found.operators),
            next_path=f"/search?{urlencode({'q': text, 'after': found.after})}" if found.after else None,
            first_path=f"/search?{urlencode({'q': text})}" if after else None,
        ),
    )


def clocks(session: Session, deadlines: Deadlines, at: datetime) -> list[Clock]:
    """Return every term that runs or has run out, by duty and due date; no operator is named."""
    today = legal_day(at)
    due = Counter[tuple[str, str, date | None]]()
    for duty, basis, due_on, count in _duties(session, deadlines):
        due[duty, basis, due_on] += count
    return [
        Clock(duty=duty, basis=basis, count=count, due_on=due_on, urgency=_urgency(deadlines.calendar, today, due_on))
        for (duty, basis, due_on), count in sorted(due.items(), key=lambda each: (each[0][2] or date.max, each[0]))
    ]


def _duties(session: Session, deadlines: Deadlines) -> Iterator[tuple[str, str, date | None, int]]:
    """Yield (duty, basis, due date, how many) of every duty not yet done that the public may know of."""
    for rule, event_on, count in open_counts(session, deadlines, readable_visits()):
        yield DUTY_WORDS[rule.duty][0], rule.words, _due_on(deadlines.calendar, rule, event_on), count
    executed = select(DrawExecution.draw_id)
    standing = col(DrawCommitment.draw_id).in_(standing_draws())
    committed = select(DrawCommitment).options(*without_tables())
    for draw in session.exec(committed.where(standing, col(DrawCommitment.draw_id).not_in(executed))):
        yield "摇号", DRAW_BASIS, legal_day(draw.execute_by), 1
    waiting = committed.where(
        col(DrawCommitment.draw_id).in_(executed), col(DrawCommitment.draw_id).not_in(select(DrawOpening.draw_id))
    )
    for draw in session.exec(waiting):
        yield "公开名单", DRAW_BASIS, legal_day(draw.open_by), 1


def _due_on(calendar: WorkCalendar, rule: ClockRule, event_on: date) -> date | None:
    """Return the last day in time, or None while no notice has fixed the holidays that decide it."""
    try:
        return due_by(rule, event_on, calendar)
    except CalendarYearError:
        return None


def _urgency(calendar: WorkCalendar, today: date, due_on: date | None) -> Urgency:
    if due_on is None:
        return "running"
    if today > due_on:
        return "overdue"
    return "soon" if calendar.workdays_between(today, due_on) <= SOON_WORKDAYS else "running"


def _drawn_batches(session: Session) -> list[Batch]:
    committed = select(DrawCommitment.task_no)
    return list(session.exec(select(Batch).where(col(Batch.task_no).in_(committed))))


def _headline(session: Session, year: int, today: date) -> Headline:
    """Return the year in figures: what draws led to, and nothing else.

    A voided draw drew nobody; the visits that it had led to by then are inspections all the same. Results and penalties
    are those that stand today.
    """
    batches = [batch.task_no for batch in _drawn_batches(session) if batch.period_from.year == year]
    committed = select(DrawCommitment).options(*without_tables())
    draws = session.exec(committed.where(col(DrawCommitment.task_no).in_(batches))).all()
    executed = set(session.exec(select(DrawExecution.draw_id).where(col(DrawExecution.draw_id).in_(standing_draws()))))
    made = {draw.draw_id: Commitment.from_bytes(draw.commitment) for draw in draws if draw.draw_id in executed}
    of_draws = (Disclosure.year == year, Disclosure.cause == Cause.DRAWN)
    results = standing(Subject.RESULT, today).where(*of_draws)
    penalties = standing(Subject.PENALTY, today).where(*of_draws)
    published = session.exec(results).all()
    return Headline(
        year=year,
        registered=sum(each.register.rows for each in made.values()),
        frame=sum(each.frame.rows for each in made.values()),
        drawn=sum(get_draw(session, draw_id).to_draw for draw_id in made),
        inspected=_inspected(session, [draw.draw_id for draw in draws]),
        published=len(published),
        problems=sum(each.problem for each in published),
        penalties=len(session.exec(penalties).all()),
    )


def _inspected(session: Session, draws: list[str]) -> int:
    """Return how many visits of opened draws have filed."""
    opened = select(DrawOpening.draw_id).where(col(DrawOpening.draw_id).in_(draws))
    visits = select(Finding.visit_id).join(Visit).where(col(Visit.draw_id).in_(opened)).distinct()
    return len(session.exec(visits).all())


def _notices(session: Session, today: date) -> list[Notice]:
    """Return the newest records that stand and steps of draws, newest first."""
    found = [
        Notice(
            kind="result" if subject is Subject.RESULT else "penalty",
            at=each.published_at,
            title=content_of(each)["operator_name"],
            path=record_path(each),
            problem=each.problem,
            origin=origin_of(each),
        )
        for subject in Subject
        for each in session.exec(standing(subject, today).order_by(col(Disclosure.fact_id).desc()).limit(NOTICES))
    ]
    return sorted([*found, *_steps(session)], key=lambda notice: notice.at, reverse=True)[:NOTICES]


def _steps(session: Session) -> Iterator[Notice]:
    """Yield every step of the newest draws; an unsealed draw opens as it is executed, so that is one step."""
    newest = select(DrawCommitment).options(*without_tables()).order_by(col(DrawCommitment.fact_id).desc())
    for committed in session.exec(newest.limit(NOTICES)):
        draw = get_draw(session, committed.draw_id)
        steps = {"已锁定": committed.committed_at}
        if draw.executed:
            steps["已摇号"] = draw.executed.executed_at
        if draw.opened and draw.committed.sealed and not draw.voided:
            steps["名单已公开"] = draw.opened.opened_at
        if draw.voided:
            steps["已作废"] = draw.voided.confirmed_at
        for step, at in reversed(steps.items()):
            title = f"{Commitment.from_bytes(committed.commitment).rules.title}:{step}"
            yield Notice(kind="draw", at=at, title=title, path=draw_path(committed.draw_id), problem=False, origin=None)


def _hit(session: Session, operator: Operator, today: date) -> OperatorHit:
    rows = {
        subject: session.exec(standing(subject, today).where(Disclosure.unit_id == operator.unit_id)).all()
        for subject in Subject
    }
    return OperatorHit(
        code=operator.unit_id,
        name=public_name(operator),
        kind=KIND_WORDS[OperatorKind(operator.kind)],
        area=area_name(operator.area),
        path=operator_path(operator.unit_id),
        results=len(rows[Subject.RESULT]),
        problems=sum(each.problem for each in rows[Subject.RESULT]),
        penalties=len(rows[Subject.PENALTY]),
    )
