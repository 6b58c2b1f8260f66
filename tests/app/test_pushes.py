"""Penalties of parties of another province: a push alone ends the duty, in time or late; a return opens it again."""

from typing import Any

import httpx
import pytest

from tests.app.test_clocks import clocks, decided, elsewhere
from tests.app.test_paging import pages
from tests.app.test_reminders import on
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening

DECIDED, LAST, LATE = "2026-05-06", "2026-05-19", "2026-05-20"


def push(bureau: Bureau, number: str, **changes: object) -> httpx.Response:
    """Ask for a push to be recorded, today, to the province where the party is registered."""
    body = {
        "pushed_on": f"{bureau.clock.instant:%Y-%m-%d}",
        "office": "测试省市场监督管理局",
        "receiver_area": "140105",
        "receiver": "外省某区市场监督管理局",
        "letter_no": "测市监推〔2026〕1号",
    }
    return bureau.desk("approver").post(f"/api/v1/penalties/{number}/pushes", body | changes)


def away(bureau: Bureau, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Decide a penalty of a party of another province."""
    elsewhere(bureau)
    bureau.service = bureau.client.app.state.service  # type: ignore[attr-defined]
    bureau.clock.set(DECIDED)
    return decided(bureau, **({"decided_on": DECIDED, "decision_no": "测市监处罚〔2026〕1号"} | changes))


def test_a_push_ends_the_duty_and_a_return_opens_it_again(opening_anywhere: Opening) -> None:
    """Counted from the decision each time; publication on the own page neither ends nor opens it."""
    bureau = opening_anywhere("published")
    number = away(bureau)
    path = f"/api/v1/penalties/{number}/pushes"
    approver = bureau.desk("approver")
    bureau.clear(number)
    shown = made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    assert shown["due_on"] == "2026-06-02", "as any penalty's: the push has its own last day"
    (waiting,) = clocks(bureau, "?duty=penalty_elsewhere")
    assert (waiting["key"], waiting["due_on"], waiting["state"]) == (number, LAST, "open")
    assert clocks(bureau, "?duty=penalty") == clocks(bureau, "?duty=penalty&state=in_time") == []
    bureau.clock.set(LAST)
    assert made(push(bureau, number))["due_on"] == LAST
    assert clocks(bureau, "?duty=penalty_elsewhere") == []
    (done,) = clocks(bureau, "?duty=penalty_elsewhere&state=in_time")
    assert (done["key"], done["done_on"], done["event_on"]) == (number, LAST, DECIDED)
    twice = push(bureau, number)
    assert (twice.status_code, twice.json()["code"]) == (409, "push_state")
    bureau.clock.set(LATE)
    made(approver.post(f"{path}/1/receipt", {"received_on": LATE, "receipt_no": "外市监收〔2026〕8号"}))
    made(approver.post(f"{path}/1/return", {"returned_on": LATE, "reason": "当事人已迁往他区。"}))
    for step, body in (
        ("receipt", {"received_on": LATE, "receipt_no": "1"}),
        ("return", {"returned_on": LATE, "reason": "再退"}),
    ):
        assert approver.post(f"{path}/1/{step}", body).json()["code"] == "push_state"
    (again,) = clocks(bureau, "?duty=penalty_elsewhere&state=overdue")
    assert (again["key"], again["due_on"]) == (number, LAST)
    counted = made(bureau.public.get("/index.json"))["clocks"]
    assert [each["count"] for each in counted if each["duty"] == again["words"]] == [1]
    assert ("penalty_elsewhere", "overdue", number) in on(bureau, LATE, "10:00")
    early = push(bureau, number, pushed_on=LAST)
    assert early.json()["errors"][0]["pointer"] == "/pushed_on", "not before it was sent back"
    made(push(bureau, number, receiver_area="140106"))
    (late,) = clocks(bureau, "?state=late&duty=penalty_elsewhere")
    assert (late["key"], late["done_on"]) == (number, LATE)
    whole = clocks(bureau, "?state=late")
    assert [row for page in pages(bureau.desk("reviewer"), "/api/v1/clocks?state=late") for row in page] == whole
    kept = made(bureau.desk("reviewer").get(path))
    assert [(each["number"], each["receipt"] is None, each["returned"] is None) for each in kept] == [
        (1, False, False),
        (2, True, True),
    ]


@pytest.mark.parametrize(
    ("decision", "changes", "status", "said"),
    [
        ({"procedure": "summary"}, {}, 403, "依法不予公示"),
        ({"kinds": ["warning"], "fine_fen": 0}, {}, 403, "依法不予公示"),
        ({"decided_on": "2021-08-31"}, {}, 403, "尚无推送的规定"),
        ({}, {"pushed_on": "2026-05-05"}, 422, "/pushed_on"),
        ({}, {"pushed_on": "2026-05-07"}, 422, "/pushed_on"),
        ({}, {"receiver": " "}, 422, "/receiver"),
        ({}, {"letter_no": ""}, 422, "/letter_no"),
        ({}, {"receiver_area": "310101"}, 422, "/receiver_area"),
        ({}, {"receiver_area": "太原"}, 422, "行政区划代码"),
    ],
)
def test_a_push_that_cannot_be_is_refused_whole(
    opening: Opening, decision: dict[str, Any], changes: dict[str, Any], status: int, said: str
) -> None:
    bureau = opening("published")
    number = away(bureau, **decision)
    before = bureau.contents()
    refused = push(bureau, number, **changes)
    assert (refused.status_code, said in refused.text) == (status, True), refused.text
    assert bureau.contents() == before


def test_a_party_of_the_own_province_is_not_pushed(opening: Opening) -> None:
    bureau = opening("published")
    bureau.clock.set(DECIDED)
    number = decided(bureau, decided_on=DECIDED)
    refused = push(bureau, number)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_pushed")
    assert bureau.desk("approver").get(f"/api/v1/penalties/{number}/pushes").json() == []
    missing = bureau.desk("approver").post(
        f"/api/v1/penalties/{number}/pushes/1/receipt", {"received_on": DECIDED, "receipt_no": "1"}
    )
    assert missing.status_code == 404
