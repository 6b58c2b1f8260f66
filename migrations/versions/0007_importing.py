"""What imports bring: the days of a year that are not what the week says; items with subject, content and validity."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import start

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table, and add the columns where the table stands."""
    start()
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    for name in ("subject", "content"):
        op.add_column("items", sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False))
    for name in ("valid_from", "valid_until"):
        op.add_column("items", sa.Column(name, sa.Date(), nullable=True))
