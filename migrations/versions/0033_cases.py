"""Cases: filed about a finding, extended, paused and resumed, ended, and the last day that each fact left them.

Follow-ups that opened a case before have no case on record: it is filed when somebody does.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import allow_erasure, append_only, start

revision = "0033"
down_revision = "0032"

NUMBERED = ("case_id", "number")
ERASABLE = {
    "case_extensions": (NUMBERED, ("basis",), ("days", "approved_on", "approved_by", "approved_at", "fact_id")),
    "case_endings": (
        ("case_id",),
        ("reason",),
        ("way", "ended_on", "penalty_id", "ended_by", "ended_at", "fact_id"),
    ),
}
"""Table → its key, the texts that may be emptied, and the columns that stay."""


def upgrade() -> None:
    """Create the six tables, append-only but for what an erasure names."""
    start()
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id", "item", "step"],
            ["followups.visit_id", "followups.item", "followups.number"],
            name=op.f("fk_cases_visit_id_item_step"),
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_cases_visit_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.finding_id"], name=op.f("fk_cases_finding_id")),
        sa.UniqueConstraint("case_no", name=op.f("uq_cases_case_no")),
        *_told("cases", ("case_id",)),
    )
    op.create_index(op.f("ix_cases_visit_id"), "cases", ["visit_id"], unique=False)
    op.create_table(
        "case_extensions",
        *_numbered(),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        _of_case("case_extensions"),
        *_told("case_extensions", NUMBERED),
    )
    op.create_table(
        "case_pauses",
        *_numbered(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        _of_case("case_pauses"),
        *_told("case_pauses", NUMBERED),
    )
    op.create_table(
        "case_resumptions",
        *_numbered(),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "number"],
            ["case_pauses.case_id", "case_pauses.number"],
            name=op.f("fk_case_resumptions_case_id_number"),
        ),
        *_told("case_resumptions", NUMBERED),
    )
    op.create_table(
        "case_endings",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("penalty_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        _of_case("case_endings"),
        sa.ForeignKeyConstraint(["penalty_id"], ["penalties.penalty_id"], name=op.f("fk_case_endings_penalty_id")),
        *_told("case_endings", ("case_id",)),
    )
    op.create_table(
        "case_terms",
        *_numbered(),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        _of_case("case_terms"),
        *_told("case_terms", NUMBERED),
    )
    op.create_index(op.f("ix_case_terms_due_on"), "case_terms", ["due_on"], unique=False)
    append_only("cases", ("case_id",), ("case_no",), ("fact_id",))
    for table in ("case_extensions", "case_pauses", "case_resumptions", "case_terms"):
        append_only(table, NUMBERED, ("fact_id",))
    append_only("case_endings", ("case_id",), ("fact_id",))
    for table, (key, texts, others) in ERASABLE.items():
        allow_erasure(table, key, texts, others)


def _numbered() -> tuple[sa.Column[str], sa.Column[int]]:
    return sa.Column("case_id", sa.String(), nullable=False), sa.Column("number", sa.Integer(), nullable=False)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f(f"fk_{table}_case_id"))


def _told(table: str, key: tuple[str, ...]) -> tuple[sa.schema.SchemaItem, ...]:
    """Return the keys of a table each row of which has a fact of its own."""
    return (
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f(f"fk_{table}_fact_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("fact_id", name=op.f(f"uq_{table}_fact_id")),
    )
