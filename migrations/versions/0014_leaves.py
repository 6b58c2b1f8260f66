"""A leave is decided by another person than who recorded it. Leave on record counts as it did, decided by nobody."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import start

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Widen the table of leave; what stands in it was in force and stays so."""
    start()
    for name, kind in (
        ("approved", sa.Boolean()),
        ("decided_by", sa.String()),
        ("decided_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("inspector_leaves", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE inspector_leaves SET approved = true")
