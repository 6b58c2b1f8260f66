"""Marks on the whole database, set once and never taken off: a demonstration, and the key file it belongs to.

A clock other than the real one runs only over a database marked as a demonstration while empty, and every page made
from it says 演示. A database without its key file has lost the service's secrets of every draw not yet executed, so the
service does not start with another one.
"""

from sqlmodel import Field, Session, col, select

from publicity.sequencer import read_head
from registry.base import Record

DEMO = "demo"
KEY = "key:"


class Mark(Record, table=True):
    """One mark on the whole database."""

    __tablename__ = "marks"

    name: str = Field(primary_key=True)


class NotEmptyError(Exception):
    """A database that already holds a log cannot become a demonstration."""

    def __init__(self) -> None:
        super().__init__(
            "此数据库已有记录，不能用作演示。请换一个目录。/ The database holds records; use another directory."
        )


def mark_demo(session: Session) -> None:
    """Mark an empty database. Raises NotEmptyError."""
    if is_demo(session):
        return
    if read_head(session).size:
        raise NotEmptyError
    session.add(Mark(name=DEMO))


def is_demo(session: Session) -> bool:
    """Return whether the database bears the mark."""
    return session.exec(select(Mark).where(Mark.name == DEMO)).first() is not None


def bind_key(session: Session, fingerprint: str) -> str:
    """Tie the database to its key file, once, and return the mark."""
    session.add(Mark(name=KEY + fingerprint))
    return KEY + fingerprint


def bound_key(session: Session) -> str | None:
    """Return the fingerprint of the key file that the database is tied to."""
    name = session.exec(select(Mark.name).where(col(Mark.name).startswith(KEY))).first()
    return name.removeprefix(KEY) if name else None
