"""An operator's page says that it was replaced or came in as an alternate, and why; under seal it says nothing."""

from typing import Any

from tests.app.test_replacements import ask_unit, decide, visit_of
from tests.app.test_withheld import by_risk
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening


def draws_of(bureau: Bureau, unit_id: str) -> list[dict[str, Any]]:
    return list(made(bureau.public.get(f"/operators/{unit_id}.json"))["draws"])


def replaced(bureau: Bureau, visit_id: str) -> tuple[str, str, str]:
    """Replace the operator of a visit; return its code, the alternate's and the alternate's visit."""
    asked = ask_unit(bureau, visit_id, bureau.teams()[visit_id][0])
    (came,) = made(decide(bureau, asked))["came"]
    return visit_of(bureau, visit_id)["unit_id"], came["unit_id"], came["visit_id"]


def test_pages_of_both_operators_say_who_went_and_who_came_and_why(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    out, came, visit_id = replaced(bureau, bureau.notes.visits[0])
    (of_out,), (of_came,) = draws_of(bureau, out), draws_of(bureau, came)
    (line,) = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))["outcome"]["replacements"]
    for found, place, way in ((of_out, "drawn", "out"), (of_came, "alternate", "came")):
        assert found["place"] == place
        assert found["replaced"] == [
            {
                "way": way,
                "number": 1,
                "reason": "closed",
                "text": line["text"],
                "decided_at": line["decided_at"],
            }
        ]
    assert "已由候补替补" in bureau.public.get(f"/operators/{out}").text
    said = bureau.public.get(f"/operators/{came}").text
    assert ("依次递补" in said, line["text"] in said) == (True, True)
    replaced(bureau, visit_id)
    assert [each["way"] for each in draws_of(bureau, came)[0]["replaced"]] == ["came", "out"]


def test_while_the_draw_is_sealed_no_page_says_who_was_replaced(opening: Opening) -> None:
    bureau = opening("executed", sealed=True)
    units = [visit_of(bureau, visit_id)["unit_id"] for visit_id in bureau.notes.visits]
    before = {unit_id: draws_of(bureau, unit_id) for unit_id in units}
    out, came, _ = replaced(bureau, bureau.notes.visits[0])
    assert {unit_id: draws_of(bureau, unit_id) for unit_id in units} == before
    assert draws_of(bureau, came) == []
    made(bureau.desk("officer").post(bureau.at_draw("opening/request"), {"reason": "提前公开"}))
    made(bureau.desk("approver2").post(bureau.at_draw("opening")))
    assert [draws_of(bureau, each)[0]["replaced"][0]["way"] for each in (out, came)] == ["out", "came"]


def test_a_withheld_draw_says_of_nobody_what_its_own_page_does_not(opening: Opening) -> None:
    """Where classes are hidden nobody is replaced, and the pages of the drawn say only that they were drawn."""
    bureau = opening("approved")
    by_risk(bureau)
    bureau.committed()
    bureau.executed()
    for visit_id in bureau.notes.visits:
        (found,) = draws_of(bureau, visit_of(bureau, visit_id)["unit_id"])
        assert (found["place"], found["replaced"]) == ("drawn", [])
