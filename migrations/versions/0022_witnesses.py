"""Cosignatures of witnesses under signed heads of the log."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Create the table and its guards."""
    start()
    op.create_table(
        "log_cosignatures",
        sa.Column("cosignature_id", sa.Integer(), nullable=False),
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("cosigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cosignature_id", name=op.f("pk_log_cosignatures")),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["log_checkpoints.checkpoint_id"],
            name=op.f("fk_log_cosignatures_checkpoint_id"),
        ),
        sa.UniqueConstraint("checkpoint_id", "witness", name=op.f("uq_log_cosignatures_checkpoint_id_witness")),
    )
    op.create_index(op.f("ix_log_cosignatures_cosigned_at"), "log_cosignatures", ["cosigned_at"], unique=False)
    append_only("log_cosignatures", ("cosignature_id",), ("checkpoint_id", "witness"))
