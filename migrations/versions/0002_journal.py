"""The journal, its withheld bodies, and the transparency log."""

import hashlib
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, only_forward, start

revision = "0002"
down_revision = "0001"

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""RFC 6962: the root of a tree without leaves."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every entry."""


def upgrade() -> None:
    """Create the tables and their guards."""
    start()
    op.create_table(
        "journal",
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_actor"), "journal", ["actor"], unique=False)
    op.create_index(op.f("ix_journal_subject"), "journal", ["subject"], unique=False)
    op.create_table(
        "journal_bodies",
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_journal_bodies_fact_id")),
        sa.PrimaryKeyConstraint("fact_id", "part", name=op.f("pk_journal_bodies")),
    )
    op.create_table(
        "log_entries",
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_log_entries_fact_id")),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_entries")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_log_entries_fact_id")),
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_log_nodes")),
    )
    head = op.create_table(
        "log_head",
        sa.Column("head_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("head_id", name=op.f("pk_log_head")),
        sa.CheckConstraint("head_id = 1", name=op.f("ck_log_head_single")),
    )
    append_only("journal", ("fact_id",))
    append_only("journal_bodies", ("fact_id", "part"))
    append_only("log_entries", ("index",), ("fact_id",))
    append_only("log_nodes", ("level", "index"))
    op.bulk_insert(head, [{"head_id": 1, "size": 0, "root": EMPTY_ROOT, "at": BEGINNING}])
    only_forward("log_head", "size")
