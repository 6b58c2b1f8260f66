"""A commitment says how much of its scope was changed in the register shortly before; those on record did not count."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import start

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the counts; a column that may be empty leaves the guards of the table where they are."""
    start()
    op.add_column("draw_commitments", sa.Column("amended", sa.JSON(), nullable=True))
