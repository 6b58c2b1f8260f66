"""Penalties pushed to another province, received there, sent back.

Nothing is on record of what was pushed before: it stands as not pushed until it is recorded.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import allow_erasure, append_only, start

revision = "0034"
down_revision = "0033"

NUMBERED = ("penalty_id", "number")
ACTED = ("recorded_by", "recorded_at", "fact_id")


def upgrade() -> None:
    """Create the three tables, append-only but for what an erasure names."""
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
