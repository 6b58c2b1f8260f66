"""Erasures on record: which text of which fact went, on what basis, by whom; and the rows that lost theirs with it.

Sources: 个人信息保护法 47 (when personal data have to be erased); 45号令 (terms of publication).
"""

from collections.abc import Container
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, select

from registry.base import Record, UtcDateTime
from registry.errors import RegistryError


class Basis(StrEnum):
    """Why a text has to go."""

    PURPOSE_ENDED = "purpose_ended"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNLAWFUL = "unlawful"
    TERM_ENDED = "term_ended"
    COURT = "court"


BASIS_WORDS = {
    Basis.PURPOSE_ENDED: ("处理目的已实现或不再必要", "the purpose is reached, or needs it no more"),
    Basis.CONSENT_WITHDRAWN: ("个人撤回同意", "the person withdrew consent"),
    Basis.UNLAWFUL: ("违法或违反约定处理", "it was processed unlawfully"),
    Basis.TERM_ENDED: ("保存期限或公示期限届满", "its term has ended"),
    Basis.COURT: ("法院或者上级机关决定", "a court or a higher authority decided so"),
}

ERASED_WORDS = "（内容已依法删除）"
"""What a page shows in the place of a text that was erased."""


class ErasedTextError(RegistryError):
    """The text was erased; only its digest is left."""

    nature = "absent"
    zh = "{key} 的正文已依法删除，日志中只留其摘要。其余内容不受影响。"
    en = "The text of {key} was erased lawfully; only its digest is left in the log. Everything else stands."


class ErasureRequest(Record, table=True):
    """What somebody asks to be erased: a matter and the key of its record."""

    __tablename__ = "erasure_requests"

    request_id: str = Field(primary_key=True)
    matter: str
    key: str
    basis: str
    text: str
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class Erasure(Record, table=True):
    """One part of a fact whose text and salt are gone; ``digest`` is the salted digest that they had.

    ``request_id`` is None of what went by itself, when the publication that it was of ended.
    """

    __tablename__ = "erasures"

    erased_fact: int = Field(primary_key=True, foreign_key="journal.fact_id", sa_column_kwargs={"autoincrement": False})
    part: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: str
    request_id: str | None = Field(default=None, foreign_key="erasure_requests.request_id")
    confirmed_by: str
    confirmed_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class ErasedRow(Record, table=True):
    """A row that lost its texts with an erasure; ``key`` is its primary key, one column a line."""

    __tablename__ = "erased_rows"

    name: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="erasure_requests.request_id")
    fact_id: int = Field(foreign_key="journal.fact_id")


def row_key(*key: object) -> str:
    """Return the key of an erased row."""
    return "\n".join(map(str, key))


def is_erased_row(session: Session, table: str, key: str) -> bool:
    """Return whether a row lost its texts."""
    return session.get(ErasedRow, (table, key)) is not None


def erased_rows(session: Session) -> set[tuple[str, str]]:
    """Return table and key of every row that lost its texts."""
    return set(session.exec(select(ErasedRow.name, ErasedRow.key)))


def shown_text(session: Session, text: str, *, table: str, key: str) -> str:
    """Return a text of a row as a page shows it: where it was erased, the words that say so."""
    return ERASED_WORDS if is_erased_row(session, table, key) else text


def text_in(text: str, place: tuple[str, str], erased: Container[tuple[str, str]]) -> str:
    """Return the same where many rows are read: ``place`` is table and key, ``erased`` the rows that lost theirs."""
    return ERASED_WORDS if not text and place in erased else text
