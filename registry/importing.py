"""Import of rosters from CSV (UTF-8): all or nothing, with a report of every wrong cell.

A roster states the whole of each row it names and says nothing of rows it does not name. Handing the same file in twice
changes nothing the second time. One import is one fact in the journal, whatever its size; each row stands in a part of
its own, so that it can be erased by itself.
"""

import csv
import hashlib
import io
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
from registry.journal import Act, Kind, write
from registry.register_numbers import RegisterNumbers
from registry.sites import OperatorSite, site_rows, sites_of
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
    row: Callable[[Any], dict[str, Any]]
    record: Callable[[Any], dict[str, object]]


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


class SheetError(RegistryError):
    """The file cannot be read as a roster at all."""

    zh = "文件无法读取：{problem_zh}名录未作任何改动。"
    en = "The file cannot be read: {problem_en} Nothing was changed."


OPERATORS = Roster(
    name="operators",
    kind=Kind.OPERATORS_IMPORTED,
    table=operators.Operator,
    key="unit_id",
    unique=("unit_id",),
    headings=operators.HEADINGS,
    check=operators.check_operator,
    row=operators.operator_row,
    record=operators.record_of,
)
INSPECTORS = Roster(
    name="inspectors",
    kind=Kind.INSPECTORS_IMPORTED,
    table=inspectors.Inspector,
    key="inspector_no",
    unique=("inspector_no", "certificate_no"),
    headings=inspectors.HEADINGS,
    check=inspectors.check_inspector,
    row=lambda entry: dict(vars(entry)),
    record=lambda entry: _plain(vars(entry)),
)


def import_roster(act: Act, roster: Roster, data: bytes) -> ImportReport:
    """Import a CSV file whole. Raises SheetError or ImportRefusedError, and then nothing has changed."""
    entries = _checked_rows(act, roster, data)
    there = _rows_by_key(act, roster, [getattr(entry, roster.key) for entry in entries])
    held = _held(act.session, roster, there)
    fresh = [entry for entry in entries if getattr(entry, roster.key) not in there]
    known = [entry for entry in entries if getattr(entry, roster.key) in there]
    changed = [entry for entry in known if held[getattr(entry, roster.key)] != entry]
    _store(act.session, roster, fresh, changed, there)
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
        parts=[(getattr(entry, roster.key), roster.record(entry)) for entry in fresh + changed],
    )
    return report


def _held(session: Session, roster: Roster, there: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the register holds of the rows that a file names, as checked records."""
    if roster is OPERATORS:
        sites = sites_of(session, there)
        return {key: operators.entry_of(row, sites[key]) for key, row in there.items()}
    return {key: inspectors.InspectorEntry(**row.model_dump()) for key, row in there.items()}


def _store(session: Session, roster: Roster, fresh: list[Any], changed: list[Any], there: Mapping[str, Any]) -> None:
    if fresh:
        session.execute(insert(roster.table), [roster.row(entry) for entry in fresh])
    if roster is OPERATORS:
        rows = [row for entry in fresh for row in site_rows(entry.unit_id, entry.sites)]
        if rows:
            session.execute(insert(OperatorSite), rows)
        for entry in changed:
            operators.store(session, there[entry.unit_id], entry)
        return
    for entry in changed:
        session.add(there[getattr(entry, roster.key)].sqlmodel_update(roster.row(entry)))


def read_sheet(data: bytes, headings: Mapping[str, str]) -> tuple[dict[str, str], Iterator[tuple[int, dict[str, str]]]]:
    """Read a CSV sheet: its heading as column → heading as written, and its rows as (row number, column → text).

    Headings are taken in Chinese or as column names, in any order; empty rows are passed over. Raises SheetError.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise SheetError(
            problem_zh=f"第 {wrong.start + 1} 个字节起不是 UTF-8。请另存为“CSV UTF-8”。",
            problem_en=f"It is not UTF-8 from byte {wrong.start + 1} on. Save it as CSV UTF-8.",
        ) from None
    lines = _lines(text)
    first = next(lines, None)
    if first is None:
        raise SheetError(problem_zh="文件是空的。", problem_en="It is empty.")
    columns = [_column(word.strip(), headings) for word in first[1]]
    missing = [word for word, column in headings.items() if column not in columns]
    if missing or len(set(columns)) < len(columns):
        raise SheetError(
            problem_zh=f"表头缺少：{'、'.join(missing)}。" if missing else "表头有重复的列。",
            problem_en=f"The heading lacks {', '.join(headings[word] for word in missing)}."
            if missing
            else "The heading names a column twice.",
        )
    return dict(zip(columns, first[1], strict=True)), _rows(lines, columns)


def _column(word: str, headings: Mapping[str, str]) -> str:
    if word in headings or word in headings.values():
        return headings.get(word, word)
    raise SheetError(
        problem_zh=f"表头“{word}”不认识。可用的表头：{'、'.join(headings)}。",
        problem_en=f"The heading {word!r} is unknown. Known: {', '.join(headings.values())}.",
    )


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty with their numbers, counted as a spreadsheet counts: from 1, empty ones too."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, line in enumerate(reader, start=1):
            if any(cell.strip() for cell in line):
                yield number, line
    except csv.Error:
        raise SheetError(
            problem_zh=f"第 {reader.line_num} 行的引号或分隔符有误。请用表格软件重新另存为 CSV。",
            problem_en=f"Line {reader.line_num} has a broken quote or separator. Save it as CSV again.",
        ) from None


def _rows(lines: Iterator[tuple[int, list[str]]], columns: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in lines:
        if len(line) != len(columns):
            raise SheetError(
                problem_zh=f"第 {number} 行有 {len(line)} 列，表头有 {len(columns)} 列。请核对该行的逗号与引号。",
                problem_en=f"Line {number} has {len(line)} columns, the heading {len(columns)}. Check its commas.",
            )
        yield number, dict(zip(columns, line, strict=True))


def _checked_rows(act: Act, roster: Roster, data: bytes) -> list[Any]:
    written, rows = read_sheet(data, roster.headings)
    among = _Among(act.session, roster)
    numbers = RegisterNumbers(act.session) if roster is OPERATORS else None
    wrongs: list[Wrong] = []
    entries: dict[str, Any] = {}
    count = 0
    for count, (number, raw) in enumerate(rows, start=1):  # noqa: B007 - the last one counts them
        entry, problems = roster.check(raw)
        if entry is not None:
            if numbers is not None:
                entry = numbers.numbered(entry, entry.area[:2] + "0000")
            key = getattr(entry, roster.key)
            joined = _joined(entries.get(key), entry)
            if joined is None:
                problems = among.problems(number, entry)
            entries[key] = joined or entry
        for each in problems:
            column = str(each.field[0])
            value = "" if each.withheld else raw[column]
            wrongs.append(Wrong(row=number, column=written[column], value=value, problem=each.problem, mend=each.mend))
    if wrongs:
        raise ImportRefusedError(count, wrongs)
    return list(entries.values())


def _joined(earlier: object, entry: object) -> operators.OperatorEntry | None:
    """Return one operator with the sites of two rows that are equal otherwise, or None when they are not."""
    if not isinstance(earlier, operators.OperatorEntry) or not isinstance(entry, operators.OperatorEntry):
        return None
    if not entry.sites or replace(entry, sites=()) != replace(earlier, sites=()):
        return None
    sites = operators.distinct_sites(earlier.sites + entry.sites)
    return replace(earlier, sites=sites) if len(sites) > len(earlier.sites) else None


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

    def problems(self, number: int, entry: Any) -> list[FieldError]:  # noqa: ANN401 - a checked record of any roster
        found = [wrong for name in self.roster.unique for wrong in self._twice(number, name, entry)]
        if self.departments is not None and entry.department not in self.departments:
            found.append(
                FieldError(
                    ("department",),
                    (f"没有部门 {entry.department}。", f"There is no department {entry.department}."),
                    ("请先登记该部门，或改正代码。", "Add the department first, or correct the code."),
                )
            )
        return found

    def _twice(self, number: int, name: str, entry: Any) -> Iterator[FieldError]:  # noqa: ANN401 - as above
        place = (name, getattr(entry, name))
        shown = "credit_code" if name == "unit_id" and entry.credit_code else "register_no"
        column = shown if name == "unit_id" else name
        earlier = self.rows.setdefault(place, number)
        if earlier != number:
            yield FieldError(
                (column,),
                (f"与第 {earlier} 行重复。", f"It stands in row {earlier} already."),
                ("请只保留一行。", "Keep one of the two rows."),
            )
        holder = self.holders.get(place)
        if holder is not None and holder != getattr(entry, self.roster.key):
            yield FieldError(
                (column,),
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
