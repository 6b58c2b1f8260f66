"""The address on a notice (检查通知书上的核验码): whoever holds the paper may see the proof of that one row.

It names draw and place (of an alternate, its visit's number), which tell nothing that the draw's page and the paper do
not, and ends in 128 bits that are made from the row's own salt: no key opens the rows of others, and who has not seen
the paper has nothing to try but 2^128 endings. An address that is none is answered like one that is almost right, after
the same reads.

A visit has the row by which its operator was drawn or came in, which stays what it is, and where inspectors were
replaced since, the row as it stands now. Both are proved, each against its own root in the log.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from registry.draws import DrawExecution, OutcomeSalt
from registry.errors import AbsentError
from registry.replaced_rows import ReplacedRow, row_at, rows_of_visit
from registry.steps import is_replaced
from registry.visits import Visit
from sampling.door import RowProof, prove_row
from sampling.sealing import SALT_BYTES, outcome_rows

ENDING_DIGITS: Final = 32
FORM: Final = re.compile(r"([0-9A-Za-z._-]{1,64})\.([1-9][0-9]{0,8})\.([0-9a-f]{32})")
NOBODY: Final = bytes(SALT_BYTES)
"""Stands in for the salt of a row that is not there, so that both are compared alike; it opens nothing."""


@dataclass(frozen=True, kw_only=True)
class DoorRow:
    """A row and its way up to the root that the fact of that number has in the log."""

    proof: RowProof
    root: str
    fact_id: int


@dataclass(frozen=True, kw_only=True)
class Door:
    """What one notice proves: the row at first, and the row now where it was changed since.

    ``came`` when the operator came in as an alternate; ``stands`` unless it fell away, and nobody is sent.
    """

    visit: Visit
    executed: DrawExecution
    first: DoorRow
    now: DoorRow | None
    came: bool
    stands: bool


def door_token(session: Session, visit: Visit) -> str | None:
    """Return what ends the address on a visit's notice; a visit that no draw caused has none."""
    executed = session.get(DrawExecution, visit.draw_id) if visit.draw_id is not None else None
    if executed is None:
        return None
    drawn = executed.drawn.decode().splitlines()[1:]
    number = next((at for at, line in enumerate(drawn, start=1) if line.partition(",")[0] == visit.unit_id), None)
    own: OutcomeSalt | ReplacedRow | None
    if number is not None:
        own = session.get_one(OutcomeSalt, (executed.draw_id, number))
    else:
        number = visit.number or 0
        own = row_at(session, executed.draw_id, number)
    if own is None:  # it came in before rows were kept
        return None
    return f"{executed.draw_id}.{number}.{_ending(own.salt, executed.draw_id, number)}"


def find_door(session: Session, token: str) -> Door:
    """Return what a notice proves. Raises AbsentError, always the same one."""
    absent = AbsentError(what_zh="这样的核验地址", what_en="such address of a notice", key=token)
    found = FORM.fullmatch(token)
    if found is None:
        raise absent
    draw_id, number = found[1], int(found[2])
    kept, came = session.get(OutcomeSalt, (draw_id, number)), row_at(session, draw_id, number)
    own = kept or came
    ending = _ending(own.salt if own else NOBODY, draw_id, number)
    if not hmac.compare_digest(ending, found[3]) or own is None:
        raise absent
    executed = session.get_one(DrawExecution, draw_id)
    if kept is not None:
        proof = _proof(session, executed, number)
        first = DoorRow(proof=proof, root=executed.outcome_root, fact_id=executed.fact_id)
    elif came is not None:
        first = _kept(came)
    unit_id = first.proof.row.decode().partition(",")[0]
    visit = session.exec(select(Visit).where(Visit.draw_id == draw_id, Visit.unit_id == unit_id)).one()
    newest = rows_of_visit(session, visit.visit_id)[-1:]
    return Door(
        visit=visit,
        executed=executed,
        first=first,
        now=next((_kept(each) for each in newest if each.fact_id != first.fact_id), None),
        came=kept is None,
        stands=not is_replaced(session, visit.visit_id),
    )


def _kept(row: ReplacedRow) -> DoorRow:
    return DoorRow(proof=row.proof, root=row.root, fact_id=row.fact_id)


def _proof(session: Session, executed: DrawExecution, number: int) -> RowProof:
    of_draw = OutcomeSalt.draw_id == executed.draw_id
    salts = session.exec(select(OutcomeSalt.salt).where(of_draw).order_by(col(OutcomeSalt.number))).all()
    return prove_row(outcome_rows(executed.drawn, executed.teams), salts, number - 1)


def _ending(salt: bytes, draw_id: str, number: int) -> str:
    text = f"double-random door\n{draw_id}\n{number}\n"
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()[:ENDING_DIGITS]
