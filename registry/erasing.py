"""Erasures on record: which text of which fact went, on what basis, by whom; and the rows that lost theirs with it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON
from sqlmodel import Field

from registry.base import Record, UtcDateTime


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
"""个人信息保护法 47; 企业信息公示暂行条例 and 45号令 for terms; 行政复议法, 行政诉讼法 for decisions."""


class ErasureRequest(Record, table=True):
    """What somebody asks to be erased: ``targets`` are pairs of a fact's number and a part of it."""

    __tablename__ = "erasure_requests"

    request_id: str = Field(primary_key=True)
    targets: list[list[int]] = Field(sa_type=JSON)
    basis: str
    text: str
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id")


class Erasure(Record, table=True):
    """One part of a fact whose text and salt are gone; ``digest`` is the salted digest that they had."""

    __tablename__ = "erasures"

    erased_fact: int = Field(primary_key=True, foreign_key="journal.fact_id", sa_column_kwargs={"autoincrement": False})
    part: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: str
    request_id: str = Field(foreign_key="erasure_requests.request_id")
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
