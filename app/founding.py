"""A new database for a demonstration or a rehearsal: at this version's schema, and declared before anything else."""

from app.clock import Clock
from app.db import Database
from app.record import SYSTEM, Recorder
from app.schema import migrate, revision
from registry.journal import Act
from registry.stages import declare_stage, not_empty
from sampling.stages import Stage


def found_database(address: str, stage: Stage, clock: Clock) -> None:
    """Bring an empty database to the schema and declare its stage. Raises NotEmptyError."""

    def declare(act: Act) -> str:
        declare_stage(act, stage)
        return stage.value

    database = Database(address)
    try:
        if revision(database) is not None:
            raise not_empty(stage)  # before its schema is touched
        migrate(database)
        Recorder(database, clock).record(SYSTEM, declare)
    finally:
        database.close()
