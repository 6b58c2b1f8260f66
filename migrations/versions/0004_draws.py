"""Draws step by step, and the visits that come out of them."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables and their guards."""
    start()
    op.create_table(
        "draw_commitments",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("plan_no", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("exclusions", sa.LargeBinary(), nullable=False),
        sa.Column("inspectors", sa.LargeBinary(), nullable=False),
        sa.Column("recusals", sa.LargeBinary(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("committed_by", sa.String(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("execute_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_commitments_fact_id")),
        sa.ForeignKeyConstraint(["plan_no"], ["plans.plan_no"], name=op.f("fk_draw_commitments_plan_no")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_commitments")),
        sa.UniqueConstraint("plan_no", name=op.f("uq_draw_commitments_plan_no")),
    )
    op.create_table(
        "draw_parties",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("own_secret", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_parties_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "party", name=op.f("pk_draw_parties")),
        sa.UniqueConstraint("digest", name=op.f("uq_draw_parties_digest")),
    )
    op.create_table(
        "draw_roster",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("roster_no", sa.String(), nullable=False),
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_roster_draw_id")),
        sa.ForeignKeyConstraint(
            ["inspector_no"], ["inspectors.inspector_no"], name=op.f("fk_draw_roster_inspector_no")
        ),
        sa.PrimaryKeyConstraint("draw_id", "roster_no", name=op.f("pk_draw_roster")),
    )
    op.create_table(
        "draw_executions",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("reveal", sa.LargeBinary(), nullable=False),
        sa.Column("drawn", sa.LargeBinary(), nullable=False),
        sa.Column("teams", sa.LargeBinary(), nullable=False),
        sa.Column("outcome_root", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("witnesses", sa.JSON(), nullable=False),
        sa.Column("executed_by", sa.String(), nullable=False),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_executions_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_executions_fact_id")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_executions")),
    )
    op.create_table(
        "draw_salts",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_salts_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "number", name=op.f("pk_draw_salts")),
    )
    op.create_table(
        "draw_openings",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_openings_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_openings_fact_id")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_openings")),
    )
    op.create_table(
        "visits",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("plan_no", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("operator_name", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_visits_draw_id")),
        sa.ForeignKeyConstraint(["plan_no"], ["plans.plan_no"], name=op.f("fk_visits_plan_no")),
        sa.ForeignKeyConstraint(["unit_id"], ["operators.unit_id"], name=op.f("fk_visits_unit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_draw_id"), "visits", ["draw_id"], unique=False)
    op.create_index(op.f("ix_visits_plan_no"), "visits", ["plan_no"], unique=False)
    op.create_index(op.f("ix_visits_unit_id"), "visits", ["unit_id"], unique=False)
    op.create_table(
        "visit_seats",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("roster_no", sa.String(), nullable=False),
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.Column("inspector_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_visit_seats_department")),
        sa.ForeignKeyConstraint(
            ["inspector_no"], ["inspectors.inspector_no"], name=op.f("fk_visit_seats_inspector_no")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_visit_seats_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "department", "seat", name=op.f("pk_visit_seats")),
    )
    op.create_index(op.f("ix_visit_seats_inspector_no"), "visit_seats", ["inspector_no"], unique=False)
    append_only("draw_commitments", ("draw_id",), ("plan_no",))
    append_only("draw_parties", ("draw_id", "party"), ("digest",))
    append_only("draw_roster", ("draw_id", "roster_no"))
    append_only("draw_executions", ("draw_id",))
    append_only("draw_salts", ("draw_id", "number"))
    append_only("draw_openings", ("draw_id",))
    append_only("visits", ("visit_id",))
    append_only("visit_seats", ("visit_id", "department", "seat"))
