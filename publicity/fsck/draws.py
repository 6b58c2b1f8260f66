"""Each draw, drawn again: from its files, its secrets and its salts, as anybody can who has the bundle.

That the stored files are those of the commitment does not say that they were the register: so the units in the plan's
scope are computed anew from the first ``log_size`` entries, as the commitment says of itself.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from publicity.fsck.report import Code, Report
from publicity.fsck.state import State
from publicity.sequencer import Entry
from registry.areas import protocol_area
from registry.batches import Batch
from registry.draws import DrawCommitment, DrawExecution, OutcomeSalt, RosterNumber, committed_files
from registry.executions import visit_id
from registry.visits import Seat, Visit
from sampling import names
from sampling.bundle import Replay, replay
from sampling.canonical import digest
from sampling.commitment import Commitment
from sampling.frame import Inputs
from sampling.sealing import outcome_root, outcome_rows


def check_draws(session: Session, report: Report, state: State) -> None:
    """Check every draw that was ever committed, one after another."""
    for draw_id in session.exec(select(DrawCommitment.draw_id).order_by(col(DrawCommitment.fact_id))).all():
        report.draws += 1
        try:
            _check_draw(session, report, state, draw_id)
        except Exception as broken:  # noqa: BLE001 - what an edit left behind can break any reader: that is a finding
            report.differs(Code.DRAW, ("draw_commitments", draw_id), log="a draw", found=f"cannot be read: {broken}")


def _check_draw(session: Session, report: Report, state: State, draw_id: str) -> None:
    committed = session.get_one(DrawCommitment, draw_id)
    _check_commitment(session, report, state, committed)
    executed = session.get(DrawExecution, draw_id)
    if executed is not None:
        _check_execution(session, report, committed, executed)
        session.expunge(executed)
    session.expunge(committed)


def _check_commitment(session: Session, report: Report, state: State, committed: DrawCommitment) -> None:
    place = ("draw_commitments", committed.draw_id)
    commitment = Commitment.from_bytes(committed.commitment)
    inputs = Inputs.from_files(committed_files(committed))
    commitment.check_inputs(inputs)
    public = _public(session, committed.fact_id)
    for name, own in (("commitment", public.get("commitment")), ("digest", committed.digest)):
        if own != commitment.digest:
            report.differs(Code.DRAW, place, name, log=public.get("commitment"), found=commitment.digest)
    units = {str(row.unit_id) for row in inputs.frame.rows} | {str(row.unit_id) for row in inputs.exclusions.rows}
    _check_scope(session, report, state, committed, units)


def _check_scope(session: Session, report: Report, state: State, committed: DrawCommitment, units: set[str]) -> None:
    """Compare the units of a draw with those that the first entries of the log make."""
    batch = session.get(Batch, committed.task_no)
    size = Commitment.from_bytes(committed.commitment).register.log_size
    last = session.exec(select(Entry.fact_id).where(Entry.index == size - 1)).first()
    if batch is None or last is None or not state.knows_operators(last):
        return
    areas = tuple(str(protocol_area(area)) for area in batch.areas)
    made = {key for key, kind, area in state.scopes(last) if kind in batch.kinds and area.startswith(areas)}
    place = ("draw_commitments", committed.draw_id)
    for unit_id in sorted(made - units):
        report.differs(Code.DRAW, place, "frame", log=f"{unit_id} is in scope", found="neither framed nor excluded")
    for unit_id in sorted(units - made):
        report.differs(Code.DRAW, place, "frame", log=f"{unit_id} is not in scope", found="framed or excluded")


def _check_execution(session: Session, report: Report, committed: DrawCommitment, executed: DrawExecution) -> None:
    place = ("draw_executions", executed.draw_id)
    outcome = replay(committed_files(committed) | {names.REVEAL: executed.reveal})
    hash_name = outcome.commitment.rules.hash_name
    for name, stored in (("drawn", executed.drawn), ("teams", executed.teams)):
        made = outcome.outcome[f"{name}.csv"]
        if stored != made:
            report.differs(Code.DRAW, place, name, log=digest(made, hash_name), found=digest(stored, hash_name))
    rows = outcome_rows(outcome.outcome[names.DRAWN], outcome.outcome[names.TEAMS])
    salts = session.exec(
        select(OutcomeSalt.salt).where(OutcomeSalt.draw_id == executed.draw_id).order_by(col(OutcomeSalt.number))
    ).all()
    root = outcome_root(rows, list(salts)).hex() if len(rows) == len(salts) else "—"
    logged = _public(session, executed.fact_id).get("outcome_root")
    for name, own in (("outcome_root", executed.outcome_root), ("salts", root)):
        if own != logged:
            report.differs(Code.DRAW, place, name, log=logged, found=own)
    _check_visits(session, report, committed, outcome)


def _check_visits(session: Session, report: Report, committed: DrawCommitment, outcome: Replay) -> None:
    """Compare the visits that a draw made with what was drawn, and their seats with its teams."""
    draw_id = committed.draw_id
    order = [str(row.unit_id) for row in outcome.drawing.drawn]
    made = dict(enumerate(sorted(order) if committed.withheld else order, start=1))
    visits = dict(session.exec(select(Visit.number, Visit.unit_id).where(Visit.draw_id == draw_id)).all())
    for number, unit_id in made.items():
        if visits.get(number) != unit_id:
            found = visits.get(number, "—")
            report.differs(Code.DRAW, ("visits", visit_id(draw_id, number)), "unit_id", log=unit_id, found=found)
    numbers = {unit_id: number for number, unit_id in made.items()}
    roster = dict(
        session.exec(
            select(RosterNumber.roster_no, RosterNumber.inspector_no).where(RosterNumber.draw_id == draw_id)
        ).all()
    )
    seats = {
        (each.visit_id, each.department, each.seat): (each.roster_no, each.inspector_no)
        for each in session.exec(
            select(Seat).join(Visit, col(Visit.visit_id) == col(Seat.visit_id)).where(Visit.draw_id == draw_id)
        )
    }
    for row in outcome.teams.assignments:
        key = (visit_id(draw_id, numbers[str(row.unit_id)]), str(row.department), row.seat)
        drawn = (str(row.inspector_id), roster.get(str(row.inspector_id)))
        if seats.get(key) != drawn:
            place = ("visit_seats", "/".join(map(str, key)))
            report.differs(Code.DRAW, place, "inspector_no", log=drawn, found=seats.get(key, "—"))


def _public(session: Session, fact_id: int) -> Mapping[str, Any]:
    """Return the public part of a fact as its entry has it."""
    entry = session.exec(select(Entry.entry).where(Entry.fact_id == fact_id)).first()
    found: Mapping[str, Any] = json.loads(entry)["public"] if entry else {}
    return found
