"""The outcome of an opened draw as its page shows it: who was drawn, by whom visited, who comes next, which files."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from publicity.draw_files import public_files
from publicity.pages.outcomes import CameLine, FileLine, Outcome, ReplacementLine
from publicity.views.drawn import alternate_units, bundle_path, drawn_units, operator_names
from publicity.views.records import file_path, operator_path
from registry.departments import department_names
from registry.draws import Draw, DrawExecution
from registry.replacing import Fallen, approved_replacements, came_of, reason_words
from registry.visits import get_visit
from sampling import names
from sampling.commitment import Commitment
from sampling.public_value import PUBLIC_VALUE
from sampling.replacement import UnitOut, read_event
from sampling.seed import Reveal, derive

STEP_OF = {
    **dict.fromkeys((names.FRAME, names.EXCLUSIONS, names.INSPECTORS, names.RECUSALS), 1),
    **dict.fromkeys((names.COMMITMENT, names.COSIGNED), 2),
    **dict.fromkeys((names.REVEAL, PUBLIC_VALUE), 3),
    **dict.fromkeys((names.DRAWN, names.TEAMS, names.REPLACEMENTS), 4),
}
"""Which of the five steps of a draw each of its files is of."""
TRACE = 5
"""The step of every other: what the log says."""


def outcome_shown(session: Session, draw: Draw, executed: DrawExecution, today: date) -> Outcome:
    """Return what an opened draw shows beyond its commitment; of a withheld one nothing that could tell a stratum."""
    draw_id, withheld = draw.committed.draw_id, draw.committed.withheld
    seed = derive(Commitment.from_bytes(draw.committed.commitment), Reveal.from_bytes(executed.reveal))
    drawn, drawn_paging = drawn_units(session, draw, today)
    alternates, alternates_paging = alternate_units(session, draw)
    return Outcome(
        seed=None if withheld else seed.seed,
        subject_key=None if withheld else seed.subject_key,
        team_key=None if withheld else seed.team_key,
        drawn=drawn,
        drawn_paging=drawn_paging,
        alternates=alternates,
        alternates_paging=alternates_paging,
        replacements=list(_replacements(session, draw)),
        files=[
            FileLine(
                name=name,
                path=file_path(draw_id, name),
                size=file.size,
                digest=file.digest,
                step=STEP_OF.get(name, TRACE),
            )
            for name, file in public_files(session, draw).items()
        ],
        bundle_path=None if withheld else bundle_path(draw_id),
    )


def _replacements(session: Session, draw: Draw) -> Iterator[ReplacementLine]:
    """Yield what was replaced, in order; what was written of it beside the reason is the bureau's."""
    departments = department_names(session)
    for asked, decision in approved_replacements(session, draw.committed.draw_id):
        unit = get_visit(session, asked.visit_id) if asked.fallen == Fallen.UNIT else None
        came = came_of(session, asked.replacement_id)
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
            state=decision.state or "",
        )
