"""Withdrawals: asked for by one, decided by another, within three working days; the reason is public and clean."""

from typing import Any

from app.working import work
from tests.building import PEOPLE, Bureau
from tests.desks import made
from tests.papers import finding
from tests.punishing import REVOKED, content_of, punished
from tests.workshop import Opening


def request(bureau: Bureau, key: str, *, day: str = "2026-05-13", **changes: Any) -> Any:  # noqa: ANN401 - a response
    """Ask that a publication be withdrawn, by default the day after its decision was revoked."""
    bureau.clock.set(day)
    return bureau.desk("publisher").post(f"/api/v1/disclosures/{key}/withdrawal", REVOKED | changes)


def decide(bureau: Bureau, asked: str, who: str = "approver", **body: Any) -> Any:  # noqa: ANN401 - a response
    """Decide on a withdrawal."""
    return bureau.desk(who).post(f"/api/v1/withdrawals/{asked}/decision", {"approved": True} | body)


def clocks(bureau: Bureau, query: str) -> list[tuple[str, str, str]]:
    """Return key, last day and state of the withdrawals in a list of clocks."""
    found = made(bureau.desk("reviewer").get(f"/api/v1/clocks?duty=withdrawal&{query}"))
    return [(each["key"], each["due_on"], each["state"]) for each in found]


def test_a_withdrawal_takes_two_people_and_runs_by_its_clock(opening_anywhere: Opening) -> None:
    """Three working days from the event; open until it is decided; late where it is; the public counts it, unnamed."""
    bureau = opening_anywhere("published")
    key = punished(bureau)
    both = bureau.hire("both", *PEOPLE["publisher"], *PEOPLE["approver"])
    bureau.clock.set("2026-05-13")
    asked = made(both.post(f"/api/v1/disclosures/{key}/withdrawal", REVOKED))
    number = asked["withdrawal_id"]
    assert (asked["due_on"], asked["approved"]) == ("2026-05-15", None)
    assert clocks(bureau, "") == [(number, "2026-05-15", "open")]
    assert any(each["duty"] == "撤回公示" for each in made(bureau.public.get("/index.json"))["clocks"])
    assert bureau.public.get(f"/records/{key}").status_code == 200
    again = request(bureau, key)
    assert (again.status_code, again.json()["code"]) == (409, "ending_state")
    assert both.post(f"/api/v1/withdrawals/{number}/decision", {"approved": True}).status_code == 403
    bureau.clock.set("2026-05-18")
    assert clocks(bureau, "state=overdue") == [(number, "2026-05-15", "overdue")]
    done = made(decide(bureau, number))
    assert (done["approved"], done["decided_by"]) == (True, bureau.notes.people["approver"])
    assert bureau.public.get(f"/records/{key}").status_code == 410
    assert content_of(bureau, key) == ""
    assert clocks(bureau, "") == clocks(bureau, "state=in_time") == []
    assert clocks(bureau, "state=late") == [(number, "2026-05-15", "late")]
    late = made(bureau.desk("reviewer").get("/api/v1/clocks?state=late"))
    assert number in {each["key"] for each in late}
    assert decide(bureau, number).status_code == 409
    assert request(bureau, key).status_code == 410
    assert [each["withdrawal_id"] for each in made(bureau.desk("supervisor").get("/api/v1/withdrawals"))] == [number]


def test_what_happened_before_any_law_counted_the_days_is_withdrawn_without_a_last_day(opening: Opening) -> None:
    """Three days from 2021-07-15 by 行政处罚法 48; of an event before that none, and no reminder."""
    bureau = opening("published")
    key = punished(bureau, day="2021-07-12", published="2021-07-13")
    bureau.clock.set("2021-08-31")
    counted = made(request(bureau, key, day="2021-08-31", event_on="2021-08-25"))
    assert counted["due_on"] == "2021-08-30"
    made(decide(bureau, counted["withdrawal_id"], approved=False, text="文书尚未生效"))
    asked = made(request(bureau, key, day="2021-08-31", event_on="2021-07-14"))
    assert asked["due_on"] is None
    list(work(bureau.service))
    assert clocks(bureau, "") == []
    made(decide(bureau, asked["withdrawal_id"]))
    assert bureau.public.get(f"/records/{key}").status_code == 410


def test_what_is_not_withdrawn_stands_and_can_be_asked_for_again(opening: Opening) -> None:
    """With the reason of the refusal."""
    bureau = opening("published")
    key = punished(bureau)
    number = made(request(bureau, key))["withdrawal_id"]
    refused = decide(bureau, number, approved=False)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/text")
    made(decide(bureau, number, approved=False, text="文书尚未生效"))
    assert bureau.public.get(f"/records/{key}").status_code == 200
    assert clocks(bureau, "") == []
    assert made(request(bureau, key))["withdrawal_id"] != number


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"reason": ""}, "/reason"),
    ({"reason": "请致电 13800138000 查询"}, "/reason"),
    ({"reason": "身份证号 11010519491231002X"}, "/reason"),
    ({"reason": "账户 6222021234567890128"}, "/reason"),
    ({"reason": "消费者赵示例，家住太原市小店区虚构路1号2单元3室"}, "/reason"),
    ({"reason": "\u200b"}, "/reason"),
    ({"reason": "……"}, "/reason"),
    ({"document_no": ""}, "/document_no"),
    ({"event_on": "2026-05-14"}, "/event_on"),
    ({"event_on": "2026-05-05"}, "/event_on"),
    ({"ground": "regretted"}, "/ground"),
]


def test_what_the_public_may_not_read_is_no_reason(opening: Opening) -> None:
    """Field and remedy are named, what was written is not said again, and nothing is changed."""
    bureau = opening("published")
    key = punished(bureau)
    row = made(bureau.public.get("/penalties.json"))["rows"][0]
    named = {"reason": f"{row['operator_name']} 申请复议"}, {"reason": f"{row['operator_code']} 申请复议"}
    name, code = row["operator_name"], row["operator_code"]
    spelled = (
        f"{' '.join(name)}申请",
        f"{name[:2]}\u3000{name[2:]}申请",
        f"{code.lower()}申请",
        f"{code[:9]} {code[9:]}申请",
    )
    before = bureau.contents()
    told = (*named, *({"reason": each} for each in spelled))
    for changes, pointer in (*REFUSED, *((each, "/reason") for each in told)):
        refused = request(bureau, key, **changes)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), changes
        assert not changes.get("reason") or changes["reason"] not in refused.text
    assert bureau.contents() == before


def test_a_withdrawn_result_is_published_anew_when_it_was_corrected(opening: Opening) -> None:
    """A result has no decision to revoke; while none stands it counts as not published; the old address stays 410."""
    bureau = opening("published")
    visit, first = bureau.notes.visits[0], bureau.notes.findings[0]
    day = {"day": "2020-09-24", "event_on": "2020-09-24"}
    refused = request(bureau, f"r-{first}", **day)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/ground")
    asked = made(request(bureau, f"r-{first}", ground="inaccurate", document_no="", **day))
    assert asked["due_on"] is None
    made(decide(bureau, asked["withdrawal_id"], who="publisher2"))
    rates = made(bureau.desk("reviewer").get("/api/v1/rates/2020"))["whole"]
    assert (rates["drawn"], rates["published"]) == (3, 2)
    second = made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", finding(corrects=first)))
    bureau.settle(visit, second["finding_id"])
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{second['finding_id']}/review", {"approved": True}))
    made(bureau.desk("publisher").post(f"/api/v1/findings/{second['finding_id']}/publication"))
    assert bureau.public.get(f"/records/r-{second['finding_id']}").status_code == 200
    assert bureau.public.get(f"/records/r-{first}").status_code == 410
    assert made(bureau.desk("reviewer").get("/api/v1/rates/2020"))["whole"]["published"] == 3


def test_a_replaced_version_leads_to_the_one_that_stands_and_ends_with_it(opening: Opening) -> None:
    """The chain of corrections ends whole: the first version's text goes with the second's."""
    bureau = opening("published")
    visit, first = bureau.notes.visits[0], bureau.notes.findings[0]
    bureau.clock.set("2020-09-24")
    second = made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", finding(corrects=first)))[
        "finding_id"
    ]
    bureau.settle(visit, second)
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{second}/review", {"approved": True}))
    made(bureau.desk("publisher").post(f"/api/v1/findings/{second}/publication"))
    moved = bureau.client.get(f"/records/r-{first}.json", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (301, f"/records/r-{second}.json")
    named = request(bureau, f"r-{first}", ground="inaccurate")
    assert (named.status_code, named.json()["code"]) == (409, "ending_state")
    asked = made(request(bureau, f"r-{second}", ground="inaccurate"))["withdrawal_id"]
    made(decide(bureau, asked))
    assert [content_of(bureau, f"r-{each}") for each in (first, second)] == ["", ""]
    for path in (f"/records/r-{first}", f"/log/evidence/r-{first}", f"/records/r-{second}"):
        assert bureau.public.get(path).status_code == 410
