"""Reviews and replacements can lose their texts too, by an erasure that names their row; nothing else of them changes.

An inspector who left can lose the number of the certificate: there is one inspector for each number that is held.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import allow_erasure, is_postgres, start

revision = "0025"
down_revision = "0024"

ERASABLE = {
    "finding_reviews": (("finding_id",), ("reason",), ("approved", "reviewed_by", "reviewed_at")),
    "replacements": (
        ("replacement_id",),
        ("text",),
        (
            *("draw_id", "visit_id", "fallen", "department", "seat", "inspector_no", "altogether", "reason"),
            *("evidence", "requested_by", "requested_at", "fact_id"),
        ),
    ),
    "replacement_decisions": (
        ("replacement_id",),
        ("text",),
        ("draw_id", "number", "approved", "event", "state", "decided_by", "decided_at", "fact_id"),
    ),
}
"""Table → its key, the texts that may be emptied, and the columns that stay."""

INSPECTORS = (
    *("inspector_no", "name", "department", "area", "certificate_no", "certificate_from", "certificate_until"),
    *("status", "fields", "tags"),
)


def upgrade() -> None:
    """Loosen the guards of three tables for what an erasure names, and let certificates be without a number."""
    start()
    for table, (key, texts, others) in ERASABLE.items():
        allow_erasure(table, key, texts, others)
    if is_postgres():
        op.drop_constraint(op.f("uq_inspectors_certificate_no"), "inspectors", type_="unique")
    else:
        _rebuild_inspectors()
    held = sa.text("certificate_no <> ''")
    op.create_index(
        op.f("uq_inspectors_certificate_no"),
        "inspectors",
        ["certificate_no"],
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )


def _rebuild_inspectors() -> None:
    """Make the roster anew, which SQLite cannot take a constraint from; foreign keys are off while migrations run."""
    op.create_table(
        "new_inspectors",
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("certificate_no", sa.String(), nullable=False),
        sa.Column("certificate_from", sa.Date(), nullable=False),
        sa.Column("certificate_until", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_inspectors_department")),
        sa.PrimaryKeyConstraint("inspector_no", name=op.f("pk_inspectors")),
    )
    columns = ", ".join(INSPECTORS)
    op.execute(f"INSERT INTO new_inspectors ({columns}) SELECT {columns} FROM inspectors")  # noqa: S608 - our own names
    op.drop_table("inspectors")
    op.rename_table("new_inspectors", "inspectors")
    op.create_index(op.f("ix_inspectors_department"), "inspectors", ["department"], unique=False)
