"""Rules of two: the second step is another person's, and persons are compared, not keys."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from registry.people import Role
from tests.building import PUBLIC_VALUE, Bureau
from tests.desks import Desk, made
from tests.papers import document, finding, penalty, plan
from tests.rosters import credit_code
from tests.workshop import Opening

Step = Callable[[Bureau, Desk], object]


@dataclass(frozen=True)
class Pair:
    """Two steps of which nobody may take both: how far the bureau is, who does the first, what the second is."""

    stage: str
    roles: tuple[Role, ...]
    first: Callable[[Bureau, Desk], str]
    second: Callable[[Bureau, str], tuple[str, object]]
    other: str
    sealed: bool = False


def draft(_: Bureau, desk: Desk) -> str:
    """Draft a plan."""
    return str(made(desk.post("/api/v1/plans", plan()))["plan_no"])


def commit(bureau: Bureau, desk: Desk) -> str:
    """Commit the draw."""
    bureau.clock.set("2020-08-31")
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    bureau.notes.draw_id = made(desk.post(path, bureau.terms()))["draw_id"]
    bureau.handed_in()
    return bureau.notes.draw_id


def enter(bureau: Bureau, desk: Desk) -> str:
    """Enter the public value."""
    made(desk.post(bureau.at_draw("value"), {"value": PUBLIC_VALUE, "witnesses": ["见证人甲"]}))
    return bureau.notes.draw_id


def ask_to_void(bureau: Bureau, desk: Desk) -> str:
    """Ask for the draw to be voided."""
    asked = desk.post(bureau.at_draw("voids"), {"reason": "other", "text": "经过说明"})
    return str(made(asked)["request_id"])


def recuse(_: Bureau, desk: Desk) -> str:
    """File a recusal."""
    body = {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": "近亲属"}
    return str(made(desk.post("/api/v1/recusals", body))["recusal_id"])


def review(bureau: Bureau, desk: Desk) -> str:
    """Review the first finding."""
    found = bureau.notes.findings[0]
    made(desk.post(f"/api/v1/findings/{found}/review", {"approved": True}))
    return found


def decide(bureau: Bureau, desk: Desk) -> str:
    """Decide a penalty on the first finding; it lacks nothing for its publication."""
    number = str(made(desk.post("/api/v1/penalties", penalty(bureau.notes.findings[0])))["penalty_id"])
    bureau.clear(number)
    return number


def enter_document(bureau: Bureau, desk: Desk) -> str:
    """Enter the document of a penalty that somebody else decided."""
    body = penalty(bureau.notes.findings[0])
    number = str(made(bureau.desk("approver2").post("/api/v1/penalties", body))["penalty_id"])
    made(desk.post(f"/api/v1/penalties/{number}/document", document()))
    return number


def review_penalty(bureau: Bureau, desk: Desk) -> str:
    """Review a penalty that somebody else decided and entered."""
    number = decide(bureau, bureau.desk("approver2"))
    made(desk.post(f"/api/v1/penalties/{number}/review", {"version": 1, "approved": True}))
    return number


def execute_sealed(bureau: Bureau, desk: Desk) -> str:
    """Execute a sealed draw and wait for its term."""
    bureau.clock.set("2020-09-01", "10:30")
    bureau.handed_in()
    made(desk.post(bureau.at_draw("execution")))
    bureau.clock.set("2021-01-04")
    return bureau.notes.draw_id


PAIRS = {
    "a plan is approved by another than its drafter": Pair(
        "staffed",
        (Role.DRAW_OFFICER, Role.APPROVER),
        draft,
        lambda _, key: (f"/api/v1/plans/{key}/approval", None),
        "approver",
    ),
    "a draw is executed by another than who committed it": Pair(
        "approved",
        (Role.DRAW_OFFICER,),
        commit,
        lambda _, key: (f"/api/v1/draws/{key}/execution", None),
        "officer2",
    ),
    "a public value is confirmed by another than who entered it": Pair(
        "committed",
        (Role.DRAW_OFFICER,),
        enter,
        lambda _, key: (f"/api/v1/draws/{key}/value/confirmation", {"value": PUBLIC_VALUE}),
        "officer2",
    ),
    "a draw is voided by another than who asked for it": Pair(
        "committed",
        (Role.DRAW_OFFICER, Role.APPROVER),
        ask_to_void,
        lambda bureau, key: (bureau.at_draw(f"voids/{key}/confirmation"), None),
        "approver",
    ),
    "a recusal is decided by another than who filed it": Pair(
        "staffed",
        (Role.REGISTER_OFFICER, Role.APPROVER),
        recuse,
        lambda _, key: (f"/api/v1/recusals/{key}/decision", {"approved": True}),
        "approver",
    ),
    "a result is published by another than its reviewer": Pair(
        "filed",
        (Role.REVIEWER, Role.PUBLISHER),
        review,
        lambda _, key: (f"/api/v1/findings/{key}/publication", None),
        "publisher",
    ),
    "a penalty is published by another than who decided it": Pair(
        "reviewed",
        (Role.APPROVER, Role.PUBLISHER),
        decide,
        lambda _, key: (f"/api/v1/penalties/{key}/publication", None),
        "publisher",
    ),
    "a penalty is reviewed by another than who entered its document": Pair(
        "reviewed",
        (Role.APPROVER, Role.REVIEWER),
        enter_document,
        lambda _, key: (f"/api/v1/penalties/{key}/review", {"version": 1, "approved": True}),
        "reviewer",
    ),
    "a penalty is published by another than who reviewed it": Pair(
        "reviewed",
        (Role.REVIEWER, Role.PUBLISHER),
        review_penalty,
        lambda _, key: (f"/api/v1/penalties/{key}/publication", None),
        "publisher",
    ),
    "a sealed draw is opened by another than who executed it": Pair(
        "committed",
        (Role.DRAW_OFFICER, Role.APPROVER),
        execute_sealed,
        lambda _, key: (f"/api/v1/draws/{key}/opening", None),
        "approver",
        sealed=True,
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
@pytest.mark.parametrize("key", ["same key", "another key of the same person"])
def test_the_second_step_needs_a_second_person(opening_anywhere: Opening, rule: str, key: str) -> None:
    """Who took the first step is refused under any key, nothing changes, and somebody else may take it."""
    pair = PAIRS[rule]
    bureau = opening_anywhere(pair.stage, sealed=pair.sealed)
    both = bureau.hire("both", *pair.roles)
    subject = pair.first(bureau, both)
    again = both if key == "same key" else Desk(bureau.client, bureau.another_key(both.person_id), both.person_id)
    assert (again.key == both.key) == (key == "same key")
    path, body = pair.second(bureau, subject)
    before = bureau.contents()
    refused = again.post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    assert both.person_id in refused.json()["detail"]
    assert bureau.contents() == before
    made(bureau.desk(pair.other).post(path, body))


@pytest.mark.parametrize("rule", PAIRS)
def test_the_second_step_is_refused_to_a_second_account_of_the_same_name(opening_anywhere: Opening, rule: str) -> None:
    """Two accounts of one human bear one name; a namesake leaves the step to somebody else."""
    pair = PAIRS[rule]
    bureau = opening_anywhere(pair.stage, sealed=pair.sealed)
    first = bureau.hire("first", *pair.roles)
    body = {"name": "姓名·first", "roles": list(pair.roles)}
    twin = made(bureau.desk("administrator").post("/api/v1/people", body))["person_id"]
    path, said = pair.second(bureau, pair.first(bureau, first))
    key = bureau.another_key(twin)
    before = bureau.contents()
    refused = Desk(bureau.client, key, twin).post(path, said)
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    assert bureau.contents() == before
    made(bureau.desk(pair.other).post(path, said))


@pytest.fixture
def versatile(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """Return a bureau with filed findings, where every inspector may review, publish and decide as well."""
    monkeypatch.setattr(
        "tests.building.INSPECTOR_ROLES", (Role.INSPECTOR, Role.REVIEWER, Role.PUBLISHER, Role.APPROVER)
    )
    bureau = opening("empty")
    for stage in ("staffed", "planned", "approved", "committed", "executed", "arrived", "filed"):
        getattr(bureau, stage)()
    return bureau


def test_nobody_of_the_team_reviews_publishes_or_decides(versatile: Bureau) -> None:
    """Neither who filed nor a partner on the team, at any step after the visit; colleagues elsewhere may."""
    bureau = versatile
    visit, found = bureau.notes.visits[0], bureau.notes.findings[0]
    team = bureau.teams()[visit]
    bureau.clock.set("2020-09-22")
    stranger = next(own for own in bureau.notes.people if own.startswith("market-") and own not in team)
    steps: list[tuple[str, object]] = [
        (f"/api/v1/findings/{found}/review", {"approved": True}),
        ("/api/v1/penalties", penalty(found)),
        (f"/api/v1/findings/{found}/publication", None),
    ]
    for path, body in steps:
        before = bureau.contents()
        for own in team:
            refused = bureau.desk(own).post(path, body)
            assert (refused.status_code, refused.json()["code"]) == (403, "same_person"), (own, path)
        assert bureau.contents() == before
        by = "publisher" if path.endswith("publication") else stranger
        made(bureau.desk(by).post(path, body))
    decided = made(bureau.desk("supervisor").get("/api/v1/penalties"))[0]["penalty_id"]
    for own in team:
        refused = bureau.desk(own).post(f"/api/v1/penalties/{decided}/publication")
        assert (refused.status_code, refused.json()["code"]) == (403, "same_person")


def test_a_correction_is_reviewed_by_nobody_of_the_team(versatile: Bureau) -> None:
    """Who corrected is on the team, and so is whoever filed first."""
    bureau = versatile
    visit, first = bureau.notes.visits[0], bureau.notes.findings[0]
    partner = bureau.teams()[visit][1]
    path = f"/api/v1/assignments/{visit}/findings"
    corrected = made(bureau.desk(partner).post(path, finding(corrects=first)))["finding_id"]
    bureau.settle(visit, corrected)
    for own in bureau.teams()[visit]:
        refused = bureau.desk(own).post(f"/api/v1/findings/{corrected}/review", {"approved": True})
        assert refused.json()["code"] == "same_person"
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{corrected}/review", {"approved": True}))


@pytest.mark.parametrize("lonely", [Role.ADMINISTRATOR, Role.SUPERVISOR])
@pytest.mark.parametrize("second", [Role.DRAW_OFFICER, Role.APPROVER, Role.PUBLISHER])
def test_who_manages_people_or_supervises_does_nothing_else(opening: Opening, lonely: Role, second: Role) -> None:
    """An account maker who may draw would be two people; a supervisor who acts supervises nobody."""
    bureau = opening("staffed")
    before = bureau.contents()
    refused = bureau.desk("administrator").post("/api/v1/people", {"name": "两职", "roles": [lonely, second]})
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/roles"]
    assert bureau.contents() == before
