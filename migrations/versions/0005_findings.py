"""Findings, reviews, penalties, and what is disclosed of them."""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables and their guards."""
    start()
    op.create_table(
        "findings",
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("corrects", sa.String(), nullable=True),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("problem", sa.Boolean(), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["corrects"], ["findings.finding_id"], name=op.f("fk_findings_corrects")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_findings_visit_id")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_findings")),
        sa.UniqueConstraint("corrects", name=op.f("uq_findings_corrects")),
    )
    op.create_index(op.f("ix_findings_visit_id"), "findings", ["visit_id"], unique=False)
    op.create_table(
        "finding_outcomes",
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("follow_up", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.finding_id"], name=op.f("fk_finding_outcomes_finding_id")),
        sa.ForeignKeyConstraint(["item"], ["items.code"], name=op.f("fk_finding_outcomes_item")),
        sa.PrimaryKeyConstraint("finding_id", "item", name=op.f("pk_finding_outcomes")),
    )
    op.create_table(
        "finding_reviews",
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reviewed_by", sa.String(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.finding_id"], name=op.f("fk_finding_reviews_finding_id")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding_reviews")),
    )
    op.create_table(
        "penalties",
        sa.Column("penalty_id", sa.String(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("operator_name", sa.String(), nullable=False),
        sa.Column("decision_no", sa.String(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("violation", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("fine_fen", sa.BigInteger(), nullable=False),
        sa.Column("confiscated_fen", sa.BigInteger(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_penalties_department")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.finding_id"], name=op.f("fk_penalties_finding_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["operators.unit_id"], name=op.f("fk_penalties_unit_id")),
        sa.PrimaryKeyConstraint("penalty_id", name=op.f("pk_penalties")),
        sa.UniqueConstraint("decision_no", name=op.f("uq_penalties_decision_no")),
    )
    op.create_index(op.f("ix_penalties_finding_id"), "penalties", ["finding_id"], unique=False)
    op.create_index(op.f("ix_penalties_unit_id"), "penalties", ["unit_id"], unique=False)
    op.create_table(
        "disclosures",
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Boolean(), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_disclosures_fact_id")),
        sa.ForeignKeyConstraint(["replaces"], ["disclosures.disclosure_id"], name=op.f("fk_disclosures_replaces")),
        sa.PrimaryKeyConstraint("disclosure_id", name=op.f("pk_disclosures")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_disclosures_fact_id")),
        sa.UniqueConstraint("replaces", name=op.f("uq_disclosures_replaces")),
        sa.UniqueConstraint("source_id", name=op.f("uq_disclosures_source_id")),
    )
    op.create_index(op.f("ix_disclosures_draw_id"), "disclosures", ["draw_id"], unique=False)
    op.create_index(op.f("ix_disclosures_subject"), "disclosures", ["subject"], unique=False)
    op.create_index(op.f("ix_disclosures_unit_id"), "disclosures", ["unit_id"], unique=False)
    op.create_index(op.f("ix_disclosures_year"), "disclosures", ["year"], unique=False)
    append_only("findings", ("finding_id",), ("corrects",))
    append_only("finding_outcomes", ("finding_id", "item"))
    append_only("finding_reviews", ("finding_id",))
    append_only("penalties", ("penalty_id",), ("decision_no",))
    append_only("disclosures", ("disclosure_id",), ("fact_id",), ("source_id",), ("replaces",))
