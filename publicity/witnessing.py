"""Cosignatures of witnesses (见证人联署) under signed heads of the log, and what they show about a draw's commitment.

A witness outside the bureau remembers the newest head that it saw and cosigns only what extends it, with the time by
its own clock. So a commitment that stands under a head cosigned before a round of drand was published was made before
anybody could know that round; without one, its time rests on the bureau's word.

Which witnesses count, and how many of them are enough, the log says itself before the commitment (``announce``): no
later change of a setting makes a draw look better or worse. A cosignature is not a fact of the journal: it speaks about
the log, so as an entry it would make another head, which would want another cosignature, and so on for ever. Its
evidence is its own signature, which anybody can check.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import SQLColumnExpression, UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from publicity.errors import PublicityError
from publicity.heads import SignedHead, newest_head
from publicity.sequencer import TreeReader, entry_indexes, read_entry
from publicity.tlog import merkle
from publicity.tlog.checkpoints import Checkpoint
from publicity.tlog.errors import TlogError
from publicity.tlog.keys import VerifierKey
from publicity.tlog.witnesses import read_cosignature, signature_line, with_lines
from registry.base import Record, UtcDateTime
from registry.journal import Act, Fact, Kind, write
from sampling.canonical import jcs

SUBJECT = "witnesses"
"""What the facts about witnesses are about; by it they are found among a million others."""
TOLERANCE = timedelta(minutes=5)
"""How far the clocks of a witness and of the service may be apart."""


class Cosignature(Record, table=True):
    """One witness's signature line under one signed head; ``witness`` is its verifier key, the time is its own."""

    __tablename__ = "log_cosignatures"
    __table_args__ = (UniqueConstraint("checkpoint_id", "witness"),)

    cosignature_id: int | None = Field(default=None, primary_key=True)
    checkpoint_id: int = Field(foreign_key="log_checkpoints.checkpoint_id")
    witness: str
    line: str
    cosigned_at: datetime = Field(sa_type=UtcDateTime, index=True)
    taken_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def name(self) -> str:
        """Return the witness's name."""
        return self.witness.partition("+")[0]


class CosignatureTimeError(PublicityError):
    """A cosignature names a time that cannot be: before the head was signed, or not yet."""

    zh = "见证人“{name}”的联署时间是 {at}，日志头签于 {signed}，现在是 {now}。没有收存；请核对双方的时钟。"
    en = (
        "The witness “{name}” cosigned at {at}, the head was signed at {signed}, and now it is {now}. "
        "Nothing was stored; compare the clocks."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """The witnesses that count, and how many of them are enough; with none, no commitment is ever cosigned."""

    keys: tuple[VerifierKey, ...]
    quorum: int

    @property
    def stated(self) -> dict[str, object]:
        """Return what the log says of them, in clear and for ever."""
        return {"quorum": self.quorum, "witnesses": [str(key) for key in self.keys]}


@dataclass(frozen=True, slots=True, kw_only=True)
class InTime:
    """What witnesses say of a commitment: under ``head``, cosigned by these before the round; ``quorum`` are enough."""

    quorum: int
    head: SignedHead | None
    given: tuple[Cosignature, ...]

    @property
    def enough(self) -> bool:
        """Return whether so many cosigned that the commitment counts as made before the round."""
        return 0 < self.quorum <= len(self.given)


def announce(act: Act, pinned: Pinned) -> bool:
    """Write down in the log which witnesses count from here on, unless it says so already."""
    if pinned.stated == announced(act.session).stated:
        return False
    write(act, Kind.LOG_WITNESSES_CHANGED, subject=SUBJECT, body=pinned.stated, public=pinned.stated)
    return True


def announced(session: Session, before: int | None = None) -> Pinned:
    """Return which witnesses the log names, now or as of the fact ``before``."""
    query = select(Fact.public).where(Fact.subject == SUBJECT, Fact.kind == Kind.LOG_WITNESSES_CHANGED)
    if before is not None:
        query = query.where(col(Fact.fact_id) < before)
    said = session.exec(query.order_by(col(Fact.fact_id).desc()).limit(1)).first()
    if said is None:
        return Pinned(keys=(), quorum=0)
    read = json.loads(said)
    return Pinned(keys=tuple(VerifierKey.parse(each) for each in read["witnesses"]), quorum=read["quorum"])


def take_cosignature(act: Act, head: SignedHead, answer: bytes, key: VerifierKey) -> Cosignature:
    """Check what a witness answered for a head and keep its cosignature; what is there already stays.

    Raises what ``read_cosignature`` raises, CosignatureTimeError.
    """
    found = read_cosignature(text_of(head), answer, key)
    cosigned_at = _instant(found.at or 0)
    if not head.at - TOLERANCE <= cosigned_at <= act.at + TOLERANCE:
        times = {"at": cosigned_at, "signed": head.at, "now": act.at}
        raise CosignatureTimeError(name=key.name, **{name: at.isoformat() for name, at in times.items()})
    there = _of_head(act.session, head, key)
    if there is not None:
        return there
    row = Cosignature(
        checkpoint_id=head.checkpoint_id or 0,
        witness=str(key),
        line=signature_line(found.signature),
        cosigned_at=cosigned_at,
        taken_at=act.at,
    )
    act.session.add(row)
    act.session.flush()
    return row


def uncosigned_head(session: Session, key: VerifierKey) -> SignedHead | None:
    """Return the newest signed head, where this witness has not cosigned it."""
    head = newest_head(session)
    return None if head is None or _of_head(session, head, key) else head


def last_cosigned(session: Session, key: VerifierKey) -> tuple[SignedHead, Cosignature] | None:
    """Return the largest head that this witness cosigned, as far as is known here."""
    query = select(SignedHead, Cosignature).join(Cosignature).where(Cosignature.witness == str(key))
    return session.exec(query.order_by(col(Cosignature.checkpoint_id).desc()).limit(1)).first()


def cosignatures(session: Session, head: SignedHead) -> list[Cosignature]:
    """Return the cosignatures under what a head says, whoever signed the head itself, in the order they came."""
    query = select(Cosignature).join(SignedHead).where(SignedHead.size == head.size, SignedHead.root == head.root)
    return list(session.exec(query.order_by(col(Cosignature.cosignature_id))))


def cosigned_note(session: Session, head: SignedHead) -> bytes:
    """Return a signed head as it is served: the note as the log signed it, and the lines of witnesses after it."""
    return with_lines(head.note, [each.line for each in cosignatures(session, head)])


def newest_cosigned(session: Session) -> tuple[SignedHead, list[Cosignature]] | None:
    """Return the newest head that a witness of the log cosigned, and who did."""
    return _cosigned_head(session, 0, col(SignedHead.size).desc())


def first_cosigned_over(session: Session, size: int) -> tuple[SignedHead, list[Cosignature]] | None:
    """Return the first head of ``size`` entries or more that a witness of the log cosigned, and who did."""
    return _cosigned_head(session, size, col(SignedHead.size))


def _cosigned_head(
    session: Session, size: int, order: SQLColumnExpression[int]
) -> tuple[SignedHead, list[Cosignature]] | None:
    keys = [str(key) for key in announced(session).keys]
    if not keys:
        return None
    query = select(SignedHead).join(Cosignature).where(SignedHead.size >= size, col(Cosignature.witness).in_(keys))
    head = session.exec(query.order_by(order).limit(1)).first()
    if head is None:
        return None
    sound = [checked(head, each) for each in cosignatures(session, head) if each.witness in keys]
    given = [each for each in sound if each is not None]
    return (head, given) if given else None


def text_of(head: SignedHead) -> str:
    """Return what the log signed and witnesses cosign."""
    return Checkpoint(head.origin, head.size, head.root).text


def cosigned_before(session: Session, fact_id: int, instant: datetime) -> InTime:
    """Return who cosigned, before an instant, a head that holds a fact: of all such heads the most cosigned one.

    Only witnesses count that the log named before the fact, and all of them under one head.
    """
    pinned = announced(session, fact_id)
    if not pinned.keys:
        return InTime(quorum=0, head=None, given=())
    index = entry_indexes(session, [fact_id])[fact_id]
    made_at = session.get_one(Fact, fact_id).at
    in_time = (
        SignedHead.size > index,
        col(Cosignature.witness).in_([str(key) for key in pinned.keys]),
        col(Cosignature.cosigned_at) >= made_at - TOLERANCE,
        col(Cosignature.cosigned_at) < instant,
    )
    count = func.count(func.distinct(col(Cosignature.witness)))
    query = select(SignedHead.size).join(Cosignature).where(*in_time).group_by(col(SignedHead.size))
    size = session.exec(query.order_by(count.desc(), col(SignedHead.size)).limit(1)).first()
    if size is None:
        return InTime(quorum=pinned.quorum, head=None, given=())
    rows = select(SignedHead, Cosignature).join(Cosignature).where(*in_time, SignedHead.size == size)
    found = session.exec(rows.order_by(col(Cosignature.witness), col(Cosignature.cosignature_id).desc())).all()
    root = _root(session, size)  # of this log: what was cosigned of another shows nothing here
    sound = [(head, row) for head, row in found if head.root == root and checked(head, row) is not None]
    if not sound:
        return InTime(quorum=pinned.quorum, head=None, given=())
    # the last of each in this order came first; a key that has two names is one witness
    first = {VerifierKey.parse(row.witness).public: row for _, row in sound}
    return InTime(quorum=pinned.quorum, head=sound[0][0], given=tuple(first.values()))


def cosigned_file(session: Session, fact_id: int, cosigned: InTime) -> bytes | None:
    """Return, in the form of ``log.json``, the entry of a fact under the head that was cosigned in time, if any was."""
    head = cosigned.head
    if head is None or not cosigned.enough:
        return None
    index = entry_indexes(session, [fact_id])[fact_id]
    proof = merkle.inclusion_proof(index, head.size, TreeReader(session))
    entry = {"index": index, "entry": read_entry(session, index).decode(), "proof": [each.hex() for each in proof]}
    return jcs(
        {
            "size": head.size,
            "root": head.root.hex(),
            "entries": [entry],
            "checkpoint": head.note.decode(),
            "cosignatures": lines_of(cosigned.given),
        }
    )


def checked(head: SignedHead, row: Cosignature) -> Cosignature | None:
    """Return a row whose signature line holds and says what the row says: who writes the table makes no cosignature."""
    try:
        found = read_cosignature(text_of(head), f"{row.line}\n".encode(), VerifierKey.parse(row.witness))
    except TlogError:
        return None
    return row if _instant(found.at or 0) == row.cosigned_at else None


def lines_of(given: Sequence[Cosignature]) -> list[str]:
    """Return signature lines as files list them."""
    return [each.line for each in given]


def _root(session: Session, size: int) -> bytes | None:
    """Return the root of this log at a size; None where it has no such tree."""
    nodes = TreeReader(session)
    try:
        nodes.fetch(lambda node: merkle.root(size, node))
        return merkle.root(size, nodes)
    except LookupError:
        return None


def _of_head(session: Session, head: SignedHead, key: VerifierKey) -> Cosignature | None:
    """Return a witness's cosignature under what a head says."""
    return next((each for each in cosignatures(session, head) if each.witness == str(key)), None)


def _instant(second: int) -> datetime:
    """Return the instant of a Unix time; one that no calendar here reaches is the last that one does."""
    latest = datetime.max.replace(tzinfo=UTC, microsecond=0)
    return latest if second > latest.timestamp() else datetime.fromtimestamp(second, UTC)
