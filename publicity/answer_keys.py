"""The key that signs answers about restrictions: declared in the log before it signs anything, and never the log's.

Whoever pins the log's key follows from the entry to the key for answers. A service that lost its key makes another and
declares that; answers of the old one still hold under the entry that declared it.
"""

import json

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from publicity.errors import PublicityError
from publicity.heads import UnsignedLogError, newest_head
from publicity.receipts import UnsignedEntryError
from publicity.sequencer import Entry, TreeReader
from publicity.tlog import merkle
from publicity.tlog.answers import SignedAnswer
from publicity.tlog.keys import VerifierKey
from publicity.witnessing import cosigned_note
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


def declare_key(act: Act, key: VerifierKey) -> bool:
    """Write down in the log which key signs answers from here on, unless it says so already."""
    if is_declared(act.session, key):
        return False
    said = _said(key)
    write(act, Kind.ANSWERS_KEY_DECLARED, subject=key.name, body=said, public=said)
    return True


def is_declared(session: Session, key: VerifierKey) -> bool:
    """Return whether the log declares a key for answers."""
    return session.exec(_declarations(key.name).where(Fact.public == jcs(_said(key)).decode())).first() is not None


def newest_declaration(session: Session, name: str) -> tuple[str, int] | None:
    """Return the key for answers that the log declares last under a name, and the place of the entry that does."""
    found = session.exec(_declarations(name).order_by(col(Fact.fact_id).desc()).limit(1)).first()
    return None if found is None else (str(json.loads(found[0].public)["key"]), found[1].index)


def _declarations(name: str) -> Select[Fact, Entry]:
    query = select(Fact, Entry).join(Entry, col(Entry.fact_id) == col(Fact.fact_id))
    return query.where(Fact.subject == name, Fact.kind == Kind.ANSWERS_KEY_DECLARED)


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
    own = _declarations(key.name).where(Fact.public == jcs(_said(key)).decode())
    found, head = session.exec(own).first(), newest_head(session)
    if found is None:
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
