"""Operators, recusals, inspection items, plans."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import start

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables and their guards."""
    start()
    op.create_table(
        "operators",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("trading", sa.Boolean(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("legal_representative", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("platform_name", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("icp_no", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_operators")),
    )
    op.create_index(op.f("ix_operators_area"), "operators", ["area"], unique=False)
    op.create_index(op.f("ix_operators_name"), "operators", ["name"], unique=False)
    op.create_table(
        "recusals",
        sa.Column("recusal_id", sa.String(), nullable=False),
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["inspector_no"], ["inspectors.inspector_no"], name=op.f("fk_recusals_inspector_no")),
        sa.ForeignKeyConstraint(["unit_id"], ["operators.unit_id"], name=op.f("fk_recusals_unit_id")),
        sa.PrimaryKeyConstraint("recusal_id", name=op.f("pk_recusals")),
    )
    op.create_index(op.f("ix_recusals_inspector_no"), "recusals", ["inspector_no"], unique=False)
    op.create_index(op.f("ix_recusals_unit_id"), "recusals", ["unit_id"], unique=False)
    op.create_table(
        "items",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_items_department")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_items")),
    )
    op.create_table(
        "plans",
        sa.Column("plan_no", sa.String(), nullable=False),
        sa.Column("task_no", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("ratio", sa.String(), nullable=False),
        sa.Column("ratio_basis", sa.String(), nullable=False),
        sa.Column("team", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("public_source", sa.JSON(), nullable=True),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("plan_no", name=op.f("pk_plans")),
        sa.UniqueConstraint("task_no", name=op.f("uq_plans_task_no")),
    )
