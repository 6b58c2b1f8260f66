"""A year's plan and its batches apart: what was one row of ``plans`` becomes a plan and its one batch.

Commitments and visits belong to a batch, by its task number, which is the draw's id.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, is_postgres, start, unguard

revision = "0007"
down_revision = "0006"

TERMS = (
    *("title", "kinds", "areas", "ratio", "ratio_basis", "team", "items", "period_from", "period_to", "sealed"),
    *("public_source", "drafted_by", "drafted_at", "approved_by", "approved_at"),
)


def upgrade() -> None:
    """Split the plans, and lead commitments and visits to the batches."""
    start()
    _create_batches()
    for table in ("draw_commitments", "visits"):
        unguard(table)
    (_lead_on_postgres if is_postgres() else _lead_on_sqlite)()
    op.create_index(op.f("ix_plans_year"), "plans", ["year"], unique=False)
    op.create_index(op.f("ix_visits_task_no"), "visits", ["task_no"], unique=False)
    append_only("draw_commitments", ("draw_id",), ("task_no",))
    append_only("visits", ("visit_id",))


def _create_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("task_no", sa.String(), nullable=False),
        sa.Column("plan_no", sa.String(), nullable=False),
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
        sa.ForeignKeyConstraint(["plan_no"], ["plans.plan_no"], name=op.f("fk_batches_plan_no")),
        sa.PrimaryKeyConstraint("task_no", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_plan_no"), "batches", ["plan_no"], unique=False)
    terms = ", ".join(TERMS)
    op.execute(f"INSERT INTO batches (task_no, plan_no, {terms}) SELECT task_no, plan_no, {terms} FROM plans")  # noqa: S608 - our own names


def _lead_on_postgres() -> None:
    for table in ("draw_commitments", "visits"):
        op.add_column(table, sa.Column("task_no", sa.String(), nullable=True))
        op.execute(f"UPDATE {table} SET task_no = draw_id")  # noqa: S608 - our own names
        op.alter_column(table, "task_no", nullable=False)
        op.create_foreign_key(op.f(f"fk_{table}_task_no"), table, "batches", ["task_no"], ["task_no"])
        op.drop_column(table, "plan_no")
    op.create_unique_constraint(op.f("uq_draw_commitments_task_no"), "draw_commitments", ["task_no"])
    op.add_column("plans", sa.Column("year", sa.Integer()))
    op.add_column("plans", sa.Column("basis", sa.String()))
    op.add_column("plans", sa.Column("campaign", sa.Boolean()))
    op.execute("UPDATE plans SET year = extract(year FROM period_from), basis = title, campaign = false")
    for name in ("year", "basis", "campaign"):
        op.alter_column("plans", name, nullable=False)
    gone = ("kinds", "areas", "ratio", "ratio_basis", "team", "items", "period_from", "period_to", "sealed")
    for name in ("task_no", *gone, "public_source"):
        op.drop_column("plans", name)


def _lead_on_sqlite() -> None:
    op.create_table(
        "new_plans",
        sa.Column("plan_no", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("campaign", sa.Boolean(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("plan_no", name=op.f("pk_plans")),
    )
    kept = "drafted_by, drafted_at, approved_by, approved_at"
    _replace(
        "plans",
        f"plan_no, year, title, basis, campaign, {kept}",
        f"plan_no, CAST(strftime('%Y', period_from) AS INTEGER), title, title, 0, {kept}",
    )
    op.create_table(
        "new_draw_commitments",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("task_no", sa.String(), nullable=False),
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
        sa.ForeignKeyConstraint(["task_no"], ["batches.task_no"], name=op.f("fk_draw_commitments_task_no")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_commitments")),
        sa.UniqueConstraint("task_no", name=op.f("uq_draw_commitments_task_no")),
    )
    kept = (
        "digest, commitment, frame, exclusions, inspectors, recusals, reasons, sealed, "
        "committed_by, committed_at, execute_by, open_by, fact_id"
    )
    _replace("draw_commitments", f"draw_id, task_no, {kept}", f"draw_id, draw_id, {kept}")
    op.create_table(
        "new_visits",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("task_no", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("operator_name", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_visits_draw_id")),
        sa.ForeignKeyConstraint(["task_no"], ["batches.task_no"], name=op.f("fk_visits_task_no")),
        sa.ForeignKeyConstraint(["unit_id"], ["operators.unit_id"], name=op.f("fk_visits_unit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visits")),
    )
    kept = "number, unit_id, operator_name, area"
    _replace("visits", f"visit_id, draw_id, task_no, {kept}", f"visit_id, draw_id, draw_id, {kept}")
    for column in ("draw_id", "unit_id"):
        op.create_index(op.f(f"ix_visits_{column}"), "visits", [column], unique=False)


def _replace(table: str, columns: str, values: str) -> None:
    """Fill ``new_TABLE`` from the table and let it take its name; foreign keys are off while migrations run."""
    op.execute(f"INSERT INTO new_{table} ({columns}) SELECT {values} FROM {table}")  # noqa: S608 - our own names
    op.drop_table(table)
    op.rename_table(f"new_{table}", table)
