"""Reviews and replacements can lose their texts too, by an erasure that names their row; nothing else of them changes."""

from migrations.guards import allow_update, is_postgres, start

revision = "0024"
down_revision = "0023"

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


def upgrade() -> None:
    """Loosen the guards of three tables for what an erasure names."""
    start()
    for table, (key, texts, others) in ERASABLE.items():
        emptied = " AND ".join(f"NEW.{name} IN ('', OLD.{name})" for name in texts)
        allow_update(table, (*key, *others), f"{emptied} AND {_named(table, key)}")


def _named(table: str, key: tuple[str, ...]) -> str:
    """Return the condition that a row stands in ``erased_rows``: its key is the texts of its columns, one a line."""
    line = "chr(10)" if is_postgres() else "char(10)"
    text = f" || {line} || ".join(f"CAST(OLD.{name} AS text)" for name in key)
    return f"EXISTS (SELECT 1 FROM erased_rows WHERE name = '{table}' AND key = {text})"  # noqa: S608 - our own names
