"""Draws (抽取) on record: committed (锁定), executed (摇号), opened at once or, if sealed (密封), later; voided (作废).

Each step is a row of its own in an append-only table, and a draw's state is which rows there are. What was committed is
kept as the bytes of its files, so that nothing that happens to the register later can touch it. A batch has one draw
that stands at most; a voided one stays on record, and the next names it. The steps themselves are taken in
``commitments``, ``executions`` and ``voids``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, LargeBinary
from sqlalchemy.orm import defer
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import Field, Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.base import Record, UtcDateTime
from registry.errors import AbsentError, RegistryError
from sampling import names
from sampling.commitment import Commitment

TABLES: Final[Mapping[str, str]] = {
    names.FRAME: "frame",
    names.EXCLUSIONS: "exclusions",
    names.INSPECTORS: "inspectors",
    names.RECUSALS: "recusals",
}
"""The tables of a commitment: name of the file → name of the column, which is its key in ``commitment.json`` too."""
OUTCOME: Final[Mapping[str, str]] = {names.DRAWN: "drawn", names.TEAMS: "teams"}
"""The tables of an outcome: name of the file → name of the column, under which the log has its digest too."""


class DrawState(StrEnum):
    """How far a draw has come."""

    COMMITTED = "committed"
    EXECUTED = "executed"
    OPENED = "opened"
    VOIDED = "voided"


class DrawCommitment(Record, table=True):
    """What was fixed, as the bytes of its files; ``digest`` is C.

    In public go, by reason, the units excluded (``reasons``) and the inspectors who may not be sent (``narrowings``),
    the recusals by origin (``recused``), how many are lent, and what of the scope was changed shortly before
    (``amended``, None where that was not counted). Of a *withheld* draw the files are not for the public.
    """

    __tablename__ = "draw_commitments"

    draw_id: str = Field(primary_key=True)
    task_no: str = Field(foreign_key="batches.task_no", index=True)
    replaces: str | None = Field(default=None, foreign_key="draw_commitments.draw_id", unique=True)
    digest: str
    commitment: bytes = Field(sa_type=LargeBinary)
    frame: bytes = Field(sa_type=LargeBinary)
    exclusions: bytes = Field(sa_type=LargeBinary)
    inspectors: bytes = Field(sa_type=LargeBinary)
    recusals: bytes = Field(sa_type=LargeBinary)
    reasons: dict[str, int] = Field(sa_type=JSON)
    sealed: bool
    withheld: bool
    narrowings: dict[str, int] = Field(sa_type=JSON)
    recused: dict[str, int] = Field(sa_type=JSON)
    lent: int
    amended: dict[str, int] | None = Field(default=None, sa_type=JSON)
    committed_by: str
    committed_at: datetime = Field(sa_type=UtcDateTime)
    execute_by: datetime = Field(sa_type=UtcDateTime)
    open_by: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class DrawStratum(Record, table=True):
    """How many units of the frame one stratum of a draw has, by the draw's own name for it."""

    __tablename__ = "draw_strata"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    stratum: str = Field(primary_key=True)
    units: int


class DrawParty(Record, table=True):
    """One party to the seed. A digest is used once, ever; the service's own secret is kept encrypted."""

    __tablename__ = "draw_parties"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    party: str = Field(primary_key=True)
    digest: str = Field(unique=True)
    own_secret: bytes | None = Field(default=None, sa_type=LargeBinary)


class DrawBeacon(Record, table=True):
    """The announced round of drand with its signature, verified when it was received; ``origin``: who it came from."""

    __tablename__ = "draw_beacons"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    round: int = Field(sa_type=BigInteger)
    signature: str
    randomness: str
    origin: str
    received_by: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class HiddenStratum(Record, table=True):
    """What hides behind the random name of a stratum of a withheld draw; the bureau's alone, never public."""

    __tablename__ = "draw_hidden_strata"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    stratum: str = Field(primary_key=True)
    means: str


class RosterNumber(Record, table=True):
    """Who hides behind a roster number of one draw."""

    __tablename__ = "draw_roster"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    roster_no: str = Field(primary_key=True)
    inspector_no: str = Field(foreign_key="inspectors.inspector_no")


class DrawExecution(Record, table=True):
    """The outcome, as the bytes of its files; ``simulated`` when the public value was not witnessed by anybody."""

    __tablename__ = "draw_executions"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    reveal: bytes = Field(sa_type=LargeBinary)
    drawn: bytes = Field(sa_type=LargeBinary)
    teams: bytes = Field(sa_type=LargeBinary)
    outcome_root: str
    simulated: bool
    witnesses: list[str] = Field(sa_type=JSON)
    executed_by: str
    executed_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class OutcomeSalt(Record, table=True):
    """The salt of one row of the outcome's commitment (protocol, section 6), in drawn order from 1."""

    __tablename__ = "draw_salts"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    number: int = Field(primary_key=True)
    salt: bytes = Field(sa_type=LargeBinary)


class DrawOpening(Record, table=True):
    """The publication of the bundle."""

    __tablename__ = "draw_openings"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    opened_by: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class VoidRequest(Record, table=True):
    """What somebody gives as the reason why a draw should be voided; another person has to confirm it."""

    __tablename__ = "draw_void_requests"

    request_id: str = Field(primary_key=True)
    draw_id: str = Field(foreign_key="draw_commitments.draw_id", index=True)
    reason: str
    text: str
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class DrawVoid(Record, table=True):
    """The end of a draw that does not stand; ``known`` is what of its outcome could be known by then."""

    __tablename__ = "draw_voids"

    draw_id: str = Field(primary_key=True, foreign_key="draw_commitments.draw_id")
    request_id: str = Field(foreign_key="draw_void_requests.request_id", unique=True)
    known: dict[str, Any] = Field(sa_type=JSON)
    confirmed_by: str
    confirmed_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A draw with the steps it has taken; ``strata``: how many units of the frame each has, by name."""

    committed: DrawCommitment
    strata: Mapping[names.Stratum, int]
    executed: DrawExecution | None
    opened: DrawOpening | None
    beacon: DrawBeacon | None = None
    voided: DrawVoid | None = None

    @property
    def state(self) -> DrawState:
        """Return how far it has come."""
        if self.voided:
            return DrawState.VOIDED
        if self.opened:
            return DrawState.OPENED
        return DrawState.EXECUTED if self.executed else DrawState.COMMITTED

    @property
    def sizes(self) -> dict[names.Stratum, tuple[int, int]]:
        """Return (units, to draw) of every stratum, in order of their names."""
        quotas = Commitment.from_bytes(self.committed.commitment).rules.quotas
        return {stratum: (units, quotas.size(stratum, units)) for stratum, units in sorted(self.strata.items())}

    @property
    def to_draw(self) -> int:
        """Return how many units are drawn, over all strata."""
        return sum(drawn for _, drawn in self.sizes.values())


class DrawStateError(RegistryError):
    """The draw is not in the state that the step needs."""

    nature = "conflict"
    zh = "抽取 {draw_id} {problem_zh}。未作任何改动。"
    en = "Draw {draw_id} {problem_en}. Nothing was changed."


def get_draw(session: Session, draw_id: str) -> Draw:
    """Return a draw with its steps or raise AbsentError; its tables are read when they are asked for."""
    committed = session.get(DrawCommitment, draw_id, options=without_tables())
    if committed is None:
        raise AbsentError(what_zh="抽取", what_en="draw", key=draw_id)
    strata = session.exec(select(DrawStratum).where(DrawStratum.draw_id == draw_id))
    return Draw(
        committed=committed,
        strata={names.Stratum(each.stratum): each.units for each in strata},
        executed=session.get(DrawExecution, draw_id, options=without_outcome()),
        opened=session.get(DrawOpening, draw_id),
        beacon=session.get(DrawBeacon, draw_id),
        voided=session.get(DrawVoid, draw_id),
    )


def without_tables() -> list[ORMOption]:
    """Return what keeps the four tables of commitments, megabytes of a large draw, from being read until asked for."""
    return [defer(getattr(DrawCommitment, name)) for name in TABLES.values()]


def without_outcome() -> list[ORMOption]:
    """Return what keeps the two tables of outcomes from being read until asked for."""
    return [defer(getattr(DrawExecution, name)) for name in OUTCOME.values()]


def table_sizes(session: Session, draw_id: str) -> dict[str, int]:
    """Return how many bytes each table of an executed draw has, by the name of its file, without reading any."""
    columns = [getattr(DrawCommitment, name) for name in TABLES.values()]
    columns += [getattr(DrawExecution, name) for name in OUTCOME.values()]
    measured = select(*map(func.length, columns)).join(
        DrawExecution, col(DrawExecution.draw_id) == col(DrawCommitment.draw_id)
    )
    found = session.exec(measured.where(DrawCommitment.draw_id == draw_id)).one()
    return dict(zip([*TABLES, *OUTCOME], found, strict=True))


def draws_of(session: Session, task_no: str) -> list[str]:
    """Return the draws of a batch, voided or not, in the order in which they were committed."""
    own = select(DrawCommitment.draw_id).where(DrawCommitment.task_no == task_no)
    return list(session.exec(own.order_by(col(DrawCommitment.fact_id))))


def standing_draws() -> SelectOfScalar[str]:
    """Return a query for the draws that are not voided: at most one of a batch."""
    return select(DrawCommitment.draw_id).where(col(DrawCommitment.draw_id).not_in(select(DrawVoid.draw_id)))


def standing_draw(session: Session, task_no: str) -> str | None:
    """Return the draw of a batch that is not voided, if there is one."""
    return session.exec(standing_draws().where(DrawCommitment.task_no == task_no)).first()


def replaced_by(session: Session, draw_id: str) -> str | None:
    """Return the draw that replaces this one, if it was drawn again."""
    return session.exec(select(DrawCommitment.draw_id).where(DrawCommitment.replaces == draw_id)).first()


def is_voided(session: Session, draw_id: str) -> bool:
    """Return whether a draw was voided."""
    return session.get(DrawVoid, draw_id) is not None


def refuse_voided(draw: Draw) -> None:
    """Refuse any further step of a draw that was voided. Raises DrawStateError."""
    if draw.voided:
        raise DrawStateError(
            draw_id=draw.committed.draw_id, problem_zh="已经作废", problem_en="was voided; nothing follows"
        )


def is_open(session: Session, draw_id: str) -> bool:
    """Return whether a draw's outcome is public."""
    return session.get(DrawOpening, draw_id) is not None


def committed_files(committed: DrawCommitment) -> dict[str, bytes]:
    """Return the commitment and the four tables by the names of their files."""
    return {names.COMMITMENT: committed.commitment} | {
        name: getattr(committed, column) for name, column in TABLES.items()
    }
