"""Import of rosters: all or nothing, with a report of every wrong cell.

A roster states the whole of each row it names and says nothing of rows it does not name. Handing the same file in twice
changes nothing the second time. One import is one fact in the journal, whatever its size; each row stands in a part of
its own, so that it can be erased by itself.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, select

from registry import inspectors, operators
from registry.base import Record
from registry.departments import department_names
from registry.errors import FieldError, RegistryError
from registry.headings import RosterHeadings, roster_headings
from registry.journal import Act, Kind, write
from registry.sheets import read_sheet
from sampling.wording import Words

BLOCK = 500
"""Keys asked for at once: SQLite takes at most 32,766 parameters, PostgreSQL 65,535."""

Check = Callable[[Mapping[str, str]], tuple[Any, list[FieldError]]]


@dataclass(frozen=True, kw_only=True)
class Roster:
    """What one kind of import is made of; ``headings`` maps Chinese headings to columns."""

    name: str
    kind: Kind
    table: type[Record]
    key: str
    unique: tuple[str, ...]
    headings: Mapping[str, str]
    check: Check


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """One wrong cell: row counts lines of the sheet from 1 (the heading), column is the heading as written."""

    row: int
    column: str
    value: str
    problem: Words
    mend: Words


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, in rows."""

    rows: int
    added: int
    changed: int
    unchanged: int
    digest: str


class ImportRefusedError(RegistryError):
    """Nothing was imported; ``wrongs`` names every wrong cell."""

    zh = "导入未进行：{rows} 行中有 {count} 处有误。名录未作任何改动；请按所列逐处修改后重新导入整个文件。"
    en = (
        "Nothing was imported: {count} wrong cells in {rows} rows. Mend each as listed and import the whole file again."
    )

    def __init__(self, rows: int, wrongs: list[Wrong]) -> None:
        super().__init__(rows=rows, count=len(wrongs))
        self.wrongs = wrongs


OPERATORS = Roster(
    name="operators",
    kind=Kind.OPERATORS_IMPORTED,
    table=operators.Operator,
    key="unit_id",
    unique=("unit_id",),
    headings=operators.HEADINGS,
    check=operators.check_operator,
)
INSPECTORS = Roster(
    name="inspectors",
    kind=Kind.INSPECTORS_IMPORTED,
    table=inspectors.Inspector,
    key="inspector_no",
    unique=("inspector_no", "certificate_no"),
    headings=inspectors.HEADINGS,
    check=inspectors.check_inspector,
)


def import_roster(act: Act, roster: Roster, data: bytes) -> ImportReport:
    """Import a file whole. Raises SheetError or ImportRefusedError, and then nothing has changed."""
    entries = _checked_rows(act, roster, data)
    there = _rows_by_key(act, roster, [str(entry[roster.key]) for entry in entries])
    fresh = [entry for entry in entries if entry[roster.key] not in there]
    known = [entry for entry in entries if entry[roster.key] in there]
    changed = [entry for entry in known if there[entry[roster.key]].model_dump() != entry]
    if fresh:
        act.session.execute(insert(roster.table), fresh)
    for entry in changed:
        act.session.add(there[entry[roster.key]].sqlmodel_update(entry))
    report = ImportReport(
        rows=len(entries),
        added=len(fresh),
        changed=len(changed),
        unchanged=len(known) - len(changed),
        digest=hashlib.sha256(data).hexdigest(),
    )
    act.session.flush()
    write(
        act,
        roster.kind,
        subject=roster.name,
        body=asdict(report),
        parts=[(entry[roster.key], _plain(entry)) for entry in fresh + changed],
    )
    return report


def headings_of(roster: Roster) -> RosterHeadings:
    """Return the headings of the columns that a roster's table has, under the names that it gives them."""
    known = roster_headings(roster.name)
    columns = {roster.headings[words[0]]: words for words in known.columns.values() if words[0] in roster.headings}
    return replace(known, columns=columns, required=tuple(name for name in known.required if name in columns))


def _checked_rows(act: Act, roster: Roster, data: bytes) -> list[dict[str, Any]]:
    sheet = read_sheet(data, headings_of(roster))
    among = _Among(act.session, roster)
    wrongs: list[Wrong] = []
    entries: list[dict[str, Any]] = []
    for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
        raw = dict(zip(sheet.columns, cells, strict=True))
        entry, problems = roster.check(raw)
        if entry is not None:
            entries.append(dict(vars(entry)))
            problems = among.problems(number, entries[-1])
        for each in problems:
            column = str(each.field[0])
            written = sheet.written.get(column) or headings_of(roster).official(column)
            value = raw.get(column, "")
            wrongs.append(Wrong(row=number, column=written, value=value, problem=each.problem, mend=each.mend))
    if wrongs:
        raise ImportRefusedError(len(sheet.rows), wrongs)
    return entries


class _Among:
    """What can be wrong with a row only beside others: a number used twice, a department that does not exist."""

    def __init__(self, session: Session, roster: Roster) -> None:
        self.roster = roster
        self.departments = set(department_names(session)) if "department" in roster.headings.values() else None
        self.rows: dict[tuple[str, str], int] = {}
        self.holders: dict[tuple[str, str], str] = {}
        table: Any = roster.table
        for name in roster.unique:
            if name != roster.key:
                found = session.exec(select(getattr(table, name), getattr(table, roster.key)))
                self.holders |= {(name, value): holder for value, holder in found}

    def problems(self, number: int, entry: Mapping[str, Any]) -> list[FieldError]:
        found = [wrong for name in self.roster.unique for wrong in self._twice(number, name, entry)]
        if self.departments is not None and entry["department"] not in self.departments:
            found.append(
                FieldError(
                    ("department",),
                    (f"没有部门 {entry['department']}。", f"There is no department {entry['department']}."),
                    ("请先登记该部门，或改正代码。", "Add the department first, or correct the code."),
                )
            )
        return found

    def _twice(self, number: int, name: str, entry: Mapping[str, Any]) -> Iterator[FieldError]:
        place = (name, entry[name])
        earlier = self.rows.setdefault(place, number)
        if earlier != number:
            yield FieldError(
                (name,),
                (f"与第 {earlier} 行重复。", f"It stands in row {earlier} already."),
                ("请只保留一行。", "Keep one of the two rows."),
            )
        holder = self.holders.get(place)
        if holder is not None and holder != entry[self.roster.key]:
            yield FieldError(
                (name,),
                (f"已登记在 {holder} 名下。", f"It belongs to {holder} already."),
                ("请核对号码。", "Check the number."),
            )


def _rows_by_key(act: Act, roster: Roster, keys: list[str]) -> dict[str, Any]:
    """Return the rows of the register that a file names, by key, read in blocks that either database takes."""
    table: Any = roster.table
    found: dict[str, Any] = {}
    for start in range(0, len(keys), BLOCK):
        block = keys[start : start + BLOCK]
        for row in act.session.exec(select(table).where(getattr(table, roster.key).in_(block))):
            found[getattr(row, roster.key)] = row
    return found


def _plain(entry: Mapping[str, Any]) -> dict[str, object]:
    """Return a record as JSON can carry it: dates in ISO form."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in entry.items()}
