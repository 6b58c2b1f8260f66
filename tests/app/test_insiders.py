"""What somebody inside might try with steps that are each allowed: refused, and nothing changed."""

import re
from typing import Any

import pytest

from app.main import KeyFileError, open_service
from registry.people import Role
from tests.building import Bureau
from tests.desks import Desk, made
from tests.papers import finding, penalty
from tests.rosters import inspector, inspectors_csv
from tests.workshop import Opening


def corrected(bureau: Bureau, visit_id: str, old: str, filing: dict[str, Any]) -> str:
    """File a correction, review it, and return it."""
    path = f"/api/v1/assignments/{visit_id}/findings"
    new = str(made(bureau.lead(visit_id).post(path, filing | {"corrects": old}))["finding_id"])
    bureau.settle(visit_id, new)
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{new}/review", {"approved": True}))
    return new


def refused(bureau: Bureau, desk: Desk, path: str, body: Any, status: int) -> None:  # noqa: ANN401 - JSON
    """Ask for a step that must be refused with this status and change nothing."""
    before = bureau.contents()
    assert desk.post(path, body).status_code == status
    assert bureau.contents() == before


def test_a_correction_starts_no_new_term(opening: Opening) -> None:
    """The 20 working days count from the first day of inspection that was ever filed."""
    bureau = opening("reviewed")
    bureau.clock.set("2020-12-01")
    visit_id, old = bureau.notes.visits[0], bureau.notes.findings[0]
    new = corrected(bureau, visit_id, old, finding(inspected_on="2020-11-30"))
    published = made(bureau.desk("publisher").post(f"/api/v1/findings/{new}/publication"))
    assert published["due_on"] == "2020-10-19"  # 20 working days after 15 September, the first of October off
    assert made(bureau.public.get("/results.json"))["rows"][0]["late"] is True


def test_a_visit_is_not_dated_before_its_draw(opening: Opening) -> None:
    """Nobody visits whom nobody has drawn, though the plan's period had begun."""
    bureau = opening("approved")
    bureau.clock.set("2020-09-02")
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    terms = bureau.terms() | {"execute_by": "2020-09-30T18:00:00+08:00"}
    bureau.notes.draw_id = made(bureau.desk("officer").post(path, terms))["draw_id"]
    bureau.clock.set("2020-09-10")
    bureau.handed_in()
    made(bureau.desk("officer2").post(bureau.at_draw("execution")))
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/visits/approval"))
    visit_id = min(bureau.teams())
    bureau.arrive(visit_id)
    path = f"/api/v1/assignments/{visit_id}/findings"
    refused(bureau, bureau.lead(visit_id), path, finding(inspected_on="2020-09-09"), 422)
    made(bureau.lead(visit_id).post(path, finding(inspected_on="2020-09-10")))


def test_a_penalty_on_a_corrected_finding_is_not_published(opening: Opening) -> None:
    """The page would show a fine beside 未发现问题."""
    bureau = opening("reviewed")
    old = bureau.notes.findings[0]
    number = made(bureau.desk("approver").post("/api/v1/penalties", penalty(old)))["penalty_id"]
    corrected(bureau, bureau.notes.visits[0], old, finding())
    refused(bureau, bureau.desk("publisher"), f"/api/v1/penalties/{number}/publication", None, 409)


def test_an_inspector_who_left_has_no_visits(opening: Opening) -> None:
    """Neither the list, nor a visit, nor a finding."""
    bureau = opening("executed")
    visit_id = bureau.notes.visits[0]
    own = bureau.teams()[visit_id][0]
    rows = [inspector(own, status="离岗")]
    made(bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv(rows)))
    desk = bureau.desk(own)
    assert made(desk.get("/api/v1/assignments")) == []
    assert desk.get(f"/api/v1/assignments/{visit_id}").status_code == 404
    bureau.clock.set("2020-09-15")
    refused(bureau, desk, f"/api/v1/assignments/{visit_id}/findings", finding(), 404)


def test_a_second_account_of_the_same_name_reviews_nothing(opening: Opening) -> None:
    """The rule of two compares people, and a name is what an account has of one."""
    bureau = opening("filed")
    found, own = bureau.notes.findings[0], bureau.teams()[bureau.notes.visits[0]][0]
    administrator = bureau.desk("administrator")
    twin = made(administrator.post("/api/v1/people", {"name": inspector(own)["name"], "roles": ["reviewer"]}))
    desk = Desk(bureau.client, bureau.another_key(twin["person_id"]), twin["person_id"])
    refused(bureau, desk, f"/api/v1/findings/{found}/review", {"approved": True}, 403)
    made(bureau.desk("reviewer").post(f"/api/v1/findings/{found}/review", {"approved": True}))


def test_nobody_decides_their_own_recusal(opening: Opening) -> None:
    """An approver who is an inspector too leaves it to another."""
    bureau = opening("staffed")
    rows = [inspector("market-900")]
    made(bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv(rows)))
    both = bureau.hire("both", Role.APPROVER, Role.INSPECTOR, inspector_no="market-900")
    code = made(bureau.desk("registrar").get("/api/v1/operators"))[0]["unit_id"]
    asked = {"inspector_no": "market-900", "unit_id": code, "reason": "近亲属"}
    number = made(bureau.desk("registrar").post("/api/v1/recusals", asked))["recusal_id"]
    refused(bureau, both, f"/api/v1/recusals/{number}/decision", {"approved": False}, 403)
    made(bureau.desk("approver").post(f"/api/v1/recusals/{number}/decision", {"approved": True}))


def test_another_department_reads_no_contacts(opening: Opening) -> None:
    """Names and phones are for the bureau that keeps the register."""
    bureau = opening("staffed")
    outside = bureau.hire("outside", Role.DEPARTMENT_READER)
    assert {row["contact_phone"] for row in made(outside.get("/api/v1/operators"))} == {None}
    assert None not in {row["contact_phone"] for row in made(bureau.desk("registrar").get("/api/v1/operators"))}


@pytest.mark.parametrize("change", ["gone", "another"])
def test_the_service_does_not_start_without_its_key_file(opening: Opening, change: str) -> None:
    """A lost key would void every committed draw without a word."""
    bureau = opening("committed")
    path = bureau.service.settings.data_dir / "service.key"
    kept = path.read_bytes()
    path.unlink()
    if change == "another":
        path.write_bytes(bytes(32))
    with pytest.raises(KeyFileError, match=re.escape(str(path))):
        open_service(bureau.service.settings)
    assert path.exists() == (change == "another")
    path.write_bytes(kept)
    open_service(bureau.service.settings).database.close()


@pytest.mark.parametrize(
    "address", ["/operators/%00", "/draws/%00/bundle.zip", "/search?q=%00", "/penalties?after=%00", "/log/evidence/%00"]
)
def test_a_nul_in_an_address_is_not_found(opening_anywhere: Opening, address: str) -> None:
    """On either database, with the headers of every other answer."""
    answer = opening_anywhere("empty").public.get(address)
    assert answer.status_code == 404
    assert "Content-Security-Policy" in answer.headers
