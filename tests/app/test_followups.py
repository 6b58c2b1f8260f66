"""What follows a problem: open until it is closed with a date, listed when it waits too long."""

from typing import Any

import pytest

from registry.followups import FollowStep, matters, wait_on
from registry.people import Role
from tests.building import Bureau
from tests.desks import Desk, at, made
from tests.rosters import inspector
from tests.workshop import Opening

ITEM = "M02"


def path_of(bureau: Bureau) -> str:
    """Return the address of the one matter: the first visit's problem."""
    return f"/api/v1/followups/{bureau.notes.visits[0]}/{ITEM}"


def step(bureau: Bureau, name: str, day: str = "2020-09-23", **said: str) -> Any:  # noqa: ANN401 - an answer
    """Record a step as a reviewer."""
    body = {"step": name, "happened_on": day} | said
    return bureau.desk("reviewer").post(f"{path_of(bureau)}/steps", body)


def close(bureau: Bureau, day: str = "2020-09-23", by: str = "approver") -> Any:  # noqa: ANN401 - an answer
    """Close the matter."""
    return bureau.desk(by).post(f"{path_of(bureau)}/closing", {"closed_on": day, "how": "已改正并复查"})


def closed(bureau: Bureau, place: int) -> bool:
    """Return whether nothing is open of a visit."""
    with bureau.service.database.reading() as session:
        return not any(each.is_open for each in matters(session, [bureau.notes.visits[place]]))


def refused(bureau: Bureau, answer: Any, code: str, pointer: str = "") -> None:  # noqa: ANN401 - an answer
    """Check that a step was refused as it should be."""
    assert answer.json()["code"] == code, answer.text
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert bureau.contents()["followups"] == []


def test_what_was_filed_as_pending_is_open_from_the_day_of_the_inspection(opening: Opening) -> None:
    """One of three visits found a problem; the others leave nothing to do."""
    bureau = opening("reviewed")
    (matter,) = made(bureau.desk("supervisor").get("/api/v1/followups"))
    assert (matter["visit_id"], matter["item"]) == (bureau.notes.visits[0], ITEM)
    assert (matter["open"], matter["since"], matter["waits_on"]) == (True, "2020-09-15", "none")
    assert [closed(bureau, place) for place in range(3)] == [False, True, True]


def test_a_finding_that_was_not_reviewed_leaves_nothing_to_follow_up(opening: Opening) -> None:
    """What may still be returned is no matter."""
    assert made(opening("filed").desk("supervisor").get("/api/v1/followups")) == []


def test_closing_is_shown_with_the_result_and_counts_it_as_closed(opening_anywhere: Opening) -> None:
    """Since when it is open, then on what day it was closed; one fact, and no word of how."""
    bureau = opening_anywhere("published")
    row = made(bureau.public.get("/results.json?only=problem"))["rows"][0]
    line = {"item_code": ITEM, "item_name": f"事项{ITEM}", "open_since": "2020-09-15", "closed_on": None}
    assert row["follow_ups"] == [line]
    page = bureau.public.get(row["operator_path"])
    assert "尚未办结" in page.text
    facts = len(bureau.contents()["journal"])
    answer = made(close(bureau))
    assert (answer["open"], answer["closed_on"], answer["due_on"]) == (False, "2020-09-23", None)
    assert len(bureau.contents()["journal"]) == facts + 1
    row = made(bureau.public.get("/results.json?only=problem"))["rows"][0]
    assert row["follow_ups"] == [line | {"closed_on": "2020-09-23"}]
    page = bureau.public.get(row["operator_path"])
    assert "已办结" in page.text
    assert "已改正并复查" not in page.text
    assert closed(bureau, 0)


def test_nothing_is_shown_of_what_is_not_published(opening: Opening) -> None:
    """A sealed draw's matter is on no page."""
    bureau = opening("reviewed", sealed=True)
    made(step(bureau, "case_opened", "2020-09-22", reference="示立案1号"))
    said = "".join(bureau.public.get(path).text for path in ("/", "/results", "/results.json", "/draws.json"))
    assert "尚未办结" not in said
    assert bureau.notes.visits[0] not in said


def test_a_case_is_handed_to_another_province_with_record_receipt_and_outcome(opening: Opening) -> None:
    """红盾云桥: each step its own row, and none of it public."""
    bureau = opening("published")
    made(step(bureau, "to_province", receiver="河北省市场监督管理局", reference="红盾云桥2020-0001"))
    bureau.clock.set("2020-10-12")
    made(step(bureau, "receipt", "2020-10-12", reference="回执0001"))
    bureau.clock.set("2020-11-12")
    answer = made(step(bureau, "outcome", "2020-11-12", text="对方已立案"))
    assert [each["step"] for each in answer["steps"]] == ["to_province", "receipt", "outcome"]
    assert (answer["waits_on"], answer["open"]) == ("outcome", True)
    made(close(bureau, "2020-11-12"))
    said = bureau.public.get("/results").text + bureau.public.get("/results.json").text
    assert "红盾云桥" not in said
    assert "河北" not in said


@pytest.mark.parametrize("name", ["receipt", "outcome"])
def test_nobody_answers_what_was_not_handed_on(opening: Opening, name: str) -> None:
    """A receipt is for a handover."""
    bureau = opening("published")
    refused(bureau, step(bureau, name, reference="1", text="1"), "matter_state")


@pytest.mark.parametrize(
    ("name", "said", "pointer"),
    [
        ("case_opened", {}, "/reference"),
        ("to_department", {}, "/receiver"),
        ("to_police", {"receiver": " "}, "/receiver"),
        ("to_province", {"receiver": "河北省市场监督管理局"}, "/reference"),
        ("closed", {"text": "已办结"}, "/step"),
    ],
)
def test_a_step_says_what_it_needs_to(opening: Opening, name: str, said: dict[str, str], pointer: str) -> None:
    """A case has its number, a handover its receiver; closing is not a reviewer's."""
    bureau = opening("published")
    refused(bureau, step(bureau, name, **said), "field", pointer)


@pytest.mark.parametrize("day", ["2020-09-14", "2020-09-24"])
def test_a_step_lies_between_the_inspection_and_today(opening: Opening, day: str) -> None:
    """Not before there was a problem, not in the future."""
    bureau = opening("published")
    refused(bureau, step(bureau, "case_opened", day, reference="示立案1号"), "field", "/happened_on")
    refused(bureau, close(bureau, day), "field", "/happened_on")


def test_what_is_closed_stays_closed(opening: Opening) -> None:
    """Neither closed again nor followed up further."""
    bureau = opening("published")
    made(close(bureau))
    before = bureau.contents()
    for answer in (close(bureau, by="approver2"), step(bureau, "case_opened", reference="示立案1号")):
        assert (answer.status_code, answer.json()["code"]) == (409, "matter_state")
    assert bureau.contents() == before


def test_what_is_no_problem_has_nothing_to_follow_up(opening: Opening) -> None:
    """A clear item is no matter, and neither is one that nobody knows."""
    bureau = opening("published")
    for place in (f"{bureau.notes.visits[0]}/M01", f"{bureau.notes.visits[1]}/M02", "nothing/M02"):
        assert bureau.desk("reviewer").get(f"/api/v1/followups/{place}").status_code == 404


def test_a_matter_is_closed_by_another_than_who_took_its_newest_step(opening: Opening) -> None:
    """And neither step is open to the team, or to a namesake of it."""
    bureau = opening("published")
    both = bureau.hire("both", Role.REVIEWER, Role.APPROVER)
    body = {"step": "case_opened", "happened_on": "2020-09-23", "reference": "示立案1号"}
    name = inspector(bureau.teams()[bureau.notes.visits[0]][0])["name"]
    person = {"name": name, "roles": ["reviewer", "approver"]}
    twin = made(bureau.desk("administrator").post("/api/v1/people", person))["person_id"]
    desk = Desk(bureau.client, bureau.another_key(twin), twin)
    closing = {"closed_on": "2020-09-23", "how": "已改正"}
    for answer in (desk.post(f"{path_of(bureau)}/steps", body), desk.post(f"{path_of(bureau)}/closing", closing)):
        assert (answer.status_code, answer.json()["code"]) == (403, "same_person")
    made(both.post(f"{path_of(bureau)}/steps", body))
    answer = both.post(f"{path_of(bureau)}/closing", closing)
    assert (answer.status_code, answer.json()["code"]) == (403, "same_person")
    made(close(bureau))


def test_a_case_waits_90_calendar_days_and_then_is_overdue(opening: Opening) -> None:
    """Counted from the day after; the limit names its source; the board counts it."""
    bureau = opening("published")
    made(step(bureau, "case_opened", reference="示立案1号"))
    reader = bureau.desk("supervisor")
    bureau.clock.set("2020-12-22")
    (matter,) = made(reader.get("/api/v1/followups"))
    assert (matter["due_on"], matter["overdue"]) == ("2020-12-22", False)
    assert made(reader.get("/api/v1/followups?overdue=true")) == []
    assert made(reader.get("/api/v1/followups/board"))["overdue"] == 0
    bureau.clock.set("2020-12-23")
    (matter,) = made(reader.get("/api/v1/followups?overdue=true"))
    assert "市场监督管理行政处罚程序" in matter["limit_source"]
    board = made(reader.get("/api/v1/followups/board"))
    assert board == {"open": 1, "overdue": 1, "closed": 0, "overdue_by_step": {"case_opened": 1}}
    made(close(bureau, "2020-12-23"))
    assert made(reader.get("/api/v1/followups/board"))["closed"] == 1
    assert made(reader.get("/api/v1/followups?open=true")) == []


def test_every_step_has_a_limit_with_its_source() -> None:
    """Dated data: for every step but closing, on every day since the data begin."""
    for name in ("none", *FollowStep):
        for day in ("2019-02-15", "2021-07-14", "2021-07-15", "2026-01-01"):
            wait = wait_on(name, at(day).date())
            assert (wait is None) is (name == FollowStep.CLOSED)
            assert wait is None or wait.source
    assert wait_on("case_opened", at("2021-07-15").date()).source == "行政处罚法第六十条"  # type: ignore[union-attr]


def test_a_correction_that_clears_the_item_ends_the_matter(opening: Opening) -> None:
    """The newest approved finding decides what there is to follow up."""
    bureau = opening("reviewed")
    visit, first = bureau.notes.visits[0], bureau.notes.findings[0]
    outcomes = [{"item": code, "outcome": "no_problem"} for code in ("M01", "M02", "C01")]
    body = {"inspected_on": "2020-09-15", "outcomes": outcomes, "corrects": first}
    second = made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", body))["finding_id"]
    assert len(made(bureau.desk("supervisor").get("/api/v1/followups"))) == 1
    bureau.settle(visit, second)
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{second}/review", {"approved": True}))
    assert made(bureau.desk("supervisor").get("/api/v1/followups")) == []
