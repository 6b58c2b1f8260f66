"""Replacements of drawn operators and of inspectors: requests, decisions, and who holds a seat since."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Create the three tables, each of which only grows."""
    start()
    _create_requests()
    _create_decisions()
    _create_seats()


def _create_requests() -> None:
    op.create_table(
        "replacements",
        sa.Column("replacement_id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("fallen", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("inspector_no", sa.String(), nullable=True),
        sa.Column("altogether", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_replacements_department")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_replacements_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_replacements_fact_id")),
        sa.ForeignKeyConstraint(
            ["inspector_no"], ["inspectors.inspector_no"], name=op.f("fk_replacements_inspector_no")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_replacements_visit_id")),
        sa.PrimaryKeyConstraint("replacement_id", name=op.f("pk_replacements")),
    )
    op.create_index(op.f("ix_replacements_draw_id"), "replacements", ["draw_id"], unique=False)
    op.create_index(op.f("ix_replacements_visit_id"), "replacements", ["visit_id"], unique=False)
    append_only("replacements", ("replacement_id",))


def _create_decisions() -> None:
    op.create_table(
        "replacement_decisions",
        sa.Column("replacement_id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_replacement_decisions_draw_id")
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_replacement_decisions_fact_id")),
        sa.ForeignKeyConstraint(
            ["replacement_id"],
            ["replacements.replacement_id"],
            name=op.f("fk_replacement_decisions_replacement_id"),
        ),
        sa.PrimaryKeyConstraint("replacement_id", name=op.f("pk_replacement_decisions")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_replacement_decisions_draw_id_number")),
    )
    append_only("replacement_decisions", ("replacement_id",), ("draw_id", "number"))


def _create_seats() -> None:
    op.create_table(
        "replaced_seats",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("roster_no", sa.String(), nullable=False),
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.Column("inspector_name", sa.String(), nullable=False),
        sa.Column("replacement_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_replaced_seats_department")),
        sa.ForeignKeyConstraint(
            ["inspector_no"], ["inspectors.inspector_no"], name=op.f("fk_replaced_seats_inspector_no")
        ),
        sa.ForeignKeyConstraint(
            ["replacement_id"], ["replacements.replacement_id"], name=op.f("fk_replaced_seats_replacement_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_replaced_seats_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "department", "seat", "turn", name=op.f("pk_replaced_seats")),
    )
    op.create_index(op.f("ix_replaced_seats_inspector_no"), "replaced_seats", ["inspector_no"], unique=False)
    append_only("replaced_seats", ("visit_id", "department", "seat", "turn"))
