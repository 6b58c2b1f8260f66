"""Migrations from the program: bring a database to this version's schema, or tell whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.db import Database


class BrokenKeyError(Exception):
    """A migration left a row that points nowhere; nothing was changed."""

    def __init__(self, table: str) -> None:
        super().__init__(f"the migration left rows of {table} that point nowhere; nothing was changed")


def migrate(database: Database) -> str:
    """Run every migration that is missing, each in a transaction, and return the revision reached."""
    config = _config()
    with _loose_keys(database) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _check_keys(connection)
    return newest()


@contextmanager
def _loose_keys(database: Database) -> Iterator[Connection]:
    """Open a connection on which a table can be rebuilt: SQLite would take dropping one for deleting its rows."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if database.is_sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection
        finally:
            if database.is_sqlite and driver is not None:
                driver.execute("PRAGMA foreign_keys = ON")


def _check_keys(connection: Connection) -> None:
    """Refuse a chain that leaves a row pointing nowhere; PostgreSQL checks by itself. Raises BrokenKeyError."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise BrokenKeyError(str(broken[0]))


def newest() -> str:
    """Return this version's revision."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_current(database: Database) -> bool:
    """Return whether the database answers and stands at this version's revision."""
    try:
        return revision(database) == newest()
    except SQLAlchemyError:
        return False


def revision(database: Database) -> str | None:
    """Return the revision that a database stands at. Raises what the driver raises when it does not answer."""
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("migrations")))
    config.set_main_option("path_separator", "os")
    return config
