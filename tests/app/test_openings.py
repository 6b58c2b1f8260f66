"""A seal ends by itself: when the visits have filed, at the term, or earlier by two people; never twice."""

import threading
from collections import Counter

import httpx
import pytest

from app.working import working
from registry.draws import DrawOpening
from registry.people import Role
from tests.building import Bureau
from tests.crowds import at_once, serving
from tests.desks import made
from tests.papers import finding
from tests.working import without_jobs, worked
from tests.workshop import Opening

CLIENTS = 64
REASON = {"reason": "名单已经外传"}


def state(bureau: Bureau) -> str:
    return str(made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))["state"])


def openings(bureau: Bureau) -> int:
    return len(bureau.contents()[str(DrawOpening.__tablename__)])


def test_a_draw_opens_by_itself_when_its_visits_have_filed(opening_anywhere: Opening) -> None:
    """One visit short nothing happens and nothing is written; with the last the service opens it in its own name."""
    bureau = opening_anywhere("arrived", sealed=True)
    bureau.clock.set("2020-09-15", "16:00")
    *most, last = bureau.notes.visits
    for visit in most:
        made(bureau.lead(visit).post(f"/api/v1/assignments/{visit}/findings", finding()))
    before = without_jobs(bureau)
    assert worked(bureau.service) == []
    assert without_jobs(bureau) == before
    made(bureau.lead(last).post(f"/api/v1/assignments/{last}/findings", finding()))
    assert worked(bureau.service) == [bureau.notes.draw_id]
    assert state(bureau) == "opened"
    after = bureau.contents()
    assert worked(bureau.service) == []
    assert bureau.contents() == after


def test_a_draw_opens_by_itself_at_its_term(opening_anywhere: Opening) -> None:
    """Filed or not, at ``open_by`` and not a minute before."""
    bureau = opening_anywhere("executed", sealed=True)
    bureau.clock.set("2020-12-31", "17:59")
    assert worked(bureau.service) == []
    bureau.clock.set("2020-12-31", "18:00")
    assert worked(bureau.service) == [bureau.notes.draw_id]


@pytest.mark.parametrize("stage", ["committed", "executed"])
def test_what_is_not_executed_or_voided_is_not_opened_by_the_clock(opening: Opening, stage: str) -> None:
    bureau = opening(stage, sealed=True)
    bureau.void()
    bureau.clock.set("2021-02-01")
    assert worked(bureau.service) == []


def test_the_service_looks_by_itself(opening: Opening) -> None:
    """What serves the pages opens what is due, without anybody asking."""
    bureau = opening("executed", sealed=True)
    bureau.clock.set("2020-12-31", "18:00")
    with working(bureau.service, seconds=0.05):
        waited = threading.Event()
        for _ in range(200):
            if state(bureau) == "opened":
                break
            waited.wait(0.05)
    assert state(bureau) == "opened"


def test_before_it_is_due_two_people_open_a_draw(opening_anywhere: Opening) -> None:
    """One asks and says why, another opens; asking is in the log."""
    bureau = opening_anywhere("executed", sealed=True)
    path = bureau.at_draw("opening")
    assert bureau.desk("approver").post(path).status_code == 409
    made(bureau.desk("approver").post(f"{path}/request", REASON))
    assert state(bureau) == "executed"
    own = bureau.desk("approver").post(path)
    assert (own.status_code, own.json()["code"]) == (403, "same_person")
    again = bureau.desk("officer").post(f"{path}/request", REASON)
    assert (again.status_code, again.json()["code"]) == (409, "draw_state")
    made(bureau.desk("approver2").post(path))
    page = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))
    kinds = [line["kind"] for line in page["log"]]
    assert kinds[-2:] == ["draw.opening_requested", "draw.opened"]
    assert (page["state"], page["overdue"]) == ("opened", None)


def test_who_executed_a_draw_does_not_open_it_early(opening: Opening) -> None:
    """Whoever asked for it."""
    bureau = opening("committed", sealed=True)
    both = bureau.hire("both", Role.DRAW_OFFICER, Role.APPROVER)
    bureau.clock.set("2020-09-01", "10:30")
    bureau.handed_in()
    made(both.post(bureau.at_draw("execution")))
    made(bureau.desk("officer").post(bureau.at_draw("opening/request"), REASON))
    refused = both.post(bureau.at_draw("opening"))
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")


def test_early_opening_says_why(opening: Opening) -> None:
    bureau = opening("executed", sealed=True)
    refused = bureau.desk("officer").post(bureau.at_draw("opening/request"), {"reason": " "})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")


@pytest.mark.parametrize("stage", ["committed", "executed"])
def test_nobody_asks_for_the_opening_of_what_is_not_sealed(opening: Opening, stage: str) -> None:
    """Not yet executed, or open as it was executed."""
    bureau = opening(stage)
    refused = bureau.desk("officer").post(bureau.at_draw("opening/request"), REASON)
    assert (refused.status_code, refused.json()["code"]) == (409, "draw_state")


def test_sixty_four_clients_open_a_draw_once(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed", sealed=True)
    bureau.clock.set("2020-12-31", "18:00")
    names = ("approver", "approver2")
    asked = [
        httpx.Request(
            "POST",
            f"http://bureau{bureau.at_draw('opening')}",
            headers={
                "Authorization": f"Bearer {bureau.notes.keys[names[n % 2]]}",
                "Idempotency-Key": f"race-{n:04d}",
            },
        )
        for n in range(CLIENTS)
    ]
    with serving(bureau) as address:
        answers = at_once(address, asked)
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    assert openings(bureau) == 1


def test_workers_at_once_open_a_draw_once(opening_anywhere: Opening) -> None:
    """Several services over one database may all look at the same moment."""
    bureau = opening_anywhere("executed", sealed=True)
    bureau.clock.set("2020-12-31", "18:00")
    gate, opened = threading.Barrier(8), list[str]()

    def look() -> None:
        gate.wait()
        opened.extend(worked(bureau.service))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [bureau.notes.draw_id]
    assert openings(bureau) == 1
