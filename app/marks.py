"""The mark of a demonstration: set once, on an empty database, and never taken off.

A clock other than the real one runs only over a database that bears it, and every page made from it says 演示.
"""

from sqlmodel import Field, Session, select

from publicity.sequencer import read_head
from registry.base import Record

DEMO = "demo"


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
