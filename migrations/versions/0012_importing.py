"""The days of a year that are not what the week says, as the bureau imports them."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import start

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table."""
    start()
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
