"""The list of inspection items by day: what is not on it may not be inspected, and what was used stays what it was."""

import io
from typing import Any

from python_calamine import CalamineWorkbook

from tests.building import Bureau
from tests.desks import made
from tests.papers import batch, item
from tests.rosters import sheet
from tests.workshop import Opening


def refusal(answer: Any) -> tuple[int, str, str]:  # noqa: ANN401 - an answer
    """Return the status, where it was wrong, and the sentence."""
    body = answer.json()
    assert not answer.is_success, body
    return answer.status_code, body.get("errors", [{"pointer": ""}])[0]["pointer"], body["detail"]


def batches(bureau: Bureau) -> str:
    return f"/api/v1/plans/{bureau.notes.plan_no}/batches"


def codes(bureau: Bureau, path: str = "/items.json") -> list[str]:
    return [row["code"] for row in made(bureau.public.get(path))["rows"]]


def test_an_item_carries_what_market_regulation_needs(opening: Opening) -> None:
    """Code, name, basis, subject, content, method, 一般 or 重点, department, first and last day."""
    bureau = opening("staffed")
    sent = item(
        "M10", subject="平台经营者", content="首页公示", level="key", valid_from="2020-01-01", valid_until="2020-12-31"
    )
    assert made(bureau.desk("registrar").post("/api/v1/items", sent)) == sent
    (shown,) = [row for row in made(bureau.public.get("/items.json"))["rows"] if row["code"] == "M10"]
    assert (shown["level"], shown["subject"], shown["valid_until"]) == ("重点检查事项", "平台经营者", "2020-12-31")


def test_an_item_without_a_first_day_holds_from_today(opening: Opening) -> None:
    bureau = opening("staffed")
    assert made(bureau.desk("registrar").post("/api/v1/items", item("M10")))["valid_from"] == "2020-08-03"
    assert "M10" in codes(bureau)
    assert "M10" not in codes(bureau, "/items.json?on=2020-08-02")


def test_a_changed_item_ends_and_a_new_version_begins(opening_anywhere: Opening) -> None:
    """On each day the list shows the version of that day, on both databases."""
    bureau = opening_anywhere("staffed")
    changed = item("M01", name="新的事项", valid_from="2020-09-01")
    del changed["code"]
    made(bureau.desk("registrar").post("/api/v1/items/M01/versions", changed))
    versions = made(bureau.desk("registrar").get("/api/v1/items/M01"))
    assert [(each["name"], each["valid_from"], each["valid_until"]) for each in versions] == [
        ("事项M01", "2020-08-03", "2020-08-31"),
        ("新的事项", "2020-09-01", None),
    ]
    for day, name in (("2020-08-31", "事项M01"), ("2020-09-01", "新的事项")):
        rows = made(bureau.public.get(f"/items.json?on={day}"))["rows"]
        assert [row["name"] for row in rows if row["code"] == "M01"] == [name]


def test_a_version_never_begins_before_today_or_before_the_one_it_follows(opening: Opening) -> None:
    bureau = opening("staffed")
    for day in ("2020-08-02", "2020-08-03"):
        changed = item("M01", valid_from=day)
        del changed["code"]
        status, pointer, words = refusal(bureau.desk("registrar").post("/api/v1/items/M01/versions", changed))
        assert (status, pointer) == (422, "/valid_from")
        assert "不改写" in words


def test_an_item_is_not_taken_off_the_list_for_days_gone_by(opening: Opening) -> None:
    bureau = opening("planned")
    ended = bureau.desk("registrar").post("/api/v1/items/M01/end", {"valid_until": "2020-08-23"})
    assert refusal(ended)[:2] == (422, "/valid_until")


def test_what_a_finding_used_stays_when_the_item_changes(opening: Opening) -> None:
    """A published result and the draw's page show the item as it was."""
    bureau = opening("published")
    changed = item("M01", name="新的事项", valid_from="2020-10-01")
    del changed["code"]
    made(bureau.desk("registrar").post("/api/v1/items/M01/versions", changed))
    bureau.clock.set("2020-10-02")
    assert [row["name"] for row in made(bureau.public.get("/items.json"))["rows"]][1] == "新的事项"
    drawn = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))["items"]
    assert [each["name"] for each in drawn if each["code"] == "M01"] == ["事项M01"]
    result = made(bureau.public.get("/results.json"))["rows"][0]
    assert "事项M01" in [each["item_name"] for each in result["outcomes"]]


def test_a_batch_with_an_item_not_on_the_list_on_the_day_of_drafting_is_refused(opening: Opening) -> None:
    """Also one that will be on it when the period begins."""
    bureau = opening("planned")
    made(bureau.desk("registrar").post("/api/v1/items", item("M10", valid_from="2020-09-01")))
    for code in ("M10", "M99"):
        sent = batch(items=["M01", "C01", code])
        status, pointer, words = refusal(bureau.desk("officer").post(batches(bureau), sent))
        assert (status, pointer) == (422, "/items/2")
        assert "2020-08-24" in words
        assert code in words


def test_a_batch_with_an_item_that_ends_within_its_period_is_refused(opening: Opening) -> None:
    bureau = opening("planned")
    made(bureau.desk("registrar").post("/api/v1/items/M02/end", {"valid_until": "2020-11-30"}))
    status, pointer, words = refusal(bureau.desk("officer").post(batches(bureau), batch()))
    assert (status, pointer) == (422, "/items/1")
    assert "2020-12-01" in words
    made(bureau.desk("officer").post(batches(bureau), batch(period_to="2020-11-30")))


def test_a_batch_may_rest_on_two_versions_that_meet(opening: Opening) -> None:
    bureau = opening("planned")
    changed = item("M01", valid_from="2020-10-01")
    del changed["code"]
    made(bureau.desk("registrar").post("/api/v1/items/M01/versions", changed))
    made(bureau.desk("officer").post(batches(bureau), batch()))


def test_a_batch_is_not_approved_when_an_item_has_left_the_list(opening: Opening) -> None:
    bureau = opening("planned")
    made(bureau.desk("registrar").post("/api/v1/items/M01/end", {"valid_until": "2020-09-15"}))
    approver = bureau.desk("approver")
    made(approver.post(f"/api/v1/plans/{bureau.notes.plan_no}/approval"))
    status, pointer, words = refusal(approver.post(f"/api/v1/batches/{bureau.notes.task_no}/approval"))
    assert (status, pointer) == (422, "/items/0")
    assert "2020-09-16" in words


def test_a_batch_is_not_committed_when_an_item_has_left_the_list(opening: Opening) -> None:
    bureau = opening("approved")
    made(bureau.desk("registrar").post("/api/v1/items/M01/end", {"valid_until": "2020-09-15"}))
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    assert refusal(bureau.desk("officer").post(path, bureau.terms()))[:2] == (422, "/items/0")


def test_an_item_that_has_ended_does_not_come_back_for_the_days_between(opening: Opening) -> None:
    """Neither by a later end nor by an import: what the list was on a day is not rewritten."""
    bureau = opening("staffed")
    registrar = bureau.desk("registrar")
    made(registrar.post("/api/v1/items/M01/end", {"valid_until": "2020-08-03"}))
    bureau.clock.set("2020-12-01")
    answer = registrar.post("/api/v1/items/M01/end", {"valid_until": "2021-12-31"})
    assert refusal(answer)[:2] == (422, "/valid_from")
    assert "M01" not in codes(bureau, "/items.json?on=2020-10-01")
    whole = registrar.get("/api/v1/exports/items.xlsx").content
    (row,) = [each for each in read_cells(whole) if each[0] == "M01"]
    heading = read_cells(whole)[0]
    later = dict(zip(heading, row, strict=True)) | {"失效日期": "2021-12-31"}
    longer = sheet({word: word for word in heading}, [later])
    assert registrar.post("/api/v1/imports/items", longer).status_code == 422


def read_cells(book: bytes) -> list[list[str]]:
    page = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in page.to_python()]
