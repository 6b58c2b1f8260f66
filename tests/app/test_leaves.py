"""Leave takes two people, or the one who goes; and nothing that is filed later touches a draw that was committed."""

import pytest
from sqlmodel import select

from registry.draws import DrawCommitment
from registry.people import Role
from tests.app.test_staffing import EXPIRED, leave, narrowings
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening

LEAVES = "/api/v1/leaves"
WHOLE = {"from_on": "2020-09-01", "to_on": "2020-12-31", "reason": "脱产学习"}
"""The whole period of the bureau's batch."""


def asked(bureau: Bureau, own: str = "market-1") -> str:
    """Record somebody's leave as the bureau does, and return its id."""
    body = {"inspector_no": own} | WHOLE
    return str(made(bureau.desk("registrar").post(LEAVES, body))["leave_id"])


@pytest.mark.parametrize("approved", [None, False], ids=["undecided", "refused"])
def test_leave_that_the_bureau_records_keeps_nobody_out_until_it_is_approved(
    opening_anywhere: Opening, *, approved: bool | None
) -> None:
    bureau = opening_anywhere("approved")
    leave_id = asked(bureau)
    if approved is not None:
        made(bureau.desk("approver").post(f"{LEAVES}/{leave_id}/decision", {"approved": approved}))
    assert narrowings(bureau) == EXPIRED


def test_leave_is_decided_by_another_person_once_and_not_by_the_one_who_goes(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    both = bureau.hire("both", Role.REGISTER_OFFICER, Role.APPROVER)
    own = made(both.post(LEAVES, {"inspector_no": "market-1"} | WHOLE))["leave_id"]
    refused = both.post(f"{LEAVES}/{own}/decision", {"approved": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    body = {"name": "检查员·market-1", "department": None, "roles": ["approver"]}
    person_id = made(bureau.desk("administrator").post("/api/v1/people", body))["person_id"]
    bureau.notes.people["double"], bureau.notes.keys["double"] = person_id, bureau.another_key(person_id)
    refused = bureau.desk("double").post(f"{LEAVES}/{own}/decision", {"approved": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    made(bureau.desk("approver").post(f"{LEAVES}/{own}/decision", {"approved": True}))
    late = bureau.desk("approver2").post(f"{LEAVES}/{own}/decision", {"approved": False})
    assert (late.status_code, late.json()["code"]) == (409, "leave_state")
    cancelled = asked(bureau)
    made(bureau.desk("registrar").post(f"{LEAVES}/{cancelled}/cancellation"))
    late = bureau.desk("approver").post(f"{LEAVES}/{cancelled}/decision", {"approved": True})
    assert (late.status_code, late.json()["code"]) == (409, "leave_state")


def test_inspector_files_their_own_leave_and_nobody_elses(opening: Opening) -> None:
    """It counts at once, and is counted in public like every other."""
    bureau = opening("approved")
    filed = made(bureau.desk("market-1").post(f"{LEAVES}/declarations", WHOLE))
    assert (filed["inspector_no"], filed["approved"]) == ("market-1", True)
    assert filed["decided_by"] == bureau.notes.people["market-1"]
    other = bureau.desk("market-1").post(f"{LEAVES}/declarations", {"inspector_no": "market-2"} | WHOLE)
    assert other.status_code == 422
    assert bureau.desk("market-1").post(LEAVES, {"inspector_no": "market-2"} | WHOLE).status_code == 403
    listed = made(bureau.desk("market-1").get(f"{LEAVES}/declarations"))
    assert [each["leave_id"] for each in listed] == [filed["leave_id"]]
    assert made(bureau.desk("market-2").get(f"{LEAVES}/declarations")) == []
    assert narrowings(bureau) == EXPIRED | {"on_leave": 1}


def test_leave_after_the_commitment_changes_neither_frame_nor_teams(opening_anywhere: Opening) -> None:
    """Every inspector of the department on leave, and the draw is executed with those it was committed with."""
    bureau = opening_anywhere("committed")
    with bureau.service.database.reading() as session:
        before = session.exec(select(DrawCommitment)).one().inspectors
    for own in ("market-1", "market-2", "market-3", "market-4"):
        leave(bureau, own, WHOLE["from_on"], WHOLE["to_on"])
    bureau.executed()
    sent = {own for team in bureau.teams().values() for own in team}
    assert {own for own in sent if own.startswith("market-")} <= {f"market-{number}" for number in range(1, 5)}
    assert any(own.startswith("market-") for own in sent)
    with bureau.service.database.reading() as session:
        assert session.exec(select(DrawCommitment)).one().inspectors == before
