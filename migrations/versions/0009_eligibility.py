"""Who may be drawn and sent: caps, leave, loans, fields and tags, origins of recusals, what a commitment counts.

Recusals on record were filed by the bureau. Draws on record counted no narrowings and withheld nothing.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, is_postgres, start, unguard

revision = "0009"
down_revision = "0008"

EMPTY_TEXT, EMPTY_MAP = "''", "'{}'"
ADDED: dict[str, tuple[tuple[str, Any, str], ...]] = {
    "inspectors": (("fields", sa.String(), EMPTY_TEXT), ("tags", sa.String(), EMPTY_TEXT)),
    "recusals": (("origin", sa.String(), "'bureau'"), ("document", sa.String(), EMPTY_TEXT)),
    "draw_commitments": (
        ("withheld", sa.Boolean(), "false"),
        ("narrowings", sa.JSON(), EMPTY_MAP),
        ("recused", sa.JSON(), EMPTY_MAP),
        ("lent", sa.Integer(), "0"),
    ),
}
"""Columns that every row has, with what the rows on record get."""


def upgrade() -> None:
    """Create the tables of caps, leave, loans and strata; widen inspectors, recusals and commitments."""
    start()
    unguard("draw_commitments")
    (_widen_on_postgres if is_postgres() else _widen_on_sqlite)()
    append_only("draw_commitments", ("draw_id",), ("task_no",))
    for name, kind in (
        ("asked_on", sa.Date()),
        ("withdrawn_by", sa.String()),
        ("withdrawn_at", sa.DateTime(timezone=True)),
        ("withdrawn_because", sa.String()),
    ):
        op.add_column("recusals", sa.Column(name, kind, nullable=True))
    _create_caps()
    _create_leaves()
    _create_loans()
    _create_strata()


def _create_caps() -> None:
    op.create_table(
        "inspection_caps",
        sa.Column("cap_id", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("yearly", sa.Integer(), nullable=False),
        sa.Column("low_risk", sa.JSON(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("cap_id", name=op.f("pk_inspection_caps")),
    )


def _create_leaves() -> None:
    op.create_table(
        "inspector_leaves",
        sa.Column("leave_id", sa.String(), nullable=False),
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspector_no"], ["inspectors.inspector_no"], name=op.f("fk_inspector_leaves_inspector_no")
        ),
        sa.PrimaryKeyConstraint("leave_id", name=op.f("pk_inspector_leaves")),
    )
    op.create_index(op.f("ix_inspector_leaves_inspector_no"), "inspector_leaves", ["inspector_no"], unique=False)


def _create_loans() -> None:
    op.create_table(
        "inspector_loans",
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("task_no", sa.String(), nullable=False),
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["task_no"], ["batches.task_no"], name=op.f("fk_inspector_loans_task_no")),
        sa.ForeignKeyConstraint(
            ["inspector_no"], ["inspectors.inspector_no"], name=op.f("fk_inspector_loans_inspector_no")
        ),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_inspector_loans")),
    )
    op.create_index(op.f("ix_inspector_loans_task_no"), "inspector_loans", ["task_no"], unique=False)


def _create_strata() -> None:
    op.create_table(
        "draw_hidden_strata",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_hidden_strata_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "stratum", name=op.f("pk_draw_hidden_strata")),
    )
    append_only("draw_hidden_strata", ("draw_id", "stratum"))


def _widen_on_postgres() -> None:
    for table, columns in ADDED.items():
        for name, kind, value in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
            op.execute(f"UPDATE {table} SET {name} = {value}")  # noqa: S608 - our own names
            op.alter_column(table, name, nullable=False)


def _widen_on_sqlite() -> None:
    op.create_table(
        "new_inspectors",
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("certificate_no", sa.String(), nullable=False),
        sa.Column("certificate_from", sa.Date(), nullable=False),
        sa.Column("certificate_until", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        *_added("inspectors"),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_inspectors_department")),
        sa.PrimaryKeyConstraint("inspector_no", name=op.f("pk_inspectors")),
        sa.UniqueConstraint("certificate_no", name=op.f("uq_inspectors_certificate_no")),
    )
    _replace(
        "inspectors",
        "inspector_no, name, department, area, certificate_no, certificate_from, certificate_until, status",
        index="department",
    )
    op.create_table(
        "new_recusals",
        sa.Column("recusal_id", sa.String(), nullable=False),
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        *_added("recusals"),
        sa.ForeignKeyConstraint(["inspector_no"], ["inspectors.inspector_no"], name=op.f("fk_recusals_inspector_no")),
        sa.ForeignKeyConstraint(["unit_id"], ["operators.unit_id"], name=op.f("fk_recusals_unit_id")),
        sa.PrimaryKeyConstraint("recusal_id", name=op.f("pk_recusals")),
    )
    kept = "recusal_id, inspector_no, unit_id, reason, requested_by, requested_at, approved, decided_by, decided_at"
    _replace("recusals", kept, index="inspector_no")
    op.create_index(op.f("ix_recusals_unit_id"), "recusals", ["unit_id"], unique=False)
    op.create_table(
        "new_draw_commitments",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("task_no", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=False)
            for name in ("commitment", "frame", "exclusions", "inspectors", "recusals")
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("committed_by", sa.String(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("execute_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        *_added("draw_commitments"),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_commitments_fact_id")),
        sa.ForeignKeyConstraint(["task_no"], ["batches.task_no"], name=op.f("fk_draw_commitments_task_no")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_commitments")),
        sa.UniqueConstraint("task_no", name=op.f("uq_draw_commitments_task_no")),
    )
    _replace(
        "draw_commitments",
        "draw_id, task_no, digest, commitment, frame, exclusions, inspectors, recusals, reasons, sealed, "
        "committed_by, committed_at, execute_by, open_by, fact_id",
    )


def _added(table: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name, kind, _ in ADDED[table]]


def _replace(table: str, kept: str, *, index: str | None = None) -> None:
    """Fill ``new_TABLE`` from the table and let it take its name; foreign keys are off while migrations run."""
    names = ", ".join(name for name, _, _ in ADDED[table])
    values = ", ".join(value for _, _, value in ADDED[table])
    op.execute(f"INSERT INTO new_{table} ({kept}, {names}) SELECT {kept}, {values} FROM {table}")  # noqa: S608 - our own names
    op.drop_table(table)
    op.rename_table(f"new_{table}", table)
    if index:
        op.create_index(op.f(f"ix_{table}_{index}"), table, [index], unique=False)
