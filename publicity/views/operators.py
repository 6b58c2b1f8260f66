"""The credit page of one operator: who it is, why it was drawn or not, what was found, what was decided."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Literal

from sqlmodel import Session, col, select

from publicity.bundle import outcome_of
from publicity.disclosure import Subject
from publicity.pages.operators import OperatorDraw, OperatorPage, OperatorReplaced, OtherRecord, PlaceOfTrade
from publicity.pages.site import Site
from publicity.views.records import disclosures_of, draw_path, operator_path, penalties_of, results_of
from registry.areas import area_name
from registry.criteria import REASON_WORDS
from registry.draws import Draw, DrawCommitment, DrawOpening, get_draw
from registry.merging import merged_codes
from registry.operator_entries import KIND_WORDS, STATUS_WORDS, OperatorKind, OperatorStatus
from registry.operators import get_operator, public_name
from registry.replacing import Fallen, approved_replacements, came_of, reason_words
from registry.sites import sites_of
from registry.visits import Visit, get_visit
from sampling.bundle import Replay
from sampling.commitment import Commitment
from sampling.names import UnitId
from sampling.tickets import ticket

HASH_COMMANDS = {"sha256": "sha256sum", "sm3": "openssl dgst -sm3"}


def operator_page(session: Session, site: Site, unit_id: str) -> OperatorPage:
    """Return an operator's page, with what was published under the codes merged into it. Raises AbsentError."""
    operator = get_operator(session, unit_id)
    masked = public_name(operator) != operator.name
    earlier = merged_codes(session, unit_id)
    codes = [unit_id, *earlier]
    return OperatorPage(
        site=site,
        code=operator.unit_id,
        licensed=bool(operator.credit_code),
        name=public_name(operator),
        masked=masked,
        merged_into=_other(operator.merged_into) if operator.merged_into else None,
        earlier=[_other(code) for code in earlier],
        kind=KIND_WORDS[OperatorKind(operator.kind)],
        status=STATUS_WORDS[OperatorStatus(operator.status)],
        trading=operator.trading,
        area=area_name(operator.area),
        address="" if masked else operator.address,
        legal_representative="" if masked else operator.legal_representative,
        places=[PlaceOfTrade(**asdict(each)) for each in sites_of(session, [unit_id])[unit_id]],
        draws=_draws(session, codes),
        results=results_of(session, disclosures_of(session, Subject.RESULT, codes)),
        penalties=penalties_of(session, disclosures_of(session, Subject.PENALTY, codes)),
    )


def _other(code: str) -> OtherRecord:
    return OtherRecord(code=code, path=operator_path(code))


def _draws(session: Session, codes: Sequence[str]) -> list[OperatorDraw]:
    """Return the opened draws in whose scope the operator was under any of its codes, newest first."""
    opened = select(DrawOpening.draw_id)
    ids = select(DrawCommitment.draw_id).where(col(DrawCommitment.draw_id).in_(opened))
    found = []
    for draw_id in session.exec(ids.order_by(col(DrawCommitment.fact_id).desc())):
        draw = get_draw(session, draw_id)
        for unit_id in map(UnitId, codes):
            line = f"\n{unit_id},".encode()
            if draw.committed.withheld:
                found += _withheld(session, draw, unit_id)
            elif line in draw.committed.frame:
                found.append(_framed(draw, outcome_of(draw), unit_id, replaced_in(session, draw_id, unit_id)))
            elif line in draw.committed.exclusions:
                found.append(_excluded(draw, unit_id))
    return found


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


def _framed(draw: Draw, outcome: Replay, unit_id: UnitId, replaced: list[OperatorReplaced]) -> OperatorDraw:
    rules = outcome.commitment.rules
    stratum = next(unit.stratum for unit in outcome.inputs.frame.rows if unit.unit_id == unit_id)
    entry = next(each for each in outcome.drawing.strata if each.stratum == stratum)
    ranks = {row.unit_id: row.rank for row in outcome.drawing.drawn}
    drawn = unit_id in ranks
    rank = ranks[unit_id] if drawn else entry.drawn + outcome.alternates()[stratum].index(unit_id) + 1
    key = outcome.seed.subject_key
    return OperatorDraw(
        code=unit_id,
        draw_id=draw.committed.draw_id,
        title=rules.title,
        draw_path=draw_path(draw.committed.draw_id),
        voided=draw.voided is not None,
        place="drawn" if drawn else "alternate",
        reason=None,
        stratum=stratum,
        stratum_size=entry.units,
        quota=entry.drawn,
        rank=rank,
        ticket=ticket(key, unit_id, rules.hash_name),
        cutoff=entry.cut_off,
        command=f'printf %s "{key}:{unit_id}" | {HASH_COMMANDS[rules.hash_name]}',
        replaced=replaced,
    )


def _withheld(session: Session, draw: Draw, unit_id: UnitId) -> list[OperatorDraw]:
    """Return that an operator was drawn, if it was: of a withheld draw its page tells nothing else."""
    draw_id = draw.committed.draw_id
    drawn = select(Visit.visit_id).where(Visit.draw_id == draw_id, Visit.unit_id == unit_id)
    if session.exec(drawn).first() is None:
        return []
    return [replace(_bare(draw, unit_id, "drawn", reason=None), replaced=replaced_in(session, draw_id, unit_id))]


def _excluded(draw: Draw, unit_id: UnitId) -> OperatorDraw:
    rows = dict(line.split(",") for line in draw.committed.exclusions.decode().splitlines())
    return _bare(draw, unit_id, "excluded", reason=REASON_WORDS[rows[unit_id]][0])


def _bare(draw: Draw, unit_id: UnitId, place: Literal["drawn", "excluded"], *, reason: str | None) -> OperatorDraw:
    return OperatorDraw(
        code=unit_id,
        draw_id=draw.committed.draw_id,
        title=Commitment.from_bytes(draw.committed.commitment).rules.title,
        draw_path=draw_path(draw.committed.draw_id),
        voided=draw.voided is not None,
        place=place,
        reason=reason,
        stratum=None,
        stratum_size=None,
        quota=None,
        rank=None,
        ticket=None,
        cutoff=None,
        command=None,
        replaced=[],
    )
