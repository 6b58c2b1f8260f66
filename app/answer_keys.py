"""The service's own key for answers: in the data directory beside the others, declared in the log before it signs.

It is never the log's. One that is lost is made anew and declared; answers of the old one hold as before. One that
somebody else may have is revoked, and a new one is declared in its place.
"""

from app.keys import own_bytes, renew_bytes
from app.record import SYSTEM
from app.service import Service
from publicity.answer_keys import declare_key, is_declared, is_revoked, revoke_key
from publicity.tlog.answers import answers_name
from publicity.tlog.keys import SigningKey, Use, VerifierKey

KEY_FILE = "answers.key"


def answers_key(service: Service) -> SigningKey:
    """Return the key that signs answers, made at first use."""
    seed = own_bytes(service.settings.data_dir / KEY_FILE)
    return SigningKey(answers_name(service.log.origin), Use.SIGNATURE, seed)


def declare_own(service: Service) -> None:
    """Write into the log which key signs answers, where it does not say so already; a revoked one is made anew."""
    key = answers_key(service).verifier
    with service.database.reading() as session:
        known, revoked = is_declared(session, key), is_revoked(session, key)
    if revoked:
        renew_bytes(service.settings.data_dir / KEY_FILE)
        key = answers_key(service).verifier
    if revoked or not known:
        service.recorder.record(SYSTEM, lambda act: str(declare_key(act, key)))


def revoke(service: Service, key: VerifierKey | None = None) -> tuple[VerifierKey, VerifierKey]:
    """Revoke a key for answers, by default the service's own, and return it with the one that signs from here on.

    Killed in between, the command is given again, or the service declares its new key when it starts. Raises
    UnknownKeyError.
    """
    revoked = key or answers_key(service).verifier
    service.recorder.record(SYSTEM, lambda act: str(revoke_key(act, revoked)))
    declare_own(service)
    return revoked, answers_key(service).verifier
