"""Imports of rosters."""

from app.wire.base import Answer


class ImportOut(Answer):
    """What an import did, in rows; ``digest`` is the file's SHA-256."""

    rows: int
    added: int
    changed: int
    unchanged: int
    digest: str
