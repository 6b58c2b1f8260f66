"""Voids and redraws: a batch may have several draws, each of which names the one it replaces; one at most stands.

What is on record replaced nothing.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, is_postgres, start, unguard

revision = "0016"
down_revision = "0015"

KEPT = (
    *("draw_id", "task_no", "digest", "commitment", "frame", "exclusions", "inspectors", "recusals", "reasons"),
    *("sealed", "withheld", "narrowings", "recused", "lent", "amended"),
    *("committed_by", "committed_at", "execute_by", "open_by", "fact_id"),
)


def upgrade() -> None:
    """Let a batch be drawn again, and create the tables of voids."""
    start()
    unguard("draw_commitments")
    (_widen_on_postgres if is_postgres() else _widen_on_sqlite)()
    op.create_index(op.f("ix_draw_commitments_task_no"), "draw_commitments", ["task_no"], unique=False)
    append_only("draw_commitments", ("draw_id",), ("replaces",))
    op.create_table(
        "draw_void_requests",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_void_requests_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_void_requests_fact_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_draw_void_requests")),
    )
    op.create_index(op.f("ix_draw_void_requests_draw_id"), "draw_void_requests", ["draw_id"], unique=False)
    op.create_table(
        "draw_voids",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_draw_voids_draw_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_voids_fact_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["draw_void_requests.request_id"], name=op.f("fk_draw_voids_request_id")
        ),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_voids")),
        sa.UniqueConstraint("request_id", name=op.f("uq_draw_voids_request_id")),
    )
    append_only("draw_void_requests", ("request_id",))
    append_only("draw_voids", ("draw_id",), ("request_id",))


def _widen_on_postgres() -> None:
    op.drop_constraint(op.f("uq_draw_commitments_task_no"), "draw_commitments", type_="unique")
    op.add_column("draw_commitments", sa.Column("replaces", sa.String(), nullable=True))
    op.create_unique_constraint(op.f("uq_draw_commitments_replaces"), "draw_commitments", ["replaces"])
    op.create_foreign_key(
        op.f("fk_draw_commitments_replaces"), "draw_commitments", "draw_commitments", ["replaces"], ["draw_id"]
    )


def _widen_on_sqlite() -> None:
    op.create_table(
        "new_draw_commitments",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("task_no", sa.String(), nullable=False),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=False)
            for name in ("commitment", "frame", "exclusions", "inspectors", "recusals")
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("narrowings", sa.JSON(), nullable=False),
        sa.Column("recused", sa.JSON(), nullable=False),
        sa.Column("lent", sa.Integer(), nullable=False),
        sa.Column("amended", sa.JSON(), nullable=True),
        sa.Column("committed_by", sa.String(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("execute_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_draw_commitments_fact_id")),
        sa.ForeignKeyConstraint(["replaces"], ["draw_commitments.draw_id"], name=op.f("fk_draw_commitments_replaces")),
        sa.ForeignKeyConstraint(["task_no"], ["batches.task_no"], name=op.f("fk_draw_commitments_task_no")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_commitments")),
        sa.UniqueConstraint("replaces", name=op.f("uq_draw_commitments_replaces")),
    )
    kept = ", ".join(KEPT)
    op.execute(f"INSERT INTO new_draw_commitments ({kept}) SELECT {kept} FROM draw_commitments")  # noqa: S608 - our own names
    op.drop_table("draw_commitments")
    op.rename_table("new_draw_commitments", "draw_commitments")
