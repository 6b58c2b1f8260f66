"""The outcome of an opened draw as its page shows it: who was drawn, by whom visited, who comes next, which files."""

from sqlmodel import Session, col, select

from publicity.bundle import public_files
from publicity.disclosure import Disclosure, Subject, current_disclosures
from publicity.pages.outcomes import AlternateUnit, DrawnUnit, FileLine, Outcome, SentInspector
from publicity.views.records import draw_path, file_path, operator_path, record_path
from registry.areas import area_name
from registry.departments import department_names
from registry.draws import Draw
from registry.loans import lending_areas
from registry.operators import Operator, is_masked, masked_codes, shown_name
from registry.visits import Visit, with_teams
from sampling.bundle import Replay
from sampling.canonical import digest
from sampling.names import UnitId
from sampling.tickets import ticket

BLOCK = 500
"""Codes asked for at once."""


def outcome_shown(session: Session, draw: Draw, outcome: Replay) -> Outcome:
    """Return what an opened draw shows beyond its commitment; of a withheld one nothing that could tell a stratum."""
    draw_id, withheld = draw.committed.draw_id, draw.committed.withheld
    hash_name = outcome.commitment.hash_name
    return Outcome(
        seed=None if withheld else outcome.seed.seed,
        subject_key=None if withheld else outcome.seed.subject_key,
        team_key=None if withheld else outcome.seed.team_key,
        drawn=_drawn(session, draw, outcome),
        alternates=[] if withheld else _alternates(session, outcome),
        files=[
            FileLine(
                name=name,
                path=file_path(draw_id, name),
                size=len(data),
                digest=digest(data, hash_name),
            )
            for name, data in public_files(session, draw).items()
        ],
        bundle_path=None if withheld else f"{draw_path(draw_id)}/bundle.zip",
    )


def _drawn(session: Session, draw: Draw, outcome: Replay) -> list[DrawnUnit]:
    draw_id, withheld = draw.committed.draw_id, draw.committed.withheld
    visits = session.exec(select(Visit).where(Visit.draw_id == draw_id).order_by(col(Visit.number))).all()
    masked = masked_codes(session, [visit.unit_id for visit in visits])
    results = {
        each.unit_id: each
        for each in session.exec(current_disclosures(Subject.RESULT).where(Disclosure.draw_id == draw_id))
    }
    departments, lent = department_names(session), lending_areas(session, draw.committed.task_no)
    rows = {row.unit_id: row for row in outcome.drawing.drawn}
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
                outcome="pending" if published is None else "problem" if published.problem else "clear",
                result_path=record_path(published) if published else None,
            )
        )
    return lines


def _alternates(session: Session, outcome: Replay) -> list[AlternateUnit]:
    key, hash_name = outcome.seed.subject_key, outcome.commitment.hash_name
    listed = [
        (stratum, outcome_rank, unit_id)
        for stratum, units in outcome.alternates().items()
        for outcome_rank, unit_id in enumerate(units, start=_drawn_count(outcome, stratum) + 1)
    ]
    names = operator_names(session, [unit_id for _, _, unit_id in listed])
    return [
        AlternateUnit(
            code=unit_id,
            name=names[unit_id],
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
