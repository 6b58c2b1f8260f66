"""The mark that ties a database to its key file, set once and never taken off.

A database without its key file has lost the service's secrets of every draw not yet executed, so the service does not
start with another one. The marks of a demonstration and of a rehearsal stand beside it (``registry.stages``).
"""

from sqlmodel import Session, col, select

from registry.stages import Mark

KEY = "key:"


def bind_key(session: Session, fingerprint: str) -> str:
    """Tie the database to its key file, once, and return the mark."""
    session.add(Mark(name=KEY + fingerprint))
    return KEY + fingerprint


def bound_key(session: Session) -> str | None:
    """Return the fingerprint of the key file that the database is tied to."""
    name = session.exec(select(Mark.name).where(col(Mark.name).startswith(KEY))).first()
    return name.removeprefix(KEY) if name else None
