"""The page of one notice: read off the row that its address is bound to, and off nothing else of the outcome."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from publicity.pages.door import DoorChange, DoorInspector, DoorPage, DoorProof, DoorStep
from publicity.pages.site import Site
from publicity.sequencer import entry_indexes
from publicity.views.records import draw_path, proof_path
from registry.departments import department_names
from registry.doors import Door, DoorRow, find_door
from registry.draws import DrawOpening, RosterNumber, get_draw
from registry.erasing import shown_text
from registry.inspectors import Inspector
from registry.journal import Fact
from sampling.commitment import Commitment
from sampling.door import RowProof
from sampling.merkle import LEAF_PREFIX, NODE_PREFIX, climb, leaf_hash
from sampling.sealing import SALT_PREFIX


def door_page(session: Session, site: Site, token: str) -> DoorPage:
    """Return what a notice proves. Raises AbsentError."""
    door = find_door(session, token)
    executed, proof = door.executed, door.first.proof
    draw_id = executed.draw_id
    committed = get_draw(session, draw_id).committed
    opened = session.get(DrawOpening, draw_id)
    index, at = _logged(session, door.first)
    return DoorPage(
        site=site,
        draw_id=draw_id,
        draw_path=draw_path(draw_id),
        title=Commitment.from_bytes(committed.commitment).rules.title,
        operator_name=door.visit.operator_name,
        operator_code=door.visit.unit_id,
        team=_team(session, door),
        executed_at=executed.executed_at,
        opened_at=opened.opened_at if opened else None,
        open_by=committed.open_by,
        withheld=committed.withheld,
        stands=door.stands,
        came_at=at if door.came else None,
        changed=_change(session, door.now) if door.now else None,
        proof=_shown(door.first),
        steps=list(_steps(proof)),
        log_index=index,
        entry_path=f"/log/entries/{index}",
        proof_path=proof_path(index),
    )


def _change(session: Session, row: DoorRow) -> DoorChange:
    index, at = _logged(session, row)
    return DoorChange(
        at=at,
        proof=_shown(row),
        steps=list(_steps(row.proof)),
        log_index=index,
        entry_path=f"/log/entries/{index}",
        proof_path=proof_path(index),
    )


def _shown(row: DoorRow) -> DoorProof:
    proof = row.proof
    return DoorProof(
        row=proof.row.decode(),
        salt=proof.salt.hex(),
        index=proof.index,
        size=proof.size,
        path=[each.hex() for each in proof.path],
        root=row.root,
    )


def _logged(session: Session, row: DoorRow) -> tuple[int, datetime]:
    """Return the place of a row's root in the log, and when it was written."""
    return entry_indexes(session, [row.fact_id])[row.fact_id], session.get_one(Fact, row.fact_id).at


def _team(session: Session, door: Door) -> list[DoorInspector]:
    """Return those whom the row names by their roster numbers as it stands now, the leading one first."""
    if not door.stands:
        return []
    proof = (door.now or door.first).proof
    lines = [line.split(",") for line in proof.row.decode().splitlines()[1:]]
    numbers = [roster_no for _, _, _, roster_no in lines]
    joined = col(Inspector.inspector_no) == col(RosterNumber.inspector_no)
    query = select(RosterNumber.roster_no, Inspector).join(Inspector, joined)
    of_draw = RosterNumber.draw_id == door.executed.draw_id
    found = dict(session.exec(query.where(of_draw, col(RosterNumber.roster_no).in_(numbers))).all())
    names = department_names(session)
    return [
        DoorInspector(
            department=names[department],
            name=found[roster_no].name,
            certificate_no=_certificate(session, found[roster_no]),
            roster_no=roster_no,
            lead=place == 0,
        )
        for place, (_, department, _, roster_no) in enumerate(lines)
    ]


def _certificate(session: Session, inspector: Inspector) -> str:
    """Return the number of a certificate; of somebody who left and whose number was erased, the words that say so."""
    number = inspector.certificate_no
    return number or shown_text(session, number, table="inspectors", key=inspector.inspector_no)


def _steps(proof: RowProof) -> Iterator[DoorStep]:
    """Yield the check by hand, from the row to the root: each step takes what the one before printed."""
    lines = " ".join(f"'{line}'" for line in proof.row.decode().splitlines())
    salted = (SALT_PREFIX + proof.salt).hex()
    yield DoorStep(
        text="盐值和本行",
        command=f"{{ printf %s {salted} | xxd -r -p; printf '%s\\n' {lines}; }} | sha256sum",
        prints=proof.leaf.hex(),
    )
    found = leaf_hash(proof.leaf)
    yield DoorStep(text="本行在树中的叶", command=_hashed(LEAF_PREFIX + proof.leaf), prints=found.hex())
    for level, (left, right, above) in enumerate(climb(found, proof.index, proof.size, proof.path), start=1):
        yield DoorStep(text=f"向上第 {level} 层", command=_hashed(NODE_PREFIX + left + right), prints=above.hex())


def _hashed(data: bytes) -> str:
    return f"printf %s {data.hex()} | xxd -r -p | sha256sum"
