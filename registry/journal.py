"""The journal: append-only facts, one a command. A change without a fact does not exist.

A fact has a *public* part, which goes into the transparency log in clear and for ever (only neutral facts of a draw
have one worth reading), and a *body*, of which the log gets the salted digest ``SHA-256(0x02 ‖ salt ‖ body)`` alone.
Body and salt stay here and can be erased lawfully without harming the log. A command about many records (an import) is
still one fact: its body lists, per record, the salted digest of a *part*, and the parts stand beside it, each erasable
by itself.

The journal knows nothing of Merkle trees; ``publicity.sequencer`` turns the facts of a transaction into log entries.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, insert
from sqlmodel import Field, Session

from registry.base import PersonId, Record, UtcDateTime, legal_day
from sampling.canonical import jcs

BODY_PREFIX = b"\x02"
SALT_BYTES = 32
PENDING = "facts not yet in the log"


class Kind(StrEnum):
    """The closed vocabulary of what can happen; the log shows it in clear."""

    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    KEY_ISSUED = "key.issued"
    KEY_REVOKED = "key.revoked"
    DEPARTMENT_ADDED = "department.added"
    OPERATORS_IMPORTED = "operators.imported"
    OPERATOR_CHANGED = "operator.changed"
    INSPECTORS_IMPORTED = "inspectors.imported"
    RECUSAL_REQUESTED = "recusal.requested"
    RECUSAL_DECIDED = "recusal.decided"
    ITEM_ADDED = "item.added"
    PLAN_DRAFTED = "plan.drafted"
    PLAN_APPROVED = "plan.approved"
    BATCH_DRAFTED = "batch.drafted"
    BATCH_APPROVED = "batch.approved"
    DRAW_COMMITTED = "draw.committed"
    DRAW_EXECUTED = "draw.executed"
    DRAW_OPENED = "draw.opened"
    VISITS_APPROVED = "visits.approved"
    VISIT_REQUESTED = "visit.requested"
    VISIT_DECIDED = "visit.decided"
    VISIT_STEPPED = "visit.stepped"
    EVIDENCE_ADDED = "evidence.added"
    FINDING_FILED = "finding.filed"
    FINDING_CONFIRMED = "finding.confirmed"
    FINDING_REVIEWED = "finding.reviewed"
    FOLLOWUP_RECORDED = "followup.recorded"
    RESULT_PUBLISHED = "result.published"
    PENALTY_DECIDED = "penalty.decided"
    PENALTY_PUBLISHED = "penalty.published"


class Fact(Record, table=True):
    """One thing that happened. ``public`` is a JCS object; ``digest`` is the body's salted digest, in hex."""

    __tablename__ = "journal"

    fact_id: int | None = Field(default=None, primary_key=True)
    kind: str
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(index=True)
    subject: str = Field(index=True)
    public: str
    digest: str


class Body(Record, table=True):
    """The withheld text of a fact and its salt; part 0 is the body itself, parts 1 … n the records it lists."""

    __tablename__ = "journal_bodies"

    fact_id: int = Field(primary_key=True, foreign_key="journal.fact_id")
    part: int = Field(primary_key=True)
    salt: bytes = Field(sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)


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


def write(  # noqa: PLR0913 - the six parts of a fact
    act: Act,
    kind: Kind,
    *,
    subject: str,
    body: Mapping[str, object],
    public: Mapping[str, object] | None = None,
    parts: Sequence[tuple[str, Mapping[str, object]]] = (),
) -> int:
    """Write one fact in the command's transaction and return its number.

    ``subject`` is the number of what the fact is about (for the bureau's own look-ups; it is not in the log).
    ``parts`` are (key, record) pairs in order; the body then carries ``"parts": [[key, salted digest], …]``.
    """
    rows = [(act.salt(), jcs(record)) for _, record in parts]
    whole = dict(body) | {"actor": act.person, "subject": subject}
    if parts:
        whole["parts"] = [[key, salted_digest(*row)] for (key, _), row in zip(parts, rows, strict=True)]
    rows.insert(0, (act.salt(), jcs(whole)))
    fact = Fact(
        kind=kind,
        at=act.at,
        actor=act.person,
        subject=subject,
        public=jcs(dict(public or {})).decode(),
        digest=salted_digest(*rows[0]),
    )
    act.session.add(fact)
    act.session.flush()
    fact_id = fact.fact_id or 0  # flushed, so it is there
    act.session.execute(
        insert(Body),
        [{"fact_id": fact_id, "part": number, "salt": salt, "body": text} for number, (salt, text) in enumerate(rows)],
    )
    act.session.info.setdefault(PENDING, []).append(fact_id)
    return fact_id
