"""Who was drawn in an open draw and who comes next: a page of either costs the same for a county and a province.

Nothing is recomputed for it. Who stands at which rank is told by the frame that a process keeps in order, who is sent
by the visits, and who came in by the replacements on record; whoever doubts it recomputes the whole from the bundle.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Final, Literal

from sqlmodel import Session, col, func, select

from publicity.disclosure import Disclosure, Subject
from publicity.endings import standing
from publicity.frames import opened_frame
from publicity.pages.drawn import AlternatesPage, DrawnPage, OpenDraw
from publicity.pages.outcomes import AlternateUnit, DrawnUnit, SentInspector
from publicity.pages.site import Paging, Site
from publicity.views.records import draw_path, file_path, operator_path, record_path
from publicity.views.terms import seat_lines
from registry.areas import area_name
from registry.departments import department_names
from registry.draws import Draw, DrawOpening, get_draw
from registry.errors import AbsentError
from registry.executions import visit_id
from registry.loans import lending_areas
from registry.operators import Operator, is_masked, masked_codes, shown_name
from registry.replacing import events_of
from registry.steps import VisitStep, replaced_visits
from registry.visits import Visit, with_teams
from sampling import names
from sampling.commitment import Commitment
from sampling.names import Stratum, UnitId
from sampling.places import OrderedFrame, Place
from sampling.replacement import UnitOut
from sampling.seed import Reveal, derive

PAGE_ROWS: Final = 100
"""How many of a list stand on one page, that of the draw among them: a draw of a city is whole on its page."""
BLOCK: Final = 500
"""Codes asked for at once."""


def drawn_page(session: Session, site: Site, draw_id: str, after: str | None) -> DrawnPage:
    """Return who was drawn, from one on. Raises AbsentError, also before the draw is open."""
    draw, opened = open_draw(session, draw_id)
    rows, paging = drawn_units(session, draw, site.today, after)
    whole = not draw.committed.withheld
    return DrawnPage(
        site=site,
        draw=told_of(session, draw, opened),
        rows=rows,
        paging=paging,
        file_path=file_path(draw_id, names.DRAWN) if whole else None,
        bundle_path=bundle_path(draw_id) if whole else None,
    )


def alternates_page(
    session: Session, site: Site, draw_id: str, *, after: str | None, stratum: str | None
) -> AlternatesPage:
    """Return who comes next, from one on. Raises AbsentError, also of a withheld draw and before it is open."""
    draw, opened = open_draw(session, draw_id)
    if draw.committed.withheld or draw.executed is None or (stratum is not None and stratum not in draw.sizes):
        raise AbsentError(what_zh="候补名单", what_en="list of alternates", key=draw_id)
    rows, paging = alternate_units(session, draw, after, stratum)
    made = Commitment.from_bytes(draw.committed.commitment)
    return AlternatesPage(
        site=site,
        draw=told_of(session, draw, opened),
        stratum=stratum,
        rows=rows,
        paging=paging,
        subject_key=derive(made, Reveal.from_bytes(draw.executed.reveal)).subject_key,
        file_path=file_path(draw_id, names.FRAME),
        bundle_path=bundle_path(draw_id),
    )


def drawn_path(draw_id: str) -> str:
    """Return the address of the list of those drawn."""
    return f"{draw_path(draw_id)}/drawn"


def alternates_path(draw_id: str, stratum: str | None = None) -> str:
    """Return the address of the list of alternates, of all strata or of one."""
    return f"{draw_path(draw_id)}/alternates" + (f"?stratum={stratum}" if stratum else "")


def bundle_path(draw_id: str) -> str:
    """Return the address of the bundle."""
    return f"{draw_path(draw_id)}/bundle.zip"


def open_draw(session: Session, draw_id: str) -> tuple[Draw, DrawOpening]:
    """Return a draw that is open, and its opening; of any other nothing tells that it was executed."""
    draw = get_draw(session, draw_id)
    if draw.opened is None:
        raise AbsentError(what_zh="已公开的抽取", what_en="opened draw", key=draw_id)
    return draw, draw.opened


def told_of(session: Session, draw: Draw, opened: DrawOpening) -> OpenDraw:
    """Return what a list says of its draw."""
    committed, made = draw.committed, Commitment.from_bytes(draw.committed.commitment)
    return OpenDraw(
        draw_id=committed.draw_id,
        path=draw_path(committed.draw_id),
        title=made.rules.title,
        opened_at=opened.opened_at,
        voided_at=draw.voided.confirmed_at if draw.voided else None,
        withheld=committed.withheld,
        strata=[] if committed.withheld else list(draw.sizes),
        team=seat_lines(session, made),
    )


def drawn_units(session: Session, draw: Draw, today: date, after: str | None = None) -> tuple[list[DrawnUnit], Paging]:
    """Return who was drawn in an open draw, in drawn order and then those who came in; of a withheld one by code.

    ``after``: the code of the last one of the page before.
    """
    draw_id, withheld = draw.committed.draw_id, draw.committed.withheld
    own = select(Visit).where(Visit.draw_id == draw_id)
    total = session.exec(select(func.count()).select_from(Visit).where(Visit.draw_id == draw_id)).one()
    last = session.exec(own.where(Visit.unit_id == after)).first() if after else None
    if withheld:
        beyond = own.where(col(Visit.unit_id) > (last.unit_id if last else "")).order_by(col(Visit.unit_id))
    else:
        shown = (last.number or 0) if last else 0
        ids = [visit_id(draw_id, number) for number in range(shown + 1, shown + PAGE_ROWS + 2)]
        beyond = select(Visit).where(col(Visit.visit_id).in_(ids)).order_by(col(Visit.number))
    found = session.exec(beyond.limit(PAGE_ROWS + 1)).all()
    rows = _drawn_lines(session, draw, found[:PAGE_ROWS], today)
    path = drawn_path(draw_id)
    return rows, _paging(path, total, [row.code for row in rows], more=len(found) > PAGE_ROWS, begun=last is not None)


def alternate_units(
    session: Session, draw: Draw, after: str | None = None, stratum: str | None = None
) -> tuple[list[AlternateUnit], Paging]:
    """Return who comes next in an open draw, stratum by stratum or of one, without those who came in already.

    Nobody of a withheld draw: who is an alternate, and in which place, tells strata.
    """
    path = alternates_path(draw.committed.draw_id, stratum)
    if draw.committed.withheld or draw.executed is None:
        return [], _paging(path, 0, [], more=False, begun=False)
    frame = opened_frame(draw.committed, draw.executed.reveal).frame
    used = _used(session, draw, frame)
    waiting = {
        name: range(quota + used[name] + 1, units + 1)
        for name, (units, quota) in draw.sizes.items()
        if stratum in (None, name)
    }
    last = frame.find(UnitId(after)) if after else None
    places = list(islice(_ranks_after(waiting, last), PAGE_ROWS + 1))
    found = [frame.unit_at(name, rank) for name, rank in places[:PAGE_ROWS]]
    called = operator_names(session, [unit_id for unit_id, _ in found])
    rows = [
        AlternateUnit(
            code=unit_id,
            name=called[unit_id],
            path=operator_path(unit_id),
            stratum=place.stratum,
            rank=place.rank,
            ticket=place.ticket,
        )
        for unit_id, place in found
    ]
    total = sum(map(len, waiting.values()))
    return rows, _paging(path, total, [row.code for row in rows], more=len(places) > PAGE_ROWS, begun=last is not None)


def _ranks_after(waiting: Mapping[Stratum, range], last: Place | None) -> Iterator[tuple[Stratum, int]]:
    """Yield the ranks of the alternates of each stratum, in order, from the one after the last that was shown."""
    for name, ranks in waiting.items():
        if last is None or name > last.stratum:
            yield from ((name, rank) for rank in ranks)
        elif name == last.stratum:
            yield from ((name, rank) for rank in range(max(ranks.start, last.rank + 1), ranks.stop))


def _used(session: Session, draw: Draw, frame: OrderedFrame) -> Counter[Stratum]:
    """Return how many alternates of each stratum have come in: one of its own for each unit that fell away."""
    gone = [event.unit_id for event in events_of(session, draw.committed.draw_id) if isinstance(event, UnitOut)]
    return Counter(place.stratum for place in map(frame.find, gone) if place is not None)


def _drawn_lines(session: Session, draw: Draw, visits: Sequence[Visit], today: date) -> list[DrawnUnit]:
    codes = [visit.unit_id for visit in visits]
    replaced = set(session.exec(replaced_visits().where(col(VisitStep.visit_id).in_([v.visit_id for v in visits]))))
    masked = masked_codes(session, codes)
    published = standing(Subject.RESULT, today).where(Disclosure.draw_id == draw.committed.draw_id)
    results = {each.unit_id: each for each in session.exec(published.where(col(Disclosure.unit_id).in_(codes)))}
    departments, lent = department_names(session), lending_areas(session, draw.committed.task_no)
    places, to_draw = _places(draw, codes), draw.to_draw
    return [
        DrawnUnit(
            code=visit.unit_id,
            name=shown_name(visit.operator_name, masked=visit.unit_id in masked),
            path=operator_path(visit.unit_id),
            area=area_name(visit.area),
            stratum=place.stratum if place else None,
            rank=place.rank if place else None,
            ticket=place.ticket if place else None,
            team=[
                SentInspector(
                    department=departments[seat.department],
                    seat=seat.seat,
                    roster_no=seat.roster_no or "",
                    name=seat.inspector_name,
                    lead=seat is seats[0],
                    lent_from=area_name(lent[seat.inspector_no]) if seat.inspector_no in lent else None,
                )
                for seat in seats
            ],
            alternate=(visit.number or 0) > to_draw,  # the numbers of those who came in follow those of the drawn
            outcome="replaced" if visit.visit_id in replaced else _found(result),
            result_path=record_path(result) if result else None,
        )
        for visit, seats in ((each.visit, each.seats) for each in with_teams(session, visits))
        for place, result in [(places.get(visit.unit_id), results.get(visit.unit_id))]
    ]


def _places(draw: Draw, codes: Iterable[str]) -> dict[str, Place]:
    """Return code → place in the frame; none of a withheld draw."""
    if draw.committed.withheld or draw.executed is None:
        return {}
    frame = opened_frame(draw.committed, draw.executed.reveal).frame
    found = {code: frame.find(UnitId(code)) for code in codes}
    return {code: place for code, place in found.items() if place is not None}


def _found(published: Disclosure | None) -> Literal["pending", "clear", "problem"]:
    if published is None:
        return "pending"
    return "problem" if published.problem else "clear"


def _paging(path: str, total: int, codes: Sequence[str], *, more: bool, begun: bool) -> Paging:
    joined = "&" if "?" in path else "?"
    return Paging(
        total=total,
        shown=len(codes),
        next_path=f"{path}{joined}after={codes[-1]}" if more else None,
        first_path=path if begun else None,
    )


def operator_names(session: Session, codes: list[str]) -> dict[str, str]:
    """Return code → the name that the public sees, read in blocks that either database takes."""
    found: dict[str, str] = {}
    columns = select(Operator.unit_id, Operator.name, is_masked())
    for start in range(0, len(codes), BLOCK):
        block = columns.where(col(Operator.unit_id).in_(codes[start : start + BLOCK]))
        found |= {code: shown_name(name, masked=masked) for code, name, masked in session.exec(block)}
    return found
