"""What is handed in before an execution: public value, envelopes, secrets; and early openings asked for."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create the tables and their guards."""
    start()
    op.create_table(
        "draw_values",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("witnesses", sa.JSON(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_values_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_values_fact_id")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_values")),
    )
    op.create_table(
        "draw_value_confirmations",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_values.draw_id"], name=op.f("fk_draw_value_confirmations_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_value_confirmations_fact_id")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_value_confirmations")),
    )
    op.create_table(
        "draw_escrows",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("sealed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_escrows_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_escrows_fact_id")),
        sa.PrimaryKeyConstraint("draw_id", "party", name=op.f("pk_draw_escrows")),
    )
    op.create_table(
        "draw_secrets",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("handed_by", sa.String(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_secrets_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_secrets_fact_id")),
        sa.PrimaryKeyConstraint("draw_id", "party", name=op.f("pk_draw_secrets")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_draw_secrets_fingerprint")),
    )
    op.create_table(
        "draw_opening_requests",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_opening_requests_draw_id")
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_opening_requests_fact_id")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_opening_requests")),
    )
    append_only("draw_opening_requests", ("draw_id",))
    append_only("draw_values", ("draw_id",))
    append_only("draw_value_confirmations", ("draw_id",))
    append_only("draw_escrows", ("draw_id", "party"))
    append_only("draw_secrets", ("draw_id", "party"), ("fingerprint",))
