"""The service's own key for answers: in the data directory beside the others, declared in the log before it signs.

It is never the log's. One that is lost is made anew and declared; answers of the old one hold as before.
"""

from app.keys import own_bytes
from app.record import SYSTEM
from app.service import Service
from publicity.answer_keys import declare_key, is_declared
from publicity.tlog.answers import answers_name
from publicity.tlog.keys import SigningKey, Use

KEY_FILE = "answers.key"


def answers_key(service: Service) -> SigningKey:
    """Return the key that signs answers, made at first use."""
    seed = own_bytes(service.settings.data_dir / KEY_FILE)
    return SigningKey(answers_name(service.log.origin), Use.SIGNATURE, seed)


def declare_own(service: Service) -> None:
    """Write into the log which key signs answers, where it does not say so already."""
    key = answers_key(service).verifier
    with service.database.reading() as session:
        known = is_declared(session, key)
    if not known:
        service.recorder.record(SYSTEM, lambda act: str(declare_key(act, key)))
