"""What reaches the public page, when, and by whom: reviewed results of opened draws, and lawful penalties."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from publicity.pages.records import Penalty, Result
from tests.building import Bureau
from tests.desks import made
from tests.papers import ITEMS, PROBLEM, finding, penalty
from tests.rosters import credit_code
from tests.workshop import AUTHORITY, Opening


def publish(bureau: Bureau, found: str, by: str = "publisher") -> Any:  # noqa: ANN401 - a response
    """Ask for a result to be published."""
    return bureau.desk(by).post(f"/api/v1/findings/{found}/publication")


def results(bureau: Bureau, query: str = "") -> list[dict[str, Any]]:
    """Return the public list of results."""
    found: list[dict[str, Any]] = made(bureau.public.get(f"/results.json{query}"))["rows"]
    return found


def decided(bureau: Bureau, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Decide a penalty on the finding with a problem."""
    answer = made(bureau.desk("approver").post("/api/v1/penalties", penalty(bureau.notes.findings[0], **changes)))
    return str(answer["penalty_id"])


def test_a_result_is_published_only_when_it_was_reviewed(opening: Opening) -> None:
    """Filed or returned it is refused, and the page stays empty."""
    bureau = opening("filed")
    first, second, _ = bureau.notes.findings
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{second}/review", {"approved": False, "reason": "退回"}))
    for found in (first, second):
        before = bureau.contents()
        refused = publish(bureau, found)
        assert (refused.status_code, refused.json()["code"]) == (409, "disclosure_state")
        assert bureau.contents() == before
    assert results(bureau) == []


def test_a_result_of_a_sealed_draw_is_not_published(opening: Opening) -> None:
    """Reviewed or not; once the draw is open it is."""
    bureau = opening("reviewed", sealed=True)
    before = bureau.contents()
    refused = publish(bureau, bureau.notes.findings[0])
    assert (refused.status_code, refused.json()["code"]) == (409, "disclosure_state")
    assert bureau.contents() == before
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening"))
    assert publish(bureau, bureau.notes.findings[0]).status_code == 201


def test_no_penalty_rests_on_a_sealed_draw_before_it_is_open(opening: Opening) -> None:
    """It would tell the head of the agency who was drawn: the finding is as if it were not there."""
    bureau = opening("reviewed", sealed=True)
    before = bureau.contents()
    refused = bureau.desk("approver").post("/api/v1/penalties", penalty(bureau.notes.findings[0]))
    assert (refused.status_code, refused.json()["code"]) == (404, "absent")
    assert bureau.contents() == before
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening"))
    assert decided(bureau)


def test_a_published_result_says_what_was_found_item_by_item(opening: Opening) -> None:
    """Plan, task, bureau, day, items, results: the public columns of a result notice, and no person."""
    bureau = opening("published")
    found = next(row for row in results(bureau) if row["problem"])
    assert found["result_id"] == bureau.notes.findings[0]
    assert (found["plan_no"], found["task_no"]) == (bureau.notes.plan_no, bureau.notes.draw_id)
    assert (found["inspected_on"], found["departments"]) == ("2020-09-15", ["部门·market", "部门·cyber"])
    assert [line["item_code"] for line in found["outcomes"]] == list(ITEMS)
    assert [line["outcome"] for line in found["outcomes"]] == ["未发现问题", "发现问题待后续处理", "未发现问题"]
    assert found["outcomes"][1]["text"] == PROBLEM
    page = bureau.public.get(f"/operators/{found['operator_code']}").text
    assert PROBLEM in page
    assert "联系人" not in page
    assert "000-0000" not in page


def test_the_address_in_the_answer_leads_to_the_published_record(opening: Opening) -> None:
    """For a result and for a penalty alike."""
    bureau = opening("reviewed")
    answer = made(publish(bureau, bureau.notes.findings[0]))
    page = bureau.public.get(answer["path"])
    assert page.status_code == 200
    assert PROBLEM in page.text
    number = decided(bureau)
    bureau.clear(number)
    fine = made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    page = bureau.public.get(fine["path"])
    assert page.status_code == 200
    assert "测市监处罚〔2020〕1号" in page.text


def test_a_result_is_published_once(opening: Opening) -> None:
    """A second publication is refused."""
    bureau = opening("published")
    before = bureau.contents()
    refused = publish(bureau, bureau.notes.findings[0], "publisher2")
    assert (refused.status_code, refused.json()["code"]) == (409, "disclosure_state")
    assert bureau.contents() == before


def test_publishing_a_correction_replaces_the_earlier_disclosure(opening: Opening) -> None:
    """On every page the new one stands alone; the old row is kept, and its evidence can still be read."""
    bureau = opening("published")
    visit, first = bureau.notes.visits[0], bureau.notes.findings[0]
    old = next(row for row in results(bureau) if row["result_id"] == first)
    before = bureau.contents()["disclosures"]
    bureau.clock.set("2020-09-24")
    body = finding(corrects=first)
    second = made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", body))["finding_id"]
    assert next(row for row in results(bureau) if row["operator_code"] == old["operator_code"]) == old
    bureau.settle(visit, second)
    refused = publish(bureau, second)
    assert refused.json()["code"] == "disclosure_state", "not before its own review"
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{second}/review", {"approved": True}))
    answer = made(publish(bureau, second))
    rows = [row for row in results(bureau) if row["operator_code"] == old["operator_code"]]
    assert [row["result_id"] for row in rows] == [second]
    assert len(results(bureau)) == 3
    assert results(bureau, "?only=problem") == []
    page = made(bureau.public.get(f"/operators/{old['operator_code']}.json"))
    assert [row["result_id"] for row in page["results"]] == [second]
    assert PROBLEM not in bureau.public.get(f"/operators/{old['operator_code']}").text
    assert made(bureau.public.get("/index.json"))["headline"]["problems"] == 0
    drawn = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))["outcome"]["drawn"]
    assert {unit["outcome"] for unit in drawn} == {"clear"}
    assert set(before) < set(bureau.contents()["disclosures"])
    assert answer["disclosure_id"] != f"r-{first}"
    assert bureau.public.get(f"/log/evidence/r-{first}").status_code == 200


def test_a_superseded_finding_is_not_published(opening: Opening) -> None:
    """Reviewed and then corrected before publication: only the correction can go out."""
    bureau = opening("reviewed")
    visit, first = bureau.notes.visits[0], bureau.notes.findings[0]
    made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", finding(corrects=first)))
    refused = publish(bureau, first)
    assert (refused.status_code, refused.json()["code"]) == (409, "disclosure_state")
    assert results(bureau) == []


@pytest.mark.parametrize(
    ("inspected_on", "due_on"),
    [
        ("2020-09-15", date(2020, 10, 19)),  # over 1 to 8 October; Sunday 27 September and Saturday 10 October count
        ("2020-09-07", date(2020, 10, 10)),  # a Saturday, worked
        ("2020-09-01", date(2020, 9, 28)),
        ("2020-09-27", date(2020, 10, 30)),  # the visit on a worked Sunday; its own day does not count
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_a_result_is_due_on_the_twentieth_working_day(
    opening: Opening, inspected_on: str, due_on: date, *, late: bool
) -> None:
    """With the make-up days of the 2020 national day; published on that day it is in time, a minute later late."""
    bureau = opening("arrived")
    visit = bureau.notes.visits[0]
    bureau.clock.set(inspected_on, "18:00")
    body = finding(inspected_on=inspected_on)
    found = made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", body))["finding_id"]
    bureau.settle(visit, found)
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{found}/review", {"approved": True}))
    if late:
        bureau.clock.set(date.fromordinal(due_on.toordinal() + 1).isoformat(), "00:00")
    else:
        bureau.clock.set(due_on.isoformat(), "23:59")
    assert made(publish(bureau, found))["due_on"] == due_on.isoformat()
    row = results(bureau)[0]
    assert (row["due_on"], row["late"]) == (due_on.isoformat(), late)


def test_the_front_page_counts_down_to_the_twentieth_working_day(opening: Opening) -> None:
    """Three results are due on 19 October 2020; on the 20th they are overdue, and no operator is named."""
    bureau = opening("reviewed")
    for day, urgency in (("2020-09-22", "running"), ("2020-10-19", "soon"), ("2020-10-20", "overdue")):
        bureau.clock.set(day)
        clocks = made(bureau.public.get("/index.json"))["clocks"]
        assert [(each["count"], each["due_on"], each["urgency"]) for each in clocks] == [(3, "2020-10-19", urgency)]
    assert not any(credit_code(number) in str(clocks) for number in range(1, 10))


def test_a_penalty_shows_the_six_fields_of_its_summary(opening: Opening) -> None:
    """文号、当事人、违法行为类型、处罚内容、机关、日期: on the list, on the operator's page, and in JSON."""
    bureau = opening("published")
    number = decided(bureau)
    assert made(bureau.public.get("/penalties.json"))["rows"] == [], "a decision is not a publication"
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    (row,) = made(bureau.public.get("/penalties.json"))["rows"]
    six = {
        "decision_no": "测市监处罚〔2020〕1号",
        "operator_name": row["operator_name"],
        "violation": "未持续公示平台服务协议",
        "content": "罚款人民币2万元",
        "authority": "部门·market",
        "decided_on": "2020-09-22",
    }
    assert {name: row[name] for name in six} == six
    assert row["operator_name"].startswith("虚构经营者")
    assert row["kinds"] == ["罚款"]
    for address in ("/penalties", row["operator_path"]):
        page = bureau.public.get(address).text
        for value in (*list(six.values())[:-1], "2020-09-22"):
            assert value in page, (address, value)
    assert row["result_path"] == next(each for each in results(bureau) if each["problem"])["path"]


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (1, "0.01元"),
        (99, "0.99元"),
        (100, "1元"),
        (2_000_000, "20,000元"),
        (123_456_789, "1,234,567.89元"),
        (10**15 - 1, "9,999,999,999,999.99元"),
    ],
)
def test_a_fine_is_shown_to_the_fen(opening_anywhere: Opening, fen: int, shown: str) -> None:
    """Integers all the way: no amount is rounded on any database."""
    bureau = opening_anywhere("published")
    number = decided(bureau, fine_fen=fen)
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    (row,) = made(bureau.public.get("/penalties.json"))["rows"]
    assert (row["fine_fen"], row["confiscated_fen"]) == (fen, 0)
    assert shown in bureau.public.get("/penalties").text


GATE = [
    ({"kinds": ["warning"], "fine_fen": 0}, "仅受到警告"),
    ({"procedure": "summary"}, "简易程序"),
    ({"procedure": "summary", "kinds": ["warning"], "fine_fen": 0}, "简易程序"),
]


@pytest.mark.parametrize(("changes", "reason"), GATE)
def test_what_the_law_keeps_off_the_page_is_refused_with_the_article(
    opening: Opening, changes: dict[str, Any], reason: str
) -> None:
    """A warning alone, and whatever was decided in summary procedure: 45号令第二条. Recorded it may be."""
    bureau = opening("published")
    number = decided(bureau, **changes)
    before = bureau.contents()
    refused = bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_publishable")
    assert reason in refused.json()["detail"]
    assert "市场监督管理行政处罚信息公示规定第二条" in refused.json()["detail"]
    assert bureau.contents() == before
    assert made(bureau.public.get("/penalties.json"))["rows"] == []
    duties = [clock["duty"] for clock in made(bureau.public.get("/index.json"))["clocks"]]
    assert "行政处罚公示" not in duties, "what must not be published is not due"


def test_a_warning_beside_a_fine_is_published(opening: Opening) -> None:
    """Only a warning alone stays off the page."""
    bureau = opening("published")
    number = decided(bureau, kinds=["warning", "fine"])
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    assert made(bureau.public.get("/penalties.json"))["rows"][0]["kinds"] == ["警告", "罚款"]


def test_a_penalty_is_due_twenty_working_days_after_the_decision(opening: Opening) -> None:
    """Decided on 22 September 2020, in time until 26 October."""
    bureau = opening("published")
    number = decided(bureau)
    bureau.clock.set("2020-10-27", "00:00")
    bureau.clear(number)
    answer = made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    assert answer["due_on"] == "2020-10-26"
    assert made(bureau.public.get("/penalties.json"))["rows"][0]["late"] is True


REFUSED = [
    ({"fine_fen": 0}, "/fine_fen"),
    ({"kinds": ["warning"]}, "/fine_fen"),
    ({"confiscated_fen": 5}, "/confiscated_fen"),
    ({"kinds": ["fine", "confiscation"]}, "/confiscated_fen"),
    ({"decided_on": "2020-09-14"}, "/decided_on"),
    ({"decided_on": "2020-09-24"}, "/decided_on"),
    ({"decision_no": " "}, "/decision_no"),
    ({"violation": "\u3000"}, "/violation"),
    ({"basis": ""}, "/basis"),
    ({"basis": "据" * 2049}, "/basis"),
    ({"decided_on": "2020-02-30"}, "/decided_on"),
    ({"decided_on": "2020-9-22"}, "/decided_on"),
    ({"fine_fen": 1.5}, "/fine_fen"),
    ({"fine_fen": "100"}, "/fine_fen"),
    ({"fine_fen": -1}, "/fine_fen"),
    ({"fine_fen": 10**15 + 1}, "/fine_fen"),
    ({"confiscated_fen": 10**30}, "/confiscated_fen"),
    ({"kinds": []}, "/kinds"),
    ({"kinds": ["scolding"]}, "/kinds/0"),
    ({"kinds": ["warning", "warning"], "fine_fen": 0}, "/kinds"),  # a warning alone, made to look like more
]


@pytest.mark.parametrize(("changes", "pointer"), REFUSED)
def test_a_penalty_that_cannot_stand_is_refused(opening: Opening, changes: dict[str, Any], pointer: str) -> None:
    """Amounts go with the kinds, the day lies between visit and today, fen are integers; nothing is recorded."""
    bureau = opening("published")
    before = bureau.contents()
    refused = bureau.desk("approver").post("/api/v1/penalties", penalty(bureau.notes.findings[0], **changes))
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]
    assert bureau.contents() == before


def test_a_penalty_rests_on_a_reviewed_finding_with_a_problem(opening: Opening) -> None:
    """A clear finding, one not yet reviewed, and one replaced by a correction carry none."""
    bureau = opening("filed")
    first, clear, _ = bureau.notes.findings
    bureau.clock.set("2020-09-22")
    for found in (first, clear):
        refused = bureau.desk("approver").post("/api/v1/penalties", penalty(found))
        assert (refused.status_code, refused.json()["code"]) == (409, "finding_state")
        made(bureau.desk("reviewer").post(f"/api/v1/findings/{found}/review", {"approved": True}))
    refused = bureau.desk("approver").post("/api/v1/penalties", penalty(clear))
    assert refused.json()["code"] == "finding_state"
    visit = bureau.notes.visits[0]
    made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", finding(problem=True, corrects=first)))
    refused = bureau.desk("approver").post("/api/v1/penalties", penalty(first))
    assert refused.json()["code"] == "finding_state"


def test_a_decision_number_stands_once(opening: Opening) -> None:
    """In any Unicode form of the same number."""
    bureau = opening("published")
    decided(bureau)
    before = bureau.contents()
    for number in ("测市监处罚〔2020〕1号", " 测市监处罚〔2020〕1号 "):
        body = penalty(bureau.notes.findings[0], decision_no=number)
        refused = bureau.desk("approver2").post("/api/v1/penalties", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "decision_exists")
    assert bureau.contents() == before


def test_what_is_published_has_the_listed_fields_and_no_others(opening: Opening) -> None:
    """The JSON of a result and of a penalty is exactly the typed page's fields, and names no officer."""
    bureau = opening("published")
    number = decided(bureau)
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    (fine,) = made(bureau.public.get("/penalties.json"))["rows"]
    assert set(fine) == set(Penalty.__dataclass_fields__)
    for row in results(bureau):
        assert set(row) == set(Result.__dataclass_fields__)
    said = bureau.public.get("/results.json").text + bureau.public.get("/penalties.json").text
    people = [*bureau.notes.people.values(), *(f"姓名·{name}" for name in bureau.notes.people)]
    assert [each for each in people if each in said] == []


def test_the_bundle_is_the_same_bytes_at_every_call(opening: Opening) -> None:
    """Whatever was published and logged since the draw was opened."""
    bureau = opening("executed")
    path = f"/draws/{bureau.notes.draw_id}/bundle.zip"
    before = bureau.public.get(path).content
    bureau.arrived()
    bureau.filed()
    bureau.reviewed()
    bureau.published()
    assert bureau.public.get(path).content == before
    with zipfile.ZipFile(io.BytesIO(before)) as archive:
        assert len(archive.namelist()) == 10
        for name in archive.namelist():
            assert bureau.public.get(f"/draws/{bureau.notes.draw_id}/files/{name}").content == archive.read(name)


def test_the_headline_is_the_row_of_figures(opening: Opening) -> None:
    """Eight in scope, six in the frame, three drawn, three inspected and published, one problem, one penalty."""
    bureau = opening("published")
    number = decided(bureau)
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    page = made(bureau.public.get("/index.json"))
    assert page["headline"] == {
        "year": 2020,
        "registered": 8,
        "frame": 6,
        "drawn": 3,
        "inspected": 3,
        "published": 3,
        "problems": 1,
        "penalties": 1,
    }
    assert (page["site"]["authority"], page["site"]["stage"]) == (AUTHORITY, "real")
