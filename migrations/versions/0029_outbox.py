"""The work list of what becomes due, and the reminders that come of it.

What stands already has no jobs yet: one job, due at once, writes them down when a worker first looks. An empty database
needs none. The work list is not guarded: a job is put off, fails and is done.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0029"
down_revision = "0028"

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
ORIGINS = ("draw_commitments", "findings", "penalties")
"""What jobs come of."""


def upgrade() -> None:
    """Create the two tables, and the job that fills the first from what is there."""
    start()
    outbox = op.create_table(
        "outbox",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outbox")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_outbox_kind_key")),
    )
    op.create_index(op.f("ix_outbox_done_at_due_at"), "outbox", ["done_at", "due_at"], unique=False)
    op.create_table(
        "reminders",
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reminder_id", name=op.f("pk_reminders")),
    )
    op.create_index(op.f("ix_reminders_key"), "reminders", ["key"], unique=False)
    op.create_index(op.f("ix_reminders_noted_at"), "reminders", ["noted_at"], unique=False)
    append_only("reminders", ("reminder_id",))
    connection = op.get_bind()
    asked = (sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1) for name in ORIGINS)
    if any(connection.execute(each).first() for each in asked):
        row = {"kind": "backlog", "key": revision, "enqueued_at": LONG_AGO, "due_at": LONG_AGO, "attempts": 0}
        connection.execute(outbox.insert().values(row))
