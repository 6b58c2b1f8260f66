"""Counts of draws by office, for ever (protocol, section 8): what was committed, and what did not come to its end.

The office is the department that leads the team. It stands in the commitment, so that nobody can move a draw to another
office afterwards.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from publicity.pages.counts import CountsPage, OfficeCount
from publicity.pages.site import Site
from registry.departments import department_names
from registry.draws import Draw, DrawCommitment, VoidRequest, get_draw
from registry.overdue import as_of, missed_terms
from registry.replacing import Fallen, approved_replacements
from sampling.commitment import Commitment

ALL = "全部"


def counts_page(session: Session, site: Site) -> CountsPage:
    """Return the counts of every office in order of its code."""
    names = department_names(session)
    asked = dict(session.exec(select(VoidRequest.draw_id, func.count()).group_by(col(VoidRequest.draw_id))).all())
    lines: dict[str, list[OfficeCount]] = {}
    at = as_of(session, site.made_at)
    for draw_id in session.exec(select(DrawCommitment.draw_id)):
        draw = get_draw(session, draw_id)
        office = str(Commitment.from_bytes(draw.committed.commitment).rules.team[0].department)
        fallen = Counter(each.fallen for each, _ in approved_replacements(session, draw_id) if draw.opened)
        lines.setdefault(office, []).append(_one(draw, names[office], asked.get(draw_id, 0), fallen, at))
        session.expunge(draw.committed)  # a province of frames is not kept in memory
    return CountsPage(
        site=site,
        offices=[_sum(own, department=office, name=names[office]) for office, own in sorted(lines.items())],
        total=_sum([each for own in lines.values() for each in own], department=None, name=ALL),
    )


def _one(draw: Draw, name: str, asked: int, fallen: Counter[str], at: datetime) -> OfficeCount:
    missed = missed_terms(draw, at)
    return OfficeCount(
        department=None,
        name=name,
        committed=1,
        executed=draw.executed is not None,
        opened=draw.opened is not None,
        voided=draw.voided is not None,
        voided_executed=draw.voided is not None and draw.executed is not None,
        void_requests=asked,
        redraws=draw.committed.replaces is not None,
        overdue_execution=missed.execution,
        overdue_opening=missed.opening,
        replaced_units=fallen[Fallen.UNIT],
        replaced_inspectors=fallen[Fallen.INSPECTOR],
    )


def _sum(lines: Sequence[OfficeCount], *, department: str | None, name: str) -> OfficeCount:
    return OfficeCount(
        department=department,
        name=name,
        committed=sum(each.committed for each in lines),
        executed=sum(each.executed for each in lines),
        opened=sum(each.opened for each in lines),
        voided=sum(each.voided for each in lines),
        voided_executed=sum(each.voided_executed for each in lines),
        void_requests=sum(each.void_requests for each in lines),
        redraws=sum(each.redraws for each in lines),
        overdue_execution=sum(each.overdue_execution for each in lines),
        overdue_opening=sum(each.overdue_opening for each in lines),
        replaced_units=sum(each.replaced_units for each in lines),
        replaced_inspectors=sum(each.replaced_inspectors for each in lines),
    )
