"""Who may do what: no key, a wrong key, a revoked key, a suspended person, a role that does not cover it."""

from app.auth import Allow, declared
from app.main import all_routes
from registry.people import Role
from tests.building import PEOPLE, Bureau
from tests.desks import made
from tests.rosters import INSPECTORS
from tests.workshop import Opening

FILLED = {
    "plan_no": "1400002020999",
    "task_no": "140000202008319999",
    "draw_id": "140000202008240999",
    "visit_id": "140000202008240999-01",
    "finding_id": "140000202008240999-01-1",
    "penalty_id": "2020-0999",
    "recusal_id": "r0999",
    "change_id": "14000020209999-0999",
    "year": "2020",
    "cap_id": "cap0999",
    "leave_id": "l0999",
    "loan_id": "j0999",
    "person_id": "p0999",
    "key_id": "0" * 16,
    "evidence_id": "0" * 32,
    "item": "M99",
    "unit_id": "911400001123599660",
    "inspector_no": "market-999",
    "merging_id": "m0999",
    "order_id": "n0999",
    "request_id": "v0999",
    "erasure_id": "e0999",
    "code": "M99",
    "roster": "operators",
    "department": "market",
    "seat": "1",
    "replacement_id": "t0999",
    "index": "2147483647",
    "disclosure_id": "p-2020-0999",
    "record_id": "p-2020-0999",
    "withdrawal_id": "w0999",
    "petition_id": "q0999",
    "file_id": "0" * 32,
    "case_id": "c0999",
    "number": "1",
}
STAFF = [
    (method, route.path_format.format(**FILLED), caller.roles)
    for route in all_routes()
    if isinstance(caller := declared(route), Allow)
    for method in sorted(route.methods or ())
]
ROLES = {name: roles for name, roles in PEOPLE.items() if not name.endswith("2")} | {INSPECTORS[0]: (Role.INSPECTOR,)}


def test_the_walk_finds_the_routes() -> None:
    """Every role is asked for somewhere, and each of the commands is among the routes."""
    assert len(STAFF) > 35
    assert {role for _, _, roles in STAFF for role in roles} == set(Role)
    assert {role for roles in ROLES.values() for role in roles} == set(Role)
    assert sum(method == "POST" for method, _, _ in STAFF) >= 18


def test_nobody_acts_beyond_their_role(opening: Opening) -> None:
    """Every role at every route: 403 exactly where the route does not name it, and nothing changes.

    The bodies are empty and the numbers nobody's, so that whoever is let in is told something else than 403.
    """
    bureau = opening("staffed")
    before = bureau.contents()
    for name, roles in ROLES.items():
        headers = {"Authorization": f"Bearer {bureau.notes.keys[name]}", "Idempotency-Key": "access-0001"}
        for method, path, allowed in STAFF:
            if path.endswith("/keys") and method == "POST" and name == "administrator":
                continue  # the one that an empty body is enough for is asked below, for a person that is not there
            answer = bureau.client.request(method, path, headers=headers)
            assert (answer.status_code == 403) is not bool(set(roles) & set(allowed)), (name, method, path)
            if answer.status_code == 403:
                assert answer.json()["code"] == "role"
            assert answer.status_code < 500
    assert bureau.contents() == before


def test_every_route_of_the_staff_asks_for_a_key(opening: Opening) -> None:
    """401 with a challenge, in either language, for no key and for keys that open nothing."""
    bureau = opening("staffed")
    before = bureau.contents()
    good = bureau.notes.keys["officer"]
    wrong = [None, "", "dr", "dr__", f"{good}x", good[:-1], good.upper(), good.replace("dr_", "xx_", 1)[3:], "é"]
    for method, path, _ in STAFF:
        answer = bureau.client.request(method, path, headers={"Idempotency-Key": "access-0001"})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), (method, path)
    for key in wrong:
        headers = [] if key is None else [(b"Authorization", b"Bearer " + key.encode())]
        answer = bureau.client.get("/api/v1/me", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), key
    for scheme in ("Basic", "Token", ""):
        answer = bureau.client.get("/api/v1/me", headers={"Authorization": f"{scheme} {good}".strip()})
        assert answer.status_code == 401
    assert bureau.contents() == before


def test_a_revoked_key_opens_nothing_and_another_still_does(opening: Opening) -> None:
    """At once; the person keeps what other keys they have."""
    bureau = opening("staffed")
    administrator, reader = bureau.desk("administrator"), bureau.desk("reader")
    path = f"/api/v1/people/{reader.person_id}/keys"
    second = made(administrator.post(path))
    assert second["key"].startswith("dr_")
    assert all("key" not in each for each in made(administrator.get(path))), "a key is shown once"
    assert len(made(administrator.get(path))) == 2
    made(administrator.delete(f"/api/v1/keys/{second['key_id']}"))
    answer = bureau.client.get("/api/v1/me", headers={"Authorization": f"Bearer {second['key']}"})
    assert answer.status_code == 401
    assert made(reader.get("/api/v1/me"))["person_id"] == reader.person_id


def test_a_suspended_person_is_nobody_until_restored(opening: Opening) -> None:
    """Under every key, and what they did stays on record."""
    bureau = opening("planned")
    administrator, officer = bureau.desk("administrator"), bureau.desk("officer")
    path = f"/api/v1/people/{officer.person_id}/active"
    made(administrator.post(path, {"active": False}))
    assert officer.get("/api/v1/plans").status_code == 401
    assert officer.post("/api/v1/plans", {}).status_code == 401
    assert made(bureau.desk("approver").get("/api/v1/plans"))[0]["drafted_by"] == officer.person_id
    made(administrator.post(path, {"active": True}))
    assert officer.get("/api/v1/plans").status_code == 200


def test_a_repeated_request_of_a_suspended_person_gets_no_stored_answer(opening: Opening) -> None:
    """An idempotency key is no key."""
    bureau = opening("planned")
    approver = bureau.desk("approver")
    path = f"/api/v1/plans/{bureau.notes.plan_no}/approval"
    made(approver.post(path, once="approve-1"))
    suspension = f"/api/v1/people/{approver.person_id}/active"
    made(bureau.desk("administrator").post(suspension, {"active": False}))
    assert approver.post(path, once="approve-1").status_code == 401


def test_keys_are_kept_as_digests_only(opening: Opening) -> None:
    """No table holds a key."""
    bureau = opening("staffed")
    whole = repr(bureau.contents())
    assert [each for each in bureau.notes.keys.values() if each in whole or each.split("_", 2)[2] in whole] == []


def test_an_answer_to_the_staff_is_kept_by_nobody(opening: Opening) -> None:
    """``no-store`` on everything under ``/api/``, refusals too."""
    bureau = opening("staffed")
    answers = [bureau.desk("registrar").get("/api/v1/operators"), bureau.public.get("/api/v1/operators")]
    assert {each.headers["cache-control"] for each in answers} == {"no-store"}


def contacts(bureau: Bureau, name: str) -> str:
    """Return what a person reads of the register."""
    answer = bureau.desk(name).get("/api/v1/operators")
    assert answer.status_code == 200
    return answer.text


def test_the_public_never_sees_contacts(opening: Opening) -> None:
    """Contact and phone are for the bureau."""
    bureau = opening("executed")
    assert "联系人1" in contacts(bureau, "registrar")
    rows = made(bureau.desk("registrar").get("/api/v1/operators"))
    for row in rows:
        for form in ("", ".json"):
            said = bureau.public.get(f"/operators/{row['unit_id']}{form}").text
            assert row["contact_name"] not in said
            assert row["contact_phone"] not in said
