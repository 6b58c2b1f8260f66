"""A generated province goes through the whole import: first, again, changed, and dirty; the lists beside it judge."""

import csv
import io
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.generate.folder import Making, write_province
from app.generate.province import Province
from app.generate.staff import department_rows
from registry.people import Role
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening

PROVINCE = Province(seed=11, platforms=53, shops=700, sites=500, inspectors=60)
SHARE = Fraction(1, 10)
TODAY = "2026-08-31"
"""After the day that the province is of, and after its changes."""


def bring(bureau: Bureau, roster: str, path: Path, query: str = "") -> dict[str, Any]:
    """Import a file as the register officer and return the report."""
    answer: dict[str, Any] = made(bureau.desk("registrar").post(f"/api/v1/imports/{roster}{query}", path.read_bytes()))
    return answer


def listed(path: Path) -> list[dict[str, str]]:
    """Return the rows of a list that the province came with."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.fixture(scope="module", params=["xlsx", "csv"])
def clean(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a clean province with a changed roster beside it."""
    folder = tmp_path_factory.mktemp("province")
    write_province(PROVINCE, folder, Making(format=request.param, dirty=False, changed=SHARE))
    return folder


def test_a_province_is_imported_changed_and_imported_again(opening_anywhere: Opening, clean: Path) -> None:
    """The second time nothing changes; of the changed roster exactly what its list says, and then nothing again."""
    bureau = opening_anywhere("staffed")
    bureau.clock.set(TODAY)
    (first,) = clean.glob("operators.*")
    (second,) = clean.glob("changed/operators.*")
    report = bring(bureau, "operators", first)
    assert (report["added"], report["changed"]) == (PROVINCE.operators, 0)
    again = bring(bureau, "operators", first)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, PROVINCE.operators)
    changes = listed(next(clean.rglob("changes.csv")))
    keys = {
        change: {row["key"] for row in changes if row["change"] == change} for change in {r["change"] for r in changes}
    }
    new = keys.pop("new", set())
    changed = set().union(*keys.values())
    report = bring(bureau, "operators", second)
    assert (report["added"], report["changed"]) == (len(new), len(changed))
    again = bring(bureau, "operators", second)
    assert (again["added"], again["changed"]) == (0, 0)


def test_every_roster_of_a_province_goes_in(opening: Opening, clean: Path) -> None:
    """Departments by hand, as they are few; then inspectors, items, holidays, operators, recusals."""
    bureau = opening("empty")
    bureau.clock.set(TODAY)
    bureau.hire("registrar", Role.REGISTER_OFFICER)
    for row in department_rows():
        bureau.desk("registrar").post("/api/v1/departments", {"code": row["code"], "name": row["name"]})
    for roster in ("inspectors", "items", "holidays", "operators", "recusals"):
        (path,) = clean.glob(f"{roster}.*")
        report = bring(bureau, roster, path)
        assert report["added"] > 0, roster


def test_of_a_dirty_province_the_good_rows_go_in_and_the_others_are_named(opening: Opening, tmp_path: Path) -> None:
    """All or nothing refuses; good rows alone leaves out rows that the list of dirt calls refused, or duplicates."""
    bureau = opening("staffed")
    bureau.clock.set(TODAY)
    write_province(PROVINCE, tmp_path, Making(format="xlsx", dirty=True, changed=Fraction(0)))
    path = tmp_path / "operators.xlsx"
    before = bureau.contents()["operators"]
    refused = bureau.desk("registrar").post("/api/v1/imports/operators", path.read_bytes())
    assert (refused.status_code, refused.json()["code"]) == (422, "import_refused")
    assert bureau.contents()["operators"] == before
    report = bring(bureau, "operators", path, "?good_rows_only=true")
    dirt = [row for row in listed(tmp_path / "dirt.csv") if row["file"] == path.name]
    outcomes = Counter(row["outcome"] for row in dirt)
    assert outcomes["refused"] > 0
    must = {int(row["row"]) for row in dirt if row["outcome"] == "refused"}
    assert must <= set(report["left_out"])
    twins = {int(row["row"]) for row in dirt if row["outcome"] == "duplicate"}
    may = must | twins | {row - 1 for row in twins}  # both wait for the decision; the second was put behind the first
    assert set(report["left_out"]) - may == set()
    assert 0 < report["added"] < PROVINCE.operators + len(may)
