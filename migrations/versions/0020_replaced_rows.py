"""Rows that replacements changed, with what proves each at the door."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Create the table and its guards."""
    start()
    op.create_table(
        "replaced_rows",
        sa.Column("replacement_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("door", sa.Integer(), nullable=True),
        sa.Column("row", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_replaced_rows_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_replaced_rows_fact_id")),
        sa.ForeignKeyConstraint(
            ["replacement_id"], ["replacements.replacement_id"], name=op.f("fk_replaced_rows_replacement_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_replaced_rows_visit_id")),
        sa.PrimaryKeyConstraint("replacement_id", "visit_id", name=op.f("pk_replaced_rows")),
        sa.UniqueConstraint("draw_id", "door", name=op.f("uq_replaced_rows_draw_id_door")),
    )
    append_only("replaced_rows", ("replacement_id", "visit_id"), ("draw_id", "door"))
