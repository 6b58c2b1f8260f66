"""Facts are sealed with images of the rows they changed; texts are erased by two people, and nothing else is changed.

A fact gets its digest when its command is done, once. A body loses text and salt, and a row the texts named here, when
an erasure of exactly that stands in ``erasures`` or ``erased_rows``; every other change is refused as before.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import allow_erasure, allow_update, append_only, named_as_erased, start

revision = "0023"
down_revision = "0022"

ERASABLE = {
    "finding_outcomes": (("finding_id", "item"), ("text",), ("outcome", "follow_up")),
    "followups": (
        ("visit_id", "item", "number"),
        ("receiver", "reference", "text"),
        ("step", "happened_on", "recorded_by", "recorded_at", "fact_id"),
    ),
    "visit_requests": (
        ("visit_id",),
        ("source_no", "reason"),
        (
            *("plan_no", "title", "departments", "items", "period_from", "period_to"),
            *("requested_by", "requested_at"),
        ),
    ),
    "visit_steps": (
        ("visit_id", "number"),
        ("text",),
        ("step", "finding_id", "happened_at", "due_on", "detail", "taken_by", "taken_at", "fact_id"),
    ),
    "penalties": (
        ("penalty_id",),
        ("operator_name", "violation", "facts", "content"),
        (
            *("finding_id", "unit_id", "decision_no", "procedure", "basis", "kinds", "fine_fen", "confiscated_fen"),
            *("department", "decided_on", "decided_by", "decided_at"),
        ),
    ),
    "evidence": (
        ("evidence_id",),
        ("name",),
        ("visit_id", "media_type", "original_sha256", "stored_sha256", "size", "added_by", "added_at"),
    ),
}
"""Table → its key, the texts that may be emptied, and the columns that stay."""

PUBLISHED = (
    *("disclosure_id", "subject", "source_id", "replaces", "unit_id", "cause", "draw_id", "year", "problem"),
    *("event_on", "due_on", "published_by", "published_at", "fact_id"),
)
"""The columns of a disclosure that stay; its content is projected anew from what is left."""


def upgrade() -> None:
    """Create the tables of erasures, and loosen the guards for what they name."""
    start()
    op.create_table(
        "erasure_requests",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_erasure_requests_fact_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_erasure_requests")),
    )
    op.create_table(
        "erasures",
        sa.Column("erased_fact", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["erased_fact"], ["journal.fact_id"], name=op.f("fk_erasures_erased_fact")),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_erasures_fact_id")),
        sa.ForeignKeyConstraint(["request_id"], ["erasure_requests.request_id"], name=op.f("fk_erasures_request_id")),
        sa.PrimaryKeyConstraint("erased_fact", "part", name=op.f("pk_erasures")),
    )
    op.create_table(
        "erased_rows",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_erased_rows_fact_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["erasure_requests.request_id"], name=op.f("fk_erased_rows_request_id")
        ),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_erased_rows")),
    )
    append_only("erasure_requests", ("request_id",))
    append_only("erasures", ("erased_fact", "part"))
    append_only("erased_rows", ("name", "key"))
    allow_update(
        "journal", ("fact_id", "kind", "at", "actor", "subject", "public"), "OLD.digest = '' AND NEW.digest <> ''"
    )
    erased = "SELECT 1 FROM erasures WHERE erased_fact = OLD.fact_id AND part = OLD.part"
    gone = f"length(NEW.salt) = 0 AND length(NEW.body) = 0 AND EXISTS ({erased})"
    allow_update("journal_bodies", ("fact_id", "part", "key"), gone)
    for table, (key, texts, others) in ERASABLE.items():
        allow_erasure(table, key, texts, others)
    allow_update("disclosures", PUBLISHED, named_as_erased("disclosures", ("disclosure_id",)))
