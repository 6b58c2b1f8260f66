"""The proof at the door after a replacement: who is sent now is proved while the draw is sealed, and nothing else."""

from typing import Any

import pytest
from sqlmodel import select

from registry.doors import door_token
from registry.replaced_rows import ReplacedRow
from registry.visits import Visit
from sampling.door import RowProof, check_row, prove_all
from sampling.errors import RefusedError
from tests.app.test_door import everything, independent_root
from tests.app.test_replacements import ask_seat, ask_unit, decide, visit_of
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening


def address(bureau: Bureau, visit_id: str) -> str:
    with bureau.service.database.reading() as session:
        return f"/door/{door_token(session, session.get_one(Visit, visit_id))}"


def page_at(bureau: Bureau, visit_id: str) -> dict[str, Any]:
    return dict(made(bureau.public.get(f"{address(bureau, visit_id)}.json")))


def proof_in(said: dict[str, Any]) -> RowProof:
    path = tuple(bytes.fromhex(each) for each in said["path"])
    return RowProof(said["row"].encode(), bytes.fromhex(said["salt"]), said["index"], said["size"], path)


def entry_of(bureau: Bureau, part: dict[str, Any]) -> dict[str, Any]:
    return dict(made(bureau.public.get(part["entry_path"])))


def sent(page: dict[str, Any]) -> list[str]:
    return [each["certificate_no"] for each in page["team"]]


def reseat(bureau: Bureau, visit_id: str, **changes: Any) -> None:  # noqa: ANN401 - JSON
    """Let another come for the one who leads the visit, while the draw is sealed."""
    asked = ask_seat(bureau, visit_id, name=bureau.teams()[visit_id][0], **changes)
    made(decide(bureau, asked))


def alternate(bureau: Bureau, visit_id: str) -> str:
    """Let an alternate come for the operator and return its visit."""
    asked = ask_unit(bureau, visit_id, bureau.teams()[visit_id][0])
    came: str = made(decide(bureau, asked))["came"][0]["visit_id"]
    return came


def test_a_replaced_inspector_is_proved_at_the_door_while_the_draw_is_sealed(opening_anywhere: Opening) -> None:
    """The page names the newcomer, by a row under a root in the log; the row of the draw stays checkable beside it."""
    bureau = opening_anywhere("executed", sealed=True)
    visit_id, other = bureau.notes.visits[:2]
    before, untouched = page_at(bureau, visit_id), page_at(bureau, other)
    reseat(bureau, visit_id)
    after = page_at(bureau, visit_id)
    assert made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))["state"] == "executed"
    assert sent(after)[0] != sent(before)[0]
    assert sent(after)[1:] == sent(before)[1:]
    now = visit_of(bureau, visit_id)["team"]
    assert [each["name"] for each in after["team"]] == [each["inspector_name"] for each in now]
    proof = proof_in(after["changed"]["proof"])
    logged = entry_of(bureau, after["changed"])
    assert logged["kind"] == "replacement.decided"
    assert independent_root(proof).hex() == logged["public"]["rows_root"]
    check_row(proof, bytes.fromhex(logged["public"]["rows_root"]))
    assert [line.split(",")[3] for line in proof.row.decode().splitlines()[1:]] == [
        each["roster_no"] for each in after["team"]
    ]
    assert after["changed"]["steps"][-1]["prints"] == logged["public"]["rows_root"]
    assert after["proof"] == before["proof"]
    with pytest.raises(RefusedError):
        check_row(proof_in(after["proof"]), bytes.fromhex(logged["public"]["rows_root"]))
    steady = {"site": None}
    assert page_at(bureau, other) | steady == untouched | steady, "nobody else's page moves"


def test_whoever_came_last_is_the_one_that_is_proved(opening: Opening) -> None:
    bureau = opening("executed", sealed=True)
    visit_id = bureau.notes.visits[0]
    teams = []
    for _ in range(2):
        reseat(bureau, visit_id)
        page = page_at(bureau, visit_id)
        teams.append(sent(page))
        row = page["changed"]["proof"]["row"].splitlines()[1:]
        assert [line.split(",")[3] for line in row] == [each["roster_no"] for each in page["team"]]
    assert teams[0] != teams[1]


def test_an_alternate_has_a_door_of_its_own_and_who_fell_away_is_sent_nobody(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed", sealed=True)
    old = bureau.notes.visits[0]
    own, before = address(bureau, old), page_at(bureau, old)
    new = alternate(bureau, old)
    page = page_at(bureau, new)
    visit = visit_of(bureau, new)
    assert (page["operator_code"], page["stands"], page["changed"]) == (visit["unit_id"], True, None)
    assert [each["name"] for each in page["team"]] == [each["inspector_name"] for each in visit["team"]]
    logged = entry_of(bureau, page)
    assert independent_root(proof_in(page["proof"])).hex() == logged["public"]["rows_root"]
    assert page["proof"]["size"] == before["proof"]["size"]
    gone = made(bureau.public.get(f"{own}.json"))
    assert (gone["stands"], gone["team"], gone["proof"]) == (False, [], before["proof"])
    assert "现已退出" in bureau.public.get(own).text
    assert "依次递补" in bureau.public.get(address(bureau, new)).text
    reseat(bureau, new)
    changed = page_at(bureau, new)
    assert changed["proof"] == page["proof"]
    assert sent(changed)[0] != sent(page)[0]
    root = entry_of(bureau, changed["changed"])["public"]["rows_root"]
    assert independent_root(proof_in(changed["changed"]["proof"])).hex() == root


def test_the_notice_of_an_alternate_bears_the_address_of_its_door(opening: Opening) -> None:
    bureau = opening("executed", sealed=True)
    new = alternate(bureau, bureau.notes.visits[0])
    bureau.notes.visits = [*bureau.notes.visits[1:], new]
    bureau.arrived()
    notice = made(bureau.lead(new).get(f"/api/v1/assignments/{new}/notice"))
    assert f"/door/{notice['door']}" == address(bureau, new)
    page = made(bureau.public.get(f"/door/{notice['door']}.json"))
    assert [each["name"] for each in page["team"]] == [each["name"] for each in notice["inspectors"]]


def test_a_page_after_a_replacement_tells_nothing_of_another_row(opening: Opening) -> None:
    """No other operator or inspector, nor who fell away, for what reason, nor how many visits somebody left."""
    bureau = opening("executed", sealed=True)
    old, other, third = bureau.notes.visits[:3]
    reseat(bureau, other, altogether=True)
    new = alternate(bureau, old)
    with bureau.service.database.reading() as session:
        visits = {each.visit_id: each for each in session.exec(select(Visit)).all()}
        kept = session.exec(select(ReplacedRow)).all()
    sizes = {row.size for row in kept}
    assert sizes == {3}, "as many rows as were drawn, whatever the event"
    for own in (old, other, third, new):
        hidden = [each.unit_id for each in visits.values() if each.visit_id != own]
        hidden += [each.operator_name for each in visits.values() if each.visit_id != own]
        hidden += [address(bureau, visit_id) for visit_id in visits if visit_id != own]
        hidden += [row.salt.hex() for row in kept if row.visit_id != own]
        hidden += ["住院治疗", "清算", "closed"]
        for form in ("", ".json"):
            said = everything(bureau.public.get(address(bureau, own) + form))
            assert [word for word in hidden if word in said] == [], (own, form)


def test_the_place_of_a_row_after_a_replacement_is_chance() -> None:
    """Rows stand in the order of their salted hashes: another salt, another place, whatever the drawn order."""
    rows = [f"unit{at},all,{at},0\n".encode() for at in range(4)]
    places = set()
    for turn in range(40):
        salts = [bytes([turn, at]) * 16 for at in range(4)]
        root, proofs = prove_all(rows, salts)
        assert sorted(each.row for each in proofs) == rows
        for each in proofs:
            check_row(each, root)
            assert independent_root(each) == root
        places.add(next(each.index for each in proofs if each.row == rows[0]))
    assert places == {0, 1, 2, 3}
