"""Every table beside the state that the facts make; each row that differs is named with its columns."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text, cast, select
from sqlmodel import Session

from publicity.fsck.report import Code, Report
from publicity.fsck.state import Apart, State
from publicity.fsck.told import GROUPED, NOT_COMPARED, told_by
from publicity.fsck.tree import streamed
from registry.images import HASHED, NO_RECORD, plain_cell, plain_row, plain_value
from registry.journal import Body, Fact

Row = dict[str, Any]
Edit = tuple[str, Callable[[Any], object]]
NATURAL_KEYS = {"operators": "unit_id"}
"""Tables whose records are known by another column than their primary key."""
NOTHING = "—"


def compared_tables(tables: MetaData) -> list[Table]:
    """Return every table whose rows the facts make."""
    return [table for table in tables.sorted_tables if table.name not in NO_RECORD]


def find_rows(session: Session, report: Report, state: State, tables: MetaData) -> None:
    """Tell the state what the tables hold."""
    for table in compared_tables(tables):
        for key, rows in _groups(session, table):
            report.rows += len(rows)
            state.find(table.name, key, rows)


def check_tables(session: Session, report: Report, state: State, tables: MetaData) -> None:
    """Name every row that is not what the log says."""
    known = {table.name: table for table in compared_tables(tables)}
    for each in state.apart():
        if each.table not in known:
            report.differs(Code.ROW_MISSING, (each.table, each.key), log="a row", found="no such table")
        else:
            _name(session, report, each, known[each.table])
    for table, key in state.twice():
        report.differs(Code.ROW_UNLOGGED, (table, key.replace("\n", "/")), log="one row", found="several")


def _name(session: Session, report: Report, apart: Apart, table: Table) -> None:
    log = _said(session, apart) if apart.fact else []
    found = _rows_at(session, table, apart.key) if apart.is_there else []
    place = (table.name, apart.key.replace("\n", "/"))
    if not found:
        report.differs(Code.ROW_MISSING, place, log=_short(log), found=NOTHING)
    elif not log:
        report.differs(Code.ROW_UNLOGGED, place, log=NOTHING, found=_short(found))
    elif len(log) != len(found):
        report.differs(Code.ROW_CHANGED, place, log=f"{len(log)} rows", found=f"{len(found)} rows")
    else:
        for one, other in zip(log, found, strict=True):
            for name in {**one, **other}:
                if one.get(name) != other.get(name):
                    report.differs(Code.ROW_CHANGED, place, name, log=one.get(name), found=other.get(name))


def _said(session: Session, apart: Apart) -> list[Row]:
    """Return the rows as the log has them; the text was verified on the way."""
    kind = session.get_one(Fact, apart.fact).kind
    body = session.get_one(Body, (apart.fact, apart.part))
    told = told_by(kind, apart.part, body.key, json.loads(body.body))
    return next((each.rows for each in told if (each.table, each.key) == (apart.table, apart.key)), [])


def _groups(session: Session, table: Table) -> Iterator[tuple[str, list[bytes]]]:
    """Yield the rows of a table by what they are told by, in order of their keys, each in canonical form."""
    columns = [column for column in table.columns if (table.name, column.name) not in NOT_COMPARED]
    names = [column.name for column in columns]
    edits = list(_edits(columns))
    key = itemgetter(*map(names.index, [GROUPED[table.name].column] if table.name in GROUPED else _key_columns(table)))
    query = select(*columns).order_by(*table.primary_key.columns)
    told = ((key(row), canonical_row(names, edits, row)) for row in streamed(session, query))
    if table.name in GROUPED:
        for group, rows in groupby(told, lambda each: GROUPED[table.name].of(each[0])):
            yield group, [text for _, text in rows]
        return
    for own, text in told:
        yield _joined(own), [text]


def canonical_row(names: Sequence[str], edits: Sequence[Edit], row: Sequence[object]) -> bytes:
    """Return a row as its image has it: ``jcs(plain_row(…))``, in a tenth of the time.

    Days and instants are written by the encoder as ``plain_value`` does; nothing else here has another form in it.
    """
    plain = dict(zip(names, row, strict=True))
    for name, plainly in edits:
        plain[name] = plainly(plain[name])
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def _edits(columns: Sequence[Column[Any]]) -> Iterator[Edit]:
    """Yield what has to be done to a row before the encoder takes it: numbers below 0, bytes, and what is hashed."""
    for column in columns:
        if (column.table.name, column.name) in HASHED:
            yield column.name, partial(plain_cell, column.table.name, column.name)
        elif isinstance(column.type, Integer | LargeBinary):
            yield column.name, plain_value


def _joined(key: object) -> str:
    return "\n".join(map(_text, key)) if isinstance(key, tuple) else _text(key)


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(plain_value(value))


def _plain(table: Table, row: Any) -> Row:  # noqa: ANN401 - a row mapping
    plain = plain_row(table, row)
    return {name: value for name, value in plain.items() if (table.name, name) not in NOT_COMPARED}


def _key(table: Table, row: Row) -> str:
    return "\n".join(str(row[name]) for name in _key_columns(table))


def _key_columns(table: Table) -> list[str]:
    own = NATURAL_KEYS.get(table.name)
    return [own] if own else [column.name for column in table.primary_key.columns]


def _rows_at(session: Session, table: Table, key: str) -> list[Row]:
    """Return the rows that are told under a key, in order."""
    if table.name in GROUPED:
        own = table.c[GROUPED[table.name].column]
        condition = [cast(own, Text).startswith(key, autoescape=True)]
    else:
        names = _key_columns(table)
        condition = [cast(table.c[name], Text) == text for name, text in zip(names, key.split("\n"), strict=False)]
    query = select(table).where(*condition).order_by(*table.primary_key.columns)
    rows = (_plain(table, row._mapping) for row in session.execute(query))  # noqa: SLF001 - the public name of it
    group = GROUPED.get(table.name)
    return [row for row in rows if (group.of(row[group.column]) if group else _key(table, row)) == key]


def _short(rows: list[Row]) -> str:
    text = json.dumps(rows, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


SHOWN = 300
"""Characters of a row that are shown."""
