"""Who was replaced by whom in an open draw, by whose decision in the log: the first, and the others page by page."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from publicity.pages.drawn import ReplacementsPage
from publicity.pages.outcomes import CameLine, ReplacementLine
from publicity.pages.site import Paging, Site
from publicity.sequencer import entry_indexes
from publicity.views.drawn import PAGE_ROWS, open_draw, operator_names, told_of
from publicity.views.records import draw_path, file_path, operator_path, proof_path
from registry.departments import department_names
from registry.draws import Draw
from registry.replacing import (
    Fallen,
    Replacement,
    ReplacementDecision,
    approved_replacements,
    came_count,
    came_of,
    reason_words,
)
from registry.visits import get_visit
from sampling import names
from sampling.replacement import UnitOut, read_event


def replacements_page(session: Session, site: Site, draw_id: str, after: int) -> ReplacementsPage:
    """Return what was replaced after a number. Raises AbsentError, also before the draw is open."""
    draw, opened = open_draw(session, draw_id)
    rows, paging = replacement_lines(session, draw, after)
    return ReplacementsPage(
        site=site,
        draw=told_of(session, draw, opened),
        rows=rows,
        paging=paging,
        file_path=file_path(draw_id, names.REPLACEMENTS) if rows and not draw.committed.withheld else None,
    )


def replacement_lines(session: Session, draw: Draw, after: int = 0) -> tuple[list[ReplacementLine], Paging]:
    """Return what was replaced in an open draw, in order of the decisions, from the one after a number on."""
    approved = approved_replacements(session, draw.committed.draw_id)
    shown = approved[after : after + PAGE_ROWS]  # they are numbered from 1, without a gap
    path = f"{draw_path(draw.committed.draw_id)}/replacements"
    end = after + len(shown)
    return list(_lines(session, shown)), Paging(
        total=len(approved),
        shown=len(shown),
        next_path=f"{path}?after={end}" if end < len(approved) else None,
        first_path=path if after else None,
    )


def _lines(session: Session, approved: Sequence[tuple[Replacement, ReplacementDecision]]) -> Iterator[ReplacementLine]:
    """Yield what was replaced, in order; what was written of it beside the reason is the bureau's."""
    departments = department_names(session)
    indexes = entry_indexes(session, [decision.fact_id for _, decision in approved])
    for asked, decision in approved:
        unit = get_visit(session, asked.visit_id) if asked.fallen == Fallen.UNIT else None
        came = came_of(session, asked.replacement_id, PAGE_ROWS)
        codes = [each.visit.unit_id for each, _ in came] + ([unit.unit_id] if unit else [])
        called = operator_names(session, codes)
        event = read_event(decision.event or b"")
        yield ReplacementLine(
            number=decision.number or 0,
            fallen="unit" if unit else "inspector",
            reason=asked.reason,
            text=reason_words(asked.reason)[0],
            decided_at=decision.decided_at,
            out=event.unit_id if isinstance(event, UnitOut) else event.inspector_id,
            out_name=called[unit.unit_id] if unit else None,
            out_path=operator_path(unit.unit_id) if unit else None,
            came=[
                CameLine(
                    code=each.visit.unit_id,
                    name=called[each.visit.unit_id],
                    path=operator_path(each.visit.unit_id),
                    inspector=seat.inspector_name if seat else None,
                    department=departments[seat.department] if seat else None,
                    seat=seat.seat if seat else None,
                )
                for each, seats in came
                for seat in ([None] if unit else seats)
            ],
            came_total=came_count(session, asked),
            state=decision.state or "",
            entry_path=f"/log/entries/{indexes[decision.fact_id]}",
            proof_path=proof_path(indexes[decision.fact_id]),
        )
