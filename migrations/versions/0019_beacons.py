"""Rounds of drand that draws were bound to, as they were received."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Create the table and its guards."""
    start()
    op.create_table(
        "draw_beacons",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("randomness", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("draw_id"),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"]),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"]),
    )
    append_only("draw_beacons", ("draw_id",))
