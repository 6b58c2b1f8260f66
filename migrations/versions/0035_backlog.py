"""Uploads and cases are watched like other duties: those that are open already are written down by a second backlog."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from migrations.guards import start

revision = "0035"
down_revision = "0034"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
ORIGINS = ("cases", "penalties")
"""What such duties come of."""


def upgrade() -> None:
    """Write the job down where there is anything that could be open."""
    start()
    connection = op.get_bind()
    asked = (sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1) for name in ORIGINS)
    if not any(connection.execute(each).first() for each in asked):
        return
    instant = sa.DateTime(timezone=True)
    columns = (sa.column("enqueued_at", instant), sa.column("due_at", instant))
    outbox = sa.table("outbox", sa.column("kind"), sa.column("key"), *columns, sa.column("attempts"))
    row = {"kind": "backlog", "key": revision, "enqueued_at": LONG_AGO, "due_at": LONG_AGO, "attempts": 0}
    connection.execute(outbox.insert().values(row))
