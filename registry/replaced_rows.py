"""What a replacement put under a root in the log, so that it can be proved at the door while the draw is sealed.

With each event the log gets the root over every row as it stands from then on (draw protocol, section 9): who holds a
notice can check who is sent now, and learns of nobody else. Of the rows only those that the event changed are kept,
each with its salt and its way up; the salts of all others are forgotten, so that nobody can open them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.base import Record
from registry.journal import Act
from registry.replacing import ReplacementDecision
from registry.visits import Visit
from sampling.door import RowProof, prove_all
from sampling.merkle import HASH_BYTES
from sampling.replacement import Standing, UnitOut, read_event
from sampling.sealing import outcome_rows


class ReplacedRow(Record, table=True):
    """The row of one unit after an event that changed it, with its proof; ``door`` where the unit came in by it.

    ``door`` takes the place that a drawn unit's address has from the drawn order. ``path`` is the hashes in one.
    """

    __tablename__ = "replaced_rows"
    __table_args__ = (UniqueConstraint("draw_id", "door"),)

    replacement_id: str = Field(primary_key=True, foreign_key="replacements.replacement_id")
    visit_id: str = Field(primary_key=True, foreign_key="visits.visit_id")
    draw_id: str = Field(foreign_key="draw_commitments.draw_id")
    door: int | None = None
    row: bytes = Field(sa_type=LargeBinary)
    salt: bytes = Field(sa_type=LargeBinary)
    place: int
    size: int
    path: bytes = Field(sa_type=LargeBinary)
    root: str
    fact_id: int = Field(foreign_key="journal.fact_id")

    @property
    def proof(self) -> RowProof:
        """Return the row with its way up to the root."""
        path = tuple(self.path[at : at + HASH_BYTES] for at in range(0, len(self.path), HASH_BYTES))
        return RowProof(self.row, self.salt, self.place, self.size, path)


@dataclass(frozen=True, kw_only=True)
class StandingRows:
    """Unit → its row as it stands after an event, proved, and the root that all of them are under."""

    root: str
    proofs: Mapping[str, RowProof]


def prove_standing(act: Act, standing: Standing) -> StandingRows:
    """Salt every row as it stands and return the root with the way up to it of each."""
    rows = outcome_rows(*standing.outcome)
    root, proofs = prove_all(rows, [act.salt() for _ in rows])
    return StandingRows(root=root.hex(), proofs={_unit(each): each for each in proofs})


def keep_rows(act: Act, standing: StandingRows, decided: ReplacementDecision, changed: Iterable[Visit]) -> None:
    """Keep the rows of the visits that an approved event changed; of an alternate that is the visit made for it."""
    came = isinstance(read_event(decided.event or b""), UnitOut)
    for visit in changed:
        proof = standing.proofs[visit.unit_id]
        act.session.add(
            ReplacedRow(
                replacement_id=decided.replacement_id,
                visit_id=visit.visit_id,
                draw_id=decided.draw_id,
                door=visit.number if came else None,
                row=proof.row,
                salt=proof.salt,
                place=proof.index,
                size=proof.size,
                path=b"".join(proof.path),
                root=standing.root,
                fact_id=decided.fact_id,
            )
        )


def rows_of_visit(session: Session, visit_id: str) -> list[ReplacedRow]:
    """Return the rows that replacements gave a visit, in order of the events."""
    query = select(ReplacedRow).where(ReplacedRow.visit_id == visit_id)
    return list(session.exec(query.order_by(col(ReplacedRow.fact_id))))


def row_at(session: Session, draw_id: str, door: int) -> ReplacedRow | None:
    """Return the row by which a unit came in, by the number in the address of its notice."""
    return session.exec(select(ReplacedRow).where(ReplacedRow.draw_id == draw_id, ReplacedRow.door == door)).first()


def _unit(proof: RowProof) -> str:
    return proof.row.decode().partition(",")[0]
