"""Inspectors see and file their own visits only, in the plan's period, with a certificate that holds on the day."""

from typing import Any

import pytest

from registry.findings import Finding, FindingOutcome
from registry.outcomes import follow_ups_on, outcomes_on
from tests.building import Bureau
from tests.desks import Desk, at, made
from tests.papers import ITEMS, PROBLEM, finding
from tests.rosters import INSPECTORS, inspector, inspectors_csv
from tests.workshop import Opening


def filing_path(visit: str) -> str:
    """Return the address at which a visit is filed."""
    return f"/api/v1/assignments/{visit}/findings"


def ready(opening: Opening) -> tuple[Bureau, str, Desk]:
    """Return a bureau on the day of a visit, the visit, and its leading inspector."""
    bureau = opening("arrived")
    bureau.clock.set("2020-09-15", "16:00")
    visit = bureau.notes.visits[0]
    return bureau, visit, bureau.lead(visit)


def refused_at(bureau: Bureau, desk: Desk, visit: str, body: dict[str, Any]) -> list[str]:
    """File what must be refused with 422 and change nothing; return the pointers."""
    before = bureau.contents()
    answer = desk.post(filing_path(visit), body)
    assert answer.status_code == 422, answer.text
    assert bureau.contents() == before
    return [each["pointer"] for each in answer.json()["errors"]]


def outcomes(**changes: dict[str, str]) -> list[dict[str, str]]:
    """Return a clear outcome for each item, but for the items named."""
    return [{"item": code, "outcome": "no_problem"} | changes.get(code, {}) for code in ITEMS]


def test_an_inspector_sees_exactly_the_visits_of_their_own_teams(opening: Opening) -> None:
    """Every list is the inspector's own seats, and together the lists are every seat of the draw."""
    bureau = opening("executed")
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    seats = 0
    for own in INSPECTORS:
        visits = made(bureau.desk(own).get("/api/v1/assignments"))
        drawn = {u["code"] for u in page["outcome"]["drawn"] for s in u["team"] if s["name"] == f"检查员·{own}"}
        assert {visit["unit_id"] for visit in visits} == drawn
        assert all(own in [seat["inspector_no"] for seat in visit["team"]] for visit in visits)
        seats += len(visits)
    assert seats == 3 * 4


def test_anothers_visit_answers_like_one_that_does_not_exist(opening: Opening) -> None:
    """404 to read and to file, in the words of a number that nobody has."""
    bureau = opening("executed")
    bureau.clock.set("2020-09-15", "16:00")
    missing = f"{bureau.notes.draw_id}-99"
    strangers = 0
    for visit, team in bureau.teams().items():
        for own in set(INSPECTORS) - set(team):
            desk = bureau.desk(own)
            for one, other in (
                (desk.get(f"/api/v1/assignments/{visit}"), desk.get(f"/api/v1/assignments/{missing}")),
                (desk.post(filing_path(visit), finding()), desk.post(filing_path(missing), finding())),
            ):
                assert one.status_code == other.status_code == 404
                assert one.text.replace(visit, missing) == other.text
            strangers += 1
    assert strangers == 3 * (len(INSPECTORS) - 4)
    assert bureau.contents()["findings"] == []


@pytest.mark.parametrize(
    ("day", "clock", "seen"),
    [
        ("2020-12-31", "23:59", True),
        ("2021-01-01", "00:00", False),
    ],
)
def test_a_visit_is_in_sight_in_the_plans_period_only(opening: Opening, day: str, clock: str, *, seen: bool) -> None:
    """To the last minute of its last day in China, and not a minute longer."""
    bureau, visit, lead = ready(opening)
    bureau.clock.set(day, clock)
    assert lead.get(f"/api/v1/assignments/{visit}").status_code == (200 if seen else 404)
    assert (visit in [each["visit_id"] for each in made(lead.get("/api/v1/assignments"))]) is seen
    assert lead.post(filing_path(visit), finding()).status_code == (201 if seen else 404)


def test_a_visit_is_out_of_sight_before_the_period(opening: Opening) -> None:
    """A draw may be executed early; its inspectors learn of it on the first day of the period."""
    bureau = opening("committed")
    bureau.clock.set("2020-08-31", "23:00")
    bureau.handed_in()
    made(bureau.desk("officer2").post(bureau.at_draw("execution")))
    assert bureau.teams() == {}
    bureau.clock.set("2020-09-01", "00:00")
    assert len(bureau.teams()) == 3


def test_a_visit_counts_down_the_days_that_are_left(opening: Opening) -> None:
    """From the day in China to the last day of the period."""
    bureau, visit, lead = ready(opening)
    bureau.clock.set("2020-12-30", "00:30")
    assert made(lead.get(f"/api/v1/assignments/{visit}"))["days_left"] == 1


def test_a_filed_visit_is_a_row_an_item_as_filed(opening: Opening) -> None:
    """Filed by the person, on the day, item for item in the plan's order, with the problem told."""
    bureau, visit, lead = ready(opening)
    answer = made(lead.post(filing_path(visit), finding(problem=True)))
    assert (answer["version"], answer["corrects"], answer["problem"], answer["state"]) == (1, None, True, "filed")
    assert answer["filed_by"] == lead.person_id
    assert [line["item"] for line in answer["outcomes"]] == list(ITEMS)
    assert answer["outcomes"][1] == {
        "item": "M02",
        "outcome": "problem_pending",
        "text": PROBLEM,
        "follow_up": "case_opened",
    }
    assert len(bureau.contents()["finding_outcomes"]) == len(ITEMS)


@pytest.mark.parametrize("left_out", ITEMS)
def test_a_finding_covers_every_item_of_the_plan(opening: Opening, left_out: str) -> None:
    """One item short is refused, and the refusal names the item."""
    bureau, visit, lead = ready(opening)
    lines = [line for line in outcomes() if line["item"] != left_out]
    assert refused_at(bureau, lead, visit, finding(outcomes=lines)) == ["/outcomes"]
    assert left_out in lead.post(filing_path(visit), finding(outcomes=lines)).json()["detail"]
    assert refused_at(bureau, lead, visit, finding(outcomes=[])) == ["/outcomes"]


def test_a_finding_holds_nothing_but_the_plans_items(opening: Opening) -> None:
    """An item of the list that the plan does not name is refused where it stands."""
    bureau, visit, lead = ready(opening)
    lines = [*outcomes(), {"item": "M03", "outcome": "no_problem"}]
    assert refused_at(bureau, lead, visit, finding(outcomes=lines)) == ["/outcomes/3/item"]


@pytest.mark.parametrize("second", ["no_problem", "problem_pending"])
def test_an_item_has_one_outcome(opening: Opening, second: str) -> None:
    """Twice the same item is refused, whatever the outcomes."""
    bureau, visit, lead = ready(opening)
    lines = [*outcomes(), {"item": "M01", "outcome": second, "text": "说明"}]
    assert refused_at(bureau, lead, visit, finding(outcomes=lines)) == ["/outcomes/3/item"]


def test_no_problem_excludes_every_other_outcome_of_the_item(opening: Opening) -> None:
    """未发现问题 beside a problem is refused, in either order, with the reason."""
    bureau, visit, lead = ready(opening)
    problem = {"item": "M01", "outcome": "problem_pending", "text": "说明"}
    for lines in ([*outcomes(), problem], [problem, *outcomes()]):
        refused = lead.post(filing_path(visit), finding(outcomes=lines))
        assert refused.status_code == 422
        assert "未发现问题" in refused.json()["errors"][0]["remedy"]
    assert bureau.contents()["findings"] == []


PROBLEMS = [code for code, choice in outcomes_on(at("2020-09-15").date()).items() if choice.needs_text]


@pytest.mark.parametrize("outcome", PROBLEMS)
@pytest.mark.parametrize("text", ["", "  ", "\u3000\n"])
def test_a_problem_needs_a_text(opening: Opening, outcome: str, text: str) -> None:
    """White space is no text."""
    bureau, visit, lead = ready(opening)
    lines = outcomes(M02={"outcome": outcome, "text": text})
    assert refused_at(bureau, lead, visit, finding(outcomes=lines)) == ["/outcomes/1/text"]


def test_every_outcome_and_follow_up_of_the_day_can_be_filed(opening: Opening) -> None:
    """Ten outcomes, seven follow-ups; a finding is one with a problem exactly when an outcome is."""
    _, visit, lead = ready(opening)
    day = at("2020-09-15").date()
    choices = outcomes_on(day)
    assert len(choices) == 10
    corrects = None
    for place, (code, choice) in enumerate(choices.items()):
        follow_up = list(follow_ups_on(day))[place % len(follow_ups_on(day))]
        lines = outcomes(M01={"outcome": code, "text": "说明", "follow_up": follow_up})
        answer = made(lead.post(filing_path(visit), finding(outcomes=lines, corrects=corrects)))
        assert answer["problem"] is choice.problem, code
        corrects = answer["finding_id"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"outcome": "all_fine"}, "/outcomes/1/outcome"),
        ({"outcome": "NO_PROBLEM"}, "/outcomes/1/outcome"),
        ({"follow_up": "forgotten"}, "/outcomes/1/follow_up"),
        ({"item": "m02"}, "/outcomes/1/item"),
    ],
)
def test_an_unknown_code_is_refused_with_the_codes_there_are(
    opening: Opening, changes: dict[str, str], pointer: str
) -> None:
    """A choice, never free text."""
    bureau, visit, lead = ready(opening)
    body = finding(outcomes=outcomes(M02=changes))
    assert refused_at(bureau, lead, visit, body) == [pointer]
    remedy = lead.post(filing_path(visit), body, Accept_Language="en").json()["errors"][0]["remedy"]
    assert {"outcome": "problem_pending", "follow_up": "case_opened", "item": "M02"}[
        pointer.rpartition("/")[2]
    ] in remedy


@pytest.mark.parametrize("day", ["2020-08-31", "2020-09-16", "2021-01-01", "1970-01-01"])
def test_a_date_outside_the_period_or_in_the_future_is_refused(opening: Opening, day: str) -> None:
    """The day of the visit lies in the period and not after today."""
    bureau, visit, lead = ready(opening)
    assert refused_at(bureau, lead, visit, finding(inspected_on=day)) == ["/inspected_on"]


@pytest.mark.parametrize("day", ["2020-09-01", "2020-09-15"])
def test_the_first_day_of_the_period_and_today_are_taken(opening: Opening, day: str) -> None:
    """Both ends belong to the range."""
    _, visit, lead = ready(opening)
    assert made(lead.post(filing_path(visit), finding(inspected_on=day)))["inspected_on"] == day


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        ("2019-01-01", "2020-09-13", 403),  # ended before the visit
        ("2019-01-01", "2020-09-14", 403),  # held on the visit, ended before filing
        ("2019-01-01", "2020-09-15", 201),  # ends on the day of filing
        ("2020-09-15", "2023-12-31", 403),  # began after the visit
        ("2020-09-14", "2023-12-31", 201),  # began on the day of the visit
    ],
)
def test_the_certificate_holds_on_the_day_of_the_visit_and_of_filing(
    opening: Opening, start: str, end: str, status: int
) -> None:
    """Visited on the 14th, filed on the 15th: the certificate as it stands in the roster now must cover both."""
    bureau, visit, lead = ready(opening)
    own = bureau.teams()[visit][0]
    row = inspector(own, certificate_from=start, certificate_until=end)
    made(bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv([row])))
    answer = lead.post(filing_path(visit), finding(inspected_on="2020-09-14"))
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["code"] == "certificate"
        assert bureau.contents()["findings"] == []


def test_a_correction_is_a_new_row_that_points_at_the_old(opening_anywhere: Opening) -> None:
    """The old row and its outcomes stay as they were, byte for byte; only the newest is offered for review."""
    bureau = opening_anywhere("filed")
    visit, first = bureau.notes.visits[1], bureau.notes.findings[1]
    tables = [str(table.__tablename__) for table in (Finding, FindingOutcome)]
    before = {table: bureau.contents()[table] for table in tables}
    answer = made(bureau.lead(visit).post(filing_path(visit), finding(problem=True, corrects=first)))
    assert (answer["version"], answer["corrects"], answer["finding_id"]) == (2, first, f"{visit}-2")
    after = bureau.contents()
    for table in tables:
        assert set(before[table]) < set(after[table])
    listed = [each["finding_id"] for each in made(bureau.desk("reviewer").get("/api/v1/findings"))]
    assert f"{visit}-2" in listed
    assert first not in listed
    stale = bureau.desk("reviewer").post(f"/api/v1/findings/{first}/review", {"approved": True})
    assert (stale.status_code, stale.json()["code"]) == (409, "finding_state")


@pytest.mark.parametrize("corrects", [None, "nothing-1", "other"])
def test_what_is_filed_is_replaced_only_by_naming_it(opening: Opening, corrects: str | None) -> None:
    """A second filing without ``corrects``, or one that names another record, is refused."""
    bureau = opening("filed")
    visit = bureau.notes.visits[0]
    named = bureau.notes.findings[1] if corrects == "other" else corrects
    before = bureau.contents()
    refused = bureau.lead(visit).post(filing_path(visit), finding(corrects=named))
    assert (refused.status_code, refused.json()["code"]) == (409, "finding_state")
    assert bureau.notes.findings[0] in refused.json()["detail"]
    assert bureau.contents() == before


def test_a_record_is_corrected_once(opening: Opening) -> None:
    """The second correction corrects the first correction."""
    bureau = opening("filed")
    visit, first = bureau.notes.visits[0], bureau.notes.findings[0]
    lead = bureau.lead(visit)
    second = made(lead.post(filing_path(visit), finding(corrects=first)))["finding_id"]
    assert lead.post(filing_path(visit), finding(corrects=first)).status_code == 409
    assert made(lead.post(filing_path(visit), finding(corrects=second)))["version"] == 3


def test_there_is_nothing_to_correct_before_something_is_filed(opening: Opening) -> None:
    """A first record corrects nothing."""
    _, visit, lead = ready(opening)
    refused = lead.post(filing_path(visit), finding(corrects=f"{visit}-1"))
    assert (refused.status_code, refused.json()["code"]) == (409, "finding_state")


def test_a_returned_finding_stays_in_sight_until_it_is_corrected(opening: Opening) -> None:
    """Past the period the team still sees why, corrects it, and then it is out of sight."""
    bureau = opening("filed")
    visit, first = bureau.notes.visits[0], bureau.notes.findings[0]
    lead = bureau.lead(visit)
    bureau.clock.set("2020-12-31")
    reviewer = bureau.desk("reviewer")
    made(reviewer.post(f"/api/v1/findings/{first}/review", {"approved": False, "reason": "缺少页面截图说明"}))
    bureau.clock.set("2021-01-05")
    seen = made(lead.get(f"/api/v1/assignments/{visit}"))
    assert (seen["finding_state"], seen["returned_because"]) == ("returned", "缺少页面截图说明")
    assert [each["visit_id"] for each in made(lead.get("/api/v1/assignments"))] == [visit]
    second = made(lead.post(filing_path(visit), finding(problem=True, corrects=first)))
    bureau.settle(visit, second["finding_id"])
    assert lead.get(f"/api/v1/assignments/{visit}").status_code == 404
    made(reviewer.post(f"/api/v1/findings/{second['finding_id']}/review", {"approved": True}))


def test_a_finding_is_returned_with_a_reason_and_reviewed_once(opening: Opening) -> None:
    """Without a reason it is not returned, and a second review is refused."""
    bureau = opening("filed")
    path = f"/api/v1/findings/{bureau.notes.findings[0]}/review"
    before = bureau.contents()
    refused = bureau.desk("reviewer").post(path, {"approved": False, "reason": " "})
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/reason"]
    assert bureau.contents() == before
    made(bureau.desk("reviewer").post(path, {"approved": False, "reason": "说明不清"}))
    again = bureau.desk("reviewer2").post(path, {"approved": True})
    assert (again.status_code, again.json()["code"]) == (409, "finding_state")
