"""The roster of operators: how rows become operators with their sites, where they are kept, and who looks alike."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from json.encoder import encode_basestring
from operator import itemgetter
from types import NoneType
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from registry import operator_entries
from registry.bulk import insert_rows, table_of
from registry.drafts import Draft, Kept, Line, Problems, Roster, Taken, Twins, blocks, change_rows
from registry.errors import FieldError
from registry.journal import Act, Kind, Parts
from registry.lines import pack, unpack
from registry.naming import name_grams, name_key
from registry.operator_entries import OperatorEntry, OperatorKind, OperatorStatus
from registry.operators import Operator
from registry.quick import QuickOperators
from registry.register_numbers import RegisterNumbers
from registry.sites import SITE_COLUMNS, OperatorSite, Site


class OperatorShelf:
    """Operators and their sites, in two tables."""

    def keys(self, session: Session) -> Iterable[str]:
        """Return the keys of all operators that were not merged into another, in order."""
        alive = select(Operator.unit_id).where(col(Operator.merged_into).is_(None))
        return session.exec(alive.order_by(Operator.unit_id))

    def find(self, session: Session, keys: Sequence[str]) -> dict[str, Kept]:
        """Return the operators on file under these keys, with their sites in order."""
        table, sites = table_of(Operator), table_of(OperatorSite)
        columns = [table.c[name] for name in operator_entries.COLUMNS]
        lines = [sites.c[name] for name in SITE_COLUMNS]
        connection = session.connection()
        found: dict[str, Kept] = {}
        for block in blocks(keys):
            rows = select(table.c.unit_id, *columns).where(table.c.unit_id.in_(block))
            for unit_id, *head in connection.execute(rows):
                found[unit_id] = Kept(tuple(head), [])
            its = select(sites.c.unit_id, *lines).where(sites.c.unit_id.in_(block))
            for unit_id, *line in connection.execute(its.order_by(sites.c.unit_id, sites.c.position)):
                found[unit_id].lines.append(tuple(line))
        return found

    def keep(self, act: Act, fresh: Iterable[Draft], changed: list[Draft], parts: Parts) -> None:
        """Insert and replace operators, and their sites with them; write down each while the database takes the row."""
        sites: list[bytes] = []

        def written(draft: Draft) -> tuple[object, ...]:
            parts.add(draft.key, operator_text(draft.head, draft.lines))
            sites.extend(pack((draft.key, str(at), *map(str, line))) for at, line in enumerate(draft.lines, start=1))
            key = name_key(str(draft.head[NAME]))
            return (draft.key, key, name_grams(key), *draft.head)

        columns = [*("unit_id", "name_key", "name_grams"), *operator_entries.COLUMNS]
        insert_rows(act.session, table_of(Operator), columns, map(written, fresh))
        if changed:
            rows = [dict(zip(columns, written(draft), strict=True)) for draft in changed]
            change_rows(act.session, table_of(Operator), "unit_id", rows)
            for block in blocks([draft.key for draft in changed]):
                act.session.execute(delete(OperatorSite).where(col(OperatorSite.unit_id).in_(block)))
        lines = ((key, int(at), *line) for key, at, *line in map(unpack, sites))
        insert_rows(act.session, table_of(OperatorSite), ["unit_id", "position", *SITE_COLUMNS], lines)


def operator_text(head: Sequence[object], lines: Iterable[Line]) -> bytes:
    """Return the canonical form of a whole record, as ``jcs(record_of(entry))`` would, by filling in a pattern.

    It is the same for names in ASCII that are put in order here, and for values that are texts, flags, days or nothing.
    """
    sites = ",".join([_SITE % _SITE_IN_ORDER([_SAID[type(value)](value) for value in line]) for line in lines])
    said = [_SAID[type(value)](value) for value in head]
    text: str = _RECORD % _IN_ORDER((*said, "null", f"[{sites}]"))
    return text.encode()


def _pattern(names: Iterable[str]) -> str:
    return "{" + ",".join(f'"{name}":%s' for name in names) + "}"


_SAID: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring,
    OperatorKind: encode_basestring,
    OperatorStatus: encode_basestring,
    bool: {True: "true", False: "false"}.__getitem__,
    date: lambda day: f'"{day}"',
    NoneType: lambda _: "null",
}
_WHOLE = (*operator_entries.COLUMNS, "merged_into", "sites")
_NAMES = sorted(_WHOLE)
_IN_ORDER = itemgetter(*map(_WHOLE.index, _NAMES))
_RECORD = _pattern(_NAMES)
_SITE_NAMES = sorted(SITE_COLUMNS)
_SITE_IN_ORDER = itemgetter(*map(SITE_COLUMNS.index, _SITE_NAMES))
_SITE = _pattern(_SITE_NAMES)
NAME = operator_entries.COLUMNS.index("name")
ADDRESS = operator_entries.COLUMNS.index("address")


def _take_operator(entry: OperatorEntry) -> Taken:
    head = tuple(getattr(entry, name) for name in operator_entries.COLUMNS)
    return Taken(entry.unit_id, head, astuple(entry.sites[0]) if entry.sites else None)


def _numbering(session: Session) -> Callable[[Taken], Taken]:
    """Return what gives a key to an operator without one: that of whom it is known to be, or the region's next."""
    known: list[RegisterNumbers] = []

    def number(taken: Taken) -> Taken:
        if taken.key:
            return taken
        if not known:
            known.append(RegisterNumbers(session))
        sites = (Site(**dict(zip(SITE_COLUMNS, map(str, taken.line), strict=True))),) if taken.line else ()
        columns: dict[str, Any] = dict(zip(operator_entries.COLUMNS, taken.head, strict=True))
        entry = OperatorEntry(**columns, sites=sites)
        return _take_operator(known[0].numbered(entry, entry.area[:2] + "0000"))

    return number


def _not_merged(session: Session, today: date) -> Problems:
    """Refuse operators that were merged into another, and days that lie ahead."""
    gone = select(Operator.unit_id, Operator.merged_into).where(col(Operator.merged_into).is_not(None))
    merged = dict(session.exec(gone).all())

    def problems(taken: Taken) -> list[FieldError]:
        into = merged.get(taken.key)
        if into is None:
            return operator_entries.days_ahead(taken.head, today)
        column = "credit_code" if taken.head[0] else "register_no"
        return [
            FieldError(
                (column,),
                (f"已并入 {into}。", f"It was merged into {into}."),
                ("请删去该行，或改为变更合并后的主体。", "Remove the row, or change the one it was merged into."),
            )
        ]

    return problems


def _look(taken: Taken) -> str:
    return f"{name_key(str(taken.head[NAME]))}\n{taken.head[ADDRESS]}"


def _looks_on_file(session: Session) -> Twins:
    """Return what looks up operators by their names and addresses; in an empty register there is nothing to find."""
    table = table_of(Operator)
    connection = session.connection()
    is_empty = connection.execute(select(table.c.serial).limit(1)).first() is None

    def found(looks: Sequence[str]) -> Iterator[tuple[str, str]]:
        for block in blocks([] if is_empty else looks):
            names = table.c.name_key.in_([look.partition("\n")[0] for look in block])
            rows = select(table.c.name_key, table.c.address, table.c.unit_id).where(
                names, table.c.merged_into.is_(None)
            )
            for key, address, unit_id in connection.execute(rows):
                yield f"{key}\n{address}", unit_id

    return found


OPERATORS = Roster(
    name="operators",
    title=("经营者名录", "Operators"),
    kind=Kind.OPERATORS_IMPORTED,
    headings=operator_entries.HEADINGS,
    columns=operator_entries.COLUMNS,
    line_columns=SITE_COLUMNS,
    words={"kind": operator_entries.KIND_WORDS, "status": operator_entries.STATUS_WORDS},
    check=operator_entries.check_operator,
    take=_take_operator,
    shelf=OperatorShelf(),
    beside=_not_merged,
    numbering=_numbering,
    quick=QuickOperators,
    twin=_look,
    twins_on_file=_looks_on_file,
)
