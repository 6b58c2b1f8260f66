"""The term of a published penalty as it was stated when it was published: kept for good, beside the publication.

Rules and settings may change afterwards; what was published keeps the day and the rule that it was published with. What
was published before terms were kept has none.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, Session

from publicity.term_rules import COUNTED_WORDS, CountedFrom
from publicity.terms import NO_EARLY_END_WORDS, ONE_DAY, NoEarlyEnd, Penalized, TermBook
from registry.base import Record, begin_of
from registry.gravity import gravity_of
from registry.journal import Act
from registry.outbox import Work, enqueue
from registry.penalties import Penalty, PenaltyKind

Stated = dict[str, str | None]
"""A term as a publication shows it."""


class DisclosureTerm(Record, table=True):
    """The term of one publication; ``ends_on`` is its last day, None for a ban for life.

    ``lower_fine_fen`` is what the bureau took for a lower fine that day.
    """

    __tablename__ = "disclosure_terms"

    disclosure_id: str = Field(primary_key=True, foreign_key="disclosures.disclosure_id")
    rules: str
    name: str
    source: str
    counted_from: str
    ends_on: date | None = Field(index=True)
    early_from_on: date | None
    early_never: str | None
    early_source: str
    lower_fine_fen: int | None = Field(sa_type=BigInteger)


def term_today(act: Act, penalty: Penalty, disclosure_id: str, book: TermBook) -> DisclosureTerm:
    """Return the term of a penalty that is to be published now. Raises NoTermError, TermOverError."""
    penalized = Penalized(
        kinds=frozenset(map(PenaltyKind, penalty.kinds)),
        fine_fen=penalty.fine_fen,
        decided_on=penalty.decided_on,
        gravity=gravity_of(act.session, penalty.penalty_id),
    )
    term = book.term_of(penalized, act.today)
    return DisclosureTerm(
        disclosure_id=disclosure_id,
        rules=term.rules_id,
        name=term.name,
        source=term.source.words,
        counted_from=term.counted_from,
        ends_on=term.ends_on,
        early_from_on=term.early_end.from_on,
        early_never=term.early_end.never,
        early_source=term.early_end.source.words,
        lower_fine_fen=book.lower_fine_fen,
    )


def keep_term(act: Act, term: DisclosureTerm) -> None:
    """Keep the term of what was published just now, and have it ended by itself.

    The fact that tells of it is the publication's.
    """
    act.session.add(term)
    ends = over_at(term)
    if ends is not None:
        enqueue(act, Work.EXPIRY, term.disclosure_id, ends)
    act.session.flush()


def over_at(term: DisclosureTerm) -> datetime | None:
    """Return when a term is over, at the first moment of the day after its last; None of one for life."""
    return None if term.ends_on is None else begin_of(term.ends_on + ONE_DAY)


def kept_term(session: Session, disclosure_id: str) -> DisclosureTerm | None:
    """Return the term of a publication, or None of one from before terms were kept."""
    return session.get(DisclosureTerm, disclosure_id)


def stated(row: DisclosureTerm | None) -> Stated | None:
    """Return a term as the projection of its publication holds it."""
    if row is None:
        return None
    return {
        "rules": row.rules,
        "rule": row.name,
        "basis": row.source,
        "counted_from": COUNTED_WORDS[CountedFrom(row.counted_from)],
        "ends_on": _iso(row.ends_on),
        "early_from_on": _iso(row.early_from_on),
        "early_never": NO_EARLY_END_WORDS[NoEarlyEnd(row.early_never)][0] if row.early_never else None,
        "early_basis": row.early_source,
    }


def shown_term(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the term that a projection holds, its days as days; None of one from before terms were kept."""
    term: Mapping[str, str | None] | None = content.get("term")
    if term is None:
        return None
    return dict(term) | {name: _day(term[name]) for name in ("ends_on", "early_from_on")}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
