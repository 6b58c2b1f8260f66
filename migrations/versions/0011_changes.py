"""Changes of an approved plan, each with its reason and its decision; a batch may be cancelled."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables and their guards."""
    start()
    op.add_column("batches", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "plan_changes",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("plan_no", sa.String(), nullable=False),
        sa.Column("task_no", sa.String(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_no"], ["plans.plan_no"], name=op.f("fk_plan_changes_plan_no")),
        sa.ForeignKeyConstraint(["task_no"], ["batches.task_no"], name=op.f("fk_plan_changes_task_no")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_plan_changes")),
    )
    op.create_index(op.f("ix_plan_changes_plan_no"), "plan_changes", ["plan_no"], unique=False)
    op.create_index(op.f("ix_plan_changes_task_no"), "plan_changes", ["task_no"], unique=False)
    op.create_table(
        "plan_change_decisions",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["plan_changes.change_id"], name=op.f("fk_plan_change_decisions_change_id")
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_plan_change_decisions")),
    )
    append_only("plan_changes", ("change_id",))
    append_only("plan_change_decisions", ("change_id",))
