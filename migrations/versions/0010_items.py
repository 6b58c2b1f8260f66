"""Items of the list have a subject, contents and days; a version that another has followed stays on record."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns and the table."""
    start()
    op.add_column("items", sa.Column("subject", sa.String(), nullable=False, server_default=""))
    op.add_column("items", sa.Column("content", sa.String(), nullable=False, server_default=""))
    op.add_column("items", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("items", sa.Column("valid_until", sa.Date(), nullable=True))
    op.create_table(
        "former_items",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["items.code"], name=op.f("fk_former_items_code")),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_former_items_department")),
        sa.PrimaryKeyConstraint("code", "valid_until", name=op.f("pk_former_items")),
    )
    append_only("former_items", ("code", "valid_until"))
