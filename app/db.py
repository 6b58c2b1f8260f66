"""The database: one door for writing and one for reading, on SQLite and PostgreSQL alike.

Commands run one after another on both: SQLite by ``BEGIN IMMEDIATE`` on the single writing connection, PostgreSQL by
the row lock on the log's head that every command takes first (``publicity.sequencer``). SQLite readers never
checkpoint, because before 3.51.3 two connections that checkpoint at once can corrupt a WAL.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlmodel import Session

from registry.errors import RegistryError

BUSY_SECONDS = 60
"""How long a command waits for its turn before it is answered 503."""


class ReadOnlyError(RegistryError):
    """Nothing is written until a person has looked."""

    nature = "unready"
    zh = "服务处于只读状态：{reason_zh}未作任何改动；公示照常可看。请按操作手册“日志与签名不符”一节处理。"
    en = (
        "The service is read-only: {reason_en} Nothing was changed, and public pages stay up. "
        "Follow the operating manual, “the log and its signed head differ”."
    )


class Database:
    """Two engines over one address: ``writing()`` for commands, ``reading()`` for everything else."""

    def __init__(self, address: str) -> None:
        self.url = database_url(address)
        self.shut: ReadOnlyError | None = None
        """Why nothing may be written, where the log does not hold what was signed; only a person can find out."""
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            _private_file(Path(str(self.url.database)))
        self._writer = self._sqlite(writes=True) if self.is_sqlite else self._postgres(writes=True)
        self._reader = self._sqlite(writes=False) if self.is_sqlite else self._postgres(writes=False)

    @property
    def engine(self) -> Engine:
        """Return the writing engine, for migrations."""
        return self._writer

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that may write; it is rolled back unless its user commits."""
        with Session(self._writer) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session on one consistent state of the data; writing through it is refused by the database."""
        with Session(self._reader, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Close every connection; the writer goes last and leaves the WAL checkpointed."""
        self._reader.dispose()
        self._writer.dispose()

    def _sqlite(self, *, writes: bool) -> Engine:
        size = 1 if writes else 20
        engine = create_engine(
            self.url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=BUSY_SECONDS,
            hide_parameters=True,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        )
        pragmas = ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON"]
        pragmas += [] if writes else ["wal_autocheckpoint = 0", "query_only = ON"]

        def connect(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = None
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")

        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

        event.listen(engine, "connect", connect)
        event.listen(engine, "begin", begin)
        return engine

    def _postgres(self, *, writes: bool) -> Engine:
        options = {} if writes else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return create_engine(
            self.url,
            pool_size=10,
            max_overflow=10,
            pool_timeout=BUSY_SECONDS,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"options": f"-c lock_timeout={BUSY_SECONDS * 1000} -c jit=off -c work_mem=64MB"},
            execution_options=options,
        )


def _private_file(path: Path) -> None:
    """Make an SQLite file that only its owner can read; its WAL takes the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def database_url(address: str) -> URL:
    """Return the address with the driver this service uses: ``postgresql://`` means psycopg 3."""
    url = make_url(address)
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url
