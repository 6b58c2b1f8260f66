"""Penalties pushed to another province, received there, sent back; and penalties received from another province.

Nothing is on record of what was pushed before: it stands as not pushed until it is recorded. A penalty that was
received rests on no finding, and its number is another authority's: of our own alone a number is taken once.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import allow_erasure, append_only, is_postgres, no_replacing_where, start

revision = "0034"
down_revision = "0033"

NUMBERED = ("penalty_id", "number")
NUMBER = ("authority_area", "authority", "decision_no")
OURS = "finding_id IS NOT NULL"
PENALTY_TEXTS = ("operator_name", "violation", "facts", "content")
PENALTY_KEPT = (
    *("finding_id", "unit_id", "decision_no", "procedure", "basis", "kinds", "fine_fen", "confiscated_fen"),
    *("department", "decided_on", "decided_by", "decided_at"),
)
"""The columns of a penalty whose texts an erasure may empty, and those that stay."""
ACTED = ("recorded_by", "recorded_at", "fact_id")


def upgrade() -> None:
    """Create the tables, append-only but for what an erasure names, and loosen that of penalties."""
    start()
    op.create_table(
        "penalty_pushes",
        *_numbered(),
        sa.Column("pushed_on", sa.Date(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("receiver_area", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("letter_no", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_acted(),
        sa.ForeignKeyConstraint(["penalty_id"], ["penalties.penalty_id"], name=op.f("fk_penalty_pushes_penalty_id")),
        *_told("penalty_pushes", NUMBERED),
    )
    op.create_index(op.f("ix_penalty_pushes_due_on"), "penalty_pushes", ["due_on"], unique=False)
    op.create_table(
        "push_receipts",
        *_numbered(),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("receipt_no", sa.String(), nullable=False),
        *_acted(),
        _of_push("push_receipts"),
        *_told("push_receipts", NUMBERED),
    )
    op.create_table(
        "push_returns",
        *_numbered(),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *_acted(),
        _of_push("push_returns"),
        *_told("push_returns", NUMBERED),
    )
    for table in ("penalty_pushes", "push_receipts", "push_returns"):
        append_only(table, NUMBERED, ("fact_id",))
    allow_erasure("push_returns", NUMBERED, ("reason",), ("returned_on", *ACTED))
    (_loosen_on_postgres if is_postgres() else _loosen_on_sqlite)()
    ours = sa.text(OURS)
    op.create_index(
        "uq_penalties_decision_no", "penalties", ["decision_no"], unique=True, sqlite_where=ours, postgresql_where=ours
    )
    _create_received()


def _create_received() -> None:
    op.create_table(
        "received_penalties",
        sa.Column("penalty_id", sa.String(), nullable=False),
        sa.Column("authority_area", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("decision_no", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("letter_no", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["penalty_id"], ["penalties.penalty_id"], name=op.f("fk_received_penalties_penalty_id")
        ),
        *_told("received_penalties", ("penalty_id",)),
        sa.UniqueConstraint(*NUMBER, name=op.f("uq_received_penalties_authority_area_authority_decision_no")),
    )
    op.create_index(op.f("ix_received_penalties_received_on"), "received_penalties", ["received_on"], unique=False)
    append_only("received_penalties", ("penalty_id",), NUMBER, ("fact_id",))


def _loosen_on_postgres() -> None:
    op.alter_column("penalties", "finding_id", nullable=True)
    op.drop_constraint(op.f("uq_penalties_decision_no"), "penalties", type_="unique")


def _loosen_on_sqlite() -> None:
    """Make the table anew with its indexes and guards; foreign keys are off while migrations run."""
    op.create_table(
        "new_penalties",
        sa.Column("penalty_id", sa.String(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=True),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("operator_name", sa.String(), nullable=False),
        sa.Column("decision_no", sa.String(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("violation", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("fine_fen", sa.BigInteger(), nullable=False),
        sa.Column("confiscated_fen", sa.BigInteger(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_penalties_department")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.finding_id"], name=op.f("fk_penalties_finding_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["operators.unit_id"], name=op.f("fk_penalties_unit_id")),
        sa.PrimaryKeyConstraint("penalty_id", name=op.f("pk_penalties")),
    )
    columns = ", ".join(("penalty_id", *PENALTY_TEXTS, *PENALTY_KEPT))
    op.execute(f"INSERT INTO new_penalties ({columns}) SELECT {columns} FROM penalties")  # noqa: S608 - our own names
    op.drop_table("penalties")
    op.rename_table("new_penalties", "penalties")
    for column in ("finding_id", "unit_id", "decided_on"):
        op.create_index(op.f(f"ix_penalties_{column}"), "penalties", [column], unique=False)
    append_only("penalties", ("penalty_id",))
    no_replacing_where("penalties", ("decision_no",), "finding_id")
    allow_erasure("penalties", ("penalty_id",), PENALTY_TEXTS, PENALTY_KEPT)


def _numbered() -> tuple[sa.Column[str], sa.Column[int]]:
    return sa.Column("penalty_id", sa.String(), nullable=False), sa.Column("number", sa.Integer(), nullable=False)


def _acted() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
    )


def _of_push(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["penalty_id", "number"],
        ["penalty_pushes.penalty_id", "penalty_pushes.number"],
        name=op.f(f"fk_{table}_penalty_id_number"),
    )


def _told(table: str, key: tuple[str, ...]) -> tuple[sa.schema.SchemaItem, ...]:
    """Return the keys of a table each row of which has a fact of its own."""
    return (
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f(f"fk_{table}_fact_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("fact_id", name=op.f(f"uq_{table}_fact_id")),
    )
