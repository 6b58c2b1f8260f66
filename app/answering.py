"""Answers about restrictions as the service gives them, and signs them: with a key of its own, never with the log's.

Nothing is signed before the log declares the key, so that who pins the log's key can check an answer without having met
this service before.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from app.answer_keys import answers_key
from app.own_log import is_signed, sign_own
from app.service import Service
from app.wire.restrictions import AnswersOut, answer_out
from publicity.answer_keys import UndeclaredKeyError, head_to_answer_at, may_sign, with_declaration
from publicity.answers import Question, answer_all
from publicity.sequencer import read_head
from publicity.tlog.answers import SignedAnswer, answer_text
from publicity.tlog.notes import sign_note
from registry.base import legal_day


def answers(service: Service, codes: Sequence[str], as_of: date | None) -> AnswersOut:
    """Return the answers to codes, at the head of the log that they were made at. Raises FieldError."""
    with service.database.reading() as session:
        head = read_head(session)
        return _answers(service, session, codes, as_of, head=(head.size, head.root.hex()))


def signed_answer(service: Service, code: str, as_of: date | None) -> tuple[AnswersOut, SignedAnswer]:
    """Return the answer to one code, and the same signed, at the newest signed head of the log.

    Raises FieldError, UndeclaredKeyError, UnsignedLogError, UnsignedEntryError.
    """
    key = answers_key(service)
    with service.database.reading() as session:
        if not may_sign(session, key.verifier):
            raise UndeclaredKeyError
    if service.log.signer is not None and not is_signed(service):
        sign_own(service)
    with service.database.reading() as session:
        found = _answers(service, session, [code], as_of, head=head_to_answer_at(session))
        note = sign_note(answer_text(key.name, found.model_dump(mode="json")), [key])
        return found, with_declaration(session, note.to_bytes(), key.verifier)


def _answers(
    service: Service, session: Session, codes: Sequence[str], as_of: date | None, *, head: tuple[int, str]
) -> AnswersOut:
    now = service.clock.now().replace(microsecond=0)
    today = legal_day(now)
    question = Question(codes=codes, day=as_of or today, today=today)
    found = answer_all(session, question, service.consequences)
    return AnswersOut(
        as_of=question.day,
        made_at=now,
        log_size=head[0],
        log_root=head[1],
        note=question.words[0],
        note_en=question.words[1],
        answers=[answer_out(each) for each in found],
    )
