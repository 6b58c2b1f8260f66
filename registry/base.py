"""What every table shares: one metadata with a naming convention, UTC instants, NFC text.

The four packages keep their tables in this metadata, so that the migrations can be compared with the models.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import NewType
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Dialect,
    MetaData,
    SQLColumnExpression,
    String,
    and_,
    false,
    func,
    literal,
    select,
)
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Session, SQLModel

from sampling.names import IDENTIFIER

SHANGHAI = ZoneInfo("Asia/Shanghai")

PersonId = NewType("PersonId", str)


class Record(SQLModel):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored in UTC and read back aware; SQLite would drop the zone, and a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive instant; store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "an instant needs a time zone"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ByteOrdered(TypeDecorator[str]):
    """A code, ordered byte by byte on both databases, so that its index also finds what begins with a prefix."""

    impl = String
    cache_ok = True

    def coerce_compared_value(self, op: object, value: object) -> TypeEngine[str]:  # noqa: ARG002
        """Return plain text for what a column is compared with: PostgreSQL takes no collation within BETWEEN."""
        return String()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Return the type with the collation that PostgreSQL needs for it; SQLite orders so by itself."""
        return dialect.type_descriptor(String(collation="C") if dialect.name == "postgresql" else String())


def legal_day(instant: datetime) -> date:
    """Return the legal date of an instant: the day in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def begin_of(day: date) -> datetime:
    """Return the instant at which a legal date begins: midnight in China.

    >>> begin_of(date(2026, 4, 1)).isoformat()
    '2026-04-01T00:00:00+08:00'
    """
    return datetime.combine(day, time.min, SHANGHAI)


def months_before(day: date, months: int) -> date:
    """Return the day so many calendar months before; the last of a month that is too short for it.

    >>> months_before(date(2020, 8, 31), 6)
    datetime.date(2020, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_after(day: date, months: int) -> date:
    """Return the day so many calendar months after; the last of a month that is too short for it.

    >>> months_after(date(2026, 1, 31), 1), months_after(date(2024, 2, 29), 36)
    (datetime.date(2026, 2, 28), datetime.date(2027, 2, 28))
    """
    return months_before(day, -months)


def nfc(text: str) -> str:
    """Return text as it is stored: NFC, without white space at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def among(session: Session, column: SQLColumnExpression[str], keys: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a column is one of some keys, handed over as one parameter however many they are."""
    if not keys:
        return false()
    listed = literal(list(keys), JSON)
    if session.get_bind().dialect.name == "sqlite":
        return column.in_(select(func.json_each(listed).table_valued("value").c.value))
    return column.in_(select(func.json_array_elements_text(listed).table_valued("value").render_derived().c.value))


def begins_with(column: SQLColumnExpression[str], prefix: str) -> ColumnElement[bool]:
    """Return the condition that a ``ByteOrdered`` column begins with a prefix, in a form that its index serves."""
    return and_(column >= prefix, column < prefix + "\U0010ffff")


def is_identifier(text: str) -> bool:
    """Return whether a code can stand in the files of a draw: 1 to 64 of ``0-9 A-Z a-z . _ -``."""
    return re.fullmatch(IDENTIFIER, text) is not None
