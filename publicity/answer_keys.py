"""The key that signs answers about restrictions: declared in the log before it signs anything, and never the log's.

Whoever pins the log's key follows from the entry to the key for answers. A service that lost its key makes another and
declares that; answers of the old one still hold under the entry that declared it.

A key that somebody else may have is revoked, for good. Whoever has it can put any earlier time and any earlier head
into an answer, so none of its answers is to be believed after that, whatever time it claims: whoever holds one asks
again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from publicity.errors import PublicityError
from publicity.heads import UnsignedLogError, newest_head
from publicity.receipts import UnsignedEntryError, make_receipt
from publicity.sequencer import Entry, TreeReader
from publicity.tlog import merkle
from publicity.tlog.answers import SignedAnswer
from publicity.tlog.keys import VerifierKey
from publicity.tlog.receipts import Receipt
from publicity.witnessing import cosigned_note
from registry.errors import AbsentError
from registry.journal import Act, Fact, Kind, write
from sampling.canonical import jcs


class UndeclaredKeyError(PublicityError):
    """The key for answers does not stand in the log yet."""

    nature = "absent"
    zh = "签答复的公钥还没有写入日志，暂时没有签名的答复。没有丢失；请稍后再取，或者先用不签名的查询。"
    en = (
        "The key for answers does not stand in the log yet, so there is no signed answer. Nothing is lost; ask again "
        "shortly, or ask for the answer without a signature."
    )


class RevokedKeyError(PublicityError):
    """The key for answers was revoked and is not declared again."""

    nature = "conflict"
    zh = "签答复的公钥 {key} 已被撤销，不能再次写入日志。未作任何改动；请换用新的密钥。"
    en = "The key for answers {key} was revoked and is not declared again. Nothing was changed; use a new key."


class UnknownKeyError(PublicityError):
    """No entry of the log declares the key."""

    nature = "absent"
    zh = "日志没有写明过签答复的公钥 {key}。未作任何改动；请从 /log 页面抄录公钥。"
    en = "No entry of the log declares the key for answers {key}. Nothing was changed; take the key from /log."


@dataclass(frozen=True, kw_only=True)
class KeyRecord:
    """A key for answers as the log has it: the entries that declare and revoke it, and the time of the second."""

    key: str
    declared: int
    revoked: int | None
    revoked_at: datetime | None


def declare_key(act: Act, key: VerifierKey) -> bool:
    """Write down in the log which key signs answers from here on, unless it says so already. Raises RevokedKeyError."""
    if is_revoked(act.session, key):
        raise RevokedKeyError(key=key)
    if is_declared(act.session, key):
        return False
    said = _said(key)
    write(act, Kind.ANSWERS_KEY_DECLARED, subject=key.name, body=said, public=said)
    return True


def revoke_key(act: Act, key: VerifierKey) -> bool:
    """Write down in the log that a key is not to be believed any more, unless it says so. Raises UnknownKeyError."""
    if is_revoked(act.session, key):
        return False
    if not is_declared(act.session, key):
        raise UnknownKeyError(key=key)
    said = _said(key)
    write(act, Kind.ANSWERS_KEY_REVOKED, subject=key.name, body=said, public=said)
    return True


def is_declared(session: Session, key: VerifierKey) -> bool:
    """Return whether the log declares a key for answers."""
    return _says(session, Kind.ANSWERS_KEY_DECLARED, key)


def is_revoked(session: Session, key: VerifierKey) -> bool:
    """Return whether the log revokes a key for answers."""
    return _says(session, Kind.ANSWERS_KEY_REVOKED, key)


def may_sign(session: Session, key: VerifierKey) -> bool:
    """Return whether answers may be signed with a key: the log declares it and does not revoke it."""
    return is_declared(session, key) and not is_revoked(session, key)


def key_records(session: Session, name: str) -> Sequence[KeyRecord]:
    """Return every key for answers that the log declares under a name, the newest first."""
    over = {_key(fact): (entry.index, fact.at) for fact, entry in session.exec(_named(name, Kind.ANSWERS_KEY_REVOKED))}
    declared = session.exec(_named(name, Kind.ANSWERS_KEY_DECLARED).order_by(col(Fact.fact_id).desc()))
    return [
        KeyRecord(
            key=(key := _key(fact)),
            declared=entry.index,
            revoked=over[key][0] if key in over else None,
            revoked_at=over[key][1] if key in over else None,
        )
        for fact, entry in declared
    ]


def revocation_receipt(session: Session, index: int) -> Receipt:
    """Return the receipt of an entry that revokes a key, which anybody may have: it says no more than the entry does.

    Raises AbsentError, UnsignedEntryError.
    """
    query = select(Entry).join(Fact).where(Entry.index == index, Fact.kind == Kind.ANSWERS_KEY_REVOKED)
    entry = session.exec(query).first()
    if entry is None:
        raise AbsentError(what_zh="密钥的撤销", what_en="revocation of a key", key=index)
    return make_receipt(session, entry)


def _says(session: Session, kind: Kind, key: VerifierKey) -> bool:
    return session.exec(_named(key.name, kind).where(Fact.public == jcs(_said(key)).decode())).first() is not None


def _named(name: str, kind: Kind) -> Select[Fact, Entry]:
    query = select(Fact, Entry).join(Entry, col(Entry.fact_id) == col(Fact.fact_id))
    return query.where(Fact.subject == name, Fact.kind == kind)


def _key(fact: Fact) -> str:
    return str(json.loads(fact.public)["key"])


def _said(key: VerifierKey) -> dict[str, str]:
    return {"key": str(key)}


def head_to_answer_at(session: Session) -> tuple[int, str]:
    """Return size and root, in hex, of the newest signed head. Raises UnsignedLogError."""
    head = newest_head(session)
    if head is None:
        raise UnsignedLogError
    return head.size, head.root.hex()


def with_declaration(session: Session, note: bytes, key: VerifierKey) -> SignedAnswer:
    """Put the declaration of its key, and the newest signed head, beside a signed answer.

    Raises UndeclaredKeyError, UnsignedLogError, UnsignedEntryError.
    """
    own = _named(key.name, Kind.ANSWERS_KEY_DECLARED).where(Fact.public == jcs(_said(key)).decode())
    found, head = session.exec(own).first(), newest_head(session)
    if found is None or is_revoked(session, key):
        raise UndeclaredKeyError
    if head is None:
        raise UnsignedLogError
    entry = found[1]
    if entry.index >= head.size:
        raise UnsignedEntryError(index=entry.index)
    size, nodes = head.size, TreeReader(session)
    nodes.fetch(lambda node: merkle.inclusion_proof(entry.index, size, node))
    return SignedAnswer(
        note=note,
        index=entry.index,
        entry=entry.entry,
        proof=tuple(merkle.inclusion_proof(entry.index, size, nodes)),
        checkpoint=cosigned_note(session, head),
    )
