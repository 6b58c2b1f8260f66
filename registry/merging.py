"""Merging duplicates (合并重复主体): one operator that stands in the register twice, under two keys.

A register officer asks for it, an approver decides. The one merged stays as a row that points to the one kept, so that
everything published under its key keeps its page; visits, findings and disclosures are not touched. Its sites join
those of the one kept, and no scope holds it any more. A mistaken merging is undone by another fact, asked for and
decided alike, never by deletion.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, select

from registry.base import Record, UtcDateTime
from registry.operators import Operator


class Step(StrEnum):
    """What is asked for: 合并, or 撤销合并."""

    MERGE = "merge"
    UNMERGE = "unmerge"


class Merging(Record, table=True):
    """A request and, once decided, by whom and how; ``joined`` are the sites that came to the one kept by it."""

    __tablename__ = "operator_mergings"

    merging_id: str = Field(primary_key=True)
    step: str
    kept: str = Field(foreign_key="operators.unit_id", index=True)
    merged: str = Field(foreign_key="operators.unit_id", index=True)
    reason: str
    joined: list[dict[str, Any]] = Field(sa_type=JSON)
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    approved: bool | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def merged_codes(session: Session, unit_id: str) -> list[str]:
    """Return the keys of those merged into an operator, in order."""
    merged = select(Operator.unit_id).where(Operator.merged_into == unit_id)
    return sorted(session.exec(merged))
