"""The register whole: operators with all their columns, their sites, their names by index; mergings; keys of records.

SQLite rebuilds ``operators``, because it cannot change a primary key; the table is not guarded. Its foreign keys are
looked at again when the transaction commits. PostgreSQL changes the table where it stands.
"""

import unicodedata
from itertools import pairwise

import sqlalchemy as sa
from alembic import op

from migrations.guards import is_postgres, start

revision = "0006"
down_revision = "0005"

REFERRING = ("recusals", "visits", "penalties")
"""Tables with a ``unit_id`` that refers to operators."""
KEPT = (
    *("unit_id", "name", "kind", "status", "trading", "area", "address"),
    *("legal_representative", "contact_name", "contact_phone"),
)
NEW_TEXTS = ("credit_code", "register_no", "risk_class", "risk_month", "risk_source", "name_key", "name_grams")
NEW_DAYS = ("status_on", "abnormal_on", "serious_on", "last_inspected_on")
MOVED = ("platform_name", "domain", "icp_no")
NAMES = "operator_names"
"""SQLite's full-text index over the pairs of characters of the names."""


def upgrade() -> None:
    """Create and change the tables, and carry what they hold over."""
    start()
    code = sa.String(collation="C") if is_postgres() else sa.String()
    _key_of_records()
    before = [dict(row) for row in op.get_bind().execute(sa.text("SELECT * FROM operators")).mappings()]
    if is_postgres():
        _change_operators()
    else:
        _rebuild_operators()
    _index_merged()
    _create_sites(code)
    _create_mergings()
    _carry_over(before)
    _index_names()


def _key_of_records() -> None:
    op.add_column("journal_bodies", sa.Column("key", sa.String(), server_default=sa.text("''"), nullable=False))
    op.create_index(op.f("ix_journal_bodies_key"), "journal_bodies", ["key"], unique=False)


def _change_operators() -> None:
    for table in REFERRING:
        op.drop_constraint(op.f(f"fk_{table}_unit_id"), table, type_="foreignkey")
    op.drop_constraint(op.f("pk_operators"), "operators", type_="primary")
    op.drop_index(op.f("ix_operators_name"), table_name="operators")
    op.execute('ALTER TABLE operators ALTER COLUMN unit_id TYPE varchar COLLATE "C"')
    op.execute("ALTER TABLE operators ADD COLUMN serial SERIAL")
    op.create_primary_key(op.f("pk_operators"), "operators", ["serial"])
    op.create_unique_constraint(op.f("uq_operators_unit_id"), "operators", ["unit_id"])
    for name in NEW_TEXTS:
        op.add_column("operators", sa.Column(name, sa.String(), server_default="", nullable=False))
        op.alter_column("operators", name, server_default=None)
    op.add_column("operators", sa.Column("natural_person", sa.Boolean(), server_default="false", nullable=False))
    op.alter_column("operators", "natural_person", server_default=None)
    for name in NEW_DAYS:
        op.add_column("operators", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("operators", sa.Column("merged_into", sa.String(), nullable=True))
    for name in MOVED:
        op.drop_column("operators", name)
    for table in REFERRING:
        op.create_foreign_key(op.f(f"fk_{table}_unit_id"), table, "operators", ["unit_id"], ["unit_id"])
    op.create_index(op.f("ix_operators_name_key"), "operators", ["name_key"], unique=False)


def _rebuild_operators() -> None:
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TEMPORARY TABLE operators_before AS SELECT * FROM operators")
    op.drop_table("operators")
    op.create_table(
        "operators",
        sa.Column("serial", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Boolean() if name == "trading" else sa.String(), nullable=False) for name in KEPT),
        sa.Column("natural_person", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in NEW_TEXTS),
        *(sa.Column(name, sa.Date(), nullable=True) for name in NEW_DAYS),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_operators")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_operators_unit_id")),
    )
    names = ", ".join(KEPT)
    new = ", ".join(NEW_TEXTS)
    empty = ", ".join("''" for _ in NEW_TEXTS)
    op.execute(
        f"INSERT INTO operators ({names}, natural_person, {new}) "  # noqa: S608 - our own names
        f"SELECT {names}, 0, {empty} FROM operators_before ORDER BY unit_id"
    )
    op.execute("DROP TABLE operators_before")
    op.create_index(op.f("ix_operators_area"), "operators", ["area"], unique=False)
    op.create_index(op.f("ix_operators_name_key"), "operators", ["name_key"], unique=False)


def _index_merged() -> None:
    merged = sa.text("merged_into IS NOT NULL")
    name = op.f("ix_operators_merged_into")
    op.create_index(name, "operators", ["merged_into"], unique=False, sqlite_where=merged, postgresql_where=merged)


def _create_sites(code: sa.String) -> None:
    op.create_table(
        "operator_sites",
        sa.Column("unit_id", code, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("platform_name", sa.String(), nullable=False),
        sa.Column("site_name", sa.String(), nullable=False),
        sa.Column("domain", code, nullable=False),
        sa.Column("icp_no", sa.String(), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("shop_url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["operators.unit_id"], name=op.f("fk_operator_sites_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "position", name=op.f("pk_operator_sites")),
    )
    op.create_index(op.f("ix_operator_sites_domain"), "operator_sites", ["domain"], unique=False)


def _create_mergings() -> None:
    op.create_table(
        "operator_mergings",
        sa.Column("merging_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("merged", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("joined", sa.JSON(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["kept"], ["operators.unit_id"], name=op.f("fk_operator_mergings_kept")),
        sa.ForeignKeyConstraint(["merged"], ["operators.unit_id"], name=op.f("fk_operator_mergings_merged")),
        sa.PrimaryKeyConstraint("merging_id", name=op.f("pk_operator_mergings")),
    )
    op.create_index(op.f("ix_operator_mergings_kept"), "operator_mergings", ["kept"], unique=False)
    op.create_index(op.f("ix_operator_mergings_merged"), "operator_mergings", ["merged"], unique=False)


def _carry_over(before: list[dict[str, object]]) -> None:
    """Fill what is new of the operators that were there: all had a credit code, and at most one site."""
    filled = sa.text(
        "UPDATE operators SET credit_code = unit_id, name_key = :name_key, name_grams = :name_grams "
        "WHERE unit_id = :unit_id"
    )
    site = sa.text(
        "INSERT INTO operator_sites (unit_id, position, platform_name, site_name, domain, icp_no, shop_id, shop_url) "
        "VALUES (:unit_id, 1, :platform_name, '', :domain, :icp_no, '', '')"
    )
    bind = op.get_bind()
    keys = {str(row["unit_id"]): _name_key(str(row["name"])) for row in before}
    if before:
        rows = [{"unit_id": code, "name_key": key, "name_grams": _name_grams(key)} for code, key in keys.items()]
        bind.execute(filled, rows)
    sites = [{name: row[name] for name in ("unit_id", *MOVED)} for row in before if any(row[name] for name in MOVED)]
    if sites:
        bind.execute(site, [row | {"domain": str(row["domain"]).lower()} for row in sites])


def _index_names() -> None:
    """Index the names by pairs of characters: GIN on PostgreSQL, a full-text table kept by triggers on SQLite."""
    if is_postgres():
        grams = sa.text("string_to_array(name_grams, ' ')")
        op.create_index("ix_operators_name_grams", "operators", [grams], postgresql_using="gin")
        return
    op.execute(
        f"CREATE VIRTUAL TABLE {NAMES} USING fts5(name_grams, content='operators', content_rowid='serial', "
        "tokenize='ascii', detail='none', columnsize=0)"
    )
    op.execute(f"INSERT INTO {NAMES} ({NAMES}) VALUES ('rebuild')")  # noqa: S608 - our own names
    added = f"INSERT INTO {NAMES} (rowid, name_grams) VALUES (NEW.serial, NEW.name_grams);"  # noqa: S608 - the same
    gone = f"INSERT INTO {NAMES} ({NAMES}, rowid, name_grams) VALUES ('delete', OLD.serial, OLD.name_grams);"  # noqa: S608 - the same
    for event, steps in {
        "INSERT": added,
        "DELETE": gone,
        "UPDATE OF serial, name_grams": gone + " " + added,
    }.items():
        name = f"operators_names_{event.partition(' ')[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON operators BEGIN {steps} END")


def _name_key(name: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).lower()))


def _name_grams(key: str) -> str:
    pairs = map("".join, pairwise(key))
    return " ".join(dict.fromkeys(pairs)) or key
