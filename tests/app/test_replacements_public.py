"""Replacements in public: what a sealed draw tells of them, what counts, and what a class must not be told by."""

from collections.abc import Iterator

from tests.app.test_replacements import CLOSED, ask_seat, ask_unit, check_chain, decide, files_of, page_of, refused
from tests.app.test_withheld import by_risk
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening


def test_a_sealed_draw_tells_of_its_replacements_when_it_is_opened(opening_anywhere: Opening) -> None:
    """Before, the team asks, approvers decide and supervisors read; the log holds a number and a salted digest."""
    bureau = opening_anywhere("executed", sealed=True)
    visit_id, last = bureau.notes.visits[0], bureau.notes.visits[-1]
    lead = bureau.teams()[visit_id][0]
    assert ask_unit(bureau, visit_id).status_code == 404, "an officer does not know the visit"
    assert ask_unit(bureau, last, next(own for own in outside(bureau, last))).status_code == 404
    asked = ask_unit(bureau, visit_id, lead)
    decided = made(decide(bureau, asked))
    (came,) = decided["came"]
    made(decide(bureau, ask_seat(bureau, last, name=bureau.teams()[last][1])))
    assert {name: len(made(bureau.desk(name).get("/api/v1/replacements"))) for name in READERS} == READERS
    assert files_of(bureau).keys() == {"commitment.json"}
    assert page_of(bureau)["outcome"] is None
    log = "".join(entries(bureau))
    assert decided["state"] in log
    assert [
        word for word in (came["unit_id"], decided["unit_id"], came["visit_id"], CLOSED["text"]) if word in log
    ] == []
    bureau.notes.visits = [*bureau.notes.visits[1:], came["visit_id"]]
    bureau.arrived()
    bureau.filed()
    bureau.clock.set("2020-09-23")
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening"))
    check_chain(bureau)
    assert page_of(bureau)["outcome"]["replacements"][0]["out"] == decided["unit_id"]
    assert {line["kind"] for line in page_of(bureau)["log"]} >= {"replacement.decided"}
    assert len(made(bureau.desk("officer").get("/api/v1/replacements"))) == 2
    html = bureau.public.get(f"/draws/{bureau.notes.draw_id}").text
    assert "替补和更换检查人员" in html
    assert CLOSED["text"] not in html


READERS = {"officer": 0, "reviewer": 0, "publisher": 0, "approver": 2, "supervisor": 2}


def outside(bureau: Bureau, visit_id: str) -> Iterator[str]:
    """Yield inspectors who are not on a visit."""
    teams = bureau.teams()
    yield from (own for team in teams.values() for own in team if own not in teams[visit_id])


def entries(bureau: Bureau) -> Iterator[str]:
    """Yield every entry of the log."""
    size = made(bureau.public.get("/index.json"))["site"]["log_size"]
    yield from (bureau.public.get(f"/log/entries/{index}").text for index in range(size))


def test_a_replaced_visit_counts_for_nothing(opening: Opening) -> None:
    """Not toward the number drawn, nor toward a cap; and whoever left is not named in public."""
    bureau = opening("executed")
    rates = f"/api/v1/batches/{bureau.notes.task_no}/rates"
    officer = bureau.desk("officer")
    before = officer.get(rates)
    visit_id = bureau.notes.visits[0]
    left = bureau.teams()[visit_id][0]
    made(decide(bureau, ask_seat(bureau, visit_id)))
    html = bureau.public.get(f"/draws/{bureau.notes.draw_id}").text
    assert f"检查员·{left}" not in html or left in str(bureau.teams())
    made(decide(bureau, ask_unit(bureau, visit_id)))
    assert officer.get(rates).text == before.text


def test_risk_strata_are_not_told_by_a_replacement(opening: Opening) -> None:
    """An alternate and the one it comes for are of one stratum: no operator is replaced, inspectors are."""
    bureau = opening("approved")
    by_risk(bureau)
    bureau.committed()
    bureau.executed()
    visit_id = bureau.notes.visits[0]
    before = bureau.contents()
    assert refused(bureau, ask_unit(bureau, visit_id), before) == "stratum_told"
    made(decide(bureau, ask_seat(bureau, visit_id)))
    assert files_of(bureau).keys() == {"commitment.json"}
    path = f"/api/v1/draws/{bureau.notes.draw_id}/replacements.json"
    assert len(made(bureau.desk("supervisor").get(path))["events"]) == 1
    assert bureau.desk("officer").get(path).status_code == 403
    assert len(page_of(bureau)["outcome"]["replacements"]) == 1


def test_the_reasons_are_data(opening: Opening) -> None:
    bureau = opening("staffed")
    found = made(bureau.desk("market-1").get("/api/v1/replacements/reasons"))
    assert [each["code"] for each in found if each["of"] == "unit"] == ["gone", "closed", "refused_by_law"]
    assert all(each["zh"] and each["en"] for each in found)
