"""Stored answers know the entries of the log that their commands made."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import start

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add two columns, which older answers leave empty."""
    start()
    op.add_column("stored_answers", sa.Column("first_entry", sa.Integer(), nullable=True))
    op.add_column("stored_answers", sa.Column("entries", sa.Integer(), nullable=True))
