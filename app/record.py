"""One transaction per command, committed before the answer leaves.

``record`` opens the transaction, takes the log's lock, lets the command change the registry, turns the journal's new
facts into log entries, stores the answer under its idempotency key, and commits. Whatever raises before that leaves
nothing behind. This is the only module that commits.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field

from app.clock import Clock
from app.db import Database
from app.keys import new_salt
from publicity.sequencer import append_pending, lock_head
from registry.base import PersonId, Record, UtcDateTime
from registry.errors import RegistryError
from registry.journal import Act

SMALL_STEP = timedelta(minutes=1)
"""How far a clock may be set back without stopping the service: what a time server corrects by itself."""

SYSTEM = PersonId("system")
"""Who acts on the command line, before there are people."""


class StoredAnswer(Record, table=True):
    """The answer to a POST, kept under the caller's key so that a repeated call gets the same one.

    ``first_entry`` and ``entries`` say which entries of the log the command made; older answers do not know.
    """

    __tablename__ = "stored_answers"

    person: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_digest: str
    body: str
    at: datetime = Field(sa_type=UtcDateTime)
    first_entry: int | None = None
    entries: int | None = None


class KeyReusedError(RegistryError):
    """An idempotency key came back with another request."""

    nature = "invalid"
    zh = "Idempotency-Key “{key}” 已用于另一个请求。未作任何改动；新的请求请用新的键。"
    en = "The Idempotency-Key {key!r} was used for another request. Nothing was changed; use a new key."


@dataclass(frozen=True, kw_only=True)
class Once:
    """An idempotency key and the digest of the request (method, path, query and body) that it stands for."""

    key: str
    request_digest: str

    @classmethod
    def of(cls, key: str, method: str, target: str, body: bytes) -> "Once":
        """Bind a key to one exact request."""
        whole = f"{method} {target}\n".encode() + body
        return cls(key=key, request_digest=hashlib.sha256(whole).hexdigest())


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command answers, as JSON text, and the entries of the log that it made.

    ``repeated`` when it was stored by an earlier, equal call.
    """

    body: str
    entries: range
    repeated: bool = False


class Recorder:
    """Runs commands, one after another."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    def record(self, person: PersonId, command: Callable[[Act], str], once: Once | None = None) -> Answer:
        """Run a command whole or not at all and return its answer; with ``once``, at most one time for that key.

        Raises whatever the command raises, KeyReusedError, and ReadOnlyError before anything is begun.
        """
        if self.database.shut is not None:
            raise self.database.shut
        with self.database.writing() as session:
            head = lock_head(session)
            stored = session.get(StoredAnswer, (person, once.key)) if once else None
            if stored is not None and once is not None:
                if stored.request_digest != once.request_digest:
                    raise KeyReusedError(key=once.key)
                return Answer(body=stored.body, entries=_entries_of(stored), repeated=True)
            size = head.size
            act = Act(session=session, person=person, at=self._instant(head.at), salt=new_salt)
            body = command(act)
            made = range(size, append_pending(session, head).size)
            if once is not None:
                session.add(
                    StoredAnswer(
                        person=person,
                        key=once.key,
                        request_digest=once.request_digest,
                        body=body,
                        at=act.at,
                        first_entry=made.start,
                        entries=len(made),
                    )
                )
            session.commit()
            return Answer(body=body, entries=made)

    def _instant(self, newest: datetime) -> datetime:
        """Return now in whole seconds; a clock set back a little waits at the newest entry: times never go back.

        A clock that is further behind is left to the log, which refuses.
        """
        now = self.clock.now().replace(microsecond=0)
        return newest if now < newest <= now + SMALL_STEP else now


def _entries_of(stored: StoredAnswer) -> range:
    """Return the entries that a stored answer tells of."""
    start = stored.first_entry or 0
    return range(start, start + (stored.entries or 0))
