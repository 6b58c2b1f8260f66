"""The key that signs answers about restrictions: declared in the log before it signs anything, and never the log's.

Whoever pins the log's key follows from the entry to the key for answers. A service that lost its key makes another and
declares that; answers of the old one still hold under the entry that declared it.
"""

import json

from sqlmodel import Session, col, select

from publicity.heads import UnsignedLogError, newest_head
from publicity.receipts import UnsignedEntryError
from publicity.sequencer import Entry, TreeReader
from publicity.tlog import merkle
from publicity.tlog.answers import SignedAnswer
from publicity.tlog.keys import VerifierKey
from publicity.witnessing import cosigned_note
from registry.journal import Act, Fact, Kind, write


def declare_key(act: Act, key: VerifierKey) -> bool:
    """Write down in the log which key signs answers from here on, unless it says so already."""
    if declared_key(act.session, key.name) == str(key):
        return False
    said = {"key": str(key)}
    write(act, Kind.ANSWERS_KEY_DECLARED, subject=key.name, body=said, public=said)
    return True


def declared_key(session: Session, name: str) -> str | None:
    """Return the key for answers that the log declares last under a name."""
    found = declaration(session, name)
    return None if found is None else found[0]


def declaration(session: Session, name: str) -> tuple[str, Entry] | None:
    """Return the key for answers that the log declares last under a name, and the entry that does."""
    query = select(Fact.public, Entry).join(Entry, col(Entry.fact_id) == col(Fact.fact_id))
    own = query.where(Fact.subject == name, Fact.kind == Kind.ANSWERS_KEY_DECLARED)
    found = session.exec(own.order_by(col(Fact.fact_id).desc()).limit(1)).first()
    return None if found is None else (str(json.loads(found[0])["key"]), found[1])


def head_to_answer_at(session: Session) -> tuple[int, str]:
    """Return size and root, in hex, of the newest signed head. Raises UnsignedLogError."""
    head = newest_head(session)
    if head is None:
        raise UnsignedLogError
    return head.size, head.root.hex()


def with_declaration(session: Session, note: bytes, key: VerifierKey) -> SignedAnswer:
    """Put the declaration of its key, and the newest signed head, beside a signed answer.

    Raises UnsignedLogError, UnsignedEntryError.
    """
    found, head = declaration(session, key.name), newest_head(session)
    if found is None or head is None:
        raise UnsignedLogError
    entry = found[1]
    if entry.index >= head.size:
        raise UnsignedEntryError(index=entry.index)
    nodes = TreeReader(session)
    nodes.fetch(lambda node: merkle.inclusion_proof(entry.index, head.size, node))
    return SignedAnswer(
        note=note,
        index=entry.index,
        entry=entry.entry,
        proof=tuple(merkle.inclusion_proof(entry.index, head.size, nodes)),
        checkpoint=cosigned_note(session, head),
    )
