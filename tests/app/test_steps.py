"""A visit goes step by step: approval, notice, arrival or what was met instead, finding, confirmation, telling."""

from typing import Any

import httpx
import pytest

from registry.people import Role
from registry.steps import ONLY_DRAWN, ONLY_UNDRAWN, TRANSITIONS, Step, VisitState
from tests.building import Bureau
from tests.crowds import at_once, serving
from tests.desks import Desk, made
from tests.papers import finding
from tests.playing import DAY, OUTCOMES, TEAM, WAYS, Play, at_state, requested
from tests.rosters import NOT_TRADING, credit_code, inspector, inspectors_csv
from tests.workshop import Opening


def refused(play: Play, answer_of: Any) -> dict[str, Any]:  # noqa: ANN401 - a step still to be taken
    """Take a step that must be refused and change nothing; return the problem."""
    before = play.bureau.contents()
    answer = answer_of()
    assert not answer.is_success, answer.text
    assert answer.status_code < 500, answer.text
    assert play.bureau.contents() == before
    return dict(answer.json())


def test_every_state_has_its_steps_and_a_way_into_it() -> None:
    """The table names each state, and each step leads somewhere; only a drawn visit is replaced."""
    assert set(TRANSITIONS) == set(VisitState) == set(WAYS) | {VisitState.REPLACED}
    assert {step for steps in TRANSITIONS.values() for step in steps} == set(Step)


@pytest.mark.parametrize("state", WAYS)
def test_exactly_the_steps_of_the_table_can_follow(opening: Opening, state: VisitState) -> None:
    """From every state every step is tried: those of the table lead where it says, all others change nothing."""
    play = at_state(opening, state)
    assert play.state() == state
    following = [step for step in TRANSITIONS[state] if step not in ONLY_DRAWN]
    for step in Step:
        if step not in following:
            refused(play, lambda step=step: play.take(step))
    for step in following:
        again = at_state(opening, state)
        facts = len(again.bureau.contents()["journal"])
        made(again.take(step))
        assert again.state() == TRANSITIONS[state][step], step
        assert len(again.bureau.contents()["journal"]) == facts + 1, "one step, one fact"


def test_a_refusal_says_what_can_follow(opening: Opening) -> None:
    """In both languages, with the state and the steps."""
    play = at_state(opening, VisitState.APPROVED)
    path = f"{play.path}/postponement"
    body = {"until": "2020-09-20", "reason": "负责人住院"}
    zh = play.lead.post(path, body).json()
    en = play.lead.post(path, body, Accept_Language="en").json()
    assert zh["code"] == en["code"] == "visit_state"
    assert "检查通知" in zh["detail"]
    assert "notified" in en["detail"]


def test_the_list_of_a_draw_is_approved_whole_and_once(opening_anywhere: Opening) -> None:
    """One fact for three visits, by somebody other than who executed; a second time there is nothing to approve."""
    bureau = opening_anywhere("executed")
    path = f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval"
    facts = len(bureau.contents()["journal"])
    assert made(bureau.desk("approver").post(path)) == {"draw_id": bureau.notes.draw_id, "approved": 3}
    after = bureau.contents()
    assert len(after["journal"]) == facts + 1
    assert [row[2] for row in after["visit_steps"]] == ["approved"] * 3
    again = bureau.desk("approver2").post(path)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_approve")
    assert bureau.contents() == after


def test_a_list_approved_by_many_at_once_is_approved_once(opening_anywhere: Opening) -> None:
    """Of sixteen requests one approves; no visit has two approvals."""
    bureau = opening_anywhere("executed")
    path = f"http://bureau/api/v1/draws/{bureau.notes.draw_id}/visits/approval"
    keys = [bureau.notes.keys[name] for name in ("approver", "approver2")]
    requests = [
        httpx.Request(
            "POST",
            path,
            headers={"Authorization": f"Bearer {keys[place % 2]}", "Idempotency-Key": f"approve-{place:04d}"},
        )
        for place in range(16)
    ]
    with serving(bureau) as address:
        answers = at_once(address, requests)
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 15]
    assert len(bureau.contents()["visit_steps"]) == 3


def test_a_finding_confirmed_by_many_at_once_is_confirmed_once(opening_anywhere: Opening) -> None:
    """Of eight requests one confirms."""
    play = requested(opening_anywhere).through(Step.APPROVED, Step.NOTIFIED, Step.ARRIVED, Step.FILED)
    key = play.bureau.notes.keys[TEAM[1]]
    requests = [
        httpx.Request(
            "POST",
            f"http://bureau{play.path}/confirmation",
            json={"finding_id": play.newest},
            headers={"Authorization": f"Bearer {key}", "Idempotency-Key": f"confirm-{place:04d}"},
        )
        for place in range(8)
    ]
    with serving(play.bureau) as address:
        answers = at_once(address, requests)
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert len(play.bureau.contents()["finding_confirmations"]) == 1


def test_a_draw_not_executed_has_no_list_to_approve(opening: Opening) -> None:
    """Nobody approves who is yet to be drawn."""
    bureau = opening("committed")
    answer = bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_approve")


def test_the_list_is_not_approved_by_who_executed_the_draw(opening: Opening) -> None:
    """Nor by who goes on a visit, nor by a namesake of one."""
    bureau = opening("committed")
    both = bureau.hire("both", Role.DRAW_OFFICER, Role.APPROVER)
    bureau.clock.set("2020-09-01", "10:30")
    bureau.handed_in()
    made(both.post(bureau.at_draw("execution")))
    path = f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval"
    own = next(iter(bureau.teams().values()))[0]
    person = made(
        bureau.desk("administrator").post("/api/v1/people", {"name": inspector(own)["name"], "roles": ["approver"]})
    )["person_id"]
    twin = Desk(bureau.client, bureau.another_key(person), person)
    for desk in (both, twin):
        answer = desk.post(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "same_person")
    made(bureau.desk("approver").post(path))


@pytest.mark.parametrize("step", ONLY_UNDRAWN)
def test_whoever_was_drawn_is_neither_rejected_nor_cancelled(opening_anywhere: Opening, step: Step) -> None:
    """A friend cannot be dropped from the list: such a step is not there for a drawn visit."""
    bureau = opening_anywhere("executed")
    play = Play(bureau, bureau.notes.visits[0])
    problem = refused(play, lambda: play.take(step))
    assert problem["code"] == "absent"


def test_nobody_is_notified_before_approval(opening: Opening) -> None:
    """A drawn visit waits for its approval; then the notice goes out."""
    bureau = opening("executed")
    visit = bureau.notes.visits[0]
    path = f"/api/v1/assignments/{visit}/notice"
    lead = bureau.lead(visit)
    answer = lead.post(path, {"visit_on": "2020-09-02"})
    assert (answer.status_code, answer.json()["code"]) == (409, "visit_state")
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval"))
    made(lead.post(path, {"visit_on": "2020-09-02"}))


def test_a_notice_names_items_day_inspectors_certificates_discipline_and_recusal(opening: Opening) -> None:
    """As JSON and as a page to print; the same for the team and for the bureau."""
    play = at_state(opening, VisitState.NOTIFIED)
    notice = made(play.lead.get(f"{play.path}/notice"))
    assert (notice["visit_on"], notice["place"], notice["cause"]) == (DAY, "虚构路7号", "投诉举报")
    assert [each["code"] for each in notice["items"]] == ["M01"]
    assert [each["certificate_no"] for each in notice["inspectors"]] == ["证market-1", "证market-2"]
    assert len(notice["discipline"]) >= 4
    assert "申请回避" in notice["recusal"]
    supervisor = play.bureau.desk("supervisor")
    assert made(supervisor.get(f"/api/v1/visits/{play.visit_id}/notice")) == notice
    for answer in (
        play.lead.get(f"{play.path}/notice.html"),
        supervisor.get(f"/api/v1/visits/{play.visit_id}/notice.html"),
    ):
        assert answer.headers["content-type"].startswith("text/html")
        for text in ("检查通知书", "证market-1", "2020年9月15日", "申请回避", "事项M01", "虚构经营者007"):
            assert text in answer.text


def test_a_notice_keeps_what_it_said_when_the_roster_changes(opening: Opening) -> None:
    """It was handed over as it was."""
    play = at_state(opening, VisitState.NOTIFIED)
    before = made(play.lead.get(f"{play.path}/notice"))
    rows = [inspector("market-2", certificate_no="证新")]
    made(play.bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv(rows)))
    assert made(play.lead.get(f"{play.path}/notice")) == before


def test_a_name_in_a_notice_is_text_and_nothing_else(opening: Opening) -> None:
    """A title that looks like a script is printed as it was written."""
    play = requested(opening, title="<script>alert(1)</script>").through(Step.APPROVED, Step.NOTIFIED)
    page = play.lead.get(f"{play.path}/notice.html").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("day", ["2020-09-14", "2020-10-01"])
def test_a_notice_is_for_a_day_of_the_period_that_is_not_past(opening: Opening, day: str) -> None:
    """Neither before today nor after the period."""
    play = at_state(opening, VisitState.APPROVED)
    assert refused(play, lambda: play.notify(day))["errors"][0]["pointer"] == "/visit_on"


@pytest.mark.parametrize("at", ["2020-09-14T09:00:00+08:00", "2020-09-15T09:01:00+08:00", "2020-09-16T00:00:00+08:00"])
def test_a_team_arrives_on_the_day_of_the_notice_and_not_in_the_future(opening: Opening, at: str) -> None:
    """For another day the visit is postponed first."""
    play = at_state(opening, VisitState.NOTIFIED)
    assert refused(play, lambda: play.meet(Step.ARRIVED, at=at))["errors"][0]["pointer"] == "/happened_at"


def test_a_postponed_visit_is_notified_anew_and_made_on_the_new_day(opening: Opening) -> None:
    """The old day does not count any more."""
    play = at_state(opening, VisitState.POSTPONED)
    made(play.notify("2020-09-20"))
    play.bureau.clock.set("2020-09-20", "10:00")
    refused(play, lambda: play.meet(Step.ARRIVED))
    made(play.meet(Step.ARRIVED, at="2020-09-20T09:30:00+08:00"))
    assert made(play.lead.get(f"{play.path}/notice"))["number"] == f"{play.visit_id}-2"


@pytest.mark.parametrize("until", ["2020-09-14", "2020-10-01"])
def test_a_visit_is_postponed_within_its_period(opening: Opening, until: str) -> None:
    """Not into the past and not beyond the end."""
    play = at_state(opening, VisitState.NOTIFIED)
    assert refused(play, lambda: play.postpone(until))["errors"][0]["pointer"] == "/until"


@pytest.mark.parametrize("present", [["market-1"], ["market-1", "market-3"], ["market-1", "market-1"]])
def test_two_of_the_team_are_there(opening: Opening, present: list[str]) -> None:
    """One alone, a stranger, or the same one twice do not make a visit (行政处罚法 42)."""
    play = at_state(opening, VisitState.NOTIFIED)
    problem = refused(play, lambda: play.meet(Step.ARRIVED, present=present))
    assert problem["errors"][0]["pointer"].startswith("/present")


def test_two_of_each_department_are_there(opening: Opening) -> None:
    """The joint visit of two departments is no visit with one of them short."""
    bureau = opening("executed")
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval"))
    visit = bureau.notes.visits[0]
    team = bureau.teams()[visit]
    lead = bureau.desk(team[0])
    made(lead.post(f"/api/v1/assignments/{visit}/notice", {"visit_on": "2020-09-01"}))
    body = {"met": "arrived", "happened_at": bureau.clock.instant.isoformat()}
    short = lead.post(f"/api/v1/assignments/{visit}/attempts", body | {"present": team[:3]})
    assert (short.status_code, short.json()["errors"][0]["pointer"]) == (422, "/present")
    made(lead.post(f"/api/v1/assignments/{visit}/attempts", body | {"present": team}))


def test_whose_certificate_has_ended_is_not_there(opening: Opening) -> None:
    """It must hold on the day of the visit."""
    play = at_state(opening, VisitState.NOTIFIED)
    rows = [inspector("market-2", certificate_until="2020-09-14")]
    made(play.bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv(rows)))
    assert refused(play, lambda: play.meet(Step.ARRIVED))["code"] == "certificate"


def test_whoever_was_recused_after_the_notice_takes_no_part(opening: Opening) -> None:
    """The right to ask for recusal that a notice names is worth something: what the head decided holds on the day."""
    play = at_state(opening, VisitState.NOTIFIED)
    body = {"inspector_no": "market-2", "unit_id": credit_code(NOT_TRADING), "reason": "当事人申请：近亲属"}
    filed = made(play.bureau.desk("registrar").post("/api/v1/recusals", body))
    made(play.bureau.desk("approver").post(f"/api/v1/recusals/{filed['recusal_id']}/decision", {"approved": True}))
    assert refused(play, lambda: play.meet(Step.ARRIVED))["errors"][0]["pointer"] == "/present/1"


@pytest.mark.parametrize("met", [Step.REFUSED, Step.NOT_FOUND, Step.MOVED])
def test_what_was_met_leads_to_its_outcomes(opening: Opening, met: Step) -> None:
    """Refused: 不配合; not found: 无法联系; moved: 迁出. 未发现问题 contradicts what was recorded."""
    play = requested(opening).through(Step.APPROVED, Step.NOTIFIED, met)
    problem = refused(play, lambda: play.file("no_problem"))
    assert problem["errors"][0]["pointer"] == "/outcomes"
    assert OUTCOMES[met] in problem["errors"][0]["remedy"]
    made(play.file())


def test_what_was_met_is_told(opening: Opening) -> None:
    """Anything but an arrival needs its words."""
    play = at_state(opening, VisitState.NOTIFIED)
    body = {"met": "refused", "happened_at": f"{DAY}T09:00:00+08:00", "present": list(TEAM), "text": " "}
    problem = refused(play, lambda: play.lead.post(f"{play.path}/attempts", body))
    assert problem["errors"][0]["pointer"] == "/text"


def test_an_operator_who_gives_in_is_visited_after_all(opening: Opening) -> None:
    """Refused in the morning, open in the afternoon: what counts is what was met last."""
    play = requested(opening).through(Step.APPROVED, Step.NOTIFIED, Step.REFUSED, Step.ARRIVED)
    made(play.file("no_problem"))


def test_a_finding_is_confirmed_by_a_second_inspector_of_the_team(opening_anywhere: Opening) -> None:
    """Neither by who filed it, nor by a stranger; then it can be reviewed."""
    play = requested(opening_anywhere).through(Step.APPROVED, Step.NOTIFIED, Step.ARRIVED, Step.FILED)
    body = {"finding_id": play.newest}
    assert refused(play, lambda: play.lead.post(f"{play.path}/confirmation", body))["code"] == "same_person"
    stranger = play.bureau.desk("market-3")
    assert refused(play, lambda: stranger.post(f"{play.path}/confirmation", body))["code"] == "absent"
    assert refused(play, lambda: play.review(approved=True))["code"] == "finding_state"
    confirmed = made(play.confirm())
    assert (confirmed["state"], confirmed["confirmed_by"]) == ("confirmed", play.second.person_id)
    made(play.review(approved=True))


def test_a_namesake_on_the_team_confirms_nothing(opening: Opening) -> None:
    """The rule of two compares names too: one human with two places in the roster."""
    play = requested(opening).through(Step.APPROVED, Step.NOTIFIED, Step.ARRIVED, Step.FILED)
    administrator = play.bureau.desk("administrator")
    made(administrator.post(f"/api/v1/people/{play.second.person_id}/active", {"active": False}))
    with play.bureau.service.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE people SET name = (SELECT name FROM people WHERE inspector_no = 'market-1') "
            "WHERE inspector_no = 'market-2'"
        )
        session.commit()
    made(administrator.post(f"/api/v1/people/{play.second.person_id}/active", {"active": True}))
    assert refused(play, play.confirm)["code"] == "same_person"


def test_a_correction_is_confirmed_anew(opening: Opening) -> None:
    """The word of the second inspector was for the record before."""
    play = at_state(opening, VisitState.CONFIRMED)
    made(play.file("no_problem"))
    assert play.state() == VisitState.FILED
    assert refused(play, lambda: play.review(approved=True))["code"] == "finding_state"


def test_a_result_is_not_published_before_the_operator_was_told_of_it(opening: Opening) -> None:
    """Told of the record that is published, not of one before it."""
    play = requested(opening).through(*WAYS[VisitState.CONFIRMED], Step.TOLD, Step.FILED, Step.CONFIRMED, Step.PASSED)
    assert refused(play, play.publish)["code"] == "disclosure_state"
    made(play.tell())
    made(play.publish())


def test_whoever_was_not_found_cannot_be_told(opening: Opening) -> None:
    """The result is published without."""
    play = requested(opening).through(Step.APPROVED, Step.NOTIFIED, Step.NOT_FOUND)
    play.through(Step.FILED, Step.CONFIRMED, Step.PASSED)
    made(play.publish())


@pytest.mark.parametrize("told_at", ["2020-09-14T23:59:00+08:00", "2020-09-15T09:01:00+08:00"])
def test_an_operator_is_told_after_the_inspection_and_not_in_the_future(opening: Opening, told_at: str) -> None:
    """The time is when it was done."""
    play = at_state(opening, VisitState.CONFIRMED)
    body = {"told_at": told_at, "how": "phone"}
    problem = refused(play, lambda: play.lead.post(f"{play.path}/telling", body))
    assert problem["errors"][0]["pointer"] == "/told_at"


def test_what_waits_for_its_team_stays_in_sight_after_the_period(opening: Opening) -> None:
    """Filed on the last day, confirmed and told the day after; then it is out of sight."""
    play = requested(opening).through(Step.APPROVED, Step.NOTIFIED, Step.ARRIVED, Step.FILED)
    play.bureau.clock.set("2020-10-01", "09:00")
    assert [each["visit_id"] for each in made(play.second.get("/api/v1/assignments"))] == [play.visit_id]
    play.through(Step.CONFIRMED, Step.TOLD)
    assert made(play.second.get("/api/v1/assignments")) == []


def test_the_team_reads_its_steps_and_nobody_elses(opening: Opening) -> None:
    """In order, with who and when."""
    play = at_state(opening, VisitState.FILED)
    steps = made(play.lead.get(f"{play.path}/steps"))
    assert [each["step"] for each in steps] == ["approved", "notified", "arrived", "filed"]
    assert steps[2]["detail"] == {"present": list(TEAM)}
    assert play.bureau.desk("market-3").get(f"{play.path}/steps").status_code == 404


def test_steps_of_a_sealed_draw_are_for_its_team_and_supervisors(opening: Opening) -> None:
    """File and notice of a visit answer everybody else as if there were no such visit, until the draw is opened."""
    bureau = opening("arrived", sealed=True)
    visit, missing = bureau.notes.visits[0], f"{bureau.notes.draw_id}-99"
    for path in ("/api/v1/visits/{}", "/api/v1/visits/{}/notice", "/api/v1/visits/{}/notice.html"):
        made_by = bureau.desk("supervisor").get(path.format(visit))
        assert made_by.status_code == 200
        for name in ("officer", "approver", "reviewer"):
            one, other = (bureau.desk(name).get(path.format(each)) for each in (visit, missing))
            assert one.status_code == other.status_code == 404
            assert one.text.replace(visit, missing) == other.text
    bureau.filed()
    bureau.reviewed()
    bureau.published()
    assert bureau.desk("officer").get(f"/api/v1/visits/{visit}").status_code == 200


def test_the_public_reads_nothing_of_a_visits_steps(opening: Opening) -> None:
    """Neither the log in clear nor any page tells of notices, arrivals or who was told."""
    play = at_state(opening, VisitState.NOTIFIED)
    size = made(play.bureau.public.get("/log/head"))["size"]
    last = play.bureau.public.get(f"/log/entries/{size - 1}").json()
    assert (last["kind"], last["public"]) == ("visit.stepped", {})
    assert play.visit_id not in play.bureau.public.get("/").text


def test_the_steps_of_a_visit_cannot_be_changed(bureau_filed: Bureau) -> None:
    """A finding of a drawn visit stands on approval, notice, arrival, confirmation and telling, all on record."""
    rows = made(bureau_filed.desk("supervisor").get(f"/api/v1/visits/{bureau_filed.notes.visits[0]}"))["steps"]
    steps = [each["step"] for each in rows]
    assert steps == ["approved", "notified", "arrived", "filed", "confirmed", "told"]


@pytest.fixture
def bureau_filed(opening: Opening) -> Bureau:
    """Return a bureau whose drawn visits are filed."""
    return opening("filed")


def test_a_visit_is_not_filed_before_its_team_set_out(opening: Opening) -> None:
    """Approved and notified is not visited."""
    bureau = opening("executed")
    visit = bureau.notes.visits[0]
    bureau.clock.set("2020-09-15", "16:00")
    answer = bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", finding())
    assert (answer.status_code, answer.json()["code"]) == (409, "visit_state")
    assert bureau.contents()["findings"] == []
