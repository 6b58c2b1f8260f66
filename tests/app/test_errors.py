"""Bad input is answered with a problem document (RFC 9457) that says where and how to mend it, and changes nothing."""

import re
from typing import Any

import httpx
import pytest

from tests.building import Bureau
from tests.desks import made
from tests.papers import batch, finding, item, penalty, plan
from tests.rosters import credit_code, inspectors_csv, operators_csv
from tests.workshop import Opening

CHINESE = re.compile("[\u4e00-\u9fff]")
TERMS: dict[str, Any] = {"execute_by": "2020-09-01T18:00:00+08:00", "open_by": "2020-12-31T18:00:00+08:00"}
TEAM = [{"department": "market", "seats": 2}]
SOURCE = {"kind": "witnessed", "what": "掷骰", "alphabet": "123456", "length": 30}

Bad = tuple[str, str, str, Any, str]
"""Stage, who, where, what is sent, and the pointer that must be named."""

PEOPLE = "/api/v1/people"
PLANS = "/api/v1/plans"
BATCHES = "/api/v1/plans/{plan_no}/batches"
COMMIT = "/api/v1/batches/{task_no}/commitment"
VALUE = "/api/v1/draws/{draw_id}/value"
ESCROW = "/api/v1/draws/{draw_id}/escrows"
HAND_IN = "/api/v1/draws/{draw_id}/secrets"
VOID = "/api/v1/draws/{draw_id}/voids"
FILE = "/api/v1/assignments/{visit}/findings"
BAD: list[Bad] = [
    ("staffed", "administrator", PEOPLE, {}, "/name"),
    ("staffed", "administrator", PEOPLE, {"name": "甲", "roles": []}, "/roles"),
    ("staffed", "administrator", PEOPLE, {"name": "甲", "roles": ["king"]}, "/roles/0"),
    ("staffed", "administrator", PEOPLE, {"name": " ", "roles": ["reviewer"]}, "/name"),
    ("staffed", "administrator", PEOPLE, {"name": "甲", "roles": ["reviewer"], "admin": True}, "/admin"),
    ("staffed", "administrator", PEOPLE, {"name": "甲" * 201, "roles": ["reviewer"]}, "/name"),
    ("staffed", "administrator", PEOPLE, {"name": "甲", "roles": ["inspector"]}, "/inspector_no"),
    ("staffed", "administrator", PEOPLE, {"name": "甲", "roles": ["reviewer"], "inspector_no": "x"}, "/inspector_no"),
    ("staffed", "administrator", PEOPLE, [], ""),
    ("staffed", "administrator", PEOPLE, "甲", ""),
    ("staffed", "administrator", PEOPLE + "/{reader}/active", {}, "/active"),
    ("staffed", "administrator", PEOPLE + "/{reader}/active", {"active": "perhaps"}, "/active"),
    ("staffed", "registrar", "/api/v1/departments", {"code": "a b", "name": "甲"}, "/code"),
    ("staffed", "registrar", "/api/v1/departments", {"code": "x" * 65, "name": "甲"}, "/code"),
    ("staffed", "registrar", "/api/v1/departments", {"code": "tax"}, "/name"),
    ("staffed", "registrar", "/api/v1/departments", {"code": 7, "name": "甲"}, "/code"),
    ("staffed", "registrar", "/api/v1/items", item("M09", level="highest"), "/level"),
    ("staffed", "registrar", "/api/v1/items", item("M 9"), "/code"),
    ("staffed", "registrar", "/api/v1/items", item("M09", basis=""), "/basis"),
    ("staffed", "registrar", "/api/v1/recusals", {"inspector_no": "market-1", "unit_id": credit_code(1)}, "/reason"),
    (
        "staffed",
        "registrar",
        "/api/v1/recusals",
        {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": " "},
        "/reason",
    ),
    ("staffed", "officer", PLANS, {}, "/title"),
    ("staffed", "officer", PLANS, plan(year=1999), "/year"),
    ("staffed", "officer", PLANS, plan(title=" "), "/title"),
    ("planned", "officer", BATCHES, {}, "/title"),
    ("planned", "officer", BATCHES, batch(title=" "), "/title"),
    ("planned", "officer", BATCHES, batch(kinds=["shop"]), "/kinds/0"),
    ("planned", "officer", BATCHES, batch(kinds=[]), "/kinds"),
    ("planned", "officer", BATCHES, batch(areas=["14"]), "/areas/0"),
    ("planned", "officer", BATCHES, batch(quotas={"default": {"ratio": "50%"}}), "/quotas/default/ratio"),
    ("planned", "officer", BATCHES, batch(quotas={"default": {"ratio": "1.5"}}), "/quotas/default/ratio"),
    ("planned", "officer", BATCHES, batch(quotas={"default": {"ratio": "0"}}), "/quotas/default/ratio"),
    ("planned", "officer", BATCHES, batch(quotas={"default": {"ratio": "٠.٥"}}), "/quotas/default/ratio"),
    ("planned", "officer", BATCHES, batch(quotas={"default": {"ratio": 0.5}}), "/quotas/default/ratio"),
    ("planned", "officer", BATCHES, batch(team=[]), "/team"),
    ("planned", "officer", BATCHES, batch(team=[{"department": "market", "seats": 1}]), "/team/0/seats"),
    ("planned", "officer", BATCHES, batch(team=[{"department": "market", "seats": 10}]), "/team/0/seats"),
    ("planned", "officer", BATCHES, batch(team=[{"department": "market", "seats": "2"}]), "/team/0/seats"),
    ("planned", "officer", BATCHES, batch(team=[{"department": "market", "seats": True}]), "/team/0/seats"),
    ("planned", "officer", BATCHES, batch(team=TEAM * 2, items=["M01"]), "/team"),
    ("planned", "officer", BATCHES, batch(items=[]), "/items"),
    ("planned", "officer", BATCHES, batch(items=["M01", "M99"]), "/items/1"),
    ("planned", "officer", BATCHES, batch(items=["M01", "M01", "C01"]), "/items"),
    ("planned", "officer", BATCHES, batch(items=["M01", "C01"], team=TEAM), "/items/1"),
    ("planned", "officer", BATCHES, batch(period_to="2020-08-31"), "/period_to"),
    ("planned", "officer", BATCHES, batch(period_from="1.9.2020"), "/period_from"),
    ("planned", "officer", BATCHES, batch(period_from="2020-02-30"), "/period_from"),
    ("planned", "officer", BATCHES, batch(public_source=SOURCE | {"length": 3}), "/public_source"),
    ("planned", "officer", BATCHES, batch(public_source=SOURCE | {"kind": "dice"}), "/public_source/kind"),
    ("planned", "officer", BATCHES, batch(public_source=SOURCE | {"alphabet": "11"}), "/public_source"),
    ("planned", "officer", BATCHES, batch(public_source=SOURCE | {"alphabet": "甲乙"}), "/public_source"),
    ("approved", "officer", COMMIT, {}, "/execute_by"),
    ("approved", "officer", COMMIT, TERMS | {"execute_by": "2020-09-01 18:00"}, "/execute_by"),
    ("approved", "officer", COMMIT, TERMS | {"execute_by": "tomorrow"}, "/execute_by"),
    ("approved", "officer", COMMIT, TERMS | {"execute_by": "2020-08-24T08:59:00+08:00"}, "/execute_by"),
    ("approved", "officer", COMMIT, TERMS | {"execute_by": "2021-01-01T18:00:00+08:00"}, "/execute_by"),
    ("approved", "officer", COMMIT, TERMS | {"open_by": "2020-09-01T17:00:00+08:00"}, "/open_by"),
    ("approved", "officer", COMMIT, TERMS | {"hash": "md5"}, "/hash"),
    ("approved", "officer", COMMIT, TERMS | {"parties": [{"party": "a b", "digest": "c1" * 32}]}, "/parties/0/party"),
    ("approved", "officer", COMMIT, TERMS | {"parties": [{"party": "a", "digest": "C1" * 32}]}, "/parties/0/digest"),
    ("committed", "officer2", VALUE, {"value": "1" * 29, "witnesses": ["甲"]}, "/value"),
    ("committed", "officer2", VALUE, {"value": "1" * 29 + "7", "witnesses": ["甲"]}, "/value"),
    ("committed", "officer2", VALUE, {"value": "1" * 30}, "/witnesses"),
    ("committed", "officer2", VALUE, {"value": "1" * 30, "witnesses": [" "]}, "/witnesses/0"),
    ("committed", "officer", ESCROW, {"party": "supervision", "holder": "甲", "place": "乙"}, "/sealed_on"),
    (
        "committed",
        "officer",
        ESCROW,
        {"party": "supervision", "holder": "甲", "place": "乙", "sealed_on": "2020-09-01"},
        "/sealed_on",
    ),
    ("committed", "officer2", HAND_IN, {"party": "supervision", "secret": "x", "document": "单"}, "/secret"),
    ("committed", "officer2", HAND_IN, {"party": "supervision", "secret": "5e" * 32}, "/document"),
    ("committed", "officer", VOID, {"reason": "whim", "text": "甲"}, "/reason"),
    ("committed", "officer", VOID, {"reason": "other", "text": " "}, "/text"),
    ("executed", "lead", FILE, {}, "/inspected_on"),
    ("executed", "lead", FILE, finding(inspected_on="yesterday"), "/inspected_on"),
    ("executed", "lead", FILE, finding(outcomes=[{"item": "M01"}]), "/outcomes/0/outcome"),
    ("executed", "lead", FILE, finding(outcomes="none"), "/outcomes"),
    ("executed", "lead", FILE, finding(signature="甲"), "/signature"),
    ("filed", "reviewer", "/api/v1/findings/{finding}/review", {}, "/approved"),
    ("filed", "reviewer", "/api/v1/findings/{finding}/review", {"approved": None}, "/approved"),
    ("reviewed", "approver", "/api/v1/penalties", {}, "/finding_id"),
    ("reviewed", "approver", "/api/v1/penalties", penalty("x", procedure="quick"), "/procedure"),
    ("reviewed", "approver", "/api/v1/penalties", penalty("x", fine_fen=10**16), "/fine_fen"),
]


def address(bureau: Bureau, path: str) -> str:
    """Fill in a bureau's own numbers."""
    notes = bureau.notes
    return path.format(
        plan_no=notes.plan_no,
        task_no=notes.task_no,
        draw_id=notes.draw_id,
        reader=notes.people.get("reader"),
        visit=notes.visits[0] if notes.visits else "",
        finding=notes.findings[0] if notes.findings else "",
    )


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad[2]} {bad[4]}")
def test_bad_input_names_the_place_in_both_languages_and_changes_nothing(opening: Opening, bad: Bad) -> None:
    """Problem document, stable code, the JSON pointer, a sentence in the language asked for; every row as before."""
    stage, name, path, body, where = bad
    bureau = opening(stage)
    desk = bureau.lead(bureau.notes.visits[0]) if name == "lead" else bureau.desk(name)
    path = address(bureau, path)
    before = bureau.contents()
    chinese = desk.post(path, body)
    english = desk.post(path, body, Accept_Language="en-GB, zh;q=0.5")
    assert bureau.contents() == before
    for answer, language in ((chinese, "zh"), (english, "en")):
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
        assert answer.headers["cache-control"] == "no-store"
        found = answer.json()
        assert (found["status"], found["instance"]) == (422, path)
        assert found["type"] == f"urn:double-random:error:{found['code']}"
        pointers = [each["pointer"] for each in found["errors"]]
        assert any(pointer == where or pointer.startswith(f"{where}/") for pointer in pointers), pointers
    assert chinese.json()["code"] == english.json()["code"]
    assert CHINESE.search(chinese.json()["detail"])
    assert not CHINESE.search(english.json()["detail"])
    assert all(CHINESE.search(each["problem"]) for each in chinese.json()["errors"]), chinese.json()["errors"]
    assert not any(CHINESE.search(each["problem"] + each["remedy"]) for each in english.json()["errors"])


ABSENT = [
    ("administrator", PEOPLE, {"name": "甲", "roles": ["reviewer"], "department": "nix"}),
    ("administrator", PEOPLE, {"name": "甲", "roles": ["inspector"], "inspector_no": "nix"}),
    ("registrar", "/api/v1/items", item("M09", department="nix")),
    ("registrar", "/api/v1/recusals", {"inspector_no": "nix", "unit_id": credit_code(1), "reason": "近亲属"}),
    ("registrar", "/api/v1/recusals", {"inspector_no": "market-1", "unit_id": "nix", "reason": "近亲属"}),
    ("officer", BATCHES, batch(team=[{"department": "nix", "seats": 2}])),
    ("approver", "/api/v1/penalties", penalty("nix")),
]


@pytest.mark.parametrize(("name", "path", "body"), ABSENT)
def test_what_a_body_names_must_exist(opening_anywhere: Opening, name: str, path: str, body: object) -> None:
    """Refused by name before the database refuses it, and nothing changes."""
    bureau = opening_anywhere("planned")
    before = bureau.contents()
    refused = bureau.desk(name).post(address(bureau, path), body)
    assert refused.status_code in (404, 422)
    assert "nix" in refused.json()["detail"]
    assert bureau.contents() == before


RAW = [
    (b"", "application/json"),
    (b"{", "application/json"),
    (b'{"code": "tax", "name": "\xff"}', "application/json"),
    (b"[" * 100_000, "application/json"),
    (b'{"code": "tax", "name": "a\\ud800b"}', "application/json"),
    (b'{"code": "tax", "name": "a\\u0000b"}', "application/json"),
    (b'{"code": "tax", "name": NaN}', "application/json"),
    (b'{"code": "tax", "name": "a"}', "text/plain"),
    (b"code=tax&name=a", "application/x-www-form-urlencoded"),
    (b'{"code": "tax", "name": "' + b"9" * 1_100_000 + b'"}', "application/json"),
]


def test_a_body_that_is_no_json_is_refused(opening_anywhere: Opening) -> None:
    """Broken, empty, deep, too large, of another kind, with characters no database takes: 4xx, and nothing changes."""
    bureau = opening_anywhere("staffed")
    before = bureau.contents()
    for data, kind in RAW:
        headers = {"Authorization": f"Bearer {bureau.notes.keys['registrar']}", "Content-Type": kind}
        answer = bureau.client.post("/api/v1/departments", content=data, headers=headers)
        assert 400 <= answer.status_code < 500, data[:80]
        assert answer.headers["content-type"] == "application/problem+json", data[:80]
        assert CHINESE.search(answer.json()["detail"])
        assert all(each["pointer"] in ("", "/name") for each in answer.json().get("errors", [])), data[:80]
    assert bureau.contents() == before


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.5, zh;q=0.9", "zh"),
        ("en; q=0.5, zh; q=0.9", "zh"),
        ("zh;q=0.3,en;q=0.4", "en"),
        ("fr-FR, en;q=0.2", "en"),
        ("fr", "zh"),
        ("en;q=0", "zh"),
        ("EN", "en"),
        ("en;q=abc", "zh"),
        ("*", "zh"),
    ],
)
def test_the_language_follows_accept_language_with_its_weights(
    opening: Opening, accept: str | None, language: str
) -> None:
    """RFC 9110, 12.5.4: with or without blanks around the weight; Chinese where nothing else is asked for."""
    bureau = opening("empty")
    headers = {} if accept is None else {"Accept-Language": accept}
    answer = bureau.client.get("/api/v1/me", headers=headers)
    assert answer.headers["content-language"] == language
    assert bool(CHINESE.search(answer.json()["detail"])) is (language == "zh")
    assert "Accept-Language" in answer.headers["vary"]


ODD = ["%00", "%FF", "%F0%9F%92%A9", "..%2f..", "'", "%25", "%0d%0a", "a" * 65, "-1", "{x}"]


def test_odd_numbers_in_an_address_are_absent_not_errors_of_ours(opening_anywhere: Opening) -> None:
    """NUL bytes, broken UTF-8, quotes: 404 or 422 everywhere, on both databases."""
    bureau = opening_anywhere("executed")
    for odd in ODD:
        answers = ask_with_odd_numbers(bureau, odd)
        assert len(answers) == 19
        assert [(each.url.path, each.status_code) for each in answers if each.status_code not in (404, 422)] == []


def ask_with_odd_numbers(bureau: Bureau, odd: str) -> list[httpx.Response]:
    """Ask for an odd number wherever an address has one."""
    supervisor, lead = bureau.desk("supervisor"), bureau.lead(bureau.notes.visits[0])
    public = [f"/operators/{odd}", f"/draws/{odd}.json", f"/draws/{odd}/bundle.zip", f"/log/evidence/{odd}"]
    public += [f"/draws/{bureau.notes.draw_id}/files/{odd}", f"/log/entries/{odd}"]
    staff = [f"/api/v1/{thing}/{odd}" for thing in ("operators", "plans", "draws", "findings", "penalties")]
    staff += [f"/api/v1/visits/{odd}", f"/api/v1/visits/{odd}/notice", f"/api/v1/evidence/{odd}"]
    staff += [f"/api/v1/followups/{odd}/M01", f"/api/v1/followups/{bureau.notes.visits[0]}/{odd}"]
    answers = [bureau.public.get(path) for path in public]
    answers += [supervisor.get(path) for path in staff]
    answers += [lead.get(f"/api/v1/assignments/{odd}"), bureau.desk("officer").get(f"/api/v1/plans/{odd}/preview")]
    return [*answers, lead.post(f"/api/v1/assignments/{odd}/findings", finding())]


def test_odd_queries_are_answered(opening_anywhere: Opening) -> None:
    """A search finds nothing, a page that does not exist is the first: never an error of ours."""
    bureau = opening_anywhere("executed")
    for odd in (*ODD, "2020", ""):
        paths = [f"/search?q={odd}", f"/search.json?q={odd}&after={odd}", f"/results?after={odd}"]
        paths += [f"/penalties.json?after={odd}&year={odd}", f"/?year={odd}", f"/log/proof/inclusion?index={odd}"]
        answers = [bureau.public.get(path) for path in (*paths, f"/draws?after={odd}")]
        answers.append(bureau.desk("registrar").get(f"/api/v1/operators?after={odd}"))
        assert [str(each.url) for each in answers if each.status_code not in (200, 404, 422)] == []


def test_what_an_error_says_is_not_markup(opening: Opening) -> None:
    """Sent-in text comes back as JSON, or escaped on the page of a browser."""
    bureau = opening("committed")
    answer = bureau.public.get("/draws/<script>alert(1)<%2fscript>", Accept="text/html")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api/v1/imports/operators", "/api/v1/imports/inspectors"])
def test_a_roster_of_the_other_kind_is_refused(opening: Opening, path: str) -> None:
    """The heading tells them apart."""
    bureau = opening("staffed")
    before = bureau.contents()
    data = inspectors_csv() if path.endswith("operators") else operators_csv()
    refused = bureau.desk("registrar").post(path, data)
    assert (refused.status_code, refused.json()["code"]) == (422, "sheet")
    assert bureau.contents() == before


def test_a_number_that_nobody_has_is_absent_with_its_name(opening: Opening) -> None:
    """404, in the caller's language, with what was looked for."""
    bureau = opening("staffed")
    answer = bureau.desk("supervisor").get("/api/v1/plans/1400002020999", Accept_Language="en")
    assert (answer.status_code, answer.json()["code"]) == (404, "absent")
    assert "1400002020999" in answer.json()["detail"]


def test_a_method_that_an_address_does_not_take_is_refused(opening: Opening) -> None:
    """405 as a problem document."""
    bureau = opening("staffed")
    answer = bureau.desk("registrar").delete("/api/v1/departments")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_digest_used_before_is_refused(opening: Opening) -> None:
    """A party makes a new secret for each draw, and the pointer names whose it is."""
    bureau = opening("executed")
    second = made(bureau.desk("officer").post(BATCHES.format(plan_no=bureau.notes.plan_no), batch(reason="增加一批")))[
        "task_no"
    ]
    made(bureau.desk("approver").post(f"/api/v1/batches/{second}/approval"))
    with bureau.service.database.reading() as session:
        used = (
            session.connection()
            .exec_driver_sql("SELECT digest FROM draw_parties WHERE party = 'supervision'")
            .scalar_one()
        )
    parties = [{"party": "bar", "digest": "c1" * 32}, {"party": "supervision", "digest": used}]
    before = bureau.contents()
    bureau.clock.set("2020-09-01", "11:00")
    refused = bureau.desk("officer").post(f"/api/v1/batches/{second}/commitment", TERMS | {"parties": parties})
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/parties/1/digest"]
    assert bureau.contents() == before


def test_a_plan_that_cannot_be_staffed_is_not_committed(opening: Opening) -> None:
    """A recusal must not become a veto: the refusal comes before the commitment, and names whom nobody may visit."""
    bureau = opening("approved")
    for own in ("market-1", "market-2", "market-3"):
        body = {"inspector_no": own, "unit_id": credit_code(1), "reason": "近亲属"}
        filed = made(bureau.desk("registrar").post("/api/v1/recusals", body))
        made(bureau.desk("approver").post(f"/api/v1/recusals/{filed['recusal_id']}/decision", {"approved": True}))
    before = bureau.contents()
    refused = bureau.desk("officer").post(address(bureau, COMMIT), bureau.terms())
    assert refused.status_code == 422
    assert credit_code(1) in refused.json()["detail"]
    assert bureau.contents() == before


def test_a_draw_that_is_not_approved_is_not_committed(opening: Opening) -> None:
    """409, and nothing is written."""
    bureau = opening("planned")
    before = bureau.contents()
    refused = bureau.desk("officer").post(address(bureau, COMMIT), bureau.terms())
    assert (refused.status_code, refused.json()["code"]) == (409, "batch_state")
    assert bureau.contents() == before
