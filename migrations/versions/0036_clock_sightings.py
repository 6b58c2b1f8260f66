"""Until when the worker followed the clock, so that a leap empties nothing.

The row is written by the first worker that looks. It is not guarded: it moves with the clock.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import start

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Create the table."""
    start()
    op.create_table(
        "clock_sightings",
        sa.Column("sighting_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sighting_id", name=op.f("pk_clock_sightings")),
    )
