"""The journal: append-only facts, one a command. A change without a fact does not exist.

A fact has a *public* part, which goes into the transparency log in clear and for ever (only neutral facts of a draw
have one worth reading), and a *body*, of which the log gets the salted digest ``SHA-256(0x02 ‖ salt ‖ body)`` alone.
Body and salt stay here and can be erased lawfully without harming the log. A command about many records (an import) is
still one fact: its body lists, per record, the salted digest of a *part*, and the parts stand beside it, each erasable
by itself.

A fact is *sealed* when its command is done: only then is it known which rows of which tables the command changed. Each
of them stands beside the body as an *image*, and the body holds one digest over theirs, so that the log fixes what the
tables must hold (``registry.images``). Between ``write`` and ``seal_facts`` a fact has no digest and no body.

The journal knows nothing of Merkle trees; ``publicity.sequencer`` turns the facts of a transaction into log entries.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import accumulate
from json.encoder import encode_basestring

from sqlalchemy import LargeBinary, bindparam, update
from sqlalchemy import text as sql
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, Session

from registry.base import PersonId, Record, UtcDateTime, legal_day
from registry.bulk import insert_rows, table_of
from registry.images import take_images
from sampling.canonical import jcs

BODY_PREFIX = b"\x02"
SALT_BYTES = 32
PENDING = "facts not yet in the log"
PARTS = "parts"
ROWS = "images"
PACK = 2_000
"""Records of a fact that are packed together while it is written."""


class Kind(StrEnum):
    """The closed vocabulary of what can happen; the log shows it in clear."""

    STAGE_DECLARED = "stage.declared"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    KEY_ISSUED = "key.issued"
    KEY_REVOKED = "key.revoked"
    DEPARTMENT_ADDED = "department.added"
    DEPARTMENT_CODE_STATED = "department.code_stated"
    OPERATORS_IMPORTED = "operators.imported"
    OPERATOR_CHANGED = "operator.changed"
    OPERATOR_MERGE_REQUESTED = "operator.merge_requested"
    OPERATOR_MERGE_REFUSED = "operator.merge_refused"
    OPERATOR_MERGED = "operator.merged"
    OPERATOR_UNMERGED = "operator.unmerged"
    INSPECTORS_IMPORTED = "inspectors.imported"
    RECUSALS_IMPORTED = "recusals.imported"
    RECUSALS_DECIDED = "recusals.decided"
    ITEMS_IMPORTED = "items.imported"
    CALENDAR_IMPORTED = "calendar.imported"
    RECUSAL_REQUESTED = "recusal.requested"
    RECUSAL_DECIDED = "recusal.decided"
    RECUSAL_WITHDRAWN = "recusal.withdrawn"
    LEAVE_RECORDED = "leave.recorded"
    LEAVE_DECIDED = "leave.decided"
    LEAVE_CANCELLED = "leave.cancelled"
    LOAN_REQUESTED = "loan.requested"
    LOAN_DECIDED = "loan.decided"
    CAP_DRAFTED = "cap.drafted"
    CAP_APPROVED = "cap.approved"
    ITEM_ADDED = "item.added"
    ITEM_CHANGED = "item.changed"
    ITEM_ENDED = "item.ended"
    PLAN_DRAFTED = "plan.drafted"
    PLAN_APPROVED = "plan.approved"
    PLAN_CHANGE_REQUESTED = "plan.change_requested"
    PLAN_CHANGE_DECIDED = "plan.change_decided"
    BATCH_DRAFTED = "batch.drafted"
    BATCH_APPROVED = "batch.approved"
    DRAW_COMMITTED = "draw.committed"
    BEACON_RECEIVED = "draw.beacon_received"
    DRAW_VALUE_ENTERED = "draw.value_entered"
    DRAW_VALUE_CONFIRMED = "draw.value_confirmed"
    DRAW_ESCROWED = "draw.escrowed"
    DRAW_HANDED_IN = "draw.handed_in"
    DRAW_EXECUTED = "draw.executed"
    DRAW_OPENING_REQUESTED = "draw.opening_requested"
    DRAW_OPENED = "draw.opened"
    DRAW_VOID_REQUESTED = "draw.void_requested"
    DRAW_VOIDED = "draw.voided"
    VISITS_APPROVED = "visits.approved"
    VISIT_REQUESTED = "visit.requested"
    VISIT_DECIDED = "visit.decided"
    VISIT_STEPPED = "visit.stepped"
    REPLACEMENT_REQUESTED = "replacement.requested"
    REPLACEMENT_DECIDED = "replacement.decided"
    EVIDENCE_ADDED = "evidence.added"
    FINDING_FILED = "finding.filed"
    FINDING_CONFIRMED = "finding.confirmed"
    FINDING_REVIEWED = "finding.reviewed"
    FOLLOWUP_RECORDED = "followup.recorded"
    CASE_FILED = "case.filed"
    CASE_EXTENDED = "case.extended"
    CASE_PAUSED = "case.paused"
    CASE_RESUMED = "case.resumed"
    CASE_CLOSED = "case.closed"
    RESULT_PUBLISHED = "result.published"
    PENALTY_DECIDED = "penalty.decided"
    PENALTY_RECEIVED = "penalty.received"
    PENALTY_GRAVITY_STATED = "penalty.gravity_stated"
    PENALTY_DOCUMENT_ENTERED = "penalty.document_entered"
    PENALTY_NOTICE_RECORDED = "penalty.notice_recorded"
    PENALTY_REVIEWED = "penalty.reviewed"
    PENALTY_PUBLISHED = "penalty.published"
    PENALTY_PUSHED = "penalty.pushed"
    PUSH_RECEIVED = "penalty.push_received"
    PUSH_RETURNED = "penalty.push_returned"
    LISTING_ENTERED = "listing.entered"
    LISTING_DECIDED = "listing.decided"
    ANSWERS_KEY_DECLARED = "answers.key_declared"
    ANSWERS_KEY_REVOKED = "answers.key_revoked"
    PENALTY_LICENCE_STATED = "penalty.licence_stated"
    UPLOAD_RECORDED = "upload.recorded"
    WITHDRAWAL_REQUESTED = "withdrawal.requested"
    WITHDRAWAL_REFUSED = "withdrawal.refused"
    DISCLOSURE_ENDED = "disclosure.ended"
    PETITION_RECEIVED = "petition.received"
    PETITION_FILE_ADDED = "petition.file_added"
    PETITION_ACCEPTED = "petition.accepted"
    PETITION_DECLINED = "petition.declined"
    PETITION_PROPOSED = "petition.proposed"
    PETITION_RETURNED = "petition.returned"
    PETITION_DECIDED = "petition.decided"
    LOG_KEYS_CHANGED = "log.keys_changed"
    LOG_WITNESSES_CHANGED = "log.witnesses_changed"
    CLOCK_CONFIRMED = "clock.confirmed"
    STATE_RECORDED = "state.recorded"
    ERASURE_REQUESTED = "erasure.requested"
    ERASED = "erased"


class Fact(Record, table=True):
    """One thing that happened. ``public`` is a JCS object; ``digest`` is the body's salted digest, in hex.

    It is empty until the command is done, and never again afterwards.
    """

    __tablename__ = "journal"

    fact_id: int | None = Field(default=None, primary_key=True)
    kind: str
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(index=True)
    subject: str = Field(index=True)
    public: str
    digest: str


class Body(Record, table=True):
    """The withheld text of a fact and its salt; part 0 is the body itself, parts 1 … n the records it lists.

    Parts -1 … -m are the images of the rows that its command changed. ``key`` is the key of the record that a part
    holds, so that the journal is each record's history; that of an image has its table before it. The body has none.
    """

    __tablename__ = "journal_bodies"

    fact_id: int = Field(primary_key=True, foreign_key="journal.fact_id")
    part: int = Field(primary_key=True)
    key: str = Field(default="", index=True, sa_column_kwargs={"server_default": sql("''")})
    salt: bytes = Field(sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)


class UnwrittenChangeError(Exception):
    """A command changed rows and wrote no fact: a mistake of the program, found before anything is committed."""

    def __init__(self, row: str) -> None:
        super().__init__(f"a change without a journal fact does not exist: {row!r}")


@dataclass(frozen=True, kw_only=True)
class Act:
    """One command in hand: who acts, when, in which transaction, and where salts come from (32 bytes a call)."""

    session: Session
    person: PersonId
    at: datetime
    salt: Callable[[], bytes]

    @property
    def today(self) -> date:
        """Return the legal date (Asia/Shanghai) of the command."""
        return legal_day(self.at)


def salted_digest(salt: bytes, body: bytes) -> str:
    """Return SHA-256(0x02 ‖ salt ‖ body) in hex: what the log keeps of a text that may have to disappear."""
    return hashlib.sha256(BODY_PREFIX + salt + body).hexdigest()


class Parts:
    """The records of one fact while they are gathered: a province of them is kept packed, not as texts.

    ``listed`` is the JSON of ``[[key, salted digest], …]`` in the order in which they came.
    """

    def __init__(self, salt: Callable[[], bytes]) -> None:
        self._salt = salt
        self._packed: list[tuple[list[str], list[bytes], list[int], bytes]] = []
        self._keys: list[str] = []
        self._salts: list[bytes] = []
        self._texts: list[bytes] = []
        self.listed = bytearray()

    def add(self, key: str, record: Mapping[str, object] | bytes) -> None:
        """Add one record, as it is or in its canonical form already."""
        text = record if isinstance(record, bytes) else jcs(record)
        salt = self._salt()
        self.listed += f'{"," if self.listed else ""}[{encode_basestring(key)},"{salted_digest(salt, text)}"]'.encode()
        self._keys.append(key)
        self._salts.append(salt)
        self._texts.append(text)
        if len(self._texts) == PACK:
            self._pack()

    def __len__(self) -> int:
        return len(self._packed) * PACK + len(self._texts)

    def rows(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield key, salt and text of each, in order."""
        for keys, salts, ends, packed in self._packed:
            whole = zlib.decompress(packed)
            for key, salt, start, end in zip(keys, salts, [0, *ends], ends, strict=False):
                yield key, salt, whole[start:end]
        yield from zip(self._keys, self._salts, self._texts, strict=True)

    def _pack(self) -> None:
        ends = list(accumulate(map(len, self._texts)))
        self._packed.append((self._keys, self._salts, ends, zlib.compress(b"".join(self._texts), level=1)))
        self._keys, self._salts, self._texts = [], [], []


def write(  # noqa: PLR0913 - the six parts of a fact
    act: Act,
    kind: Kind,
    *,
    subject: str,
    body: Mapping[str, object],
    public: Mapping[str, object] | None = None,
    parts: Parts | Iterable[tuple[str, Mapping[str, object]]] = (),
) -> int:
    """Write one fact in the command's transaction and return its number.

    ``subject`` is the number of what the fact is about (for the bureau's own look-ups; it is not in the log).
    ``parts`` are (key, record) pairs in order; the body then carries ``"parts": [[key, salted digest], …]``.
    """
    gathered = parts if isinstance(parts, Parts) else _gathered(act, parts)
    fact = Fact(
        kind=kind, at=act.at, actor=act.person, subject=subject, public=jcs(dict(public or {})).decode(), digest=""
    )
    act.session.add(fact)
    act.session.flush()
    fact_id = fact.fact_id or 0  # flushed, so it is there
    _keep(act.session, ((fact_id, number, *row) for number, row in enumerate(gathered.rows(), start=1)))
    own = dict(body) | {"actor": act.person, "subject": subject}
    waiting = _Waiting(fact=fact, body=own, listed=gathered.listed, salt=act.salt)
    act.session.info.setdefault(PENDING, []).append(waiting)
    return fact_id


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """A fact whose command is not done."""

    fact: Fact
    body: Mapping[str, object]
    listed: bytearray
    salt: Callable[[], bytes]


def seal_facts(session: Session) -> list[Fact]:
    """Give every fact of the command its body and its digest, the last one the images of all rows, and return them.

    Raises UnwrittenChangeError when rows were changed and no fact says so.
    """
    session.flush()
    waiting: list[_Waiting] = session.info.pop(PENDING, [])
    images = take_images(session)
    if images and not waiting:
        raise UnwrittenChangeError(images[0].key)
    kept: list[tuple[object, ...]] = []
    digests: list[str] = []
    for each in waiting:
        own = images if each is waiting[-1] else []
        salted = [(image.key, each.salt(), image.text) for image in own]
        rows = {ROWS: rows_digest(salted_digest(*one) for _, *one in salted)} if own else {}
        fact_id, salt, text = each.fact.fact_id or 0, each.salt(), _whole({**each.body, **rows}, each.listed)
        kept += [(fact_id, -number, *one) for number, one in enumerate(salted, start=1)]
        kept.append((fact_id, 0, "", salt, text))
        digests.append(salted_digest(salt, text))
    _keep(session, kept)
    facts = [each.fact for each in waiting]
    if facts:
        found = [{"own": fact.fact_id, "digest": digest} for fact, digest in zip(facts, digests, strict=True)]
        session.connection().execute(_SEALED, found)
    for fact, digest in zip(facts, digests, strict=True):
        set_committed_value(fact, "digest", digest)
    return facts


_SEALED = update(table_of(Fact)).where(table_of(Fact).c.fact_id == bindparam("own")).values(digest=bindparam("digest"))


def rows_digest(digests: Iterable[str]) -> str:
    """Return what a body holds of the images beside it: SHA-256 over their salted digests, in order from part -1."""
    return hashlib.sha256(b"".join(map(bytes.fromhex, digests))).hexdigest()


def _keep(session: Session, rows: Iterable[tuple[object, ...]]) -> None:
    insert_rows(session, table_of(Body), ("fact_id", "part", "key", "salt", "body"), rows)


def _gathered(act: Act, parts: Iterable[tuple[str, Mapping[str, object]]]) -> Parts:
    gathered = Parts(act.salt)
    for key, record in parts:
        gathered.add(key, record)
    return gathered


def _whole(body: Mapping[str, object], listed: bytearray) -> bytes:
    """Return the canonical form of a body with the list of its parts, if there are any, put in its place."""
    if not listed:
        return jcs(dict(body))
    pieces: list[bytes | bytearray] = []
    for name in sorted((*body, PARTS), key=lambda name: name.encode("utf-16-be")):
        value = (b"[", listed, b"]") if name == PARTS else (jcs(body[name]),)
        pieces += (b"," if pieces else b"{", jcs(name), b":", *value)
    return b"".join((*pieces, b"}"))  # one copy: the list of a province is thirty megabytes
