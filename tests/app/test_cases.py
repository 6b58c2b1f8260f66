"""A case is decided in ninety days: extensions added, time that does not count left out, done by how it ends."""

from typing import Any

from registry.people import Role
from tests.app.test_clocks import clocks, decided
from tests.app.test_paging import pages
from tests.building import Bureau
from tests.desks import made
from tests.insiders import Insider, checked
from tests.papers import finding, penalty
from tests.workshop import Opening

FILED = "2026-05-06"


def opened(bureau: Bureau, visit: int = 0, *, day: str = FILED, number: str = "1") -> dict[str, str]:
    """Let a follow-up open a case that day, and return what names the problem."""
    visit_id = bureau.notes.visits[visit]
    step = {"step": "case_opened", "happened_on": day, "reference": f"测市监立〔2026〕{number}号"}
    made(bureau.desk("reviewer").post(f"/api/v1/followups/{visit_id}/M02/steps", step))
    return {"visit_id": visit_id, "item": "M02"}


def filed(bureau: Bureau, visit: int = 0, *, day: str = FILED, number: str = "1") -> str:
    """File a case and return the address of its steps."""
    body = opened(bureau, visit, day=day, number=number)
    return f"/api/v1/cases/{made(bureau.desk('reviewer').post('/api/v1/cases', body))['case_id']}"


def extend(bureau: Bureau, case: str, days: int, on: str, who: str = "approver") -> Any:  # noqa: ANN401 - a response
    body = {"days": days, "approved_on": on, "basis": "负责人批准延长"}
    return bureau.desk(who).post(f"{case}/extensions", body)


def pause(bureau: Bureau, case: str, first_on: str, **changes: str) -> Any:  # noqa: ANN401 - a response
    return bureau.desk("reviewer").post(f"{case}/pauses", {"kind": "testing", "first_on": first_on} | changes)


def close(bureau: Bureau, case: str, **changes: str) -> Any:  # noqa: ANN401 - a response
    body = {"way": "not_punished", "ended_on": f"{bureau.clock.instant:%Y-%m-%d}", "reason": "轻微并及时改正"}
    return bureau.desk("approver").post(f"{case}/closing", body | changes)


def is_sound(bureau: Bureau) -> bool:
    """Return whether every row is what its fact says."""
    with Insider(bureau.service.database).at_work() as connection:
        return checked(connection).sound


def second_problem(bureau: Bureau) -> None:
    """Let the second visit have a problem too, by a correction."""
    visit_id, old = bureau.notes.visits[1], bureau.notes.findings[1]
    paper = finding(problem=True, corrects=old)
    new = made(bureau.lead(visit_id).post(f"/api/v1/assignments/{visit_id}/findings", paper))["finding_id"]
    bureau.settle(visit_id, new)
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{new}/review", {"approved": True}))
    bureau.notes.findings[1] = new


def test_extensions_add_days_and_a_pause_that_lasts_leaves_no_last_day(opening: Opening) -> None:
    bureau = opening("reviewed")
    bureau.clock.set("2026-08-05")
    case = filed(bureau)
    (late,) = clocks(bureau, "?duty=case")
    assert (late["due_on"], late["state"], late["event_on"]) == ("2026-08-04", "overdue", FILED)
    assert "第六十条" in late["basis"]
    assert clocks(bureau, "?duty=case&state=overdue") == [late]
    refused = extend(bureau, case, 30, "2026-08-05")
    assert (refused.status_code, refused.json()["code"]) == (409, "case_state")
    assert made(pause(bureau, case, "2026-06-01", last_on="2026-06-10"))["due_on"] == "2026-08-14"
    assert made(extend(bureau, case, 30, "2026-08-05"))["due_on"] == "2026-09-13"
    lasting = made(pause(bureau, case, "2026-08-05", kind="announcement"))
    assert (lasting["due_on"], lasting["pauses"][1]["last_on"]) == (None, None)
    (waiting,) = clocks(bureau, "?duty=case")
    assert (waiting["due_on"], waiting["state"], waiting["days_left"]) == (None, "open", None)
    for answer in (pause(bureau, case, "2026-08-05"), close(bureau, case)):
        assert answer.status_code == 409
        assert "尚未结束" in answer.json()["detail"]
    bureau.clock.set("2026-10-03")
    resumed = made(bureau.desk("reviewer").post(f"{case}/resumption", {"last_on": "2026-10-03"}))
    assert resumed["due_on"] == "2026-11-12"
    assert bureau.desk("reviewer").post(f"{case}/resumption", {"last_on": "2026-10-03"}).status_code == 409
    assert made(bureau.desk("supervisor").get(case)) == resumed
    assert is_sound(bureau)


def test_a_case_is_done_by_its_penalty_or_closed_without_one_in_time_or_late(opening_anywhere: Opening) -> None:
    """The penalty refuses to be decided while a pause lasts; what ended is changed no more."""
    bureau = opening_anywhere("reviewed")
    second_problem(bureau)
    bureau.clock.set("2026-08-05")
    first, second = filed(bureau), filed(bureau, 1, day="2026-05-08", number="2")
    made(pause(bureau, first, "2026-07-01"))
    body = {"finding_id": bureau.notes.findings[0], "decided_on": "2026-08-05"}
    from_paused = bureau.desk("approver").post("/api/v1/penalties", penalty(**body))
    assert (from_paused.status_code, from_paused.json()["code"]) == (409, "case_state")
    made(bureau.desk("reviewer").post(f"{first}/resumption", {"last_on": "2026-07-01"}))
    penalty_id = decided(bureau, decided_on="2026-08-05")
    made(close(bureau, second))
    assert clocks(bureau, "?duty=case") == []
    done = [(each["key"], each["due_on"], each["done_on"]) for each in clocks(bureau, "?duty=case&state=in_time")]
    assert done == [(second[-5:], "2026-08-06", "2026-08-05"), (first[-5:], "2026-08-05", "2026-08-05")]
    ending = made(bureau.desk("reviewer").get(first))["ending"]
    assert (ending["way"], ending["penalty_id"]) == ("penalty", penalty_id)
    for answer in (close(bureau, first), pause(bureau, first, "2026-07-01"), extend(bureau, first, 1, FILED)):
        assert answer.status_code == 409
    bureau.clock.set("2026-09-30")
    third = filed(bureau, 1, day="2026-06-30", number="3")
    made(close(bureau, third, way="dropped"))
    (late,) = clocks(bureau, "?duty=case&state=late")
    assert (late["key"], late["due_on"], late["state"]) == (third[-5:], "2026-09-28", "late")
    for query, rows in (("?state=in_time", 2), ("?duty=case&state=in_time", 2), ("?duty=case&state=late", 1)):
        found = pages(bureau.desk("reviewer"), f"/api/v1/clocks{query}")
        assert [row for page in found for row in page] == clocks(bureau, query)
        assert len(found) == rows
    assert is_sound(bureau)


def test_pages_go_on_over_cases_whose_last_days_move(opening_anywhere: Opening) -> None:
    """Results, a penalty and cases in one list; a later case is due earlier, and a paused one stays put."""
    bureau = opening_anywhere("reviewed")
    second_problem(bureau)
    bureau.clock.set("2026-08-01")
    earlier = filed(bureau, 1, number="2")
    made(extend(bureau, earlier, 30, "2026-08-01"))
    later = filed(bureau, day="2026-05-20")
    decided(bureau, decided_on="2026-05-08")
    cases = [each["key"] for each in clocks(bureau, "?duty=case")]
    assert cases == [later[-5:], earlier[-5:]]
    for query in ("", "?state=open", "?state=overdue", "?duty=case"):
        whole = clocks(bureau, query)
        assert [each["due_on"] for each in whole] == sorted(each["due_on"] for each in whole)
        for limit in (1, 2):
            found = pages(bureau.desk("reviewer"), f"/api/v1/clocks{query}", limit)
            assert [row for page in found for row in page] == whole, (query, limit)
    first, second = clocks(bureau, "?duty=case")
    made(pause(bureau, later, "2026-07-30"))
    after = clocks(bureau, f"?duty=case&after={first['place']}")
    assert [each["key"] for each in after] == [second["key"], later[-5:]]
    for place in ("case/c0001", "case/c0001.9", "case/.1", "case/c0001.x"):
        assert bureau.desk("reviewer").get(f"/api/v1/clocks?after={place}").status_code == 422


def test_a_case_is_filed_once_on_a_follow_up_before_it_is_decided_and_changed_by_two(opening: Opening) -> None:
    bureau = opening("reviewed")
    bureau.clock.set("2026-05-10")
    visit_id = bureau.notes.visits[0]
    nothing = bureau.desk("reviewer").post("/api/v1/cases", {"visit_id": visit_id, "item": "M02"})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "case_state")
    penalty_id = decided(bureau, decided_on=FILED)
    again = bureau.desk("reviewer").post("/api/v1/cases", opened(bureau))
    assert again.status_code == 409
    assert penalty_id in again.json()["detail"]
    case = filed(bureau, day="2026-05-07", number="2")
    assert bureau.desk("reviewer").post("/api/v1/cases", {"visit_id": visit_id, "item": "M02"}).status_code == 409
    filer = bureau.desk("reviewer").person_id
    bureau.hire("both", Role.REVIEWER, Role.APPROVER)
    assert made(bureau.desk("reviewer").get(case))["filed_by"] == filer
    assert close(bureau, case, way="penalty").status_code == 422
    assert close(bureau, case, reason=" ").status_code == 422
    assert close(bureau, case, ended_on="2026-05-06").status_code == 422
    assert pause(bureau, case, "2026-05-06").status_code == 422
    assert pause(bureau, case, "2026-05-08", last_on="2026-05-11").status_code == 422
    assert extend(bureau, case, 0, "2026-05-08").status_code == 422
    made(close(bureau, case))
    erasure = {"matter": "case", "key": case[-5:], "basis": "unlawful", "text": "理由含个人信息"}
    asked = made(bureau.desk("publisher").post("/api/v1/erasures", erasure))["request_id"]
    made(bureau.desk("approver").post(f"/api/v1/erasures/{asked}/confirmation"))
    assert made(bureau.desk("reviewer").get(case))["ending"]["reason"] == ""
    assert is_sound(bureau)
    bureau.clock.set("2026-05-11")
    own = opened(bureau, day="2026-05-11", number="3")
    third = made(bureau.desk("both").post("/api/v1/cases", own))["case_id"]
    for answer in (
        extend(bureau, f"/api/v1/cases/{third}", 30, "2026-05-11", who="both"),
        bureau.desk("both").post(
            f"/api/v1/cases/{third}/closing", {"way": "dropped", "ended_on": "2026-05-11", "reason": "撤案"}
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "same_person")
