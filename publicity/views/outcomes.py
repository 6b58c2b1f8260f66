"""The outcome of an opened draw as its page shows it: who was drawn, by whom visited, who comes next, which files."""

from sqlmodel import Session, col, select

from publicity.bundle import bundle_files
from publicity.disclosure import Disclosure, Subject, current_disclosures
from publicity.pages import AlternateUnit, DrawnUnit, FileLine, Outcome, SentInspector
from publicity.views.records import draw_path, file_path, operator_path, record_path
from registry.areas import area_name
from registry.departments import department_names
from registry.draws import Draw, DrawOpening
from registry.operators import Operator
from registry.visits import Visit, with_teams
from sampling.bundle import Replay
from sampling.canonical import digest
from sampling.tickets import ticket

BLOCK = 500
"""Codes asked for at once."""


def outcome_shown(session: Session, draw: Draw, opened: DrawOpening, outcome: Replay) -> Outcome:
    """Return what an opened draw shows beyond its commitment."""
    files = bundle_files(session, draw, opened)
    hash_name = outcome.commitment.hash_name
    return Outcome(
        seed=outcome.seed.seed,
        subject_key=outcome.seed.subject_key,
        team_key=outcome.seed.team_key,
        drawn=_drawn(session, draw, outcome),
        alternates=_alternates(session, outcome),
        files=[
            FileLine(
                name=name,
                path=file_path(opened.draw_id, name),
                size=len(data),
                digest=digest(data, hash_name),
            )
            for name, data in files.items()
        ],
        bundle_path=f"{draw_path(opened.draw_id)}/bundle.zip",
    )


def _drawn(session: Session, draw: Draw, outcome: Replay) -> list[DrawnUnit]:
    draw_id = draw.committed.draw_id
    visits = session.exec(select(Visit).where(Visit.draw_id == draw_id).order_by(col(Visit.number)))
    results = {
        each.unit_id: each
        for each in session.exec(current_disclosures(Subject.RESULT).where(Disclosure.draw_id == draw_id))
    }
    departments = department_names(session)
    lines = []
    for row, assignment in zip(outcome.drawing.drawn, with_teams(session, visits), strict=True):
        visit, published = assignment.visit, results.get(row.unit_id)
        lead = assignment.seats[0]
        lines.append(
            DrawnUnit(
                code=row.unit_id,
                name=visit.operator_name,
                path=operator_path(row.unit_id),
                area=area_name(visit.area),
                stratum=row.stratum,
                rank=row.rank,
                ticket=row.ticket,
                team=[
                    SentInspector(
                        department=departments[seat.department],
                        seat=seat.seat,
                        roster_no=seat.roster_no or "",
                        name=seat.inspector_name,
                        lead=seat is lead,
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
    """Return credit code → name, read in blocks that either database takes."""
    found: dict[str, str] = {}
    for start in range(0, len(codes), BLOCK):
        block = col(Operator.unit_id).in_(codes[start : start + BLOCK])
        found |= dict(session.exec(select(Operator.unit_id, Operator.name).where(block)).all())
    return found
