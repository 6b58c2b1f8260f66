"""The dirt of a fictional province and the reader of rosters agree: what is put right, what is refused, and where."""

import csv
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from app.generate import dirt
from app.generate.cells import as_csv
from app.generate.folder import FORMATS, Making, write_province
from app.generate.province import Province
from registry import headings, sheets
from registry.operator_entries import check_operator

PROVINCE = Province(seed=3, platforms=53, shops=1_200, sites=900, inspectors=150)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Return format → a dirty province, written once."""
    made = {each: tmp_path_factory.mktemp("dirty") / each for each in FORMATS}
    for each, folder in made.items():
        write_province(PROVINCE, folder, Making(format=each, dirty=True, changed=Fraction(0)))
    return made


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_to_be_refused_is_refused_at_its_column() -> None:
    seen = set()
    for row, what in dirt.dirty_operator_rows(PROVINCE):
        if what and what.outcome == dirt.REFUSED:
            _, problems = check_operator({column: as_csv(cell) for column, cell in row.items()})
            assert what.column in {each.field[0] for each in problems}, what
            seen.add(what.kind)
    assert seen == {kind.name for kind in dirt.OPERATOR_DIRT if kind.outcome == dirt.REFUSED}


def test_what_an_import_puts_right_is_the_clean_row_again() -> None:
    """As it comes from a spreadsheet saved as CSV: the record is that of the row before it was spoilt."""
    seen = set()
    for row, what in dirt.dirty_operator_rows(PROVINCE):
        if what and what.outcome == dirt.REPAIRED:
            texts = {column: as_csv(cell) for column, cell in row.items()}
            entry, problems = check_operator(texts)
            clean, _ = check_operator(texts | {what.column: what.before})
            assert entry is not None, (what, problems)
            assert entry == clean, what
            seen.add(what.kind)
    assert seen == {kind.name for kind in dirt.OPERATOR_DIRT if kind.outcome == dirt.REPAIRED}


@pytest.mark.parametrize("form", FORMATS)
def test_a_dirty_sheet_is_read_and_judged_as_the_list_says(form: str, folders: Mapping[str, Path]) -> None:
    """Rows that are to be refused have a problem at the column of the list; rows that are not listed have none."""
    sheet = sheets.read_sheet((folders[form] / f"operators.{form}").read_bytes(), headings.roster_headings("operators"))
    marks = {
        int(mark["row"]): mark for mark in listed(folders[form] / "dirt.csv") if mark["file"] == f"operators.{form}"
    }
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        _, problems = check_operator(dict(zip(sheet.columns, row, strict=True)))
        refused = {str(each.field[0]) for each in problems}
        mark = marks.get(number)
        if mark and mark["outcome"] == dirt.REFUSED:
            assert mark["column"] in refused, mark
        else:
            assert not refused, (mark, problems)
    assert set(marks) <= set(sheet.numbers)
