"""A drawn operator or an inspector who falls away is replaced by whoever is next, never by whoever is wanted."""

import json
from typing import Any

import httpx
import pytest

from app.main import all_routes
from registry.people import Role
from sampling.bundle import Replay, replay
from sampling.names import INPUT_FILES
from sampling.replacement import replay_replacements
from tests.building import Bureau
from tests.crowds import at_once, serving
from tests.desks import made
from tests.rosters import inspector, inspectors_csv
from tests.second_opinion.replacement import Bench
from tests.workshop import Opening

CLOSED = {"reason": "closed", "text": "登记机关公告：已进入清算程序"}
OTHER = {"reason": "other", "text": "住院治疗，附诊断证明"}


def ask_unit(bureau: Bureau, visit_id: str, name: str = "officer", **changes: Any) -> httpx.Response:  # noqa: ANN401 - JSON
    """Ask for an alternate."""
    return bureau.desk(name).post(f"/api/v1/visits/{visit_id}/replacement", CLOSED | changes)


def ask_seat(
    bureau: Bureau,
    visit_id: str,
    seat: tuple[str, int] = ("market", 1),
    name: str = "officer",
    **changes: Any,  # noqa: ANN401 - JSON
) -> httpx.Response:
    """Ask for another in a seat."""
    path = f"/api/v1/visits/{visit_id}/seats/{seat[0]}/{seat[1]}/replacement"
    return bureau.desk(name).post(path, OTHER | changes)


def decide(bureau: Bureau, asked: httpx.Response, name: str = "approver", **changes: Any) -> httpx.Response:  # noqa: ANN401 - JSON
    """Decide what was asked, by default in its favour."""
    path = f"/api/v1/replacements/{made(asked)['replacement_id']}/decision"
    return bureau.desk(name).post(path, {"approved": True} | changes)


def files_of(bureau: Bureau) -> dict[str, bytes]:
    """Return what the public can fetch of an open draw."""
    path = f"/draws/{bureau.notes.draw_id}/files/"
    names = (*INPUT_FILES, "drawn.csv", "teams.csv", "replacements.json")
    found = {name: bureau.public.get(path + name) for name in names}
    return {name: answer.content for name, answer in found.items() if answer.is_success}


def replayed(bureau: Bureau) -> Replay:
    return replay(files_of(bureau))


def page_of(bureau: Bureau) -> dict[str, Any]:
    return dict(made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json")))


def visit_of(bureau: Bureau, visit_id: str) -> dict[str, Any]:
    return dict(made(bureau.desk("supervisor").get(f"/api/v1/visits/{visit_id}")))


def refused(bureau: Bureau, answer: httpx.Response, before: object) -> str:
    """Return the code of a refusal that changed nothing."""
    assert not answer.is_success, answer.text
    assert bureau.contents() == before
    return str(answer.json()["code"])


def check_chain(bureau: Bureau) -> None:
    """What the service made is what anybody makes of the files, and what the second opinion makes of them."""
    files = files_of(bureau)
    standing = replay_replacements(replay(files), files["replacements.json"])
    document = json.loads(files["replacements.json"])
    bench = Bench(files)
    for event in document["events"]:
        if event["kind"] == "unit":
            bench.unit_out(event["unit_id"], reason=event["reason"], salt=event["salt"])
        else:
            told = {name: event[name] for name in ("altogether", "reason", "salt")}
            bench.inspector_out(event["inspector_id"], event["leaves"], **told)
    assert bench.to_bytes() == files["replacements.json"]
    assert bench.outcome() == standing.outcome
    drawn = {unit["code"]: unit for unit in page_of(bureau)["outcome"]["drawn"] if unit["outcome"] != "replaced"}
    assert set(drawn) == {row.unit_id for row in standing.drawn}
    teams = {(code, seat["roster_no"]) for code, unit in drawn.items() for seat in unit["team"]}
    assert teams == {(row.unit_id, row.inspector_id) for row in standing.assignments}


def test_a_drawn_operator_that_closed_is_replaced_by_the_next_alternate(opening_anywhere: Opening) -> None:
    """Its visit stays with a step; the alternate gets a visit and a team of its own, which wait for approval."""
    bureau = opening_anywhere("executed")
    alternates = replayed(bureau).alternates()["all"]  # type: ignore[index]
    facts = len(bureau.contents()["journal"])
    decided = made(decide(bureau, ask_unit(bureau, bureau.notes.visits[0])))
    assert len(bureau.contents()["journal"]) == facts + 2, "asking and deciding are one fact each"
    (came,) = decided["came"]
    assert (decided["approved"], decided["number"], came["unit_id"]) == (True, 1, alternates[0])
    assert len(came["seats"]) == 4
    old, new = visit_of(bureau, bureau.notes.visits[0]), visit_of(bureau, came["visit_id"])
    assert (old["state"], new["state"], new["drawn"]) == ("replaced", "assigned", True)
    check_chain(bureau)
    bureau.notes.visits = [*bureau.notes.visits[1:], came["visit_id"]]
    bureau.arrived()
    bureau.filed()
    bureau.reviewed()
    bureau.published()
    results = bureau.public.get("/results.json").text
    assert alternates[0] in results
    assert old["unit_id"] not in results


def test_alternates_come_strictly_in_order_also_for_an_alternate_until_none_is_left(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    alternates = list(replayed(bureau).alternates()["all"])  # type: ignore[index]
    visit_id, came = bureau.notes.visits[1], []
    for _ in alternates:
        decided = made(decide(bureau, ask_unit(bureau, visit_id)))
        came.append(decided["came"][0]["unit_id"])
        visit_id = decided["came"][0]["visit_id"]
    assert came == alternates
    check_chain(bureau)
    assert page_of(bureau)["outcome"]["alternates"] == []
    asked = ask_unit(bureau, visit_id)
    before = bureau.contents()
    assert refused(bureau, decide(bureau, asked), before) == "refused"


def test_an_inspector_recused_after_the_draw_is_replaced_by_the_protocols_step(opening_anywhere: Opening) -> None:
    """The seat is the newcomer's, the one who left sees the visit no more, and a new notice has to follow."""
    bureau = opening_anywhere("executed")
    visit_id = bureau.notes.visits[0]
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval"))
    left, *others = bureau.teams()[visit_id]
    made(bureau.lead(visit_id).post(f"/api/v1/assignments/{visit_id}/notice", {"visit_on": "2020-09-02"}))
    recuse(bureau, left, visit_of(bureau, visit_id)["unit_id"])
    decided = made(decide(bureau, ask_seat(bureau, visit_id, reason="recused")))
    ((came,),) = [each["seats"] for each in decided["came"]]
    team = bureau.teams()[visit_id]
    assert team == [came["inspector_no"], *others]
    assert came["inspector_no"] not in (left, *others)
    assert visit_of(bureau, visit_id)["state"] == "approved"
    assert bureau.desk(left).get(f"/api/v1/assignments/{visit_id}").status_code == 404
    bureau.clock.set("2020-09-02", "10:00")
    bureau.arrive(visit_id)
    check_chain(bureau)


def recuse(bureau: Bureau, own: str, unit_id: str) -> None:
    """Let a recusal be filed and approved."""
    filing = {"inspector_no": own, "unit_id": unit_id, "reason": "近亲属任职"}
    recusal_id = made(bureau.desk("registrar").post("/api/v1/recusals", filing))["recusal_id"]
    made(bureau.desk("approver").post(f"/api/v1/recusals/{recusal_id}/decision", {"approved": True}))


def test_who_left_the_service_is_replaced_on_every_visit_still_to_be_made(opening: Opening) -> None:
    """Where the team arrived, the seat stays with whom it has."""
    bureau = opening("executed")
    bureau.clock.set("2020-09-01", "15:00")
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval"))
    teams = bureau.teams()
    own = next(own for own in (f"market-{n}" for n in range(1, 5)) if sum(own in team for team in teams.values()) == 2)
    made_already, still = (visit_id for visit_id in sorted(teams) if own in teams[visit_id])
    bureau.arrive(made_already)
    roster = [inspector(own, status="离岗")]
    made(bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv(roster)))
    seat = 1 + [each for each in teams[still] if each.startswith("market")].index(own)
    decided = made(decide(bureau, ask_seat(bureau, still, ("market", seat), reason="left", altogether=True)))
    assert [each["visit_id"] for each in decided["came"]] == [still]
    event = json.loads(files_of(bureau)["replacements.json"])["events"][0]
    assert (event["altogether"], len(event["leaves"])) == (True, 1)
    assert own in [seat["inspector_no"] for seat in visit_of(bureau, made_already)["team"]]
    check_chain(bureau)


@pytest.mark.parametrize("reason", ["recused", "leave", "certificate", "left"])
def test_a_reason_of_the_record_has_to_stand_there(opening_anywhere: Opening, reason: str) -> None:
    bureau = opening_anywhere("executed")
    before = bureau.contents()
    answer = ask_seat(bureau, bureau.notes.visits[0], reason=reason)
    assert refused(bureau, answer, before) == "field"
    assert answer.json()["errors"][0]["pointer"] == "/reason"


def test_leave_and_an_ending_certificate_are_reasons_once_they_are_on_record(opening: Opening) -> None:
    bureau = opening("executed")
    first, second = bureau.notes.visits[:2]
    lead = bureau.teams()[first][0]
    leave = {"from_on": "2020-09-02", "to_on": "2020-09-30", "reason": "病假"}
    made(bureau.desk(lead).post("/api/v1/leaves/declarations", leave))
    made(decide(bureau, ask_seat(bureau, first, reason="leave")))
    other = bureau.teams()[second][2]
    ending = [inspector(other, certificate_until="2020-09-30")]
    made(bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv(ending)))
    made(decide(bureau, ask_seat(bureau, second, ("cyber", 1), reason="certificate")))
    check_chain(bureau)


@pytest.mark.parametrize(
    "changes",
    [{"reason": "wanted"}, {"reason": "recused"}, {"evidence": ["0" * 32]}],
)
def test_an_operator_is_replaced_for_a_reason_of_the_list_and_with_files_of_the_visit(
    opening: Opening, changes: dict[str, Any]
) -> None:
    bureau = opening("executed")
    before = bureau.contents()
    assert refused(bureau, ask_unit(bureau, bureau.notes.visits[0], **changes), before) == "field"


def test_nobody_decides_what_they_asked_for_or_who_goes_with_whom(opening: Opening) -> None:
    """Neither the one who asked, nor one of the team, nor a namesake of either."""
    bureau = opening("executed")
    bureau.hire("both", Role.DRAW_OFFICER, Role.APPROVER)
    visit_id = bureau.notes.visits[0]
    name = visit_of(bureau, visit_id)["team"][1]["inspector_name"]
    added = made(bureau.desk("administrator").post("/api/v1/people", {"name": name, "roles": ["approver"]}))
    bureau.notes.people["twin"] = added["person_id"]
    bureau.notes.keys["twin"] = bureau.another_key(added["person_id"])
    asked = ask_unit(bureau, visit_id, "both")
    before = bureau.contents()
    for decider in ("both", "twin"):
        assert refused(bureau, decide(bureau, asked, decider), before) == "same_person"
    for decider in ("officer", "reviewer", "supervisor"):
        assert refused(bureau, decide(bureau, asked, decider), before) == "role"
    made(decide(bureau, asked))
    before = bureau.contents()
    assert refused(bureau, decide(bureau, asked, "approver2"), before) == "replacement_state"


def test_a_refused_replacement_changes_nothing_but_is_on_record(opening: Opening) -> None:
    bureau = opening("executed")
    visit_id = bureau.notes.visits[0]
    asked = ask_unit(bureau, visit_id)
    before = bureau.contents()
    assert refused(bureau, decide(bureau, asked, approved=False), before) == "field"
    decided = made(decide(bureau, asked, approved=False, text="该户仍在经营"))
    assert (decided["approved"], decided["number"], decided["came"]) == (False, None, [])
    assert visit_of(bureau, visit_id)["state"] == "assigned"
    assert "replacements.json" not in files_of(bureau)
    made(decide(bureau, ask_unit(bureau, visit_id)))


def test_what_is_asked_for_twice_waits_for_the_first_decision(opening: Opening) -> None:
    bureau = opening("executed")
    made(ask_unit(bureau, bureau.notes.visits[0]))
    before = bureau.contents()
    assert refused(bureau, ask_unit(bureau, bureau.notes.visits[0]), before) == "replacement_state"


def test_nobody_is_replaced_once_the_team_has_arrived(opening: Opening) -> None:
    bureau = opening("arrived")
    before = bureau.contents()
    for answer in (ask_unit(bureau, bureau.notes.visits[0]), ask_seat(bureau, bureau.notes.visits[0])):
        assert refused(bureau, answer, before) == "visit_state"


def test_an_operator_that_does_not_cooperate_is_not_replaced(opening: Opening) -> None:
    """That is a result; to refuse the inspectors would otherwise be a way out."""
    bureau = opening("executed")
    bureau.clock.set("2020-09-01", "15:00")
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval"))
    visit_id = bureau.notes.visits[0]
    team = bureau.teams()[visit_id]
    path = f"/api/v1/assignments/{visit_id}"
    made(bureau.desk(team[0]).post(f"{path}/notice", {"visit_on": "2020-09-01"}))
    met = {"met": "refused", "happened_at": bureau.clock.instant.isoformat(), "present": team, "text": "拒绝开门"}
    made(bureau.desk(team[0]).post(f"{path}/attempts", met))
    before = bureau.contents()
    assert refused(bureau, ask_unit(bureau, visit_id), before) == "visit_state"


# Attacks


def test_informal_swap_is_impossible(opening_anywhere: Opening) -> None:
    """No route takes the name of who comes, and no row of a team is ever changed."""
    bureau = opening_anywhere("executed")
    visit_id = bureau.notes.visits[0]
    before = bureau.contents()
    wishes: list[dict[str, Any]] = [
        {"inspector_no": "market-4"},
        {"by": "market-4"},
        {"unit_id": "x"},
        {"roster_no": "1"},
    ]
    for wish in wishes:
        assert refused(bureau, ask_seat(bureau, visit_id, **wish), before) == "malformed_request"
        assert refused(bureau, ask_unit(bureau, visit_id, **wish), before) == "malformed_request"
    asked = ask_seat(bureau, visit_id)
    seats = bureau.contents()["visit_seats"]
    path = f"/api/v1/replacements/{made(asked)['replacement_id']}/decision"
    assert bureau.desk("approver").post(path, {"approved": True, "inspector_no": "market-4"}).status_code == 422
    made(decide(bureau, asked))
    assert bureau.contents()["visit_seats"] == seats, "the team as it was drawn stays on record"
    writing = [route for route in all_routes() if {"POST", "PUT", "PATCH", "DELETE"} & set(route.methods or ())]
    about = [route.path for route in writing if "seats" in route.path or "team" in route.path]
    assert about == ["/api/v1/visits/{visit_id}/seats/{department}/{seat}/replacement"]
    check_chain(bureau)


def test_recusing_everyone_but_a_friend_is_seen_and_ends_in_a_refusal(opening_anywhere: Opening) -> None:
    """Each who is taken away is counted in public by reason, and the last who could go cannot be taken away."""
    bureau = opening_anywhere("executed")
    visit_id = bureau.notes.visits[0]
    unit_id = visit_of(bureau, visit_id)["unit_id"]
    for _ in range(2):
        recuse(bureau, bureau.teams()[visit_id][0], unit_id)
        made(decide(bureau, ask_seat(bureau, visit_id, reason="recused")))
    recuse(bureau, bureau.teams()[visit_id][0], unit_id)
    asked = ask_seat(bureau, visit_id, reason="recused")
    before = bureau.contents()
    answer = decide(bureau, asked)
    assert refused(bureau, answer, before) == "refused"
    assert "market" in answer.json()["detail"]
    lines = page_of(bureau)["outcome"]["replacements"]
    assert [(line["number"], line["fallen"], line["reason"]) for line in lines] == [
        (1, "inspector", "recused"),
        (2, "inspector", "recused"),
    ]
    check_chain(bureau)


def test_a_replacement_decided_by_many_at_once_is_decided_once(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    replacement_id = made(ask_unit(bureau, bureau.notes.visits[0]))["replacement_id"]
    keys = [bureau.notes.keys[name] for name in ("approver", "approver2")]
    requests = [
        httpx.Request(
            "POST",
            f"http://bureau/api/v1/replacements/{replacement_id}/decision",
            json={"approved": True},
            headers={"Authorization": f"Bearer {keys[place % 2]}", "Idempotency-Key": f"replace-{place:04d}"},
        )
        for place in range(64)
    ]
    with serving(bureau) as address:
        answers = at_once(address, requests)
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 63]
    assert len(bureau.contents()["visits"]) == 4
    check_chain(bureau)
