"""Who may be sent: certificate, leave, fields, tags, area; neighbours lent by name; everybody left out is counted."""

import csv
import io
import json
from typing import Any

import pytest
from sqlmodel import select

from registry.draws import DrawCommitment
from registry.journal import Fact, Kind
from registry.people import Role
from tests.building import Bureau
from tests.desks import made
from tests.rosters import EXPIRING, INSPECTORS, credit_code, inspector, inspectors_csv, operator, operators_csv
from tests.workshop import Opening

EXPIRED = {"certificate": 1}
"""What there always is: the one whose certificate ends within the period."""

FAR, NEAR = "140200", "140100"


def change(bureau: Bureau, own: str, **changes: str) -> None:
    """Hand one inspector in again, changed."""
    made(bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv([inspector(own, **changes)])))


def leave(bureau: Bureau, own: str, from_on: str, to_on: str) -> str:
    """Record a leave, approve it, and return its id."""
    body = {"inspector_no": own, "from_on": from_on, "to_on": to_on, "reason": "脱产学习"}
    leave_id = str(made(bureau.desk("registrar").post("/api/v1/leaves", body))["leave_id"])
    made(bureau.desk("approver").post(f"/api/v1/leaves/{leave_id}/decision", {"approved": True}))
    return leave_id


def asking(bureau: Bureau, **seats: Any) -> None:  # noqa: ANN401 - JSON
    """Put in place of the bureau's batch one whose market seats ask for more."""
    team = [{"department": "market", "seats": 2} | seats, {"department": "cyber", "seats": 2}]
    bureau.notes.task_no = bureau.another_batch(team=team)


def narrowings(bureau: Bureau) -> dict[str, int]:
    """Commit the draw and return who may not be sent, by reason, as log, page and staff are told alike."""
    bureau.committed()
    with bureau.service.database.reading() as session:
        fact = session.exec(select(Fact).where(Fact.kind == Kind.DRAW_COMMITTED)).one()
        told: dict[str, int] = json.loads(fact.public)["narrowings"]
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    assert {line["reason"]: line["count"] for line in page["narrowings"]} == told
    assert all(line["text"] for line in page["narrowings"])
    assert made(bureau.desk("supervisor").get(f"/api/v1/draws/{bureau.notes.draw_id}"))["narrowings"] == told
    assert page["inspectors"] + sum(told.values()) == len(INSPECTORS)
    return told


def areas(bureau: Bureau) -> dict[tuple[str, str], int]:
    """Return how many stand in the draw's file of inspectors, by department and area."""
    with bureau.service.database.reading() as session:
        data = session.exec(select(DrawCommitment)).one().inspectors.decode()
    found: dict[tuple[str, str], int] = {}
    for row in csv.DictReader(io.StringIO(data)):
        place = (row["department"], row["area"])
        found[place] = found.get(place, 0) + 1
    return found


def refusal(bureau: Bureau) -> dict[str, Any]:
    """Try to commit and return the refusal."""
    bureau.clock.set("2020-08-31")
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    answer = bureau.desk("officer").post(path, bureau.terms())
    assert answer.status_code == 409, answer.text
    found: dict[str, Any] = answer.json()
    return found


def loan(bureau: Bureau, own: str, area: str = "140105", *, approved: bool | None = True) -> str:
    """Ask for a loan, decide it unless told otherwise, and return its id."""
    body = {"inspector_no": own, "area": area, "reason": "该区持证人员不足两人"}
    asked = made(bureau.desk("officer").post(f"/api/v1/batches/{bureau.notes.task_no}/loans", body))
    if approved is not None:
        path = f"/api/v1/loans/{asked['loan_id']}/decision"
        made(bureau.desk("approver").post(path, {"approved": approved}))
    return str(asked["loan_id"])


def few(bureau: Bureau) -> None:
    """Leave one of the department cyber where the units are; two work in the city, one in another."""
    change(bureau, "cyber-2", area="140106")
    change(bureau, "cyber-3", area=FAR)
    change(bureau, "cyber-4", area="140106")


def test_certificate_must_hold_through_the_whole_period(opening_anywhere: Opening) -> None:
    assert narrowings(opening_anywhere("approved")) == EXPIRED


def test_nobody_is_on_the_roster_without_a_certificate(opening: Opening) -> None:
    """An expert who has none can assist, and is never in a team."""
    bureau = opening("approved")
    row = inspector("market-9", certificate_no="", certificate_from="", certificate_until="", tags="电子取证")
    refused = bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv([row]))
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 3


def test_who_left_is_not_sent(opening: Opening) -> None:
    bureau = opening("approved")
    change(bureau, "market-1", status="离岗")
    assert narrowings(bureau) == EXPIRED | {"not_serving": 1}


def test_who_is_on_leave_for_the_whole_period_is_not_sent(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    leave(bureau, "market-1", "2020-09-01", "2020-12-31")
    assert narrowings(bureau) == EXPIRED | {"on_leave": 1}


@pytest.mark.parametrize(
    ("spans", "out"),
    [
        ([("2020-09-01", "2020-12-30")], False),
        ([("2020-09-02", "2020-12-31")], False),
        ([("2020-08-01", "2020-10-10"), ("2020-10-11", "2021-01-31")], True),
        ([("2020-08-01", "2020-10-10"), ("2020-10-12", "2021-01-31")], False),
    ],
    ids=["a-day-before-the-end", "a-day-after-the-beginning", "two-that-meet", "two-with-a-day-between"],
)
def test_partial_leave_keeps_nobody_out(opening: Opening, spans: list[tuple[str, str]], *, out: bool) -> None:
    bureau = opening("approved")
    for span in spans:
        leave(bureau, "market-1", *span)
    assert narrowings(bureau) == EXPIRED | ({"on_leave": 1} if out else {})


def test_leave_counts_for_what_remains_of_the_period(opening: Opening) -> None:
    """Committed within the period, the days that are over do not matter."""
    bureau = opening("approved")
    bureau.notes.task_no = bureau.another_batch(period_from="2020-08-03")
    leave(bureau, "market-1", "2020-08-31", "2020-12-31")
    assert narrowings(bureau)["on_leave"] == 1


def test_leave_that_is_cancelled_counts_no_more_and_is_cancelled_once(opening: Opening) -> None:
    bureau = opening("approved")
    leave_id = leave(bureau, "market-1", "2020-09-01", "2020-12-31")
    path = f"/api/v1/leaves/{leave_id}/cancellation"
    assert made(bureau.desk("registrar").post(path))["cancelled_by"] == bureau.notes.people["registrar"]
    twice = bureau.desk("registrar").post(path)
    assert (twice.status_code, twice.json()["code"]) == (409, "leave_state")
    assert narrowings(bureau) == EXPIRED


def test_leave_does_not_end_before_it_begins(opening: Opening) -> None:
    body = {"inspector_no": "market-1", "from_on": "2020-09-02", "to_on": "2020-09-01", "reason": "事假"}
    refused = opening("approved").desk("registrar").post("/api/v1/leaves", body)
    assert refused.json()["errors"][0]["pointer"] == "/to_on"


def test_seats_that_ask_for_a_field_are_for_those_who_have_it(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    for own in ("market-1", "market-2"):
        change(bureau, own, fields="网络交易、广告")
    asking(bureau, fields=["广告"])
    assert narrowings(bureau) == EXPIRED | {"lacks_field": 2}


def test_seats_that_ask_for_a_tag_are_for_those_who_have_it(opening: Opening) -> None:
    bureau = opening("approved")
    for own in ("market-1", "market-2", "market-3"):
        change(bureau, own, tags="电子取证;食品")
    asking(bureau, tags=["食品", "电子取证"])
    assert narrowings(bureau) == EXPIRED | {"lacks_tag": 1}


def test_who_works_where_the_frame_has_no_unit_is_left_out(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    change(bureau, "market-1", area=FAR)
    change(bureau, "market-2", area=NEAR)
    assert narrowings(bureau) == EXPIRED | {"elsewhere": 1}
    assert areas(bureau) == {("market", "14"): 2, ("market", "1401"): 1, ("cyber", "14"): 4}


def test_each_left_out_is_counted_once_under_the_first_reason(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    change(bureau, EXPIRING, status="离岗", area=FAR)
    leave(bureau, EXPIRING, "2020-09-01", "2020-12-31")
    assert narrowings(bureau) == {"not_serving": 1}


def test_unit_that_too_few_may_visit_is_refused_and_neighbours_are_offered_nearest_first(
    opening_anywhere: Opening,
) -> None:
    bureau = opening_anywhere("approved")
    few(bureau)
    refused = refusal(bureau)
    assert refused["code"] == "unstaffable"
    said = refused["detail"]
    assert credit_code(1) in said
    assert "cyber" in said
    offered = [said.index(own) for own in ("cyber-2", "cyber-4", "cyber-3")]
    assert offered == sorted(offered)
    assert "cyber-1" not in said
    assert "market" not in said


def test_neighbour_lent_by_name_works_in_the_area_they_are_lent_to(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    few(bureau)
    loan(bureau, "cyber-3")
    told = narrowings(bureau)
    assert told == EXPIRED | {"elsewhere": 2}
    assert areas(bureau) == {("market", "14"): 4, ("cyber", "14"): 1, ("cyber", "140105"): 1}
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    assert page["lent"] == 1
    assert "检查员·cyber-3" not in json.dumps(page, ensure_ascii=False)


def test_page_of_the_open_draw_names_who_was_lent_and_sent(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    few(bureau)
    loan(bureau, "cyber-3")
    bureau.committed()
    bureau.executed()
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    sent = [one for unit in page["outcome"]["drawn"] for one in unit["team"]]
    assert {one["lent_from"] for one in sent if one["name"] == "检查员·cyber-3"} == {"大同市"}
    assert {one["lent_from"] for one in sent if one["name"] != "检查员·cyber-3"} == {None}
    assert "由大同市借调" in bureau.public.get(f"/draws/{bureau.notes.draw_id}").text


@pytest.mark.parametrize("approved", [None, False], ids=["undecided", "refused"])
def test_loan_that_is_not_approved_lends_nobody(opening: Opening, *, approved: bool | None) -> None:
    bureau = opening("approved")
    few(bureau)
    loan(bureau, "cyber-3", approved=approved)
    assert refusal(bureau)["code"] == "unstaffable"


def test_loan_is_decided_by_another_person_and_not_by_the_one_lent(opening: Opening) -> None:
    bureau = opening("approved")
    few(bureau)
    both = bureau.hire("both", Role.DRAW_OFFICER, Role.APPROVER)
    body = {"inspector_no": "cyber-3", "area": "140105", "reason": "人员不足"}
    path = f"/api/v1/batches/{bureau.notes.task_no}/loans"
    loan_id = made(both.post(path, body))["loan_id"]
    refused = both.post(f"/api/v1/loans/{loan_id}/decision", {"approved": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    made(bureau.desk("approver").post(f"/api/v1/loans/{loan_id}/decision", {"approved": True}))
    late = bureau.desk("approver2").post(f"/api/v1/loans/{loan_id}/decision", {"approved": False})
    assert (late.status_code, late.json()["code"]) == (409, "loan_state")


def test_inspector_does_not_decide_on_being_lent_even_under_another_account(opening: Opening) -> None:
    bureau = opening("approved")
    few(bureau)
    loan_id = loan(bureau, "cyber-3", approved=None)
    body = {"name": "检查员·cyber-3", "department": None, "roles": ["approver"]}
    person_id = made(bureau.desk("administrator").post("/api/v1/people", body))["person_id"]
    bureau.notes.people["double"], bureau.notes.keys["double"] = person_id, bureau.another_key(person_id)
    refused = bureau.desk("double").post(f"/api/v1/loans/{loan_id}/decision", {"approved": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")


def test_inspector_is_lent_once_a_batch(opening: Opening) -> None:
    bureau = opening("approved")
    few(bureau)
    loan(bureau, "cyber-3")
    body = {"inspector_no": "cyber-3", "area": NEAR, "reason": "人员不足"}
    refused = bureau.desk("officer").post(f"/api/v1/batches/{bureau.notes.task_no}/loans", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "loan_state")


@pytest.mark.parametrize(
    ("own", "area", "place"),
    [("cyber-3", "130100", "/area"), ("cyber-1", "140105", "/area"), ("tax-1", "140105", "/inspector_no")],
    ids=["outside-the-batch", "there-anyway", "no-department-of-the-team"],
)
def test_loan_that_helps_nobody_is_refused(opening: Opening, own: str, area: str, place: str) -> None:
    bureau = opening("approved")
    few(bureau)
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "tax", "name": "税务局"}))
    change(bureau, "tax-1", area=FAR)
    body = {"inspector_no": own, "area": area, "reason": "人员不足"}
    refused = bureau.desk("officer").post(f"/api/v1/batches/{bureau.notes.task_no}/loans", body)
    assert [each["pointer"] for each in refused.json()["errors"]] == [place]


def test_after_the_commitment_nobody_is_lent(opening: Opening) -> None:
    bureau = opening("committed")
    change(bureau, "cyber-3", area=FAR)
    body = {"inspector_no": "cyber-3", "area": "140105", "reason": "人员不足"}
    refused = bureau.desk("officer").post(f"/api/v1/batches/{bureau.notes.task_no}/loans", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "loan_state")


def test_units_that_cannot_be_staffed_are_excluded_where_the_batch_says_so(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    for number in range(1, 5):
        change(bureau, f"cyber-{number}", area=NEAR)
    rows = [operator(1, area="140202"), operator(2, area="140202")]
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
    assert refusal(bureau)["code"] == "unstaffable"
    bureau.notes.task_no = bureau.another_batch(criteria=[{"criterion": "trading"}, {"criterion": "staffable"}])
    told = narrowings(bureau)
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    assert {line["reason"]: line["count"] for line in page["exclusions"]}["no_inspectors"] == 2
    assert page["frame"] == 4
    assert told == EXPIRED


def test_preview_counts_who_may_not_be_sent_and_who_is_lent(opening: Opening) -> None:
    bureau = opening("approved")
    few(bureau)
    loan(bureau, "cyber-2")
    preview = made(bureau.desk("officer").get(f"/api/v1/batches/{bureau.notes.task_no}/preview"))
    assert preview["narrowings"] == EXPIRED | {"elsewhere": 2}
    assert preview["lent"] == 1
    assert preview["inspectors"] == {"cyber": 2, "market": 4}


def test_roster_keeps_fields_and_tags_each_once(opening: Opening) -> None:
    bureau = opening("approved")
    change(bureau, "market-1", fields="网络交易, 广告；网络交易", tags="电子取证 食品")
    listed = made(bureau.desk("registrar").get("/api/v1/inspectors"))
    found = next(each for each in listed if each["inspector_no"] == "market-1")
    assert (found["fields"], found["tags"]) == (["网络交易", "广告"], ["电子取证", "食品"])
