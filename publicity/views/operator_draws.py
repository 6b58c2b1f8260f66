"""What draws say of one operator: its place in each that is open, and what of the others can be checked already."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from sqlmodel import Session, col, select

from publicity.frames import OpenedFrame, opened_draws, opened_frame
from publicity.pages.operators import OperatorDraw, OperatorReplaced, PendingDraw
from publicity.sequencer import entry_indexes
from publicity.views.records import draw_path, file_path, proof_path
from registry.batches import Batch
from registry.criteria import REASON_WORDS, in_scope
from registry.draws import DrawCommitment, DrawOpening, DrawVoid, is_voided, without_tables
from registry.operators import Operator
from registry.replacing import Fallen, approved_replacements, came_of, reason_words
from registry.visits import Visit, get_visit
from sampling import names
from sampling.commitment import Commitment
from sampling.names import UnitId
from sampling.places import Place

HASH_COMMANDS = {"sha256": "sha256sum", "sm3": "openssl dgst -sm3"}
PENDING_ROWS = 20
"""How many draws that are not open an operator's page names at most, the newest first."""


def operator_draws(session: Session, codes: Sequence[str]) -> list[OperatorDraw]:
    """Return the opened draws in whose scope the operator was under any of its codes, newest first."""
    visited = select(Visit.draw_id, Visit.unit_id).where(col(Visit.unit_id).in_(codes))
    drawn = set(session.exec(visited))
    found = []
    for committed, reveal in opened_draws(session):
        for unit_id in map(UnitId, codes):
            if not committed.withheld:
                found += part_in(session, committed, reveal, unit_id)
            elif (committed.draw_id, unit_id) in drawn:
                found.append(_withheld(session, committed, unit_id))
    return found


def part_in(session: Session, committed: DrawCommitment, reveal: bytes, unit_id: UnitId) -> list[OperatorDraw]:
    """Return an operator's place in an opened draw that anybody may recompute; nothing when it was not in its scope."""
    opened = opened_frame(committed, reveal)
    place = opened.frame.find(unit_id)
    if place is not None:
        return [_framed(session, committed, opened, unit_id, place)]
    excluded = opened.exclusions.find(unit_id)
    if excluded is None:
        return []
    row, (_, reason) = excluded
    bare = _bare(session, committed, unit_id, "excluded")
    return [replace(bare, row=row, reason=REASON_WORDS[reason][0])]


def pending_draws(session: Session, unit_id: str) -> list[PendingDraw]:
    """Return the draws that are committed and not open, and whose kinds and areas are the operator's as it stands.

    Not whether it is in the frame: its file is not public yet.
    """
    query = (
        select(DrawCommitment, Batch)
        .join(Batch, col(Batch.task_no) == col(DrawCommitment.task_no))
        .where(col(DrawCommitment.draw_id).not_in(select(DrawOpening.draw_id)))
        .where(col(DrawCommitment.draw_id).not_in(select(DrawVoid.draw_id)))
        .options(*without_tables())
    )
    own = select(Operator.unit_id).where(Operator.unit_id == unit_id)
    waiting = [
        committed
        for committed, batch in session.exec(query.order_by(col(DrawCommitment.fact_id).desc()))
        if session.exec(own.where(in_scope(batch))).first() is not None
    ][:PENDING_ROWS]
    indexes = entry_indexes(session, [each.fact_id for each in waiting])
    return [_pending(each, indexes[each.fact_id]) for each in waiting]


def replaced_in(session: Session, draw_id: str, unit_id: str) -> list[OperatorReplaced]:
    """Return how an operator fell away or came in, in an opened draw, in order of the decisions."""
    found = []
    for asked, decision in approved_replacements(session, draw_id):
        if asked.fallen != Fallen.UNIT:
            continue
        ways = {get_visit(session, asked.visit_id).unit_id: "out"}
        ways |= {each.visit.unit_id: "came" for each, _ in came_of(session, asked.replacement_id)}
        if unit_id in ways:
            found.append(
                OperatorReplaced(
                    way="out" if ways[unit_id] == "out" else "came",
                    number=decision.number or 0,
                    reason=asked.reason,
                    text=reason_words(asked.reason)[0],
                    decided_at=decision.decided_at,
                )
            )
    return found


def _framed(
    session: Session, committed: DrawCommitment, opened: OpenedFrame, unit_id: UnitId, place: Place
) -> OperatorDraw:
    units, rules = opened.frame.units(place.stratum), opened.commitment.rules
    quota = rules.quotas.size(place.stratum, units)
    bare = _bare(session, committed, unit_id, "drawn" if place.rank <= quota else "alternate")
    return replace(
        bare,
        row=place.row,
        rows=len(opened.frame),
        stratum=place.stratum,
        stratum_size=units,
        quota=quota,
        rank=place.rank,
        ticket=place.ticket,
        cutoff=opened.frame.cut_off(place.stratum, quota),
        command=f'printf %s "{opened.subject_key}:{unit_id}" | {HASH_COMMANDS[rules.hash_name]}',
        replaced=replaced_in(session, committed.draw_id, unit_id),
    )


def _withheld(session: Session, committed: DrawCommitment, unit_id: UnitId) -> OperatorDraw:
    """Return that an operator was drawn: of a withheld draw its page tells nothing else, and of others nothing."""
    bare = _bare(session, committed, unit_id, "drawn")
    return replace(bare, replaced=replaced_in(session, committed.draw_id, unit_id))


def _bare(
    session: Session, committed: DrawCommitment, unit_id: UnitId, place: Literal["drawn", "alternate", "excluded"]
) -> OperatorDraw:
    return OperatorDraw(
        code=unit_id,
        draw_id=committed.draw_id,
        title=Commitment.from_bytes(committed.commitment).rules.title,
        draw_path=draw_path(committed.draw_id),
        voided=is_voided(session, committed.draw_id),
        place=place,
        reason=None,
        row=None,
        rows=None,
        stratum=None,
        stratum_size=None,
        quota=None,
        rank=None,
        ticket=None,
        cutoff=None,
        command=None,
        replaced=[],
    )


def _pending(committed: DrawCommitment, index: int) -> PendingDraw:
    rules = Commitment.from_bytes(committed.commitment).rules
    return PendingDraw(
        draw_id=committed.draw_id,
        title=rules.title,
        draw_path=draw_path(committed.draw_id),
        committed_at=committed.committed_at,
        open_by=committed.open_by,
        commitment_digest=committed.digest,
        commitment_path=file_path(committed.draw_id, names.COMMITMENT),
        command=f"{HASH_COMMANDS[rules.hash_name]} {names.COMMITMENT}",
        log_index=index,
        proof_path=proof_path(index),
    )
