"""No quiet second try: a draw is voided by two people, for ever in sight, and only then is its batch drawn again."""

from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy import select as plain_select
from sqlmodel import select

from registry.caps import counted_visits
from registry.draws import DrawCommitment, DrawVoid, VoidRequest, draws_of, standing_draw
from tests.building import Bureau
from tests.crowds import at_once, serving
from tests.desks import made
from tests.papers import finding
from tests.workshop import Opening

CLIENTS = 64
ASKED = {"reason": "wrong_terms", "text": "批次的检查事项有误"}


def voids(bureau: Bureau) -> str:
    """Return the address at which the draw is voided."""
    return f"/api/v1/draws/{bureau.notes.draw_id}/voids"


def commitment(bureau: Bureau) -> str:
    return f"/api/v1/batches/{bureau.notes.task_no}/commitment"


def ask(bureau: Bureau, name: str = "officer") -> str:
    """Ask for the draw to be voided and return the request's id."""
    return str(made(bureau.desk(name).post(voids(bureau), ASKED))["request_id"])


def request(bureau: Bureau, name: str, path: str, body: object, once: str) -> httpx.Request:
    headers = {"Authorization": f"Bearer {bureau.notes.keys[name]}", "Idempotency-Key": once}
    return httpx.Request("POST", f"http://bureau{path}", json=body, headers=headers)


def page_of(bureau: Bureau, draw_id: str | None = None) -> Any:  # noqa: ANN401 - JSON
    return made(bureau.public.get(f"/draws/{draw_id or bureau.notes.draw_id}.json"))


def test_a_draw_is_voided_by_a_second_person_and_never_leaves_the_list(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("committed")
    first = bureau.notes.draw_id
    redraw_id = bureau.void("secret_missing")
    assert redraw_id == f"{first}.2"
    page = page_of(bureau)
    assert (page["state"], page["outcome"]) == ("voided", None)
    (void,) = page["voids"]
    assert void["reason"] == "一方未交出秘密"
    assert void["known"] == ["尚未摇号，结果未算出", "公开随机值没有录入，也没有公布", "没有任何一方交出秘密"]
    assert [line["kind"] for line in page["log"]] == ["draw.committed", "draw.void_requested", "draw.voided"]
    rows = made(bureau.public.get("/draws.json"))["rows"]
    assert [(row["draw_id"], row["state"]) for row in rows] == [(first, "voided")]
    said = bureau.public.get(f"/draws/{first}").text
    assert [each in said for each in ("摇号前作废", "作废之前没有摇号", "最迟于")] == [True, True, False]


def test_nobody_confirms_their_own_void(opening: Opening) -> None:
    bureau = opening("committed")
    asked = ask(bureau, "approver")
    refused = bureau.desk("approver").post(f"{voids(bureau)}/{asked}/confirmation")
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    assert page_of(bureau)["state"] == "committed"
    made(bureau.desk("approver2").post(f"{voids(bureau)}/{asked}/confirmation"))


def test_a_void_that_was_only_asked_for_is_in_sight(opening: Opening) -> None:
    """Who asked without being followed stands on the page and in the counts, and the draw goes on."""
    bureau = opening("committed")
    ask(bureau)
    page = page_of(bureau)
    assert (page["state"], len(page["voids"]), page["voids"][0]["confirmed_at"]) == ("committed", 1, None)
    bureau.executed()
    assert page_of(bureau)["state"] == "opened"
    assert made(bureau.public.get("/draws/counts.json"))["total"]["void_requests"] == 1


def test_each_person_asks_once_for_a_draw_to_be_voided_for_a_reason(opening_anywhere: Opening) -> None:
    """So requests do not grow without end, and no first one keeps anybody from giving another reason."""
    bureau = opening_anywhere("committed")
    first = ask(bureau)
    before = bureau.contents()
    again = bureau.desk("officer").post(voids(bureau), ASKED | {"text": "再次提出"})
    assert (again.status_code, again.json()["code"]) == (409, "draw_state")
    assert first in again.json()["detail"]
    assert bureau.contents() == before
    other = ask(bureau, "supervisor")
    pages = [bureau.desk("approver").get(f"{voids(bureau)}?limit=1{rest}") for rest in ("", f"&after={first}")]
    assert [[each["request_id"] for each in made(page)] for page in pages] == [[first], [other]]
    assert ["Link" in page.headers for page in pages] == [True, False]
    made(bureau.desk("officer").post(voids(bureau), ASKED | {"reason": "other"}))


def test_a_void_says_why(opening: Opening) -> None:
    bureau = opening("committed")
    for body, pointer in (
        ({"reason": "because", "text": "甲"}, "/reason"),
        ({"reason": "other", "text": " "}, "/text"),
    ):
        refused = bureau.desk("officer").post(voids(bureau), body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == pointer


def test_a_pretext_that_the_record_contradicts_is_refused(opening_anywhere: Opening) -> None:
    """No draw is overdue before its term, no secret missing that is there, no value failed that was drawn with."""
    bureau = opening_anywhere("committed", sealed=True)
    path = voids(bureau)

    def ask_for(reason: str) -> httpx.Response:
        return bureau.desk("officer").post(path, {"reason": reason, "text": "经过说明"})

    assert ask_for("overdue").json()["errors"][0]["pointer"] == "/reason"
    early = made(ask_for("secret_missing"))["request_id"]
    bureau.executed()
    before = bureau.contents()
    for reason in ("overdue", "secret_missing", "value_failed"):
        refused = ask_for(reason)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason"), reason
    stale = bureau.desk("approver").post(f"{path}/{early}/confirmation")
    assert (stale.status_code, stale.json()["code"]) == (409, "draw_state")
    assert bureau.contents() == before


def test_what_was_known_is_what_was_known_when_the_void_was_confirmed(opening_anywhere: Opening) -> None:
    """A request that was kept in a drawer until the outcome was seen says that it had been computed, and shows it."""
    bureau = opening_anywhere("committed", sealed=True)
    kept = ask(bureau)
    bureau.executed()
    made(bureau.desk("approver").post(f"{voids(bureau)}/{kept}/confirmation"))
    page = page_of(bureau)
    assert page["voids"][0]["known"] == [
        "已摇号，结果已经算出",
        "公开随机值已经录入或者公布",
        "已交出秘密的有：supervision",
    ]
    assert len(page["outcome"]["drawn"]) == 3
    assert made(bureau.public.get("/draws/counts.json"))["total"]["voided_executed"] == 1


def test_a_request_belongs_to_its_draw(opening: Opening) -> None:
    """A request to void one draw cannot be confirmed for another."""
    bureau = opening("committed")
    asked = ask(bureau, "supervisor")
    bureau.redraw()
    refused = bureau.desk("approver").post(f"{voids(bureau)}/{asked}/confirmation")
    assert refused.status_code == 404


@pytest.mark.parametrize("stage", ["executed", "published"])
def test_what_is_open_is_not_voided(opening_anywhere: Opening, stage: str) -> None:
    bureau = opening_anywhere(stage)
    before = bureau.contents()
    refused = bureau.desk("officer").post(voids(bureau), ASKED)
    assert (refused.status_code, refused.json()["code"]) == (409, "draw_state")
    assert bureau.contents() == before


def test_a_draw_opened_between_request_and_confirmation_is_not_voided(opening: Opening) -> None:
    bureau = opening("reviewed", sealed=True)
    asked = ask(bureau)
    made(bureau.desk("approver2").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening"))
    refused = bureau.desk("approver").post(f"{voids(bureau)}/{asked}/confirmation")
    assert (refused.status_code, refused.json()["code"]) == (409, "draw_state")


def test_a_draw_aborted_after_its_outcome_was_computed_stands_in_public_with_that_outcome(
    opening_anywhere: Opening,
) -> None:
    """Whoever throws an outcome away shows everybody whom it had drawn."""
    bureau = opening_anywhere("executed", sealed=True)
    assert page_of(bureau)["outcome"] is None
    drawn = {visit["unit_id"] for own in bureau.notes.keys if "-" in own for visit in assigned(bureau, own)}
    bureau.void("leaked")
    page = page_of(bureau)
    assert page["voids"][0]["known"][0] == "已摇号，结果已经算出"
    assert {unit["code"] for unit in page["outcome"]["drawn"]} == drawn
    entry = made(bureau.public.get(page["log"][-1]["path"]))["public"]
    assert entry["known"]["executed"] is True
    assert set(entry) == {"draw_id", "reason", "known", "seed", "reveal", "drawn", "teams"}
    assert bureau.public.get(f"/draws/{bureau.notes.draw_id}/bundle.zip").status_code == 200
    total = made(bureau.public.get("/draws/counts.json"))["total"]
    assert (total["voided"], total["voided_executed"]) == (1, 1)


def assigned(bureau: Bureau, own: str) -> Any:  # noqa: ANN401 - JSON
    return made(bureau.desk(own).get("/api/v1/assignments"))


@pytest.mark.parametrize("step", ["execution", "opening", "voids", "visits/approval"])
def test_nothing_follows_a_void(opening: Opening, step: str) -> None:
    bureau = opening("executed", sealed=True)
    bureau.void()
    body = {"voids": ASKED}.get(step)
    name = {"execution": "officer2", "voids": "officer"}.get(step, "approver2")
    refused = bureau.desk(name).post(f"/api/v1/draws/{bureau.notes.draw_id}/{step}", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "draw_state")


def test_a_redraw_names_the_draw_that_it_replaces_and_its_outcome_is_its_own(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("committed")
    first = bureau.notes.draw_id
    bureau.redraw()
    second = bureau.notes.draw_id
    assert (page_of(bureau, first)["replaced_by"]["draw_id"], page_of(bureau)["replaces"]["draw_id"]) == (second, first)
    committed = bureau.public.get(f"/draws/{second}/files/commitment.json").json()
    assert (committed["draw_id"], committed["replaces"]) == (second, first)
    bureau.executed()
    assert sorted(bureau.teams()) == [f"{second}-0{number}" for number in (1, 2, 3)]
    plan = made(bureau.public.get(f"/plans/{bureau.notes.plan_no}.json"))
    (line,) = plan["batches"]
    assert (line["state"], line["draw_path"], line["rates"]["drawn"]) == ("opened", f"/draws/{second}", 3)
    for path in (f"/draws/{first}", f"/draws/{second}", "/draws", "/draws/counts", "/"):
        assert bureau.public.get(path).status_code == 200


def test_a_batch_has_one_draw_that_stands(opening_anywhere: Opening) -> None:
    """Two commitments beside each other, to keep the one that suits, are refused, whatever the second says."""
    bureau = opening_anywhere("committed")
    first = bureau.notes.draw_id
    for replaces in (None, first):
        refused = bureau.desk("officer").post(commitment(bureau), bureau.terms(f"{first}.2") | {"replaces": replaces})
        assert (refused.status_code, refused.json()["code"]) == (409, "batch_drawn")
    bureau.redraw()
    refused = bureau.desk("officer").post(commitment(bureau), bureau.terms(f"{first}.3") | {"replaces": first})
    assert (refused.status_code, refused.json()["code"]) == (409, "batch_drawn")


@pytest.mark.parametrize("replaces", [None, "140000202008240999"])
def test_a_redraw_that_does_not_name_the_voided_draw_is_refused(opening: Opening, replaces: str | None) -> None:
    bureau = opening("committed")
    terms = bureau.terms(bureau.void()) | {"replaces": replaces}
    refused = bureau.desk("officer").post(commitment(bureau), terms)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/replaces")


def test_a_first_draw_replaces_nothing(opening: Opening) -> None:
    bureau = opening("approved")
    refused = bureau.desk("officer").post(commitment(bureau), bureau.terms() | {"replaces": "140000202008240999"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/replaces")


def test_one_secret_serves_one_draw(opening_anywhere: Opening) -> None:
    """A digest of the voided draw is refused for the redraw."""
    bureau = opening_anywhere("approved")
    terms = bureau.terms()
    bureau.notes.draw_id = made(bureau.desk("officer").post(commitment(bureau), terms))["draw_id"]
    redraw_id = bureau.void()
    again = {"replaces": bureau.notes.draw_id, "parties": terms["parties"]}
    refused = bureau.desk("officer").post(commitment(bureau), bureau.terms(redraw_id) | again)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/parties/0/digest")


def test_visits_of_a_voided_draw_are_not_made_any_more_and_those_made_are_filed(opening: Opening) -> None:
    """One team had arrived: it files, and its visit counts. The others do not set out, and count for nothing."""
    bureau = opening("executed", sealed=True)
    bureau.clock.set("2020-09-01", "15:00")
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval"))
    arrived, waiting, _ = bureau.notes.visits
    bureau.arrive(arrived)
    bureau.void("leaked")
    lead = bureau.lead(waiting)
    refused = lead.post(f"/api/v1/assignments/{waiting}/notice", {"visit_on": "2020-09-02"})
    assert (refused.status_code, refused.json()["code"]) == (409, "visit_state")
    assert next(v for v in assigned(bureau, bureau.teams()[waiting][0]) if v["visit_id"] == waiting)["may_follow"] == []
    bureau.clock.set("2020-09-01", "16:00")
    made(bureau.lead(arrived).post(f"/api/v1/assignments/{arrived}/findings", finding(inspected_on="2020-09-01")))
    with bureau.service.database.reading() as session:
        counted = session.connection().execute(plain_select(counted_visits())).all()
    assert len(counted) == 1
    headline = made(bureau.public.get("/index.json"))["headline"]
    assert (headline["drawn"], headline["inspected"]) == (0, 1)


def test_a_voided_draw_holds_up_no_later_batch(opening: Opening) -> None:
    """What was thrown away is public, so that a frame may rest on it; the batch itself can be drawn again."""
    bureau = opening("executed", sealed=True)
    bureau.redraw()
    bureau.executed()
    assert len(bureau.notes.visits) == 6


def test_terms_stay_while_a_draw_stands_and_can_be_mended_after_a_void(opening: Opening) -> None:
    bureau = opening("committed")
    path = f"/api/v1/batches/{bureau.notes.task_no}/changes"
    body = {"changes": {"ratio_basis": "更正后的依据"}, "reason": "依据写错"}
    assert bureau.desk("officer").post(path, body).status_code == 409
    bureau.void("wrong_terms")
    made(bureau.desk("officer").post(path, body))


def test_an_overdue_draw_says_so_and_a_void_stops_its_clock(opening: Opening) -> None:
    bureau = opening("committed")
    read = f"/api/v1/draws/{bureau.notes.draw_id}"
    assert made(bureau.desk("officer").get(read))["overdue"] is None
    bureau.clock.set("2020-09-01", "18:01")
    assert made(bureau.desk("officer").get(read))["overdue"] == "not_executed"
    bureau.void("overdue")
    bureau.clock.set("2021-02-01")
    total = made(bureau.public.get("/draws/counts.json"))["total"]
    assert (total["overdue_execution"], total["overdue_opening"]) == (1, 0)


def test_a_clock_set_back_makes_no_overdue_draw_punctual_again(opening_anywhere: Opening) -> None:
    """Whatever was recorded after the term has seen it pass: page, list, counts and staff say so as before."""
    bureau = opening_anywhere("committed")
    bureau.clock.set("2021-01-01")
    bureau.another_key(bureau.notes.people["officer"])
    for now in ("2021-01-02", "2020-08-10"):
        bureau.clock.set(now)
        page = page_of(bureau)
        assert (page["overdue"], {line["party"] for line in page["secrets"] if line["late"]}) == (
            "逾期未摇号",
            {"supervision"},
        )
        (row,) = made(bureau.public.get("/draws.json"))["rows"]
        assert row["overdue"] == "逾期未摇号"
        assert made(bureau.public.get("/draws/counts.json"))["total"]["overdue_execution"] == 1
        for path in ("/api/v1/draws", f"/api/v1/draws/{bureau.notes.draw_id}"):
            told = made(bureau.desk("officer").get(path))
            assert (told[0] if isinstance(told, list) else told)["overdue"] == "not_executed"


def test_counts_are_by_the_department_that_leads(opening: Opening) -> None:
    bureau = opening("committed")
    bureau.redraw()
    page = made(bureau.public.get("/draws/counts.json"))
    (office,) = page["offices"]
    assert (office["department"], office["committed"], office["voided"], office["redraws"]) == ("market", 2, 1, 1)
    assert page["total"] == office | {"department": None, "name": "全部"}


def test_sixty_four_clients_void_a_draw_once(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("committed")
    path = f"{voids(bureau)}/{ask(bureau)}/confirmation"
    names = ("approver", "approver2")
    asked = [request(bureau, names[n % 2], path, None, f"race-{n:04d}") for n in range(CLIENTS)]
    with serving(bureau) as address:
        answers = at_once(address, asked)
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    assert len(bureau.contents()[str(DrawVoid.__tablename__)]) == 1


def test_sixty_four_clients_make_one_redraw(opening_anywhere: Opening) -> None:
    """At most one draw of a batch stands, however many redraw it at once."""
    bureau = opening_anywhere("committed")
    first, redraw_id = bureau.notes.draw_id, bureau.void()
    terms = bureau.terms(redraw_id) | {"replaces": first}
    names = ("officer", "officer2")
    asked = [request(bureau, names[n % 2], commitment(bureau), terms, f"race-{n:04d}") for n in range(CLIENTS)]
    with serving(bureau) as address:
        answers = at_once(address, asked)
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    with bureau.service.database.reading() as session:
        assert draws_of(session, bureau.notes.task_no) == [first, redraw_id]
        assert standing_draw(session, bureau.notes.task_no) == redraw_id
        assert len(session.exec(select(DrawCommitment)).all()) == 2
        assert len(session.exec(select(VoidRequest)).all()) == 1


def test_sixty_four_clients_void_and_execute_and_one_of_both_wins(opening_anywhere: Opening) -> None:
    """Half void the draw, half execute it: it is voided or open, never both."""
    bureau = opening_anywhere("committed")
    path = f"{voids(bureau)}/{ask(bureau)}/confirmation"
    bureau.clock.set("2020-09-01", "10:30")
    bureau.handed_in()
    execution = bureau.at_draw("execution")
    asked = [
        request(bureau, "approver", path, None, f"race-{n:04d}")
        if n % 2
        else request(bureau, "officer2", execution, None, f"race-{n:04d}")
        for n in range(CLIENTS)
    ]
    with serving(bureau) as address:
        answers = at_once(address, asked)
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    assert page_of(bureau)["state"] in {"voided", "opened"}
