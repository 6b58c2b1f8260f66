"""Guards for append-only tables, created with their tables: no update, no delete, no replacement, no truncation.

They stop mistakes and careless hands. Whoever owns the database can drop them; the transparency log is what shows that.
Never run Alembic's batch mode on a guarded table: it rebuilds the table and drops its triggers without a word.
"""

from collections.abc import Sequence

from alembic import op

MESSAGE = "append-only"
FUNCTION = "refuse_change"
LOCK_TIMEOUT = "10s"
"""How long a migration waits for a lock on PostgreSQL before it gives up, rather than hold up the service."""

Key = tuple[str, ...]


def is_postgres() -> bool:
    """Return whether the migration runs on PostgreSQL."""
    return op.get_bind().dialect.name == "postgresql"


def start() -> None:
    """Bound the wait for locks; the first statement of every migration."""
    if is_postgres():
        op.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")


def install_function() -> None:
    """Create the function that PostgreSQL's guards call; once, in the first migration."""
    if is_postgres():
        op.execute(
            f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME; END $$"
        )


def append_only(table: str, *keys: Key) -> None:
    """Guard a table; ``keys`` are its primary and unique keys, on each of which SQLite could replace a row."""
    if is_postgres():
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(_sqlite(f"{table}_no_{event.lower()}", f"BEFORE {event} ON {table}", table))
    # A row can be replaced by its rowid too, which is no key of ours; it is -1 where an insert does not name it.
    same = [*map(_same, keys), "rowid = NEW.rowid"]
    taken = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {each})" for each in same)  # noqa: S608 - our own names
    op.execute(_sqlite(f"{table}_no_replace", f"BEFORE INSERT ON {table} WHEN {taken}", table))


def no_replacing_where(table: str, key: Key, given: str) -> None:
    """Guard a key that is unique among those rows alone that have the column ``given``: SQLite could replace on it."""
    if is_postgres():
        return
    same = f"SELECT 1 FROM {table} WHERE {_same(key)} AND {given} IS NOT NULL"  # noqa: S608 - our own names
    taken = f"NEW.{given} IS NOT NULL AND EXISTS ({same})"
    op.execute(_sqlite(f"{table}_no_replace_{given}", f"BEFORE INSERT ON {table} WHEN {taken}", table))


def only_forward(table: str, column: str) -> None:
    """Guard a table of one row, which is there, and whose ``column`` may only grow: no other row, no step back."""
    back = f"NEW.{column} < OLD.{column}"
    if is_postgres():
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_forward BEFORE UPDATE ON {table} "
            f"FOR EACH ROW WHEN ({back}) EXECUTE FUNCTION {FUNCTION}()"
        )
        return
    op.execute(_sqlite(f"{table}_no_delete", f"BEFORE DELETE ON {table}", table))
    op.execute(_sqlite(f"{table}_no_replace", f"BEFORE INSERT ON {table}", table))
    op.execute(_sqlite(f"{table}_forward", f"BEFORE UPDATE ON {table} WHEN {back}", table))


def allow_update(table: str, same: Sequence[str], condition: str) -> None:
    """Loosen the guard of :func:`append_only` for one change: ``same`` columns stay, and ``condition`` holds.

    ``condition`` is SQL over ``OLD`` and ``NEW`` for both databases; where it is unknown, the change is refused.
    """
    if not is_postgres():
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(_sqlite_allowing(table, same, condition))
        return
    op.execute(_postgres_allowing("CREATE", table, same, condition))
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION guard_{table}()"
    )


def allow_instead(table: str, same: Sequence[str], condition: str) -> None:
    """Put another change in the place of the one that :func:`allow_update` lets through."""
    if is_postgres():
        op.execute(_postgres_allowing("CREATE OR REPLACE", table, same, condition))
        return
    op.execute(f"DROP TRIGGER {table}_no_update")
    op.execute(_sqlite_allowing(table, same, condition))


def _sqlite_allowing(table: str, same: Sequence[str], condition: str) -> str:
    allowed = " AND ".join((*(f'NEW."{each}" IS OLD."{each}"' for each in same), f"({condition})"))
    return _sqlite(f"{table}_no_update", f"BEFORE UPDATE ON {table} WHEN ({allowed}) IS NOT TRUE", table)


def _postgres_allowing(create: str, table: str, same: Sequence[str], condition: str) -> str:
    # json has no equality; its text has.
    stays = [f'CAST(NEW."{each}" AS text) IS NOT DISTINCT FROM CAST(OLD."{each}" AS text)' for each in same]
    allowed = " AND ".join((*stays, f"({condition})"))
    return (
        f"{create} FUNCTION guard_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({allowed}) IS NOT TRUE THEN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME; END IF; RETURN NEW; END $$"
    )


def allow_erasure(table: str, key: Key, texts: Sequence[str], others: Sequence[str] = ()) -> None:
    """Loosen the guard for a lawful erasure: some ``texts`` are emptied of a row that ``erased_rows`` names."""
    emptied = " AND ".join(f"NEW.{name} IN ('', OLD.{name})" for name in texts)
    allow_update(table, (*key, *others), f"{emptied} AND {named_as_erased(table, key)}")


def named_as_erased(table: str, key: Key) -> str:
    """Return the condition that a row stands in ``erased_rows``: its key is the texts of its columns, one a line."""
    line = "chr(10)" if is_postgres() else "char(10)"
    text = f" || {line} || ".join(f"CAST(OLD.{name} AS text)" for name in key)
    return f"EXISTS (SELECT 1 FROM erased_rows WHERE name = '{table}' AND key = {text})"  # noqa: S608 - our own names


def unguard(table: str) -> None:
    """Take the guards of :func:`append_only` off, for a migration that has to rewrite a table; guard it again after."""
    if is_postgres():
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        return
    for name in ("update", "delete", "replace"):
        op.execute(f"DROP TRIGGER {table}_no_{name}")


def _sqlite(name: str, event: str, table: str) -> str:
    return f"CREATE TRIGGER {name} {event} BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END"


def _same(key: Sequence[str]) -> str:
    return " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
