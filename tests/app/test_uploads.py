"""Uploads to national platforms: on record by receipt, due in seven working days, and taken down when a record goes."""

from typing import Any

import pytest

from tests.app.test_clocks import clocks, decided
from tests.app.test_paging import pages
from tests.app.test_statutory import coded, published, report
from tests.building import Bureau
from tests.desks import made
from tests.papers import finding
from tests.punishing import LAST, all_punished, end
from tests.workshop import Opening

DIGEST = "ab" * 32


def upload(bureau: Bureau, *records: str, **changes: Any) -> Any:  # noqa: ANN401 - a response
    """Ask for an upload to be recorded, today."""
    body = {
        "platform": "double-publicity",
        "records": list(records),
        "done_on": f"{bureau.clock.instant:%Y-%m-%d}",
        "receipt_no": "回执1",
        "digest": DIGEST,
    }
    return bureau.desk("publisher").post("/api/v1/uploads", body | changes)


def test_an_upload_is_due_in_seven_working_days_from_the_decision(opening_anywhere: Opening) -> None:
    """Published here or not; the National Day's week does not count; done by its first upload, in time or late."""
    bureau = opening_anywhere("published")
    coded(bureau)
    bureau.clock.set("2020-09-24")
    first = published(bureau)
    second = decided(bureau, decision_no="测市监处罚〔2020〕2号")
    open_ones = clocks(bureau, "?duty=upload")
    assert [(each["key"], each["due_on"], each["days_left"]) for each in open_ones] == [
        (first[2:], "2020-09-30", 5),
        (second, "2020-09-30", 5),
    ]
    bureau.clock.set("2020-09-30", "23:00")
    made(upload(bureau, first))
    assert [each["key"] for each in clocks(bureau, "?duty=upload")] == [second]
    bureau.clock.set("2020-10-01")
    bureau.clear(second)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{second}/publication"))
    assert [each["state"] for each in clocks(bureau, "?duty=upload")] == ["overdue"]
    made(upload(bureau, f"p-{second}"))
    for state, key in (("in_time", first), ("late", f"p-{second}")):
        (one,) = clocks(bureau, f"?duty=upload&state={state}")
        assert (one["key"], one["state"], one["due_on"]) == (key, state, "2020-09-30")
    whole = clocks(bureau, "?state=in_time")
    assert {each["duty"] for each in whole} == {"result", "penalty", "upload"}
    for limit in (1, 2):
        found = pages(bureau.desk("reviewer"), "/api/v1/clocks?state=in_time", limit)
        assert [row for page in found for row in page] == whole
    assert [each["records"] for each in made(bureau.desk("reviewer").get("/api/v1/uploads"))] == [1, 1]


def test_what_is_uploaded_leaves_the_list_of_what_is_not(opening: Opening) -> None:
    bureau = opening("published")
    coded(bureau)
    record = published(bureau)
    assert report(bureau, "?not_uploaded=true")["good"] == [record]
    made(upload(bureau, record))
    assert report(bureau, "?not_uploaded=true")["good"] == []
    assert report(bureau)["good"] == [record]


def test_an_uploaded_record_that_stands_no_longer_is_to_be_taken_down_there_until_it_is(opening: Opening) -> None:
    """A correction replaces what was uploaded: the old version goes, the new one is to be uploaded."""
    bureau = opening("published")
    visit_id, old = bureau.notes.visits[1], bureau.notes.findings[1]
    results = {"platform": "result-list"}
    made(upload(bureau, f"r-{old}", **results))
    takedowns = "/api/v1/uploads/takedowns?platform=result-list"
    assert made(bureau.desk("reviewer").get(takedowns)) == []
    filed = bureau.lead(visit_id).post(
        f"/api/v1/assignments/{visit_id}/findings", finding(problem=True, corrects=old, inspected_on="2020-09-15")
    )
    new = made(filed)["finding_id"]
    bureau.settle(visit_id, new)
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{new}/review", {"approved": True}))
    made(bureau.desk("publisher").post(f"/api/v1/findings/{new}/publication"))
    (waiting,) = made(bureau.desk("reviewer").get(takedowns))
    assert (waiting["disclosure_id"], waiting["named"], waiting["receipt_no"]) == (f"r-{old}", old, "回执1")
    assert f"r-{new}" in report(bureau, "?not_uploaded=true", "result-list")["good"]
    refused = upload(bureau, f"r-{old}", **results)
    assert (refused.status_code, refused.json()["code"]) == (409, "upload_state")
    made(upload(bureau, f"r-{old}", step="taken_down", **results))
    assert made(bureau.desk("reviewer").get(takedowns)) == []


def test_a_penalty_that_ended_leaves_the_list_at_once_and_is_to_be_taken_down_there(opening: Opening) -> None:
    """By repair, or by its term on the day after, before anything was run; it is to be uploaded no more."""
    bureau = opening("published")
    coded(bureau)
    others = [{"decision_no": f"测市监处罚〔2026〕{number}号"} for number in (2, 3)]
    repaired, past, missed = all_punished(bureau, [{}, *others])
    made(upload(bureau, repaired, past))
    assert report(bureau)["good"] == [repaired, past, missed]
    takedowns = "/api/v1/uploads/takedowns"
    end(bureau, repaired, missed)
    assert report(bureau)["good"] == [past]
    assert [each["named"] for each in made(bureau.desk("reviewer").get(takedowns))] == ["测市监处罚〔2020〕1号"]
    assert clocks(bureau, "?duty=upload") == []
    bureau.clock.set(LAST)
    assert report(bureau)["good"] == [past]
    bureau.clock.set("2029-05-12")
    assert report(bureau)["rows"] == 0
    assert pages(bureau.desk("reviewer"), takedowns) == [
        [each] for each in made(bureau.desk("reviewer").get(takedowns))
    ]
    made(upload(bureau, missed))  # told late: the platform has it all the same
    made(upload(bureau, repaired, past, missed, step="taken_down"))
    assert made(bureau.desk("reviewer").get(takedowns)) == []


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"records": ["p-2020-0001", "p-2020-0009"]}, 404, "p-2020-0009"),
        ({"platform": "result-list"}, 409, "不是该平台接收的公示内容"),
        ({"step": "taken_down"}, 409, "没有上报记录"),
        ({"done_on": "2020-09-24"}, 422, "日期 2020-09-24 不在可填范围内"),
        ({"done_on": "2020-09-22"}, 422, "日期 2020-09-22 不在可填范围内"),
        ({"records": []}, 422, ""),
        ({"records": ["p-2020-0001", "p-2020-0001"]}, 422, ""),
        ({"digest": "AB" * 32}, 422, ""),
        ({"receipt_no": " "}, 422, ""),
        ({"platform": "moon"}, 422, ""),
    ],
)
def test_an_upload_that_cannot_be_is_refused_whole(
    opening: Opening, changes: dict[str, Any], status: int, said: str
) -> None:
    bureau = opening("published")
    record = published(bureau)
    before = bureau.contents()
    refused = upload(bureau, record, **changes)
    assert (refused.status_code, said in refused.text) == (status, True)
    assert bureau.contents() == before


def test_a_record_is_uploaded_once(opening: Opening) -> None:
    bureau = opening("published")
    record = published(bureau)
    made(upload(bureau, record))
    refused = upload(bureau, record)
    assert (refused.status_code, refused.json()["code"]) == (409, "upload_state")
    assert "已在 u0001 中登记上报" in refused.json()["detail"]
