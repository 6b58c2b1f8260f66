"""Signed heads of the log, as they were taken."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Create the table and its guards."""
    start()
    op.create_table(
        "log_checkpoints",
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("held", sa.String(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("checkpoint_id", name=op.f("pk_log_checkpoints")),
    )
    op.create_index(op.f("ix_log_checkpoints_size"), "log_checkpoints", ["size"], unique=False)
    append_only("log_checkpoints", ("checkpoint_id",))
