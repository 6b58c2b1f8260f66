"""What the public reads of caps, of when an item was entered, and of the plan that a result belongs to."""

from typing import Any

from tests.building import Bureau
from tests.desks import made
from tests.papers import batch, item
from tests.workshop import Opening

FIRST: dict[str, Any] = {
    "valid_from": "2020-01-01",
    "yearly": 4,
    "low_risk": ["A"],
    "basis": "示市监发〔2020〕2号第五条",
}


def cap(bureau: Bureau, *, approved: bool = True, **changes: object) -> str:
    """Draft a cap, approve it unless told otherwise, and return its id."""
    cap_id = str(made(bureau.desk("officer").post("/api/v1/caps", {**FIRST, **changes}))["cap_id"])
    if approved:
        made(bureau.desk("approver").post(f"/api/v1/caps/{cap_id}/approval"))
    return cap_id


def test_public_reads_every_approved_cap_with_its_basis_and_which_one_is_in_force(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("staffed")
    first, ahead = cap(bureau), cap(bureau, valid_from="2021-01-01", yearly=3)
    cap(bureau, approved=False, yearly=99)
    page = made(bureau.public.get("/caps.json?on=2020-09-01"))
    assert [(row["cap_id"], row["state"], row["yearly"]) for row in page["rows"]] == [
        (ahead, "ahead", 3),
        (first, "in_force", 4),
    ]
    told = page["rows"][1]
    assert (told["valid_from"], told["basis"], told["low_risk"]) == ("2020-01-01", FIRST["basis"], True)
    assert told["drafted_by"].endswith(bureau.notes.people["officer"])
    assert told["approved_by"].endswith(bureau.notes.people["approver"])
    later = made(bureau.public.get("/caps.json?on=2021-01-01"))["rows"]
    assert [row["state"] for row in later] == ["in_force", "followed"]
    assert FIRST["basis"] in bureau.public.get("/caps").text
    assert 'href="/caps"' in bureau.public.get("/plans").text


def test_public_is_not_told_which_risk_classes_count_as_low(opening: Opening) -> None:
    bureau = opening("staffed")
    cap(bureau, low_risk=["绝密级"])
    assert "绝密级" not in bureau.public.get("/caps").text
    assert "绝密级" not in bureau.public.get("/caps.json").text


def test_list_of_items_says_when_each_version_was_entered(opening_anywhere: Opening) -> None:
    """A first day that is past is shown beside the day on which somebody wrote it down."""
    bureau = opening_anywhere("approved")
    bureau.clock.set("2020-08-27")
    made(bureau.desk("registrar").post("/api/v1/items", item("M77") | {"valid_from": "2019-01-01"}))
    rows = {row["code"]: row for row in made(bureau.public.get("/items.json"))["rows"]}
    assert (rows["M77"]["valid_from"], rows["M77"]["entered_on"]) == ("2019-01-01", "2020-08-27")
    assert rows["M01"]["entered_on"] == rows["M01"]["valid_from"] == "2020-08-03"
    assert '（<time datetime="2020-08-27">2020年8月27日</time>登记）' in bureau.public.get("/items").text


def test_item_entered_later_makes_no_batch_of_before_legal(opening: Opening) -> None:
    """A batch is checked against the list of the day on which it is drafted, approved, committed."""
    bureau = opening("approved")
    refused = bureau.desk("officer").post(
        f"/api/v1/plans/{bureau.notes.plan_no}/batches", batch(items=["M77"]) | {"reason": "增加事项"}
    )
    assert refused.status_code == 422
    made(bureau.desk("registrar").post("/api/v1/items", item("M77") | {"valid_from": "2019-01-01"}))
    assert refused.json()["errors"][0]["pointer"] == "/items/0"


def test_published_result_links_its_plan(opening: Opening) -> None:
    bureau = opening("published")
    rows = made(bureau.public.get("/results.json"))["rows"]
    assert {row["plan_path"] for row in rows} == {f"/plans/{bureau.notes.plan_no}"}
    assert f'href="/plans/{bureau.notes.plan_no}"' in bureau.public.get("/results").text
