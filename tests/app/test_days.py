"""Leave, loans, caps and recusals as of any day, and who changed what; plans and batches as of any day."""

from typing import Any

import pytest

from registry.base import PersonId
from registry.caps import Cap
from registry.journal import Act, Kind, write
from tests.app.test_leaves import asked
from tests.app.test_staffing import few, loan
from tests.building import Bureau
from tests.desks import made
from tests.rosters import credit_code
from tests.workshop import Opening

CAP = {"valid_from": "2020-01-01", "yearly": 4, "low_risk": ["A"], "basis": "示市监发〔2020〕2号第五条"}


def day(bureau: Bureau, path: str, on: str) -> Any:  # noqa: ANN401 - JSON
    """Return a record as of a day, or the code of the refusal."""
    answer = bureau.desk("supervisor").get(f"/api/v1/{path}?as_of={on}")
    return answer.json() if answer.is_success else answer.json()["code"]


def told(bureau: Bureau, path: str) -> list[tuple[str, str, list[str]]]:
    """Return who did what to which columns, in order."""
    names = {person_id: name for name, person_id in bureau.notes.people.items()}
    return [
        (each["kind"], names[each["by"]], [change["column"] for change in each["changes"]])
        for each in made(bureau.desk("supervisor").get(f"/api/v1/{path}/history"))
    ]


DECIDED = ["approved", "decided_at", "decided_by"]


def test_leave_is_known_as_of_any_day_with_who_changed_what(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    bureau.clock.set("2020-08-25")
    path = f"leaves/{(leave_id := asked(bureau))}"
    bureau.clock.set("2020-08-26")
    made(bureau.desk("approver").post(f"/api/v1/{path}/decision", {"approved": True}))
    bureau.clock.set("2020-08-28")
    made(bureau.desk("registrar").post(f"/api/v1/{path}/cancellation"))
    assert day(bureau, path, "2020-08-24") == "not_on_record"
    assert day(bureau, path, "2020-08-25")["approved"] is None
    assert (day(bureau, path, "2020-08-27")["approved"], day(bureau, path, "2020-08-27")["cancelled_at"]) == (
        True,
        None,
    )
    assert day(bureau, path, "2020-08-28") == made(bureau.desk("supervisor").get(f"/api/v1/{path}"))
    first, *later = told(bureau, path)
    assert first[:2] == ("leave.recorded", "registrar")
    assert {"inspector_no", "from_on", "to_on", "reason"} <= set(first[2])
    assert later == [
        ("leave.decided", "approver", DECIDED),
        ("leave.cancelled", "registrar", ["cancelled_at", "cancelled_by"]),
    ]
    assert leave_id == day(bureau, path, "2020-08-28")["leave_id"]


def test_loan_is_known_as_of_any_day_with_who_changed_what(opening: Opening) -> None:
    bureau = opening("approved")
    few(bureau)
    bureau.clock.set("2020-08-25")
    path = f"loans/{loan(bureau, 'cyber-3', approved=None)}"
    bureau.clock.set("2020-08-27")
    made(bureau.desk("approver").post(f"/api/v1/{path}/decision", {"approved": True}))
    assert day(bureau, path, "2020-08-24") == "not_on_record"
    assert day(bureau, path, "2020-08-26")["approved"] is None
    assert day(bureau, path, "2020-08-27") == made(bureau.desk("supervisor").get(f"/api/v1/{path}"))
    assert [each[:2] for each in told(bureau, path)] == [("loan.requested", "officer"), ("loan.decided", "approver")]
    assert told(bureau, path)[1][2] == DECIDED


def test_cap_is_known_as_of_any_day_with_who_changed_what(opening: Opening) -> None:
    bureau = opening("approved")
    bureau.clock.set("2020-08-25")
    path = f"caps/{made(bureau.desk('officer').post('/api/v1/caps', CAP))['cap_id']}"
    bureau.clock.set("2020-08-27")
    made(bureau.desk("approver").post(f"/api/v1/{path}/approval"))
    assert day(bureau, path, "2020-08-24") == "not_on_record"
    assert day(bureau, path, "2020-08-26")["approved_by"] is None
    assert day(bureau, path, "2020-08-27") == made(bureau.desk("supervisor").get(f"/api/v1/{path}"))
    assert [each[:2] for each in told(bureau, path)] == [("cap.drafted", "officer"), ("cap.approved", "approver")]
    assert told(bureau, path)[1][2] == ["approved_at", "approved_by"]


def test_recusal_is_known_as_of_any_day_with_who_changed_what(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    bureau.clock.set("2020-08-25")
    filing = {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": "近亲属任职"}
    path = f"recusals/{made(bureau.desk('registrar').post('/api/v1/recusals', filing))['recusal_id']}"
    bureau.clock.set("2020-08-27")
    made(bureau.desk("approver").post(f"/api/v1/{path}/decision", {"approved": True}))
    assert day(bureau, path, "2020-08-24") == "not_on_record"
    assert day(bureau, path, "2020-08-26")["approved"] is None
    assert day(bureau, path, "2020-08-27") == made(bureau.desk("supervisor").get(f"/api/v1/{path}"))
    assert [each[:2] for each in told(bureau, path)] == [
        ("recusal.requested", "registrar"),
        ("recusal.decided", "approver"),
    ]


def test_plans_and_batches_are_known_as_of_any_day(opening: Opening) -> None:
    bureau = opening("planned")
    bureau.clock.set("2020-08-27")
    bureau.approved()
    for path in (f"plans/{bureau.notes.plan_no}", f"batches/{bureau.notes.task_no}"):
        assert day(bureau, path, "2020-08-23") == "not_on_record"
        assert day(bureau, path, "2020-08-26")["approved_by"] is None
        assert day(bureau, path, "2020-08-27") == made(bureau.desk("supervisor").get(f"/api/v1/{path}"))


def test_history_begins_with_the_first_change_after_records_were_kept_whole(opening: Opening) -> None:
    """A fact of before that has no whole record: nothing was erased, and nothing is made up."""
    bureau = opening("approved")

    def as_it_was(act: Act) -> str:
        record = CAP | {"cap_id": "cap0001", "drafted_by": act.person, "drafted_at": act.at}
        act.session.add(Cap.model_validate(record))
        return str(write(act, Kind.CAP_DRAFTED, subject="cap0001", body=CAP))

    bureau.service.recorder.record(PersonId(bureau.notes.people["officer"]), as_it_was)
    assert told(bureau, "caps/cap0001") == []
    assert day(bureau, "caps/cap0001", "2020-08-31") == "not_on_record"
    made(bureau.desk("approver").post("/api/v1/caps/cap0001/approval"))
    assert [each[:2] for each in told(bureau, "caps/cap0001")] == [("cap.approved", "approver")]
    assert day(bureau, "caps/cap0001", "2020-08-31")["yearly"] == CAP["yearly"]


@pytest.mark.parametrize("path", ["leaves/l0001", "loans/j0001", "caps/cap0001"])
def test_what_is_not_there_has_no_history_and_no_day(opening: Opening, path: str) -> None:
    bureau = opening("approved")
    for address in (path, f"{path}/history"):
        answer = bureau.desk("supervisor").get(f"/api/v1/{address}")
        assert (answer.status_code, answer.json()["code"]) == (404, "absent")
    assert day(bureau, path, "2020-08-31") == "not_on_record"
