"""The outcome of an opened draw as its page shows it: who was drawn, by whom visited, who comes next, which files."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from sqlmodel import Session, col, select

from publicity.bundle import public_files
from publicity.disclosure import Disclosure, Subject
from publicity.endings import standing
from publicity.pages.outcomes import (
    AlternateUnit,
    CameLine,
    DrawnUnit,
    FileLine,
    Outcome,
    ReplacementLine,
    SentInspector,
)
from publicity.views.records import draw_path, file_path, operator_path, record_path
from registry.areas import area_name
from registry.departments import department_names
from registry.draws import Draw
from registry.loans import lending_areas
from registry.operators import Operator, is_masked, masked_codes, shown_name
from registry.replacing import Fallen, approved_replacements, came_of, reason_words, standings_of
from registry.steps import VisitStep, replaced_visits
from registry.visits import Visit, get_visit, with_teams
from sampling import names
from sampling.bundle import Replay
from sampling.canonical import digest
from sampling.names import UnitId
from sampling.public_value import PUBLIC_VALUE
from sampling.replacement import UnitOut, read_event
from sampling.tickets import ticket

STEP_OF = {
    **dict.fromkeys((names.FRAME, names.EXCLUSIONS, names.INSPECTORS, names.RECUSALS), 1),
    **dict.fromkeys((names.COMMITMENT, names.COSIGNED), 2),
    **dict.fromkeys((names.REVEAL, PUBLIC_VALUE), 3),
    **dict.fromkeys((names.DRAWN, names.TEAMS, names.REPLACEMENTS), 4),
}
"""Which of the five steps of a draw each of its files is of."""
TRACE = 5
"""The step of every other: what the log says."""
BLOCK = 500
"""Codes asked for at once."""


def outcome_shown(session: Session, draw: Draw, outcome: Replay, today: date) -> Outcome:
    """Return what an opened draw shows beyond its commitment; of a withheld one nothing that could tell a stratum."""
    draw_id, withheld = draw.committed.draw_id, draw.committed.withheld
    hash_name = outcome.commitment.hash_name
    return Outcome(
        seed=None if withheld else outcome.seed.seed,
        subject_key=None if withheld else outcome.seed.subject_key,
        team_key=None if withheld else outcome.seed.team_key,
        drawn=_drawn(session, draw, outcome, today),
        alternates=[] if withheld else _alternates(session, outcome),
        replacements=list(_replacements(session, draw)),
        files=[
            FileLine(
                name=name,
                path=file_path(draw_id, name),
                size=len(data),
                digest=digest(data, hash_name),
                step=STEP_OF.get(name, TRACE),
            )
            for name, data in public_files(session, draw).items()
        ],
        bundle_path=None if withheld else f"{draw_path(draw_id)}/bundle.zip",
    )


def _drawn(session: Session, draw: Draw, outcome: Replay, today: date) -> list[DrawnUnit]:
    draw_id, withheld = draw.committed.draw_id, draw.committed.withheld
    order = Visit.unit_id if withheld else Visit.number
    visits = session.exec(select(Visit).where(Visit.draw_id == draw_id).order_by(col(order))).all()
    replaced = set(session.exec(replaced_visits().where(col(VisitStep.visit_id).in_([v.visit_id for v in visits]))))
    masked = masked_codes(session, [visit.unit_id for visit in visits])
    results = {
        each.unit_id: each
        for each in session.exec(standing(Subject.RESULT, today).where(Disclosure.draw_id == draw_id))
    }
    departments, lent = department_names(session), lending_areas(session, draw.committed.task_no)
    first = set(outcome.drawing.drawn.unit_ids)
    rows = {row.unit_id: row for standing in standings_of(session, outcome) for row in standing.drawn}
    lines = []
    for assignment in with_teams(session, visits):
        visit, row = assignment.visit, rows[UnitId(assignment.visit.unit_id)]
        published = results.get(row.unit_id)
        lead = assignment.seats[0]
        lines.append(
            DrawnUnit(
                code=row.unit_id,
                name=shown_name(visit.operator_name, masked=row.unit_id in masked),
                path=operator_path(row.unit_id),
                area=area_name(visit.area),
                stratum=None if withheld else row.stratum,
                rank=None if withheld else row.rank,
                ticket=None if withheld else row.ticket,
                team=[
                    SentInspector(
                        department=departments[seat.department],
                        seat=seat.seat,
                        roster_no=seat.roster_no or "",
                        name=seat.inspector_name,
                        lead=seat is lead,
                        lent_from=area_name(lent[seat.inspector_no]) if seat.inspector_no in lent else None,
                    )
                    for seat in assignment.seats
                ],
                alternate=row.unit_id not in first,
                outcome="replaced" if visit.visit_id in replaced else _found(published),
                result_path=record_path(published) if published else None,
            )
        )
    return lines


def _found(published: Disclosure | None) -> Literal["pending", "clear", "problem"]:
    if published is None:
        return "pending"
    return "problem" if published.problem else "clear"


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


def _alternates(session: Session, outcome: Replay) -> list[AlternateUnit]:
    key, hash_name = outcome.seed.subject_key, outcome.commitment.hash_name
    listed = [
        (stratum, outcome_rank, unit_id)
        for stratum, units in outcome.alternates().items()
        for outcome_rank, unit_id in enumerate(units, start=_drawn_count(outcome, stratum) + 1)
    ]
    used = standings_of(session, outcome)[-1].used
    listed = [each for each in listed if each[1] > _drawn_count(outcome, each[0]) + used.get(each[0], 0)]
    called = operator_names(session, [unit_id for _, _, unit_id in listed])
    return [
        AlternateUnit(
            code=unit_id,
            name=called[unit_id],
            path=operator_path(unit_id),
            stratum=stratum,
            rank=rank,
            ticket=ticket(key, unit_id, hash_name),
        )
        for stratum, rank, unit_id in listed
    ]


def _drawn_count(outcome: Replay, stratum: str) -> int:
    return next(entry.drawn for entry in outcome.drawing.strata if entry.stratum == stratum)


def operator_names(session: Session, codes: list[str]) -> dict[str, str]:
    """Return code → the name that the public sees, read in blocks that either database takes."""
    found: dict[str, str] = {}
    columns = select(Operator.unit_id, Operator.name, is_masked())
    for start in range(0, len(codes), BLOCK):
        block = columns.where(col(Operator.unit_id).in_(codes[start : start + BLOCK]))
        found |= {code: shown_name(name, masked=masked) for code, name, masked in session.exec(block)}
    return found
