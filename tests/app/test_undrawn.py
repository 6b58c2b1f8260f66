"""Visits that no draw caused: asked for, approved by another, counted, published alike, and marked as not drawn."""

import json
from typing import Any

import pytest
from sqlmodel import col, select

from registry.inspectors import Inspector
from registry.people import Role
from registry.steps import Step, VisitState, counted_requests
from registry.visits import Visit
from tests.building import Bureau
from tests.desks import Desk, made
from tests.papers import penalty, plan, visit_request
from tests.playing import DAY, WAYS, Play, at_state, requested
from tests.rosters import NOT_TRADING, credit_code, inspector, inspectors_csv
from tests.workshop import Opening

MARK = "非双随机抽取（投诉举报）"


def published(opening: Opening, **changes: object) -> Play:
    """Return a visit by complaint whose result is published, beside the published results of a draw."""
    play = requested(opening, "published", period_from="2020-09-23", **changes)
    made(play.decide(Step.APPROVED))
    made(play.notify("2020-09-23"))
    made(play.meet(Step.ARRIVED, at="2020-09-23T09:00:00+08:00"))
    line = {"item": "M01", "outcome": "problem_pending", "text": "首页未公示营业执照信息"}
    filed = made(play.lead.post(f"{play.path}/findings", {"inspected_on": "2020-09-23", "outcomes": [line]}))
    play.findings.append(filed["finding_id"])
    play.through(Step.CONFIRMED, Step.TOLD, Step.PASSED)
    made(play.publish())
    return play


def refused(bureau: Bureau, body: dict[str, Any], desk: Desk | None = None) -> dict[str, Any]:
    """Ask for a visit that must be refused and change nothing; return the problem."""
    before = bureau.contents()
    answer = (desk or bureau.desk("officer")).post("/api/v1/visits", body)
    assert answer.status_code in (404, 422), answer.text
    assert bureau.contents() == before
    return dict(answer.json())


@pytest.fixture
def bureau(opening: Opening) -> Bureau:
    """Return a bureau on the day of the request."""
    found = opening("staffed")
    found.clock.set(DAY)
    return found


@pytest.mark.parametrize("cause", ["complaint", "referral", "monitoring", "key"])
def test_a_visit_is_asked_for_with_its_cause_and_source(opening_anywhere: Opening, cause: str) -> None:
    """It counts for the calendar year, waits for approval, and is one fact."""
    bureau = opening_anywhere("staffed")
    bureau.clock.set(DAY)
    facts = len(bureau.contents()["journal"])
    answer = made(bureau.desk("officer").post("/api/v1/visits", visit_request(cause=cause)))
    assert (answer["cause"], answer["drawn"], answer["year"], answer["state"]) == (cause, False, 2020, "assigned")
    assert answer["source_no"] == "测举报2020091500001"
    assert [seat["inspector_no"] for seat in answer["team"]] == ["market-1", "market-2"]
    assert (answer["task_no"], answer["plan_no"]) == (None, None)
    assert len(bureau.contents()["journal"]) == facts + 1


def test_a_drawn_visit_cannot_be_asked_for(bureau: Bureau) -> None:
    """Only a draw draws."""
    assert refused(bureau, visit_request(cause="drawn"))["errors"][0]["pointer"] == "/cause"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"items": ["M09"]}, "/items/0"),
        ({"items": ["M01", "C01"]}, "/team"),
        ({"team": ["market-1"]}, "/team"),
        ({"team": ["market-1", "cyber-1", "cyber-2"], "items": ["M01", "C01"]}, "/team"),
        ({"team": ["market-1", "market-2", "cyber-1", "cyber-2"]}, "/team"),
        ({"team": ["market-1", "market-5"], "period_to": "2020-11-30"}, "/team/1"),
        ({"source_no": " "}, "/source_no"),
        ({"period_to": "2020-09-14", "period_from": "2020-09-01"}, "/period_to"),
        ({"period_to": "2020-09-20", "period_from": "2020-09-21"}, "/period_to"),
    ],
)
def test_the_rules_of_items_teams_and_periods_hold(bureau: Bureau, changes: dict[str, Any], pointer: str) -> None:
    """Items of the list, two of each department, an item for each, certificates through the period."""
    assert refused(bureau, visit_request(**changes))["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("changes", [{"unit_id": credit_code(99)}, {"team": ["market-1", "market-99"]}])
def test_nobody_unknown_is_visited_or_sent(bureau: Bureau, changes: dict[str, Any]) -> None:
    """Operators and inspectors are those of the register."""
    assert refused(bureau, visit_request(**changes))["code"] == "absent"


def test_a_recused_inspector_is_never_sent(bureau: Bureau) -> None:
    """A recusal that was decided holds for every visit, drawn or not."""
    body = {"inspector_no": "market-2", "unit_id": credit_code(NOT_TRADING), "reason": "近亲属"}
    filed = made(bureau.desk("registrar").post("/api/v1/recusals", body))
    made(bureau.desk("officer").post("/api/v1/visits", visit_request()))
    made(bureau.desk("approver").post(f"/api/v1/recusals/{filed['recusal_id']}/decision", {"approved": True}))
    assert refused(bureau, visit_request())["errors"][0]["pointer"] == "/team/1"
    made(bureau.desk("officer").post("/api/v1/visits", visit_request(team=["market-1", "market-3"])))


def test_an_inspector_who_left_is_not_sent(bureau: Bureau) -> None:
    """Whoever does not serve any more inspects nobody."""
    rows = [inspector("market-2", status="离岗")]
    made(bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv(rows)))
    assert refused(bureau, visit_request())["errors"][0]["pointer"] == "/team/1"


def test_a_visit_may_belong_to_an_approved_campaign_of_its_year(bureau: Bureau) -> None:
    """A special campaign (专项行动) is a plan of its own; one that nobody approved causes nothing."""
    campaign = plan(title="网剑行动", campaign=True)
    number = made(bureau.desk("officer").post("/api/v1/plans", campaign))["plan_no"]
    assert refused(bureau, visit_request(plan_no=number))["errors"][0]["pointer"] == "/plan_no"
    made(bureau.desk("approver").post(f"/api/v1/plans/{number}/approval"))
    answer = made(bureau.desk("officer").post("/api/v1/visits", visit_request(plan_no=number)))
    assert answer["plan_no"] == number
    next_year = visit_request(plan_no=number, period_from="2021-01-04", period_to="2021-01-29")
    over_the_end = visit_request(plan_no=number, period_to="2021-01-10")
    for period in (next_year, over_the_end):
        assert refused(bureau, period)["errors"][0]["pointer"] == "/plan_no"


def test_the_team_sees_nothing_before_approval(opening: Opening) -> None:
    """What was only asked for is no visit, and what was rejected or cancelled is none any more."""
    for state in (VisitState.ASSIGNED, VisitState.REJECTED, VisitState.CANCELLED):
        play = at_state(opening, state)
        assert made(play.lead.get("/api/v1/assignments")) == []
        assert play.lead.get(play.path).status_code == 404
    play = at_state(opening, VisitState.APPROVED)
    (seen,) = made(play.lead.get("/api/v1/assignments"))
    assert (seen["cause"], seen["state"], seen["may_follow"]) == ("complaint", "approved", ["notified", "cancelled"])


@pytest.mark.parametrize("step", [Step.APPROVED, Step.REJECTED])
def test_a_visit_is_decided_by_another_than_who_asked_for_it(opening: Opening, step: Step) -> None:
    """Nor by a namesake, nor by who would go on it."""
    bureau = opening("staffed")
    bureau.clock.set(DAY)
    both = bureau.hire("both", Role.DRAW_OFFICER, Role.APPROVER)
    visit = made(both.post("/api/v1/visits", visit_request()))["visit_id"]
    path, body = f"/api/v1/visits/{visit}/decision", {"approved": step is Step.APPROVED, "reason": "线索不实"}
    with bureau.service.database.reading() as session:
        names = ["姓名·both", session.get_one(Inspector, "market-1").name]
    for name in names:
        person = {"name": name, "roles": ["approver"]}
        twin = made(bureau.desk("administrator").post("/api/v1/people", person))["person_id"]
        desk = Desk(bureau.client, bureau.another_key(twin), twin)
        answer = desk.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "same_person"), name
    answer = both.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "same_person")
    made(bureau.desk("approver").post(path, body))


def test_a_visit_is_rejected_and_cancelled_with_a_reason(opening: Opening) -> None:
    """Why is on record."""
    play = at_state(opening, VisitState.ASSIGNED)
    approver, path = play.bureau.desk("approver"), f"/api/v1/visits/{play.visit_id}"
    for answer in (
        approver.post(f"{path}/decision", {"approved": False, "reason": " "}),
        approver.post(f"{path}/cancellation", {"reason": ""}),
    ):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert made(play.cancel())["steps"][-1]["text"] == "举报人撤回"


@pytest.mark.parametrize(
    "state",
    [VisitState.ASSIGNED, VisitState.APPROVED, VisitState.CANCELLED, VisitState.ARRIVED, VisitState.PASSED],
)
def test_a_visit_counts_toward_the_cap_once_its_team_has_set_out(opening: Opening, state: VisitState) -> None:
    """What is merely asked for or approved spares nobody the next draw."""
    play = at_state(opening, state)
    with play.bureau.service.database.reading() as session:
        counted = select(Visit.year).where(col(Visit.visit_id).in_(counted_requests()))
        assert session.exec(counted).all() == ([2020] if state in (VisitState.ARRIVED, VisitState.PASSED) else [])


def test_its_id_tells_nothing(opening: Opening) -> None:
    """No running number, no day: nobody can count what is not published."""
    bureau = opening("staffed")
    bureau.clock.set(DAY)
    ids = [made(bureau.desk("officer").post("/api/v1/visits", visit_request()))["visit_id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(len(each) == 13 and each[0] == "u" and int(each[1:], 16) >= 0 for each in ids)


def test_a_published_result_is_marked_as_not_drawn_everywhere(opening: Opening) -> None:
    """Operator page, list of results, front page, their JSON, and the stored projection in the log's evidence."""
    play = published(opening)
    code = credit_code(NOT_TRADING)
    public = play.bureau.public
    for path in (f"/operators/{code}", "/results", "/"):
        assert MARK in public.get(path).text, path
    (row,) = made(public.get(f"/operators/{code}.json"))["results"]
    assert row["origin"] == MARK
    assert [row[name] for name in ("draw_id", "draw_path", "task_no", "plan_no")] == [None] * 4
    rows = made(public.get("/results.json"))["rows"]
    assert [each["origin"] for each in rows] == [MARK, None, None, None]
    notices = made(public.get("/index.json"))["notices"]
    assert notices[0]["origin"] == MARK
    assert {each["origin"] for each in notices[1:]} == {None}
    body = json.loads(made(public.get(row["evidence_path"]))["body"])
    assert (body["content"]["cause"], body["content"]["drawn"]) == ("投诉举报", False)


def test_a_complaint_tells_nobody_who_complained(opening: Opening) -> None:
    """Source number and reason are the bureau's alone."""
    play = published(opening)
    public = play.bureau.public
    code = credit_code(NOT_TRADING)
    said = "".join(public.get(path).text for path in ("/", "/results", "/results.json", f"/operators/{code}"))
    assert "测举报2020091500001" not in said
    assert "举报称" not in said


def test_a_visit_without_a_draw_never_counts_as_drawn(opening: Opening) -> None:
    """The year's figures are those of draws alone, with or without its penalty."""
    plain = made(opening("published").public.get("/index.json"))["headline"]
    play = published(opening)
    decided = penalty(play.newest, decided_on="2020-09-23")
    number = made(play.bureau.desk("approver").post("/api/v1/penalties", decided))["penalty_id"]
    play.bureau.clear(number)
    made(play.bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    public = play.bureau.public
    assert made(public.get("/index.json"))["headline"] == plain
    (fine,) = made(public.get("/penalties.json"))["rows"]
    assert fine["origin"] == MARK
    assert MARK in public.get("/penalties").text
    drawn = made(public.get(f"/draws/{play.bureau.notes.draw_id}.json"))["outcome"]["drawn"]
    assert credit_code(NOT_TRADING) not in {unit["code"] for unit in drawn}


def test_its_terms_run_like_any_other(opening: Opening) -> None:
    """The front page counts down to its publication, and names nobody."""
    play = requested(opening).through(*WAYS[VisitState.CONFIRMED], Step.PASSED)
    (clock,) = made(play.bureau.public.get("/index.json"))["clocks"]
    assert (clock["duty"], clock["count"], clock["due_on"]) == ("检查结果公示", 1, "2020-10-19")


def test_a_visit_beside_a_sealed_draw_gives_nothing_of_it_away(opening: Opening) -> None:
    """Its list is for the bureau, and holds no drawn visit."""
    bureau = opening("arrived", sealed=True)
    made(bureau.desk("officer").post("/api/v1/visits", visit_request()))
    listed = made(bureau.desk("officer").get("/api/v1/visits"))
    assert [each["cause"] for each in listed] == ["complaint"]
    assert not any(visit in json.dumps(listed) for visit in bureau.notes.visits)


def test_an_approved_visit_is_cancelled_by_another_than_who_approved_it(opening: Opening) -> None:
    """One head alone does not drop what a complaint led to."""
    play = at_state(opening, VisitState.APPROVED)
    path = f"/api/v1/visits/{play.visit_id}/cancellation"
    answer = play.bureau.desk("approver").post(path, {"reason": "举报人撤回"})
    assert (answer.status_code, answer.json()["code"]) == (403, "same_person")
    made(play.cancel())


def test_a_merged_record_is_not_visited_and_its_recusals_hold(bureau: Bureau) -> None:
    """Merging takes nobody's recusal away: the record that was kept is visited, by others."""
    registrar, approver = bureau.desk("registrar"), bureau.desk("approver")
    body = {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": "近亲属"}
    number = made(registrar.post("/api/v1/recusals", body))["recusal_id"]
    made(approver.post(f"/api/v1/recusals/{number}/decision", {"approved": True}))
    asked = {"kept": credit_code(2), "merged": credit_code(1), "reason": "重复"}
    merging = made(registrar.post("/api/v1/mergings", asked))["merging_id"]
    made(approver.post(f"/api/v1/mergings/{merging}/decision", {"approved": True}))
    answer = bureau.desk("officer").post("/api/v1/visits", visit_request(unit_id=credit_code(1)))
    assert (answer.status_code, answer.json()["code"]) == (409, "merged")
    wrong = refused(bureau, visit_request(unit_id=credit_code(2)))
    assert wrong["errors"][0]["pointer"].startswith("/team/")
