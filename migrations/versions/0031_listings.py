"""Lists of operators: decisions to enter and to remove, each confirmed or refused by a second person."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Create the two tables, guarded."""
    start()
    op.create_table(
        "listing_orders",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("listed", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("removes", sa.String(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("decision_no", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_listing_orders_department")),
        sa.ForeignKeyConstraint(["removes"], ["listing_orders.order_id"], name=op.f("fk_listing_orders_removes")),
        sa.ForeignKeyConstraint(["unit_id"], ["operators.unit_id"], name=op.f("fk_listing_orders_unit_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_listing_orders")),
    )
    op.create_index(op.f("ix_listing_orders_unit_id"), "listing_orders", ["unit_id"], unique=False)
    op.create_index(op.f("ix_listing_orders_removes"), "listing_orders", ["removes"], unique=False)
    op.create_table(
        "listing_confirmations",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_listing_confirmations_fact_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["listing_orders.order_id"], name=op.f("fk_listing_confirmations_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_listing_confirmations")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_listing_confirmations_fact_id")),
    )
    append_only("listing_orders", ("order_id",))
    append_only("listing_confirmations", ("order_id",), ("fact_id",))
