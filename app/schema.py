"""Migrations from the program: bring a database to this version's schema, or tell whether it is there."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from app.db import Database


def migrate(database: Database) -> str:
    """Run every migration that is missing, each in a transaction, and return the revision reached."""
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest()


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
