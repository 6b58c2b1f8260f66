"""A fictional province as a folder of rosters, with what was spoilt and what changed in lists beside them."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

from app.generate import columns
from app.generate.cells import SheetRow, Spoilt
from app.generate.changes import LATER, Change, changed_operators
from app.generate.dirt import dirty_inspector_rows, dirty_operator_rows
from app.generate.operators import Row, operator_rows
from app.generate.province import Province
from app.generate.rules import holiday_rows, item_rows
from app.generate.sheets import TITLE, Form, write_sheet
from app.generate.staff import department_rows, inspector_rows, recusal_rows

FORMATS = ("xlsx", "csv")
CHANGED = "changed"
"""The folder, within the province's, of the roster as it is some weeks later."""
MANIFEST = "province.json"
ALIASES = {"name": "企业名称", "address": "经营地址", "credit_code": "社会信用代码"}
"""Headings of a dirty roster of operators that are not the usual ones."""


class FolderError(Exception):
    """The directory is there and holds something."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"{directory} 里已有文件，未作改动。请用 --out 指定新目录。/ "
            f"{directory} holds files and was not changed. Name a new directory with --out."
        )


@dataclass(frozen=True, kw_only=True)
class Making:
    """What is written besides the clean rosters: dirt in them, and a second roster with a share of it changed."""

    format: str = "xlsx"
    dirty: bool = False
    changed: Fraction = Fraction(0)


def write_province(province: Province, directory: Path, making: Making) -> Mapping[str, object]:
    """Write all rosters and lists of a province into a new or empty directory, and return the manifest.

    The second roster is always clean: it is also what the bureau has once the first is put right. Raises FolderError;
    SheetFullError, and then the directory holds no whole province.
    """
    if directory.exists() and any(directory.iterdir()):
        raise FolderError(directory)
    directory.mkdir(parents=True, exist_ok=True)
    counts = _write_first(province, directory, making)
    changes: Counter[str] = Counter()
    if making.changed:
        counts |= _write_second(province, directory / CHANGED, making, changes)
    manifest = {
        "what": TITLE,
        "province": {**asdict(province), "on": province.on.isoformat()},
        "making": {"format": making.format, "dirty": making.dirty, "changed": str(making.changed)},
        "rows": counts,
        "changes": dict(sorted(changes.items())),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (directory / MANIFEST).write_text(text, encoding="utf-8")
    return manifest


def _write_first(province: Province, directory: Path, making: Making) -> dict[str, int]:
    dirty = making.dirty
    sheets: dict[str, tuple[Mapping[str, str], Iterable[SheetRow], bool]] = {
        "departments": (columns.DEPARTMENTS, _clean(department_rows()), False),
        "operators": (
            {**columns.OPERATORS, **ALIASES} if dirty else columns.OPERATORS,
            dirty_operator_rows(province) if dirty else _clean(operator_rows(province)),
            dirty,
        ),
        "inspectors": (
            columns.INSPECTORS,
            dirty_inspector_rows(province) if dirty else _clean(inspector_rows(province)),
            dirty,
        ),
        "recusals": (columns.RECUSALS, _clean(recusal_rows(province)), False),
        "items": (columns.ITEMS, _clean(item_rows(province)), False),
        "holidays": (columns.HOLIDAYS, _clean(holiday_rows(province)), False),
    }
    counts: dict[str, int] = {}
    spoilt: list[tuple[str, int, Spoilt]] = []
    for name, (headings, rows, spoil) in sheets.items():
        path = directory / f"{name}.{making.format}"
        counts[path.name], found = write_sheet(path, Form(columns=headings, on=province.on, dirty=spoil), rows)
        spoilt += [(path.name, row, what) for row, what in found]
    if dirty:
        heading = ("file", "row", "column", "kind", "outcome", "before")
        _write_list(
            directory / "dirt.csv",
            heading,
            ((name, row, what.column, what.kind, what.outcome, what.before) for name, row, what in spoilt),
        )
    return counts


def _write_second(province: Province, directory: Path, making: Making, changes: Counter[str]) -> dict[str, int]:
    directory.mkdir()
    found: list[Change] = []
    path = directory / f"operators.{making.format}"
    form = Form(columns=columns.OPERATORS, on=province.on + LATER)
    count, _ = write_sheet(path, form, _changed_rows(province, making.changed, found))
    changes.update(way for _, way in {(each.key, each.change) for each in found if each.key})
    changes["new"] = sum(each.change == "new" for each in found)
    heading = ("key", "change", "column", "before", "after")
    _write_list(
        directory / "changes.csv",
        heading,
        ((each.key, each.change, each.column, each.before, each.after) for each in found),
    )
    return {f"{CHANGED}/{path.name}": count}


def _changed_rows(province: Province, share: Fraction, found: list[Change]) -> Iterator[SheetRow]:
    for operator, changes in changed_operators(province, share):
        found += changes
        yield from _clean(operator.rows())


def _clean(rows: Iterable[Row]) -> Iterator[SheetRow]:
    return ((row, None) for row in rows)


def _write_list(path: Path, heading: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)
