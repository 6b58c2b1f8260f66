"""The gate of publication: the delivered document, the notice to the party, reviews and what they remove.

Penalties that were published before have none of these, and stay as they are.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import allow_erasure, append_only, start

revision = "0027"
down_revision = "0026"

ERASABLE = {
    "penalty_documents": (
        ("penalty_id", "version"),
        ("text", "salt"),
        ("digest", "delivered_on", "entered_by", "entered_at", "fact_id"),
    ),
    "penalty_notices": (
        ("penalty_id", "number"),
        ("reference",),
        ("told_on", "how", "recorded_by", "recorded_at", "fact_id"),
    ),
    "penalty_reviews": (
        ("penalty_id", "number"),
        ("opinion",),
        ("version", "approved", "published_digest", "reviewed_by", "reviewed_at", "fact_id"),
    ),
    "penalty_spans": (
        ("penalty_id", "number", "place", "begins", "ends"),
        ("reason",),
        ("kind", "why", "verdict"),
    ),
}
"""Table → its key, the texts that may be emptied, and the columns that stay."""


def upgrade() -> None:
    """Create the four tables, append-only but for what an erasure names."""
    start()
    op.create_table(
        "penalty_documents",
        sa.Column("penalty_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        *_of_penalty("penalty_documents", ("penalty_id", "version")),
    )
    op.create_table(
        "penalty_notices",
        sa.Column("penalty_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        *_of_penalty("penalty_notices", ("penalty_id", "number")),
    )
    op.create_table(
        "penalty_reviews",
        sa.Column("penalty_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("published_digest", sa.String(), nullable=False),
        sa.Column("reviewed_by", sa.String(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        *_of_penalty("penalty_reviews", ("penalty_id", "number")),
    )
    op.create_table(
        "penalty_spans",
        sa.Column("penalty_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["penalty_id", "number"],
            ["penalty_reviews.penalty_id", "penalty_reviews.number"],
            name=op.f("fk_penalty_spans_penalty_id"),
        ),
        sa.PrimaryKeyConstraint("penalty_id", "number", "place", "begins", "ends", name=op.f("pk_penalty_spans")),
    )
    for table, (key, texts, others) in ERASABLE.items():
        facts = (("fact_id",),) if "fact_id" in others else ()
        append_only(table, key, *facts)
        allow_erasure(table, key, texts, others)


def _of_penalty(table: str, key: tuple[str, ...]) -> tuple[sa.schema.SchemaItem, ...]:
    """Return the keys that tables of a penalty with a fact of their own share."""
    return (
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f(f"fk_{table}_fact_id")),
        sa.ForeignKeyConstraint(["penalty_id"], ["penalties.penalty_id"], name=op.f(f"fk_{table}_penalty_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("fact_id", name=op.f(f"uq_{table}_fact_id")),
    )
