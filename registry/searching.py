"""Finding operators by what people type: part of a name, the beginning of a code, the beginning of a domain.

A name is found by index wherever its part stands: every pair of neighbouring characters of the part is looked up in an
index over the pairs of all names (GIN on PostgreSQL, a full-text table on SQLite), and what holds all pairs is compared
once more with the whole part. Pages go by key, so that no page costs more than the first.

The public never finds a natural person without a licence by name or domain, only by the whole register number; and one
that was merged into another only by its code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, String, Text, and_, bindparam, cast, column, literal_column, not_, table
from sqlalchemy import text as sql
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.base import begins_with
from registry.credit_code import normalise_credit_code
from registry.naming import PAIR, grams_of, name_key
from registry.near_codes import near_operators
from registry.operator_entries import REGISTER_NO
from registry.operators import Operator, is_masked
from registry.sites import OperatorSite, domain_start

CODE_LENGTH = 6
"""From this length on a text of letters and digits is taken for the beginning of a code before it is taken for a name:
all codes of a province share their first four characters, and names of shops may well hold four digits."""

WINDOW = 1_000
"""Rows that are looked through on PostgreSQL before the index is asked: a millisecond."""

MAX_SERIAL = 2**31 - 1
"""The largest number that PostgreSQL's ``integer`` takes."""

NAMES = table("operator_names", column("rowid"))
"""SQLite's index of names; ``rowid`` is the operator's serial."""

GRAMS: ColumnElement[Any] = literal_column("string_to_array(operators.name_grams, ' ')")
"""What PostgreSQL's index of names is over, in the words of the index."""


class Way(StrEnum):
    """How a text was understood."""

    CODE = "c"
    DOMAIN = "d"
    NAME = "n"


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of operators; ``after`` leads to the next, and is None on the last.

    ``near`` when nothing was found and these are the entries whose code is one slip away.
    """

    operators: tuple[Operator, ...]
    after: str | None
    near: bool = False


def find_operators(session: Session, text: str, *, after: str = "", limit: int, public: bool = False) -> Found:
    """Return operators that a text may mean. The first way of understanding it that finds anything is gone on with."""
    typed = text.strip()
    chosen, _, key = after.partition(":")
    for way in ways_of(typed):
        if after and way != chosen:
            continue
        rows = _rows(session, way, typed, key, limit=limit + 1, public=public)
        if rows or after:
            return _page(way, rows, limit)
    codes = [each.unit_id for each in near_operators(session, [typed]).get(typed, [])]
    near = session.exec(select(Operator).where(col(Operator.unit_id).in_(codes)).order_by(col(Operator.unit_id)))
    return Found(operators=tuple(near), after=None, near=bool(codes))


def ways_of(text: str) -> tuple[Way, ...]:
    """Return how a text may be understood, the likeliest first.

    >>> [way.name for way in ways_of("shop.example")], [way.name for way in ways_of("58同城")]
    (['DOMAIN', 'CODE', 'NAME'], ['NAME'])
    """
    code = normalise_credit_code(text)
    coded = REGISTER_NO.fullmatch(code) is not None
    if domain_start(text):
        return (Way.DOMAIN, Way.CODE, Way.NAME) if coded else (Way.DOMAIN, Way.NAME)
    if not coded:
        return (Way.NAME,)
    return (Way.CODE, Way.NAME) if len(code) >= CODE_LENGTH else (Way.NAME, Way.CODE)


def name_query(session: Session, text: str, *, after: int = 0) -> SelectOfScalar[Operator] | None:
    """Return the query for operators whose name holds a text, by serial; None where it is too short for the index."""
    key = name_key(text)
    if len(key) < PAIR:
        return None
    grams = grams_of(key)
    if _is_postgres(session):
        # written into the statement: a plan made for any pairs would read the register in order, in search of rare ones
        listed = bindparam("grams", "{" + ",".join(grams) + "}", type_=String(), literal_execute=True)
        holds: Any = GRAMS.op("@>")(cast(listed, ARRAY(Text)))
        query = select(Operator).where(holds, func.strpos(Operator.name_key, key) > 0)
        return query.where(col(Operator.serial) > after).order_by(col(Operator.serial))
    wanted = " AND ".join(f'"{gram}"' for gram in grams)
    match = sql("operator_names MATCH :grams").bindparams(grams=wanted)
    joined = col(Operator.serial) == NAMES.c.rowid
    query = select(Operator).join(NAMES, joined).where(match, func.instr(Operator.name_key, key) > 0)
    return query.where(NAMES.c.rowid > after).order_by(NAMES.c.rowid)


def _rows(  # noqa: PLR0913 - what is looked for, from where, how far and for whom
    session: Session, way: Way, text: str, key: str, *, limit: int, public: bool
) -> Sequence[Operator]:
    """Return the first rows after a key, found one way."""
    if way is Way.CODE:
        return session.exec(_by_code(text, key, public=public).limit(limit)).all()
    if way is Way.DOMAIN:
        return session.exec(_shown(_by_domain(text, key), public=public).limit(limit)).all()
    query = name_query(session, text, after=_serial(key))
    if query is None:
        return []
    if _is_postgres(session):
        rows = session.exec(_shown(_window(text, _serial(key)), public=public).limit(limit)).all()
        if len(rows) == limit:
            return rows
    return session.exec(_shown(query, public=public).limit(limit)).all()


def _window(text: str, after: int) -> SelectOfScalar[Operator]:
    """Return the query that looks through the next rows alone: what many names hold fills a page from there.

    GIN collects every row that holds the pairs before it sorts them; SQLite's index comes in the order of the serials.
    """
    next_rows = and_(col(Operator.serial) > after, col(Operator.serial) <= min(after + WINDOW, MAX_SERIAL))
    query = select(Operator).where(next_rows, func.strpos(Operator.name_key, name_key(text)) > 0)
    return query.order_by(col(Operator.serial))


def _shown(query: SelectOfScalar[Operator], *, public: bool) -> SelectOfScalar[Operator]:
    """Leave out whom neither name nor domain leads to: those merged, and in public natural persons."""
    query = query.where(col(Operator.merged_into).is_(None))
    return query.where(not_(is_masked())) if public else query


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _by_code(text: str, after: str, *, public: bool) -> SelectOfScalar[Operator]:
    """Return the query for keys that begin with a text, by key; a register number may be in lower case."""
    code = normalise_credit_code(text)
    begins = begins_with(col(Operator.unit_id), code)
    if code != text:
        begins = or_(begins, Operator.unit_id == text)
    query = select(Operator).where(begins, col(Operator.unit_id) > after).order_by(col(Operator.unit_id))
    return query.where(or_(not_(is_masked()), col(Operator.unit_id).in_({code, text}))) if public else query


def _by_domain(text: str, after: str) -> SelectOfScalar[Operator]:
    """Return the query for operators with a site whose domain begins with a text, by key, each once."""
    domain = domain_start(text)
    own = select(OperatorSite.unit_id).where(begins_with(col(OperatorSite.domain), domain))
    return (
        select(Operator)
        .where(col(Operator.unit_id).in_(own), col(Operator.unit_id) > after)
        .order_by(col(Operator.unit_id))
    )


def _serial(key: str) -> int:
    return min(int(key), MAX_SERIAL) if key.isascii() and key.isdigit() else 0


def _page(way: Way, rows: Sequence[Operator], limit: int) -> Found:
    shown = tuple(rows[:limit])
    if len(rows) <= limit:
        return Found(operators=shown, after=None)
    last = shown[-1]
    return Found(operators=shown, after=f"{way}:{last.serial if way is Way.NAME else last.unit_id}")
