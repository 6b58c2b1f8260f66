"""Visits that no draw caused, the steps of every visit, evidence, and what follows a problem.

What is on record keeps its place: drawn visits say so, and each finding and review of before becomes a step of its
visit, by the fact that told of it. No approval, notice or confirmation is made up for them.
"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, is_postgres, start, unguard

revision = "0013"
down_revision = "0012"

DRAWN = "drawn"


def upgrade() -> None:
    """Widen visits, seats and disclosures, and create the tables of steps, evidence and follow-up."""
    start()
    for table in ("visits", "visit_seats", "disclosures"):
        unguard(table)
    (_widen_on_postgres if is_postgres() else _widen_on_sqlite)()
    for table, column in (("visits", "cause"), ("visits", "year"), ("disclosures", "cause")):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    append_only("visits", ("visit_id",))
    append_only("visit_seats", ("visit_id", "department", "seat"))
    append_only("disclosures", ("disclosure_id",), ("fact_id",), ("source_id",), ("replaces",))
    _create_requests()
    _create_steps()
    _create_evidence()
    _create_followups()
    _step_back()


def _create_requests() -> None:
    op.create_table(
        "visit_requests",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("plan_no", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source_no", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_no"], ["plans.plan_no"], name=op.f("fk_visit_requests_plan_no")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_visit_requests_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_requests")),
    )
    op.create_index(op.f("ix_visit_requests_plan_no"), "visit_requests", ["plan_no"], unique=False)
    append_only("visit_requests", ("visit_id",))


def _create_steps() -> None:
    op.create_table(
        "visit_steps",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_visit_steps_fact_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.finding_id"], name=op.f("fk_visit_steps_finding_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_visit_steps_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "number", name=op.f("pk_visit_steps")),
    )
    op.create_index(op.f("ix_visit_steps_finding_id"), "visit_steps", ["finding_id"], unique=False)
    append_only("visit_steps", ("visit_id", "number"))
    op.create_table(
        "finding_confirmations",
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.finding_id"], name=op.f("fk_finding_confirmations_finding_id")
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding_confirmations")),
    )
    append_only("finding_confirmations", ("finding_id",))


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("original_sha256", sa.String(), nullable=False),
        sa.Column("stored_sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_evidence_visit_id")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_visit_id"), "evidence", ["visit_id"], unique=False)
    append_only("evidence", ("evidence_id",))


def _create_followups() -> None:
    op.create_table(
        "followups",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["journal.fact_id"], name=op.f("fk_followups_fact_id")),
        sa.ForeignKeyConstraint(["item"], ["items.code"], name=op.f("fk_followups_item")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_followups_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "item", "number", name=op.f("pk_followups")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_followups_fact_id")),
    )
    append_only("followups", ("visit_id", "item", "number"), ("fact_id",))


def _step_back() -> None:
    """Make steps of the findings and reviews that are on record, in order, each by its own fact."""
    connection = op.get_bind()
    done = sa.text(
        """
        SELECT f.visit_id, 'filed' AS step, f.finding_id, f.filed_by AS person, f.filed_at AS at, j.fact_id,
               f.version, 0 AS turn
        FROM findings f JOIN journal j ON j.kind = 'finding.filed' AND j.subject = f.finding_id
        UNION ALL
        SELECT f.visit_id, CASE WHEN r.approved THEN 'passed' ELSE 'returned' END, f.finding_id, r.reviewed_by,
               r.reviewed_at, j.fact_id, f.version, 1
        FROM finding_reviews r JOIN findings f ON f.finding_id = r.finding_id
        JOIN journal j ON j.kind = 'finding.reviewed' AND j.subject = f.finding_id
        ORDER BY 1, 7, 8
        """
    ).columns(at=sa.DateTime(timezone=True))
    steps = sa.table(
        "visit_steps",
        *(sa.column(name) for name in ("visit_id", "number", "step", "finding_id", "text", "taken_by", "fact_id")),
        sa.column("happened_at", sa.DateTime(timezone=True)),
        sa.column("taken_at", sa.DateTime(timezone=True)),
        sa.column("detail", sa.JSON()),
    )
    numbers: dict[str, int] = {}
    for row in connection.execute(done).all():
        numbers[row.visit_id] = numbers.get(row.visit_id, 0) + 1
        connection.execute(
            sa.insert(steps).values(
                visit_id=row.visit_id,
                number=numbers[row.visit_id],
                step=row.step,
                finding_id=row.finding_id,
                text="",
                taken_by=row.person,
                fact_id=row.fact_id,
                happened_at=row.at,
                taken_at=row.at,
                detail={},
            )
        )


def _widen_on_postgres() -> None:
    op.add_column("visits", sa.Column("cause", sa.String()))
    op.add_column("visits", sa.Column("year", sa.Integer()))
    op.execute(
        f"UPDATE visits SET cause = '{DRAWN}', year = "  # noqa: S608 - our own word
        "(SELECT extract(year FROM b.period_from) FROM batches b WHERE b.task_no = visits.task_no)"
    )
    op.add_column("disclosures", sa.Column("cause", sa.String()))
    op.execute(f"UPDATE disclosures SET cause = '{DRAWN}'")  # noqa: S608 - our own word
    for table, column in (("visits", "cause"), ("visits", "year"), ("disclosures", "cause")):
        op.alter_column(table, column, nullable=False)
    for table, column in (
        *(("visits", "draw_id"), ("visits", "task_no"), ("visits", "number")),
        *(("visit_seats", "roster_no"), ("disclosures", "draw_id")),
    ):
        op.alter_column(table, column, nullable=True)


def _widen_on_sqlite() -> None:
    op.create_table(
        "new_visits",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=True),
        sa.Column("task_no", sa.String(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("operator_name", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_commitments.draw_id"], name=op.f("fk_visits_draw_id")),
        sa.ForeignKeyConstraint(["task_no"], ["batches.task_no"], name=op.f("fk_visits_task_no")),
        sa.ForeignKeyConstraint(["unit_id"], ["operators.unit_id"], name=op.f("fk_visits_unit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visits")),
    )
    kept = "visit_id, draw_id, task_no, number, unit_id, operator_name, area"
    year = "(SELECT CAST(strftime('%Y', period_from) AS INTEGER) FROM batches b WHERE b.task_no = visits.task_no)"
    _replace("visits", f"{kept}, cause, year", f"{kept}, '{DRAWN}', {year}")
    for column in ("draw_id", "task_no", "unit_id"):
        op.create_index(op.f(f"ix_visits_{column}"), "visits", [column], unique=False)
    op.create_table(
        "new_visit_seats",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("roster_no", sa.String(), nullable=True),
        sa.Column("inspector_no", sa.String(), nullable=False),
        sa.Column("inspector_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_visit_seats_department")),
        sa.ForeignKeyConstraint(
            ["inspector_no"], ["inspectors.inspector_no"], name=op.f("fk_visit_seats_inspector_no")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.visit_id"], name=op.f("fk_visit_seats_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "department", "seat", name=op.f("pk_visit_seats")),
    )
    kept = "visit_id, department, seat, roster_no, inspector_no, inspector_name"
    _replace("visit_seats", kept, kept)
    op.create_index(op.f("ix_visit_seats_inspector_no"), "visit_seats", ["inspector_no"], unique=False)
    op.create_table(
        "new_disclosures",
        sa.Column("disclosure_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=True),
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
    kept = (
        "disclosure_id, subject, source_id, replaces, unit_id, draw_id, year, problem, event_on, due_on, content, "
        "published_by, published_at, fact_id"
    )
    _replace("disclosures", f"{kept}, cause", f"{kept}, '{DRAWN}'")
    for column in ("draw_id", "subject", "unit_id", "year"):
        op.create_index(op.f(f"ix_disclosures_{column}"), "disclosures", [column], unique=False)


def _replace(table: str, columns: str, values: str) -> None:
    """Fill ``new_TABLE`` from the table and let it take its name; foreign keys are off while migrations run."""
    op.execute(f"INSERT INTO new_{table} ({columns}) SELECT {values} FROM {table}")  # noqa: S608 - our own names
    op.drop_table(table)
    op.rename_table(f"new_{table}", table)
