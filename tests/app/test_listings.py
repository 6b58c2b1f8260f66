"""Lists of operators: entered by one person, confirmed by another, public while they stand and gone at once after."""

import pytest

from app.command_fsck import run_fsck
from publicity.fsck.check import NOTHING_KEPT
from registry.journal import salted_digest
from registry.people import Role
from tests.building import Bureau
from tests.desks import made
from tests.listings import confirm, enter, list_decision, listing, remove
from tests.rosters import credit_code
from tests.workshop import Opening


@pytest.fixture
def bureau(opening: Opening) -> Bureau:
    """Return a bureau with a register, on a day after the decisions."""
    found = opening("staffed")
    found.clock.set("2020-09-23")
    return found


def page(bureau: Bureau, number: int = 1) -> str:
    return bureau.public.get(f"/operators/{credit_code(number)}").text


def test_an_entry_counts_once_another_person_confirmed_it(bureau: Bureau) -> None:
    registrar = bureau.desk("registrar")
    entered = made(registrar.post("/api/v1/listings", listing()))
    assert (entered["approved"], entered["standing"]) == (None, False)
    assert "异列〔2020〕1号" not in page(bureau)
    confirm(bureau, entered["order_id"])
    assert made(registrar.get(f"/api/v1/listings/{entered['order_id']}"))["standing"]
    assert "测市监异列〔2020〕1号" in page(bureau)
    assert "第十八条" in page(bureau)


def test_nobody_confirms_what_they_entered(bureau: Bureau) -> None:
    both = bureau.hire("兼任", Role.REGISTER_OFFICER, Role.APPROVER)
    order = made(both.post("/api/v1/listings", listing()))["order_id"]
    refused = both.post(f"/api/v1/listings/{order}/decision", {"approved": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")


def test_a_removed_entry_leaves_page_and_answers_at_once(bureau: Bureau) -> None:
    order = enter(bureau)
    path = f"/api/v1/operators/{credit_code(1)}/restrictions"
    assert made(bureau.desk("reader").get(path))["answers"][0]["state"] == "known_restricted"
    evidence = made(bureau.public.get(f"/log/evidence/listings/{order}"))
    entry = made(bureau.public.get(f"/log/entries/{evidence['index']}"))
    assert salted_digest(bytes.fromhex(evidence["salt"]), evidence["body"].encode()) == entry["digest"]
    remove(bureau, order)
    assert "异列" not in page(bureau)
    assert bureau.public.get(f"/log/evidence/listings/{order}").status_code == 404
    for asked in (path, f"{path}?as_of=2020-09-10"):
        assert made(bureau.desk("reader").get(asked))["answers"][0]["state"] == "known_none_in_force"
    report = run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None)
    assert report.lines()[-1].startswith("一致")


def test_a_refused_entry_counts_for_nothing_and_may_be_entered_again(bureau: Bureau) -> None:
    order = made(bureau.desk("registrar").post("/api/v1/listings", listing()))["order_id"]
    confirm(bureau, order, approved=False)
    assert "异列" not in page(bureau)
    enter(bureau)


def test_an_operator_stands_on_a_list_once(bureau: Bureau) -> None:
    """A second entry is refused while one stands or waits; another list is another matter."""
    registrar = bureau.desk("registrar")
    enter(bureau)
    again = registrar.post("/api/v1/listings", listing(decision_no="另一文号"))
    assert (again.status_code, again.json()["code"]) == (409, "listing_state")
    enter(bureau, listed="serious")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"decided_on": "2020-09-24"}, 422),
        ({"basis": " "}, 422),
        ({"department": "nobody"}, 404),
        ({"unit_id": credit_code(99)}, 404),
        ({"listed": "other"}, 422),
    ],
)
def test_a_decision_that_cannot_be_is_refused(bureau: Bureau, changes: dict[str, str], status: int) -> None:
    before = bureau.contents()
    assert bureau.desk("registrar").post("/api/v1/listings", listing() | changes).status_code == status
    assert bureau.contents() == before


def test_a_removal_rests_on_an_entry_that_stands_and_is_no_older(bureau: Bureau) -> None:
    registrar = bureau.desk("registrar")
    order = enter(bureau)
    path = f"/api/v1/listings/{order}/removal"
    assert registrar.post(path, list_decision(decided_on="2020-08-31")).status_code == 422
    made(registrar.post(path, list_decision()))
    assert registrar.post(path, list_decision()).status_code == 409
    assert bureau.desk("approver").post(f"/api/v1/listings/{order}/decision", {"approved": True}).status_code == 409
