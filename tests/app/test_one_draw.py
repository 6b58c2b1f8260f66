"""A plan is drawn once, however often it is asked for; an idempotency key stands for one request of one person."""

from collections import Counter

import httpx
import pytest

from registry.draws import DrawCommitment, DrawExecution
from registry.people import Role
from registry.visits import Visit
from tests.building import Bureau
from tests.crowds import at_once, serving
from tests.desks import made
from tests.papers import plan
from tests.workshop import Opening

CLIENTS = 64


def commitment(bureau: Bureau) -> str:
    """Return the address at which the plan is committed."""
    return f"/api/v1/batches/{bureau.notes.task_no}/commitment"


def execution(bureau: Bureau) -> str:
    """Return the address at which the draw is executed."""
    return f"/api/v1/draws/{bureau.notes.draw_id}/execution"


def request(bureau: Bureau, name: str, path: str, body: object, once: str) -> httpx.Request:
    """Return a person's request, not yet sent."""
    headers = {"Authorization": f"Bearer {bureau.notes.keys[name]}", "Idempotency-Key": once}
    return httpx.Request("POST", f"http://bureau{path}", json=body, headers=headers)


def rows(bureau: Bureau, table: type[DrawCommitment | DrawExecution | Visit]) -> int:
    """Return how many rows a table has."""
    return len(bureau.contents()[str(table.__tablename__)])


def test_the_same_key_gets_the_first_answer(opening_anywhere: Opening) -> None:
    """A client that lost the answer asks again and gets it, marked as repeated, and nothing is written."""
    bureau = opening_anywhere("approved")
    officer, terms = bureau.desk("officer"), bureau.terms()
    first = officer.post(commitment(bureau), terms, once="commit-2020-1")
    before = bureau.contents()
    again = officer.post(commitment(bureau), terms, once="commit-2020-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert bureau.contents() == before


def test_another_key_is_refused_and_names_the_draw(opening_anywhere: Opening) -> None:
    """There is no second draw of a plan, whatever the terms."""
    bureau = opening_anywhere("committed")
    before = bureau.contents()
    again = bureau.desk("officer").post(commitment(bureau), bureau.terms())
    assert (again.status_code, again.json()["code"]) == (409, "batch_drawn")
    assert bureau.notes.draw_id in again.json()["detail"]
    assert bureau.contents() == before


def test_an_executed_draw_is_not_executed_again(opening_anywhere: Opening) -> None:
    """Neither by the same person nor by a third, and the outcome stays."""
    bureau = opening_anywhere("executed")
    before = bureau.contents()
    bureau.hire("officer3", Role.DRAW_OFFICER)
    hired = bureau.contents()
    for name in ("officer2", "officer3"):
        again = bureau.desk(name).post(execution(bureau))
        assert (again.status_code, again.json()["code"]) == (409, "draw_state")
    assert bureau.contents() == hired
    assert hired["draw_executions"] == before["draw_executions"]


def test_a_key_reused_for_another_body_is_refused(opening: Opening) -> None:
    """422, and the first draw stands."""
    bureau = opening("approved")
    officer, terms = bureau.desk("officer"), bureau.terms()
    made(officer.post(commitment(bureau), terms, once="commit-2020-1"))
    before = bureau.contents()
    other = officer.post(commitment(bureau), terms | {"open_by": "2020-12-30T18:00:00+08:00"}, once="commit-2020-1")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert bureau.contents() == before


def test_a_key_reused_for_another_address_is_refused(opening: Opening) -> None:
    """The key of a commitment does not open the door to an approval's answer."""
    bureau = opening("planned")
    second = made(bureau.desk("officer").post("/api/v1/plans", plan()))["plan_no"]
    approver = bureau.desk("approver")
    made(approver.post(f"/api/v1/plans/{bureau.notes.plan_no}/approval", once="approve-1"))
    before = bureau.contents()
    other = approver.post(f"/api/v1/plans/{second}/approval", once="approve-1")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert bureau.contents() == before


def test_a_key_belongs_to_the_person_who_chose_it(opening: Opening) -> None:
    """Two people may choose the same key; neither gets the other's answer."""
    bureau = opening("planned")
    second = made(bureau.desk("officer").post("/api/v1/plans", plan()))["plan_no"]
    first = made(bureau.desk("approver").post(f"/api/v1/plans/{bureau.notes.plan_no}/approval", once="approve-1"))
    other = bureau.desk("approver2").post(f"/api/v1/plans/{second}/approval", once="approve-1")
    assert made(other)["plan_no"] == second != first["plan_no"]
    assert "Idempotency-Replayed" not in other.headers


def test_a_refused_request_does_not_use_up_its_key(opening: Opening) -> None:
    """What was refused was not done; mended, it goes through under the same key."""
    bureau = opening("planned")
    officer, terms = bureau.desk("officer"), bureau.terms()
    assert officer.post(commitment(bureau), terms, once="commit-2020-1").json()["code"] == "batch_state"
    bureau.approved()
    assert officer.post(commitment(bureau), terms, once="commit-2020-1").status_code == 201


@pytest.mark.parametrize("once", [None, "short", "k" * 101, "with space", "ключ-ключ-ключ"])
def test_a_missing_or_malformed_key_is_refused(opening: Opening, once: str | None) -> None:
    """422 that names the header, and nothing is committed."""
    bureau = opening("approved")
    terms = bureau.terms()
    before = bureau.contents()
    answer = bureau.client.post(
        commitment(bureau),
        json=terms,
        headers=[
            (b"Authorization", f"Bearer {bureau.notes.keys['officer']}".encode()),
            *([(b"Idempotency-Key", once.encode())] if once else []),
        ],
    )
    assert answer.status_code == 422
    assert [(each["in"], each["name"]) for each in answer.json()["errors"]] == [("header", "Idempotency-Key")]
    assert bureau.contents() == before


def test_sixty_four_clients_with_keys_of_their_own_make_one_draw(opening_anywhere: Opening) -> None:
    """Two officers, 64 requests let go at one moment: one 201, and 63 are told of the draw that there is."""
    bureau = opening_anywhere("approved")
    terms = bureau.terms()
    names = ("officer", "officer2")
    asked = [request(bureau, names[n % 2], commitment(bureau), terms, f"race-{n:04d}") for n in range(CLIENTS)]
    with serving(bureau) as address:
        answers = at_once(address, asked)
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"batch_drawn"}
    assert rows(bureau, DrawCommitment) == 1


def test_sixty_four_clients_with_one_key_get_one_answer(opening_anywhere: Opening) -> None:
    """One request, sent 64 times at once: one draw, one body, and one answer that is not a repetition."""
    bureau = opening_anywhere("approved")
    terms = bureau.terms()
    asked = [request(bureau, "officer", commitment(bureau), terms, "race-same") for _ in range(CLIENTS)]
    with serving(bureau) as address:
        answers = at_once(address, asked)
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert sum("Idempotency-Replayed" not in each.headers for each in answers) == 1
    assert rows(bureau, DrawCommitment) == 1


def test_sixty_four_clients_execute_one_draw_once(opening_anywhere: Opening) -> None:
    """One outcome, three visits, however many press the button."""
    bureau = opening_anywhere("committed")
    bureau.handed_in()
    asked = [request(bureau, "officer2", execution(bureau), None, f"race-{n:04d}") for n in range(CLIENTS)]
    with serving(bureau) as address:
        answers = at_once(address, asked)
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    assert (rows(bureau, DrawExecution), rows(bureau, Visit)) == (1, 3)
