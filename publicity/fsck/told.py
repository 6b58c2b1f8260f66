"""What a part of a fact says of which rows: for those records that go in by the block and have no images.

One reader for each kind, of one shape: the record of a part → the rows that it makes. Every other kind tells its rows
by images, so that nothing has to be said of it here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry import inspectors, items
from registry.journal import Kind
from registry.naming import name_grams, name_key
from registry.operator_entries import COLUMNS
from registry.sites import SITE_COLUMNS

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What one group of rows of a table must be: none, one, or several in order. ``key`` is one column a line."""

    table: str
    key: str
    rows: list[dict[str, Any]]


def _operator(key: str, record: Record) -> Iterator[Told]:
    name = name_key(record["name"])
    row = {column: record[column] for column in COLUMNS}
    derived = {"unit_id": key, "name_key": name, "name_grams": name_grams(name), "merged_into": record["merged_into"]}
    yield Told("operators", key, [row | derived])
    sites = enumerate(record["sites"], start=1)
    rows = [{name: site[name] for name in SITE_COLUMNS} | {"unit_id": key, "position": at} for at, site in sites]
    yield Told("operator_sites", key, rows)


def _year(key: str, record: Record) -> Iterator[Told]:
    yield Told("calendar_days", key, list(record["days"]))


def _inspector(key: str, record: Record) -> Iterator[Told]:
    yield Told("inspectors", key, [{name: record[name] for name in inspectors.COLUMNS}])


def _item(key: str, record: Record) -> Iterator[Told]:
    yield Told("items", key, [{name: record[name] for name in items.COLUMNS}])


PARTS: Mapping[str, Callable[[str, Record], Iterator[Told]]] = {
    Kind.OPERATORS_IMPORTED: _operator,
    Kind.OPERATOR_CHANGED: _operator,
    Kind.OPERATOR_MERGED: _operator,
    Kind.OPERATOR_UNMERGED: _operator,
    Kind.INSPECTORS_IMPORTED: _inspector,
    Kind.ITEMS_IMPORTED: _item,
    Kind.CALENDAR_IMPORTED: _year,
}
"""Kinds whose parts tell rows."""


@dataclass(frozen=True, slots=True)
class Group:
    """What rows belong to: the value of a column, or so many characters of it."""

    column: str
    length: int | None = None

    def of(self, value: object) -> str:
        """Return the group of a row that has this value in the column."""
        return str(value)[: self.length]


GROUPED: Mapping[str, Group] = {"operator_sites": Group("unit_id"), "calendar_days": Group("day", len("2020"))}
"""Tables whose rows are told by the group: what a row belongs to."""

NOT_COMPARED: Mapping[tuple[str, str], str] = {
    ("operators", "serial"): "the order of entry, which no fact tells and nothing rests on",
}
"""Columns that no fact tells, each with the reason."""


def told_by(kind: str, part: int, key: str, record: Record) -> Iterator[Told]:
    """Yield what one verified text of a fact says of the tables."""
    if part < 0:
        rows = [] if record["row"] is None else [record["row"]]
        yield Told(record["table"], "\n".join(map(str, record["key"])), rows)
    elif part > 0 and kind in PARTS:
        yield from PARTS[kind](key, record)
