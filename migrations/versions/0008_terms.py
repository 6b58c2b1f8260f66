"""What a batch says, whole: 定向, criteria, strata, quotas with a floor, who approves; a commitment keeps its strata.

A ratio becomes the default of the quotas. What was drafted before asked that operators trade.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, is_postgres, start

revision = "0008"
down_revision = "0007"

DEFAULTS: dict[str, Any] = {"targeted": sa.true(), "criteria": "[]", "stratify": "whole", "quotas": "{}"}
TRADING = [{"criterion": "trading", "reason": "not_trading"}]


def upgrade() -> None:
    """Add the columns, and carry over what the earlier ones said."""
    start()
    op.add_column("plans", sa.Column("approver", sa.String(), nullable=True))
    _extend_batches()
    _keep_strata()


def _extend_batches() -> None:
    for column in _added():
        column.server_default = sa.DefaultClause(DEFAULTS[column.name]) if column.name in DEFAULTS else None
        op.add_column("batches", column)
    batches = sa.table(
        "batches",
        sa.column("task_no", sa.String()),
        sa.column("ratio", sa.String()),
        sa.column("team", sa.JSON()),
        sa.column("criteria", sa.JSON()),
        sa.column("quotas", sa.JSON()),
    )
    connection = op.get_bind()
    for task_no, ratio, team in connection.execute(sa.select(batches.c.task_no, batches.c.ratio, batches.c.team)).all():
        connection.execute(
            sa.update(batches)
            .where(batches.c.task_no == task_no)
            .values(
                criteria=TRADING,
                quotas={"default": {"ratio": ratio}, "strata": {}},
                team=[{"fields": [], "tags": []} | entry for entry in team],
            )
        )
    (_settle_on_postgres if is_postgres() else _settle_on_sqlite)()


def _added() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("targeted", sa.Boolean(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("stratify", sa.String(), nullable=False),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column("ratio_floor", sa.String(), nullable=True),
        sa.Column("approver", sa.String(), nullable=True),
    )


def _settle_on_postgres() -> None:
    """Take the defaults off that only the rows before needed."""
    for name in DEFAULTS:
        op.alter_column("batches", name, server_default=None)
    op.drop_column("batches", "ratio")


def _settle_on_sqlite() -> None:
    """Do the same with a new table that takes the name; foreign keys are off while migrations run."""
    kept: tuple[sa.Column[Any], ...] = (
        sa.Column("task_no", sa.String(), nullable=False),
        sa.Column("plan_no", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
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
    )
    columns = (*kept, *_added())
    op.create_table(
        "new_batches",
        *columns,
        sa.ForeignKeyConstraint(["plan_no"], ["plans.plan_no"], name=op.f("fk_batches_plan_no")),
        sa.PrimaryKeyConstraint("task_no", name=op.f("pk_batches")),
    )
    names = ", ".join(column.name for column in columns)
    op.execute(f"INSERT INTO new_batches ({names}) SELECT {names} FROM batches")  # noqa: S608 - our own names
    op.drop_table("batches")
    op.rename_table("new_batches", "batches")
    op.create_index(op.f("ix_batches_plan_no"), "batches", ["plan_no"], unique=False)


def _keep_strata() -> None:
    """Every commitment so far has one stratum, which is its frame."""
    op.create_table(
        "draw_strata",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_strata_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "stratum", name=op.f("pk_draw_strata")),
    )
    append_only("draw_strata", ("draw_id", "stratum"))
    draws = sa.table("draw_commitments", sa.column("draw_id", sa.String()), sa.column("commitment", sa.LargeBinary()))
    connection = op.get_bind()
    insert = sa.text("INSERT INTO draw_strata VALUES (:draw_id, 'all', :units)")
    for draw_id, commitment in connection.execute(sa.select(draws.c.draw_id, draws.c.commitment)).all():
        connection.execute(insert, {"draw_id": draw_id, "units": _framed(commitment)})


def _framed(commitment: bytes) -> int:
    made: dict[str, Any] = json.loads(commitment or "{}")
    return int(made.get("frame", {}).get("rows", 0))
