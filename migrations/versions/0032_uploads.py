"""What is handed to national platforms, and what that needs: credit codes of departments, licences taken away.

Nothing is on record of what was handed in before: it counts as not uploaded until it is recorded.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, start

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Create the four tables, append-only."""
    start()
    op.create_table(
        "department_codes",
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_department_codes_department")),
        *_told("department_codes", ("department", "number")),
    )
    op.create_table(
        "penalty_licences",
        sa.Column("penalty_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("stated_by", sa.String(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["penalty_id"], ["penalties.penalty_id"], name=op.f("fk_penalty_licences_penalty_id")),
        *_told("penalty_licences", ("penalty_id", "number")),
    )
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("receipt_no", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        *_told("uploads", ("upload_id",)),
    )
    op.create_table(
        "uploaded_records",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosures.disclosure_id"], name=op.f("fk_uploaded_records_disclosure_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.upload_id"], name=op.f("fk_uploaded_records_upload_id")),
        sa.PrimaryKeyConstraint("platform", "disclosure_id", "number", name=op.f("pk_uploaded_records")),
    )
    for table, column in (("uploads", "platform"), ("uploaded_records", "upload_id"), ("uploaded_records", "due_on")):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    append_only("department_codes", ("department", "number"), ("fact_id",))
    append_only("penalty_licences", ("penalty_id", "number"), ("fact_id",))
    append_only("uploads", ("upload_id",), ("fact_id",))
    append_only("uploaded_records", ("platform", "disclosure_id", "number"))


def _told(table: str, key: tuple[str, ...]) -> tuple[sa.schema.SchemaItem, ...]:
    """Return the keys of a table each row of which has a fact of its own."""
    return (
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f(f"fk_{table}_fact_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("fact_id", name=op.f(f"uq_{table}_fact_id")),
    )
