"""What is due and overdue, and what was done in time or late: each duty by its own clock, page by page."""

from dataclasses import replace
from typing import Any

import pytest

from tests.app.test_paging import pages
from tests.building import Bureau
from tests.desks import made
from tests.papers import penalty
from tests.rosters import days
from tests.workshop import Opening


def clocks(bureau: Bureau, query: str = "", who: str = "reviewer") -> list[dict[str, Any]]:
    """Return the clocks that somebody reads."""
    found: list[dict[str, Any]] = made(bureau.desk(who).get(f"/api/v1/clocks{query}"))
    return found


def decided(bureau: Bureau, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Decide a penalty on the finding with a problem."""
    body = penalty(bureau.notes.findings[0], **changes)
    return str(made(bureau.desk("approver").post("/api/v1/penalties", body))["penalty_id"])


def elsewhere(bureau: Bureau) -> None:
    """Let the service be that of another province."""
    deadlines = replace(bureau.service.deadlines, region="110000")
    bureau.client.app.state.service = replace(bureau.service, deadlines=deadlines)  # type: ignore[attr-defined]


def test_a_result_is_open_until_it_is_overdue_and_then_done_late(opening_anywhere: Opening) -> None:
    """Inspected on 15 September 2020, in time until 19 October; what is done leaves the list of what is not."""
    bureau = opening_anywhere("reviewed")
    for day, state, left in (("2020-09-22", "open", 15), ("2020-10-19", "open", 0), ("2020-10-20", "overdue", -1)):
        bureau.clock.set(day)
        found = clocks(bureau)
        assert [(each["state"], each["days_left"]) for each in found] == [(state, left)] * 3
        assert {(each["duty"], each["event_on"], each["due_on"]) for each in found} == {
            ("result", "2020-09-15", "2020-10-19")
        }
        assert {each["key"] for each in found} == set(bureau.notes.visits[:3])
        assert clocks(bureau, f"?state={state}") == found
        assert clocks(bureau, f"?state={'open' if state == 'overdue' else 'overdue'}") == []
    first, second, third = bureau.notes.findings
    bureau.clock.set("2020-10-19", "23:59")
    made(bureau.desk("publisher").post(f"/api/v1/findings/{first}/publication"))
    bureau.clock.set("2020-10-20", "00:00")
    made(bureau.desk("publisher").post(f"/api/v1/findings/{second}/publication"))
    for state, finding in (("in_time", first), ("late", second)):
        (one,) = clocks(bureau, f"?state={state}")
        assert (one["key"], one["state"], one["due_on"]) == (f"r-{finding}", state, "2020-10-19")
    assert [each["key"] for each in clocks(bureau)] == [third.rpartition("-")[0]]


def test_the_basis_of_each_clock_is_cited(opening: Opening) -> None:
    """By the order in force on the day of the decision, not on the day of reading."""
    bureau = opening("published")
    decided(bureau)
    (own,) = clocks(bureau, "?duty=penalty")
    assert own["basis"] == "《企业信息公示暂行条例》（国务院令第654号）第六条第二款：决定之日起 20 个工作日内"
    bureau.clock.set("2026-05-06")
    decided(bureau, decided_on="2026-05-06", decision_no="测市监处罚〔2026〕1号")
    later = clocks(bureau, "?duty=penalty")[-1]
    assert later["basis"].startswith("《市场监督管理行政处罚信息公示规定》（国家市场监督管理总局令第45号）第九条")
    assert later["due_on"] == "2026-06-02"


def test_what_the_law_keeps_off_the_page_is_not_due(opening: Opening) -> None:
    bureau = opening("published")
    decided(bureau, procedure="summary")
    decided(bureau, kinds=["warning"], fine_fen=0, decision_no="测市监处罚〔2020〕2号")
    assert clocks(bureau, "?duty=penalty") == []
    decided(bureau, kinds=["warning", "fine"], decision_no="测市监处罚〔2020〕3号")
    assert len(clocks(bureau, "?duty=penalty")) == 1


def test_a_party_from_another_province_is_pushed_within_ten_working_days(opening_anywhere: Opening) -> None:
    """Of decisions since 45号令 is in force; before, it is twenty as for any."""
    bureau = opening_anywhere("published")
    elsewhere(bureau)
    decided(bureau)
    bureau.clock.set("2026-05-06")
    number = decided(bureau, decided_on="2026-05-06", decision_no="测市监处罚〔2026〕1号")
    assert [each["event_on"] for each in clocks(bureau, "?duty=penalty")] == ["2020-09-22"]
    (away,) = clocks(bureau, "?duty=penalty_elsewhere")
    assert (away["key"], away["due_on"]) == (number, "2026-05-19")
    assert "第十条" in away["basis"]


def test_a_term_into_a_year_without_notice_has_no_day_until_it_is_imported(opening: Opening) -> None:
    """It is listed last, open, with the year that is missing; publication is refused with the sentence."""
    bureau = opening("published")
    decided(bureau)
    bureau.clock.set("2026-12-21")
    number = decided(bureau, decided_on="2026-12-21", decision_no="测市监处罚〔2026〕1号")
    unknown = clocks(bureau)[-1]
    assert (unknown["key"], unknown["due_on"], unknown["missing_year"]) == (number, None, 2027)
    assert (unknown["state"], unknown["days_left"]) == ("open", None)
    assert [row for page in pages(bureau.desk("reviewer"), "/api/v1/clocks") for row in page] == clocks(bureau)
    bureau.clear(number)
    refused = bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication")
    assert "没有 2027 年的放假调休安排" in refused.json()["detail"]
    made(bureau.desk("registrar").post("/api/v1/imports/holidays", days()))
    assert clocks(bureau)[-1]["due_on"] is not None


def test_pages_of_several_duties_are_the_list_in_order_of_the_last_days(opening_anywhere: Opening) -> None:
    """Results, penalties of both kinds and uploads, events of one last day among them; none twice, none left out."""
    bureau = opening_anywhere("reviewed")
    elsewhere(bureau)
    for number, day in enumerate(("2020-09-30", "2020-10-05", "2020-10-08", "2026-05-06", "2026-05-09", "2026-05-10")):
        bureau.clock.set(day)
        decided(bureau, decided_on=day, decision_no=f"测市监处罚〔2020〕{number}号")
    for query in ("", "?state=overdue", "?state=open", "?duty=penalty", "?duty=penalty_elsewhere"):
        whole = clocks(bureau, query)
        assert [each["due_on"] for each in whole] == sorted(each["due_on"] for each in whole)
        for limit in (1, 2, 4):
            found = pages(bureau.desk("reviewer"), f"/api/v1/clocks{query}", limit)
            assert [row for page in found for row in page] == whole, (query, limit)
    assert len(clocks(bureau)) == 15
    assert len(clocks(bureau, "?state=overdue")) + len(clocks(bureau, "?state=open")) == 15


def test_a_page_goes_on_after_a_duty_that_was_done_since(opening: Opening) -> None:
    bureau = opening("reviewed")
    first, *rest = clocks(bureau)
    made(bureau.desk("publisher").post(f"/api/v1/findings/{bureau.notes.findings[0]}/publication"))
    assert clocks(bureau, f"?after={first['place']}") == rest


@pytest.mark.parametrize("query", ["after=result/nix", "after=x", "after=penalty/", "state=late&after=result/r-nix"])
def test_a_page_after_nothing_is_refused(opening: Opening, query: str) -> None:
    refused = opening("reviewed").desk("reviewer").get(f"/api/v1/clocks?{query}")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/after")


def test_duties_without_records_are_an_empty_list_and_unknown_ones_refused(opening: Opening) -> None:
    bureau = opening("reviewed")
    for query in ("duty=case", "duty=upload&state=late", "duty=upload"):
        assert clocks(bureau, f"?{query}") == []
    for query in ("duty=lunch", "state=soon"):
        assert bureau.desk("reviewer").get(f"/api/v1/clocks?{query}").status_code == 422


def test_the_front_page_counts_what_is_due_by_the_same_clocks(opening: Opening) -> None:
    """By duty and last day, with the basis, what is to be published; no operator is named."""
    bureau = opening("reviewed")
    decided(bureau)
    found = made(bureau.public.get("/index.json"))["clocks"]
    own = [each for each in clocks(bureau) if each["duty"] != "upload"]
    assert {(each["duty"], each["due_on"], each["basis"]) for each in found} == {
        (each["words"], each["due_on"], each["basis"]) for each in own
    }
    assert sum(each["count"] for each in found) == len(own)
