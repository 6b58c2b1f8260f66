"""Until when a penalty is published is kept with its publication; what that hangs on, with the decision.

Publications from before have no term: they are facts of the log as they are, and nothing is added to them. Indexes
serve the lists of what is due.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0026"
down_revision = "0025"

DUE = (("disclosures", "due_on"), ("findings", "inspected_on"), ("penalties", "decided_on"))
"""The columns by which lists of what is due are ordered."""


def upgrade() -> None:
    """Create the two tables, guarded, and the indexes."""
    start()
    op.create_table(
        "penalty_gravity",
        sa.Column("penalty_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("restricted_until", sa.Date(), nullable=True),
        sa.Column("restricted_for_life", sa.Boolean(), nullable=False),
        sa.Column("stated_by", sa.String(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["penalty_id"], ["penalties.penalty_id"], name=op.f("fk_penalty_gravity_penalty_id")),
        sa.PrimaryKeyConstraint("penalty_id", "number", name=op.f("pk_penalty_gravity")),
    )
    op.create_table(
        "disclosure_terms",
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("counted_from", sa.String(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("early_from_on", sa.Date(), nullable=True),
        sa.Column("early_never", sa.String(), nullable=True),
        sa.Column("early_source", sa.String(), nullable=False),
        sa.Column("lower_fine_fen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosures.disclosure_id"], name=op.f("fk_disclosure_terms_disclosure_id")
        ),
        sa.PrimaryKeyConstraint("disclosure_id", name=op.f("pk_disclosure_terms")),
    )
    op.create_index(op.f("ix_disclosure_terms_ends_on"), "disclosure_terms", ["ends_on"], unique=False)
    append_only("penalty_gravity", ("penalty_id", "number"))
    append_only("disclosure_terms", ("disclosure_id",))
    for table, column in DUE:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
