"""The hostile and dirty files of ``tests/hostile`` through the service: what is refused leaves nothing behind."""

import pytest

from tests.desks import made
from tests.hostile.expected import EXPECTED
from tests.hostile.make import FILES
from tests.workshop import Opening


def test_nothing_is_stored_of_what_is_refused(opening: Opening) -> None:
    """Every file goes to the service; the refused leave the database as it was, and their sentence is the answer."""
    bureau = opening("staffed")
    before = bureau.contents()
    desk = bureau.desk("registrar")
    for name, each in EXPECTED.items():
        if "taken" in each:
            continue
        said = desk.post(f"/api/v1/imports/{each['roster']}", (FILES / name).read_bytes())
        assert said.status_code == 422, name
        found = said.json()
        if "refused" in each:
            assert found["detail"].startswith(each["refused"].partition("。")[0]), name
        else:
            cells = [[wrong["row"], wrong["column"], wrong["problem"] + wrong["remedy"]] for wrong in found["errors"]]
            assert cells == each["cells"], name
    assert bureau.contents() == before


@pytest.mark.parametrize("name", ["xlsx.xlsx", "csv-gb18030.csv", "csv-dirty-spaces.csv", "xlsx-date-cells.xlsx"])
def test_dirty_roster_comes_out_clean(opening: Opening, name: str) -> None:
    bureau = opening("staffed")
    taken = made(bureau.desk("registrar").post("/api/v1/imports/inspectors", (FILES / name).read_bytes()))
    assert taken["added"] == EXPECTED[name]["taken"]
    rows = {row["inspector_no"]: row for row in made(bureau.desk("registrar").get("/api/v1/inspectors?limit=1000"))}
    assert rows["market-6"] == {
        "inspector_no": "market-6",
        "name": "虚构甲",
        "department": "market",
        "area": "140100",
        "certificate_no": "证market-6",
        "certificate_from": "2019-01-01",
        "certificate_until": "2023-12-31",
        "status": "serving",
        "fields": [],
        "tags": [],
    }
