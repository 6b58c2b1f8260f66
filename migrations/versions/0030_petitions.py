"""Petitions about what is published: received, taken up, answered by one person, decided by another."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import allow_erasure, append_only, start

revision = "0030"
down_revision = "0029"

ERASABLE = {
    "petitions": (
        ("petition_id",),
        ("asker_code", "asker_name", "asker_office", "contact", "text"),
        (
            *("disclosure_id", "kind", "asker", "channel", "received_on", "follow_digest", "received_by"),
            *("received_at", "fact_id"),
        ),
    ),
    "petition_claims": (("petition_id", "need"), ("text",), ()),
    "petition_files": (
        ("file_id",),
        ("name",),
        ("petition_id", "media_type", "original_sha256", "stored_sha256", "size", "added_by", "added_at"),
    ),
    "petition_acceptances": (
        ("petition_id",),
        ("text",),
        ("accepted", "shown", "due_on", "decided_on", "decided_by", "decided_at", "fact_id"),
    ),
    "petition_proposals": (
        ("petition_id", "number"),
        ("text", "shown_text"),
        ("upheld", "remedy", "met", "again_on", "proposed_by", "proposed_at", "fact_id"),
    ),
    "petition_returns": (("petition_id", "number"), ("text",), ("returned_by", "returned_at", "fact_id")),
}
"""Table → its key, the texts that may be emptied, and the columns that stay."""


def upgrade() -> None:
    """Create the seven tables, append-only but for what an erasure names."""
    start()
    op.create_table(
        "petitions",
        sa.Column("petition_id", sa.String(), nullable=False),
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("asker_code", sa.String(), nullable=False),
        sa.Column("asker_name", sa.String(), nullable=False),
        sa.Column("asker_office", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("follow_digest", sa.String(), nullable=True),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosures.disclosure_id"], name=op.f("fk_petitions_disclosure_id")
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_petitions_fact_id")),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_petitions")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_petitions_fact_id")),
        sa.UniqueConstraint("follow_digest", name=op.f("uq_petitions_follow_digest")),
    )
    op.create_index(op.f("ix_petitions_disclosure_id"), "petitions", ["disclosure_id"], unique=False)
    op.create_index(op.f("ix_petitions_received_on"), "petitions", ["received_on"], unique=False)
    op.create_table(
        "petition_claims",
        sa.Column("petition_id", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        _of_petition("petition_claims"),
        sa.PrimaryKeyConstraint("petition_id", "need", name=op.f("pk_petition_claims")),
    )
    op.create_table(
        "petition_files",
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("petition_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("original_sha256", sa.String(), nullable=False),
        sa.Column("stored_sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        _of_petition("petition_files"),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_petition_files")),
    )
    op.create_index(op.f("ix_petition_files_petition_id"), "petition_files", ["petition_id"], unique=False)
    op.create_table(
        "petition_acceptances",
        sa.Column("petition_id", sa.String(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        _of_petition("petition_acceptances"),
        *_of_fact("petition_acceptances"),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_petition_acceptances")),
    )
    op.create_index(op.f("ix_petition_acceptances_decided_on"), "petition_acceptances", ["decided_on"], unique=False)
    op.create_table(
        "petition_proposals",
        sa.Column("petition_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("met", sa.JSON(), nullable=False),
        sa.Column("again_on", sa.Date(), nullable=True),
        sa.Column("shown_text", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        _of_petition("petition_proposals"),
        *_of_fact("petition_proposals"),
        sa.PrimaryKeyConstraint("petition_id", "number", name=op.f("pk_petition_proposals")),
    )
    op.create_table(
        "petition_returns",
        sa.Column("petition_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("returned_by", sa.String(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        *_of_fact("petition_returns"),
        sa.PrimaryKeyConstraint("petition_id", "number", name=op.f("pk_petition_returns")),
    )
    op.create_table(
        "petition_decisions",
        sa.Column("petition_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        _of_petition("petition_decisions"),
        *_of_fact("petition_decisions"),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_petition_decisions")),
    )
    append_only("petition_decisions", ("petition_id",), ("fact_id",))
    for table, (key, texts, others) in ERASABLE.items():
        facts = (("fact_id",),) if "fact_id" in others else ()
        own = (("follow_digest",),) if "follow_digest" in others else ()
        append_only(table, key, *facts, *own)
        allow_erasure(table, key, texts, others)


def _of_petition(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["petition_id"], ["petitions.petition_id"], name=op.f(f"fk_{table}_petition_id"))


def _of_fact(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f(f"fk_{table}_fact_id")),
        sa.UniqueConstraint("fact_id", name=op.f(f"uq_{table}_fact_id")),
    )
