"""The service signs its own log, where nobody else was charged with it: a moment after each command, by itself.

It is the same signer that runs apart, on the same terms: no head without proof that it extends the last one. What that
is worth is another matter, and the page of the log says it: whoever runs the service holds the key too.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from app.answer_keys import declare_own
from app.gate import shut
from app.record import SYSTEM
from app.repeating import repeating
from app.service import Service
from app.signer import SignerAlarmError, SignerStoppedError
from app.signing import sign_newest
from publicity import sequencer
from publicity.errors import PublicityError
from publicity.heads import LogKeys, announce_keys, announced_keys, newest_head, stated, take_head
from publicity.tlog import merkle

SECONDS = 1.0
"""From one look at the head to the next."""
LOG = structlog.get_logger()


class OwnLog:
    """The log of the service itself, as its signer sees it."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def head(self) -> tuple[int, bytes]:
        """Return size and root."""
        with self._service.database.reading() as session:
            head = sequencer.read_head(session)
            return head.size, head.root

    def proof(self, old: int, new: int) -> Sequence[bytes]:
        """Return what shows that the first ``old`` entries begin the first ``new``."""
        with self._service.database.reading() as session:
            return merkle.consistency_proof(old, new, sequencer.TreeReader(session))

    def hand_in(self, note: bytes) -> None:
        """Keep a signed head."""
        service = self._service
        service.recorder.record(SYSTEM, lambda act: str(take_head(act, note, service.log.keys).size))


def announce(service: Service) -> None:
    """Write into the log which keys sign it, where it does not say so already."""
    keys = service.log.keys
    with service.database.reading() as session:
        known = announced_keys(session, keys.origin)
    if known != stated(keys):
        service.recorder.record(SYSTEM, lambda act: str(announce_keys(act, keys)))


def keep_signed(service: Service) -> int | None:
    """Announce the keys where the log does not name them, then sign the head: see ``sign_own``."""
    announce(service)
    return sign_own(service)


def sign_own(service: Service) -> int | None:
    """Sign the head as it is now and return its size; None where another process signs.

    Raises SignerAlarmError and SignerStoppedError, and lets nothing be written after either.
    """
    if service.log.signer is None:
        return None
    try:
        return sign_newest(service.log.signer, OwnLog(service))
    except (SignerAlarmError, SignerStoppedError) as refused:
        shut(service.database, (refused.text("zh"), refused.text("en")))
        raise


def is_signed(service: Service) -> bool:
    """Return whether the head as it is now was signed."""
    with service.database.reading() as session:
        newest = newest_head(session)
        return newest is not None and newest.size == sequencer.read_head(session).size


@contextmanager
def signing(service: Service, seconds: float = SECONDS) -> Iterator[None]:
    """Keep the log signed in a thread of its own until the block ends; what failed is tried again, an alarm is not.

    Keys, that of answers too, are announced when the thread begins and when they change under it, not again and again:
    of two services that wrongly have a signer each over one database, neither fills the log.
    """
    announced: LogKeys | None = None

    def sign() -> None:
        nonlocal announced
        try:
            if service.log.keys != announced:
                declare_own(service)
                keep_signed(service)
                announced = service.log.keys
            elif not is_signed(service):
                sign_own(service)
        except PublicityError as refused:
            LOG.error("sign", reason=str(refused))  # noqa: TRY400 - its sentence says all

    with repeating(sign, seconds, name="sign", over=lambda: service.database.shut is not None):
        yield
