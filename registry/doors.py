"""The address on a notice (检查通知书上的核验码): whoever holds the paper may see the proof of that one row.

It names draw and place, which tell nothing that the draw's page does not, and ends in 128 bits that are made from the
row's own salt: no key opens the rows of others, and who has not seen the paper has nothing to try but 2^128 endings.
An address that is none is answered like one that is almost right, after the same one read.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from registry.draws import DrawExecution, OutcomeSalt
from registry.errors import AbsentError
from registry.visits import Visit
from sampling.door import RowProof, prove_row
from sampling.sealing import SALT_BYTES, outcome_rows

ENDING_DIGITS: Final = 32
FORM: Final = re.compile(r"([0-9A-Za-z._-]{1,64})\.([1-9][0-9]{0,8})\.([0-9a-f]{32})")
NOBODY: Final = bytes(SALT_BYTES)
"""Stands in for the salt of a row that is not there, so that both are compared alike; it opens nothing."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """What one notice proves: the visit, the row and its way to the root that was logged."""

    visit: Visit
    executed: DrawExecution
    proof: RowProof


def door_token(session: Session, visit: Visit) -> str | None:
    """Return what ends the address on a visit's notice; a visit that no draw caused has none."""
    executed = session.get(DrawExecution, visit.draw_id) if visit.draw_id is not None else None
    if executed is None:
        return None
    drawn = executed.drawn.decode().splitlines()[1:]
    number = next(at for at, line in enumerate(drawn, start=1) if line.partition(",")[0] == visit.unit_id)
    salt = session.get_one(OutcomeSalt, (executed.draw_id, number)).salt
    return f"{executed.draw_id}.{number}.{_ending(salt, executed.draw_id, number)}"


def find_door(session: Session, token: str) -> Door:
    """Return what a notice proves. Raises AbsentError, always the same one."""
    absent = AbsentError(what_zh="这样的核验地址", what_en="such address of a notice", key=token)
    found = FORM.fullmatch(token)
    if found is None:
        raise absent
    draw_id, number = found[1], int(found[2])
    kept = session.get(OutcomeSalt, (draw_id, number))
    ending = _ending(kept.salt if kept else NOBODY, draw_id, number)
    if not hmac.compare_digest(ending, found[3]) or kept is None:
        raise absent
    executed = session.get_one(DrawExecution, draw_id)
    proof = _proof(session, executed, number)
    unit_id = proof.row.decode().partition(",")[0]
    visit = session.exec(select(Visit).where(Visit.draw_id == draw_id, Visit.unit_id == unit_id)).one()
    return Door(visit=visit, executed=executed, proof=proof)


def _proof(session: Session, executed: DrawExecution, number: int) -> RowProof:
    of_draw = OutcomeSalt.draw_id == executed.draw_id
    salts = session.exec(select(OutcomeSalt.salt).where(of_draw).order_by(col(OutcomeSalt.number))).all()
    return prove_row(outcome_rows(executed.drawn, executed.teams), salts, number - 1)


def _ending(salt: bytes, draw_id: str, number: int) -> str:
    text = f"double-random door\n{draw_id}\n{number}\n"
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()[:ENDING_DIGITS]
