"""A commitment says in public how much of its scope was entered or changed in the register shortly before."""

import json

from sqlmodel import select

from registry.amendments import count_amendments
from registry.batches import get_batch
from registry.journal import Fact, Kind
from tests.app.test_staffing import change
from tests.building import Bureau
from tests.desks import at, made
from tests.rosters import INSPECTORS, OTHER_KIND, credit_code, operator, operators_csv
from tests.workshop import Opening

LATER = at("2020-09-10")
"""So late that the register was entered more than thirty days before, and what the tests change was not."""


def counted(bureau: Bureau) -> dict[str, int]:
    with bureau.service.database.reading() as session:
        return count_amendments(session, get_batch(session, bureau.notes.task_no), LATER)


def patch(bureau: Bureau, number: int, **changes: object) -> None:
    made(bureau.desk("registrar").patch(f"/api/v1/operators/{credit_code(number)}", changes))


def test_log_page_and_staff_are_told_alike_what_was_entered_shortly_before(opening_anywhere: Opening) -> None:
    """All of the scope, and of the departments of the team: the register is four weeks old."""
    bureau = opening_anywhere("committed")
    with bureau.service.database.reading() as session:
        fact = session.exec(select(Fact).where(Fact.kind == Kind.DRAW_COMMITTED)).one()
    told = json.loads(fact.public)["amended"]
    assert told == {"operators_added": OTHER_KIND - 1, "inspectors_added": len(INSPECTORS)}
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    assert {line["reason"]: line["count"] for line in page["amended"]} == told
    assert made(bureau.desk("supervisor").get(f"/api/v1/draws/{bureau.notes.draw_id}"))["amended"] == told
    assert "锁定前三十日内的名录变动" in bureau.public.get(f"/draws/{bureau.notes.draw_id}").text


def test_what_stands_as_it_did_counts_for_nothing(opening_anywhere: Opening) -> None:
    """Neither an old register, nor a change of what no frame looks at, nor one that was undone."""
    bureau = opening_anywhere("approved")
    bureau.clock.set("2020-08-28")
    patch(bureau, 1, address="示例市示例路1号")
    patch(bureau, 2, trading=False)
    patch(bureau, 2, trading=True)
    patch(bureau, OTHER_KIND, trading=False)
    change(bureau, "market-1", name="检查员·改名")
    assert counted(bureau) == {}


def test_each_record_that_stands_otherwise_counts_once(opening_anywhere: Opening) -> None:
    """By hand or by import, in the scope before or after; an operator that is new is told apart."""
    bureau = opening_anywhere("approved")
    bureau.clock.set("2020-08-28")
    patch(bureau, 1, trading=False)
    patch(bureau, 1, last_inspected_on="2020-08-27")
    patch(bureau, 2, area="130100")
    patch(bureau, OTHER_KIND, kind="platform")
    rows = [operator(3, area="140106"), operator(40)]
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
    change(bureau, "market-1", area="140105")
    assert counted(bureau) == {"operators_added": 1, "operators_changed": 4, "inspectors_changed": 1}
