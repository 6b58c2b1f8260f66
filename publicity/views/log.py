"""The transparency log as a reader sees it: entries in words, the newest signed head, what its signature is worth."""

import json
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from publicity import sequencer
from publicity.answer_keys import KeyRecord, key_records
from publicity.heads import Held, LogKeys, SignedHead, first_head_over, newest_head
from publicity.kinds import kind_words
from publicity.pages.cosigners import WatchedLine
from publicity.pages.log import AnswersKey, EntryLine, EntryPage, LogPage, PublicField, Sentence, SignedLine
from publicity.pages.site import Site
from publicity.proof import signature_worth
from publicity.sequencer import Entry, TreeReader
from publicity.tlog import merkle
from publicity.tlog.answers import answers_name
from publicity.views.cosigners import watched_line
from publicity.witnessing import cosigned_note, newest_cosigned
from sampling.canonical import jcs
from sampling.merkle import leaf_hash

SHOWN = 50
"""Entries on the page of the log; the rest is served in bundles."""

UNSIGNED_EN = (
    "The head of the log is not signed, and no witness cosigned it. It is worth what the bureau's word is: whoever can "
    "rewrite the whole database can replace the history, unless somebody kept an earlier head."
)
BY_ITSELF_EN = (
    "The head is signed by a key that this service itself holds; no witness cosigned it. Whoever runs the service can "
    "show different histories to different readers, and only somebody who kept an earlier head will notice."
)
APART_EN = (
    "The head is signed by a key that, as the bureau states, lies apart from this service; no witness cosigned it. "
    "Whoever can write the database cannot change what is signed without being noticed by the signer; whoever holds "
    "the signing key as well can show two histories."
)


COSIGNED_EN = (
    "The first {size} entries were cosigned by witnesses ({by}): whoever changes one of them now, or shows different "
    "histories to different readers, is noticed by the witnesses. They must not be the bureau itself."
)


def worth(head: SignedHead | None, watched: WatchedLine | None) -> Sentence:
    """Return what a head's signature and the cosignatures under the log are worth, and no more."""
    held = None if head is None else head.held
    if watched is not None:
        by = "; ".join(f"{each.name}, {each.cosigned_at:%Y-%m-%d %H:%M} UTC" for each in watched.cosigners)
        return Sentence(zh=signature_worth(held, watched), en=COSIGNED_EN.format(size=watched.size, by=by))
    english = {None: UNSIGNED_EN, Held.SERVICE.value: BY_ITSELF_EN, Held.APART.value: APART_EN}
    return Sentence(zh=signature_worth(held), en=english[held])


def entry_path(index: int) -> str:
    """Return the address of an entry's page."""
    return f"/log/entry/{index}"


def revocation_path(index: int) -> str:
    """Return the address of the file that shows a revocation to an offline reader."""
    return f"/log/revocations/{index}"


def log_page(session: Session, site: Site, log: LogKeys) -> LogPage:
    """Return the page of the log, its newest entries first."""
    head = sequencer.read_head(session)
    signed = newest_head(session)
    newest = session.exec(select(Entry).order_by(col(Entry.index).desc()).limit(SHOWN))
    return LogPage(
        site=site,
        origin=log.origin,
        keys=[str(key) for key in log.keys],
        answers_keys=[_answers_key(each) for each in key_records(session, answers_name(log.origin))],
        size=head.size,
        root=head.root.hex(),
        at=head.at,
        signed=None if signed is None else _signed(session, signed),
        worth=worth(signed, watched_line(newest_cosigned(session))),
        entries=[_line(each.index, each.entry) for each in newest],
    )


def entry_page(session: Session, site: Site, index: int) -> EntryPage:
    """Return one entry in words with its proof, under the first signed head that holds it where there is one.

    Raises NoSuchEntryError.
    """
    data = sequencer.read_entry(session, index)
    said = json.loads(data)
    size = sequencer.read_head(session).size
    signed = first_head_over(session, index + 1)
    top = size if signed is None else signed.size
    nodes = TreeReader(session)
    nodes.fetch(lambda node: (merkle.inclusion_proof(index, top, node), merkle.root(top, node)))
    return EntryPage(
        site=site,
        entry=_line(index, data),
        text=data.decode(),
        digest=said["digest"],
        public=[PublicField(name=name, value=jcs(value).decode()) for name, value in said["public"].items()],
        leaf_hash=leaf_hash(data).hex(),
        size=top,
        root=merkle.root(top, nodes).hex(),
        signed=signed is not None,
        proof=[each.hex() for each in merkle.inclusion_proof(index, top, nodes)],
        previous_path=entry_path(index - 1) if index else None,
        next_path=entry_path(index + 1) if index + 1 < size else None,
    )


def _answers_key(record: KeyRecord) -> AnswersKey:
    found = AnswersKey(key=record.key, path=entry_path(record.declared))
    if record.revoked is None:
        return found
    return replace(
        found,
        revoked_at=record.revoked_at,
        revoked_path=entry_path(record.revoked),
        revocation_path=revocation_path(record.revoked),
    )


def _line(index: int, data: bytes) -> EntryLine:
    said = json.loads(data)
    zh, en = kind_words(said["kind"])
    at = datetime.fromisoformat(said["at"])
    return EntryLine(index=index, path=entry_path(index), at=at, kind=said["kind"], words_zh=zh, words_en=en)


def _signed(session: Session, head: SignedHead) -> SignedLine:
    note = cosigned_note(session, head).decode()
    return SignedLine(size=head.size, root=head.root.hex(), at=head.at, held=head.held, note=note)
