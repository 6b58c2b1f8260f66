"""Signed heads of the log (检查点): taken only from the log's own keys, held against its own tree, kept for ever.

A head that is taken was signed by a key this log pins, speaks of no more entries than there are, has the root that the
entries have at that size, and is no smaller than the newest. Nobody needs to be believed who hands one in: the
signature says who made it.

What is kept here is also what a later start is held to (``check_head``): a log that is shorter than a head that was
signed, or leads to another root, has lost or changed something.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlmodel import Field, Session, col, select

from publicity.errors import PublicityError
from publicity.sequencer import TreeReader, read_head
from publicity.tlog import merkle
from publicity.tlog.checkpoints import Checkpoint, SignedCheckpoint, open_checkpoint
from publicity.tlog.keys import VerifierKey
from publicity.tlog.notes import Note
from registry.base import Record, UtcDateTime
from registry.journal import Act, Fact, Kind, write


class Held(StrEnum):
    """Where the key lies that signs, as the bureau states it."""

    SERVICE = "service"
    APART = "apart"


class SignedHead(Record, table=True):
    """One head that was signed, with the note byte for byte; the numbers go up with the sizes."""

    __tablename__ = "log_checkpoints"

    checkpoint_id: int | None = Field(default=None, primary_key=True)
    size: int = Field(index=True)
    root: bytes = Field(sa_type=LargeBinary)
    origin: str
    held: str
    note: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=UtcDateTime)


class UnsignedLogError(PublicityError):
    """No head of the log has been signed yet."""

    nature = "absent"
    zh = "日志头尚未签名，没有检查点。请稍后再取，或请抽查机关启动签名程序。"
    en = "No head of the log is signed yet: there is no checkpoint. Ask again later, or ask the bureau for its signer."


class HeadAheadError(PublicityError):
    """A signed head speaks of more entries than there are."""

    nature = "conflict"
    zh = "检查点有 {signed} 条，日志只有 {size} 条。没有收存；日志可能被截短，请先运行核查并查看操作手册。"
    en = (
        "The checkpoint has {signed} entries and the log {size}. It was not taken; the log may have been cut: "
        "check it before anything else, as the operating manual says."
    )


class HeadBesideError(PublicityError):
    """A signed head has another root than the entries have at its size."""

    nature = "conflict"
    zh = "检查点在第 {size} 条处的根哈希是 {signed}，日志算出的是 {root}：两份不同的历史。请先查明再作任何操作。"
    en = (
        "At {size} entries the checkpoint has the root {signed} and the log {root}: two histories. "
        "Find out which is true before anything else."
    )


class HeadBehindError(PublicityError):
    """A signed head is smaller than the newest that was taken."""

    nature = "conflict"
    zh = "检查点有 {signed} 条，已收存的最新检查点有 {newest} 条。没有收存；请签署较新的日志头。"
    en = "The checkpoint has {signed} entries, and the newest here {newest}. It was not taken; sign a newer head."


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeys:
    """Who signs this log: its origin, the keys it pins (two while one takes the other's place), where they lie."""

    origin: str
    keys: tuple[VerifierKey, ...]
    held: Held


def newest_head(session: Session) -> SignedHead | None:
    """Return the newest head that was taken."""
    return session.exec(select(SignedHead).order_by(col(SignedHead.checkpoint_id).desc()).limit(1)).first()


def note_of_size(session: Session, size: int) -> str | None:
    """Return the newest signed head of exactly this size as a note, or None where none was taken."""
    query = (
        select(SignedHead.note).where(SignedHead.size == size).order_by(col(SignedHead.checkpoint_id).desc()).limit(1)
    )
    note = session.exec(query).first()
    return None if note is None else note.decode()


def first_head_over(session: Session, size: int) -> SignedHead | None:
    """Return the first head taken that speaks of ``size`` entries or more: once there is one, always the same."""
    query = select(SignedHead).where(col(SignedHead.size) >= size).order_by(col(SignedHead.checkpoint_id)).limit(1)
    return session.exec(query).first()


def take_head(act: Act, data: bytes, log: LogKeys) -> SignedHead:
    """Check a signed head and keep it with the signatures of the log's keys; what is there already is the answer.

    Raises what ``find_kept`` raises.
    """
    opened = open_checkpoint(data, log.origin, log_keys=log.keys)
    return _find_kept(act.session, opened) or _keep(act, opened, log)


def find_kept(session: Session, data: bytes, log: LogKeys) -> SignedHead | None:
    """Check a signed head, and return what is kept of it; None where it says something new.

    It says something new when no head of its size is kept that bears the signatures of all who signed it. Lines of
    others are ignored: anybody can add them to a note.

    Raises what ``open_checkpoint`` raises, HeadAheadError, HeadBesideError, HeadBehindError.
    """
    return _find_kept(session, open_checkpoint(data, log.origin, log_keys=log.keys))


def _find_kept(session: Session, opened: SignedCheckpoint) -> SignedHead | None:
    signed = opened.checkpoint
    check_head(session, signed)
    signers = {(each.key.name, each.key.key_id) for each in opened.signed}
    for kept in session.exec(select(SignedHead).where(SignedHead.size == signed.size, SignedHead.root == signed.root)):
        if signers <= {(each.name, each.key_id) for each in Note.parse(kept.note).signatures}:
            return kept
    newest = newest_head(session)
    if newest is not None and signed.size < newest.size:
        raise HeadBehindError(signed=signed.size, newest=newest.size)
    return None


def _keep(act: Act, opened: SignedCheckpoint, log: LogKeys) -> SignedHead:
    newest = newest_head(act.session)
    row = SignedHead(
        # not the database's own count, which leaves a gap after a command that failed; the log's lock makes it safe
        checkpoint_id=1 if newest is None else (newest.checkpoint_id or 0) + 1,
        size=opened.checkpoint.size,
        root=opened.checkpoint.root,
        origin=opened.checkpoint.origin,
        held=log.held,
        note=Note(opened.checkpoint.text, tuple(each.signature for each in opened.signed)).to_bytes(),
        at=act.at,
    )
    act.session.add(row)
    act.session.flush()
    return row


def check_head(session: Session, signed: Checkpoint) -> None:
    """Return if the log holds what a signed head says: at least its entries, under its root at its size.

    Raises HeadAheadError, HeadBesideError.
    """
    size = read_head(session).size
    if signed.size > size:
        raise HeadAheadError(signed=signed.size, size=size)
    nodes = TreeReader(session)
    nodes.fetch(lambda node: merkle.root(signed.size, node))
    root = merkle.root(signed.size, nodes)
    if root != signed.root:
        raise HeadBesideError(size=signed.size, signed=signed.root.hex(), root=root.hex())


def announce_keys(act: Act, log: LogKeys) -> bool:
    """Write down in the log which keys sign it from here on and where they lie, unless it says so already."""
    said = stated(log)
    if said == announced_keys(act.session, log.origin):
        return False
    write(act, Kind.LOG_KEYS_CHANGED, subject=log.origin, body=said, public=said)
    return True


def stated(log: LogKeys) -> dict[str, object]:
    """Return what the log says about its own keys, in clear and for ever."""
    return {"held": str(log.held), "keys": [str(key) for key in log.keys], "origin": log.origin}


def announced_keys(session: Session, origin: str) -> dict[str, object] | None:
    """Return what the log says last about its own keys under its name, by which it is found among a million others."""
    query = select(Fact.public).where(Fact.subject == origin, Fact.kind == Kind.LOG_KEYS_CHANGED)
    said = session.exec(query.order_by(col(Fact.fact_id).desc()).limit(1)).first()
    return None if said is None else dict(json.loads(said))
