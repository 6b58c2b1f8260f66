"""Evidence (检查证据): files that a team adds to its visit, on record by their digests.

The file itself is kept outside the database and outside the web root by the edge, which takes it in only after its type
was told by its content and an image was made anew; here stands what came (digest of the original) and what is kept
(digest, size and type of the stored). A file is never replaced and never public.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime, nfc
from registry.errors import AbsentError, RegistryError
from registry.findings import own_visit
from registry.journal import Act, Kind, write
from registry.people import Person
from registry.steps import STATE_WORDS, VisitState, VisitStateError, state_after, steps_of_visit

TAKING = (
    *(VisitState.ARRIVED, VisitState.REFUSED, VisitState.NOT_FOUND, VisitState.MOVED),
    *(VisitState.FILED, VisitState.RETURNED),
)
"""States in which a visit takes evidence: once the team has set out, until a second inspector has confirmed."""

ID_DIGITS = 32


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file as it came and as it is kept: digests are SHA-256 in hex, ``size`` is that of the kept one in bytes."""

    name: str
    media_type: str
    original_sha256: str
    stored_sha256: str
    size: int


class Evidence(Record, table=True):
    """One file of a visit."""

    __tablename__ = "evidence"

    evidence_id: str = Field(primary_key=True)
    visit_id: str = Field(foreign_key="visits.visit_id", index=True)
    name: str
    media_type: str
    original_sha256: str
    stored_sha256: str
    size: int
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)


class TooManyFilesError(RegistryError):
    """The visit has as many files as one may have."""

    nature = "conflict"
    zh = "检查任务 {visit_id} 已有 {limit} 个附件，不能再加。未作任何改动；请合并材料，或请管理员调大限额。"
    en = "Visit {visit_id} has {limit} files, as many as one may have. Nothing was changed; merge some or ask for more."


def add_evidence(  # noqa: PLR0913 - whose, of what, how many, and where to
    act: Act, person: Person, visit_id: str, kept: Kept, *, limit: int, store: Callable[[str], None]
) -> Evidence:
    """Add a file to an inspector's own visit; ``store`` is called with its id once nothing stands against it.

    Raises AbsentError, VisitStateError, TooManyFilesError.
    """
    own_visit(act.session, person, visit_id, act.today)
    state = state_after(steps_of_visit(act.session, visit_id))
    if state not in TAKING:
        raise VisitStateError(
            visit_id=visit_id,
            state_zh=STATE_WORDS[state],
            state_en=state.value,
            step_zh="添加附件",
            step_en="evidence",
            next_zh="到场之后、第二人确认之前添加附件",
            next_en="evidence after arrival and before the second inspector confirms",
        )
    if len(evidence_of(act.session, visit_id)) >= limit:
        raise TooManyFilesError(visit_id=visit_id, limit=limit)
    evidence = Evidence(
        **asdict(kept) | {"name": nfc(kept.name)},
        evidence_id=act.salt().hex()[:ID_DIGITS],
        visit_id=visit_id,
        added_by=act.person,
        added_at=act.at,
    )
    act.session.add(evidence)
    write(act, Kind.EVIDENCE_ADDED, subject=evidence.evidence_id, body=evidence.model_dump(mode="json"))
    store(evidence.evidence_id)
    return evidence


def evidence_of(session: Session, visit_id: str) -> list[Evidence]:
    """Return the files of a visit in the order in which they came."""
    found = select(Evidence).where(Evidence.visit_id == visit_id)
    return list(session.exec(found.order_by(col(Evidence.added_at), col(Evidence.evidence_id))))


def get_evidence(session: Session, evidence_id: str) -> Evidence:
    """Return a file's record or raise AbsentError."""
    found = session.get(Evidence, evidence_id)
    if found is None:
        raise AbsentError(what_zh="附件", what_en="file", key=evidence_id)
    return found


def all_evidence(session: Session) -> list[Evidence]:
    """Return the record of every file, by id."""
    return list(session.exec(select(Evidence).order_by(col(Evidence.evidence_id))))
