"""What is published can end: by its term, by a repair, by a withdrawal; then its content is emptied, for good.

An erased text may have gone with such an end, and so without a request by two people. What has ended is emptied and
nothing else; before it ends the content changes as before, by an erasure that names it.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import allow_instead, append_only, is_postgres, named_as_erased, start, unguard

revision = "0028"
down_revision = "0027"

PUBLISHED = (
    *("disclosure_id", "subject", "source_id", "replaces", "unit_id", "cause", "draw_id", "year", "problem"),
    *("event_on", "due_on", "published_by", "published_at", "fact_id"),
)
"""The columns of a disclosure that stay."""


def upgrade() -> None:
    """Create the three tables, guarded; let what has ended be emptied, and texts go without a request."""
    start()
    op.create_table(
        "withdrawals",
        sa.Column("withdrawal_id", sa.String(), nullable=False),
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosures.disclosure_id"], name=op.f("fk_withdrawals_disclosure_id")
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_withdrawals_fact_id")),
        sa.PrimaryKeyConstraint("withdrawal_id", name=op.f("pk_withdrawals")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_withdrawals_fact_id")),
    )
    op.create_index(op.f("ix_withdrawals_disclosure_id"), "withdrawals", ["disclosure_id"], unique=False)
    op.create_index(op.f("ix_withdrawals_event_on"), "withdrawals", ["event_on"], unique=False)
    op.create_table(
        "withdrawal_decisions",
        sa.Column("withdrawal_id", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_withdrawal_decisions_fact_id")),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"], ["withdrawals.withdrawal_id"], name=op.f("fk_withdrawal_decisions_withdrawal_id")
        ),
        sa.PrimaryKeyConstraint("withdrawal_id", name=op.f("pk_withdrawal_decisions")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_withdrawal_decisions_fact_id")),
    )
    op.create_table(
        "disclosure_endings",
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("withdrawal_id", sa.String(), nullable=True),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("event_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosures.disclosure_id"], name=op.f("fk_disclosure_endings_disclosure_id")
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_disclosure_endings_fact_id")),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"], ["withdrawals.withdrawal_id"], name=op.f("fk_disclosure_endings_withdrawal_id")
        ),
        sa.PrimaryKeyConstraint("disclosure_id", name=op.f("pk_disclosure_endings")),
    )
    op.create_index(op.f("ix_disclosure_endings_fact_id"), "disclosure_endings", ["fact_id"], unique=False)
    append_only("withdrawals", ("withdrawal_id",), ("fact_id",))
    append_only("withdrawal_decisions", ("withdrawal_id",), ("fact_id",))
    append_only("disclosure_endings", ("disclosure_id",))
    ended = "EXISTS (SELECT 1 FROM disclosure_endings WHERE disclosure_id = OLD.disclosure_id)"
    erased = f"NOT {ended} AND {named_as_erased('disclosures', ('disclosure_id',))}"
    allow_instead("disclosures", PUBLISHED, f"({ended} AND NEW.content = '') OR ({erased})")
    if is_postgres():
        op.alter_column("erasures", "request_id", nullable=True)
    else:
        _rebuild_erasures()


def _rebuild_erasures() -> None:
    """Make the table anew under its own name: a rename would stumble over the guards that read it."""
    op.execute(
        "CREATE TABLE kept AS SELECT erased_fact, part, digest, request_id, confirmed_by, confirmed_at, fact_id "
        "FROM erasures"
    )
    unguard("erasures")
    op.drop_table("erasures")
    op.create_table(
        "erasures",
        sa.Column("erased_fact", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["erased_fact"], ["journal.fact_id"], name=op.f("fk_erasures_erased_fact")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_erasures_fact_id")),
        sa.ForeignKeyConstraint(["request_id"], ["erasure_requests.request_id"], name=op.f("fk_erasures_request_id")),
        sa.PrimaryKeyConstraint("erased_fact", "part", name=op.f("pk_erasures")),
    )
    op.execute("INSERT INTO erasures SELECT * FROM kept")
    op.drop_table("kept")
    append_only("erasures", ("erased_fact", "part"))
