"""Recusals: declared by the inspector, asked for by the inspected, put forward by the bureau; the head decides."""

import json
from typing import Any

from sqlmodel import select

from registry.draws import DrawCommitment
from registry.journal import Fact, Kind
from registry.people import Role
from sampling.frame import Inputs
from tests.building import Bureau
from tests.desks import made
from tests.rosters import credit_code
from tests.workshop import Opening

UNIT = credit_code(1)
FILING = {"inspector_no": "market-1", "unit_id": UNIT, "reason": "近亲属任职"}
DECLARATION = {"unit_id": UNIT, "reason": "近亲属任职"}
ASKED = {"asked_on": "2020-08-20", "document": "回避申请书"}


def declare(bureau: Bureau, own: str = "market-1") -> str:
    """Let an inspector declare and return the recusal's id."""
    return str(made(bureau.desk(own).post("/api/v1/recusals/declarations", DECLARATION))["recusal_id"])


def decide(bureau: Bureau, recusal_id: str, *, approved: bool = True) -> dict[str, Any]:
    """Decide a recusal and return it."""
    path = f"/api/v1/recusals/{recusal_id}/decision"
    found: dict[str, Any] = made(bureau.desk("approver").post(path, {"approved": approved}))
    return found


def withdraw(bureau: Bureau, name: str, recusal_id: str, reason: str = "已离职") -> tuple[int, dict[str, Any]]:
    """Withdraw and return status and answer."""
    answer = bureau.desk(name).post(f"/api/v1/recusals/{recusal_id}/withdrawal", {"reason": reason})
    return answer.status_code, answer.json()


def committed(bureau: Bureau) -> tuple[DrawCommitment, dict[str, Any]]:
    """Commit the draw and return its row and the public part of its fact."""
    bureau.committed()
    with bureau.service.database.reading() as session:
        row = session.exec(select(DrawCommitment)).one()
        fact = session.exec(select(Fact).where(Fact.kind == Kind.DRAW_COMMITTED)).one()
        return row, json.loads(fact.public)


def pairs(row: DrawCommitment) -> int:
    """Return how many pairs the draw's file of recusals holds."""
    return len(row.recusals.splitlines()) - 1


def test_inspector_declares_a_recusal_with_their_own_key(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    filed = made(bureau.desk("market-1").post("/api/v1/recusals/declarations", DECLARATION))
    assert (filed["origin"], filed["inspector_no"], filed["approved"]) == ("declared", "market-1", None)
    own = made(bureau.desk("market-1").get("/api/v1/recusals/declarations"))
    assert [each["recusal_id"] for each in own] == [filed["recusal_id"]]
    assert made(bureau.desk("market-2").get("/api/v1/recusals/declarations")) == []


def test_recusal_asked_for_by_the_inspected_bears_its_day_and_letter(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    filed = made(bureau.desk("registrar").post("/api/v1/recusals", FILING | {"asked": ASKED}))
    assert {name: filed[name] for name in ("origin", "asked_on", "document")} == {"origin": "asked", **ASKED}
    plain = made(bureau.desk("registrar").post("/api/v1/recusals", FILING))
    assert (plain["origin"], plain["asked_on"], plain["document"]) == ("bureau", None, "")


def test_recusal_is_not_asked_for_tomorrow(opening: Opening) -> None:
    bureau = opening("approved")
    refused = bureau.desk("registrar").post("/api/v1/recusals", FILING | {"asked": ASKED | {"asked_on": "2020-08-25"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "field")


def test_only_approved_recusals_reach_the_draw_and_are_counted_by_origin(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    registrar = bureau.desk("registrar")
    decide(bureau, declare(bureau))
    decide(bureau, declare(bureau, "market-2"), approved=False)
    declare(bureau, "market-3")
    asked = FILING | {"inspector_no": "cyber-1", "asked": ASKED}
    decide(bureau, made(registrar.post("/api/v1/recusals", asked))["recusal_id"])
    row, public = committed(bureau)
    assert pairs(row) == 2
    assert row.recused == public["recusals"] == {"asked": 1, "declared": 1}


def test_pair_asked_for_twice_counts_once_under_the_earlier_origin(opening: Opening) -> None:
    bureau = opening("approved")
    decide(bureau, declare(bureau))
    bureau.clock.set("2020-08-25")
    decide(bureau, made(bureau.desk("registrar").post("/api/v1/recusals", FILING))["recusal_id"])
    row, _ = committed(bureau)
    assert (pairs(row), row.recused) == (1, {"declared": 1})


def test_inspector_concerned_does_not_decide_even_under_another_account(opening: Opening) -> None:
    bureau = opening("approved")
    recusal_id = made(bureau.desk("registrar").post("/api/v1/recusals", FILING))["recusal_id"]
    body = {"name": "检查员·market-1", "department": None, "roles": ["approver"]}
    person_id = made(bureau.desk("administrator").post("/api/v1/people", body))["person_id"]
    bureau.notes.people["double"], bureau.notes.keys["double"] = person_id, bureau.another_key(person_id)
    refused = bureau.desk("double").post(f"/api/v1/recusals/{recusal_id}/decision", {"approved": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")


def test_filer_withdraws_what_is_not_decided_and_nobody_else(opening: Opening) -> None:
    bureau = opening("approved")
    recusal_id = declare(bureau)
    assert withdraw(bureau, "approver", recusal_id)[0] == 409
    for other in ("market-2", "registrar"):
        assert withdraw(bureau, other, recusal_id)[0] == withdraw(bureau, other, "r9999")[0] == 404
    status, withdrawn = withdraw(bureau, "market-1", recusal_id)
    assert (status, withdrawn["withdrawn_by"], withdrawn["withdrawn_because"]) == (
        200,
        bureau.desk("market-1").person_id,
        "已离职",
    )
    late = bureau.desk("approver").post(f"/api/v1/recusals/{recusal_id}/decision", {"approved": True})
    assert (late.status_code, late.json()["code"]) == (409, "recusal_state")


def test_granted_recusal_is_withdrawn_by_the_head_alone(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("approved")
    recusal_id = declare(bureau)
    decide(bureau, recusal_id)
    assert withdraw(bureau, "market-1", recusal_id)[0] == 409
    assert withdraw(bureau, "approver2", recusal_id)[0] == 200
    assert withdraw(bureau, "approver2", recusal_id)[0] == 409
    row, public = committed(bureau)
    assert (pairs(row), row.recused, public["recusals"]) == (0, {}, {})


def test_head_who_filed_a_recusal_does_not_withdraw_it(opening: Opening) -> None:
    bureau = opening("approved")
    both = bureau.hire("both", Role.REGISTER_OFFICER, Role.APPROVER)
    recusal_id = made(both.post("/api/v1/recusals", FILING))["recusal_id"]
    decide(bureau, recusal_id)
    status, refused = withdraw(bureau, "both", recusal_id)
    assert (status, refused["code"]) == (403, "same_person")


def test_draw_already_committed_keeps_a_recusal_that_is_withdrawn(opening: Opening) -> None:
    bureau = opening("approved")
    recusal_id = declare(bureau)
    decide(bureau, recusal_id)
    before, _ = committed(bureau)
    assert withdraw(bureau, "approver2", recusal_id)[0] == 200
    with bureau.service.database.reading() as session:
        after = session.exec(select(DrawCommitment)).one()
    assert after.recusals == before.recusals
    assert pairs(after) == 1


def test_recusals_that_leave_too_few_are_refused_and_exclude_nobody(opening_anywhere: Opening) -> None:
    """A recusal is no veto: with all but one of a department recused, the commitment is refused."""
    bureau = opening_anywhere("approved")
    for own in ("cyber-1", "cyber-2", "cyber-3"):
        decide(bureau, declare(bureau, own))
    bureau.clock.set("2020-08-31")
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    refused = bureau.desk("officer").post(path, bureau.terms())
    assert refused.status_code == 422
    assert UNIT in refused.json()["detail"]
    assert "cyber" in refused.json()["detail"]


def test_files_of_a_draw_with_recusals_are_read_back_strictly(opening: Opening) -> None:
    bureau = opening("approved")
    decide(bureau, declare(bureau))
    row, _ = committed(bureau)
    files = {"frame.csv": row.frame, "exclusions.csv": row.exclusions}
    inputs = Inputs.from_files(files | {"inspectors.csv": row.inspectors, "recusals.csv": row.recusals})
    assert [unit for _, unit in inputs.recusals.rows] == [UNIT]
