"""Replacements: the vectors of the second opinion, and what holds whatever falls away."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.bundle import Replay, replay
from sampling.errors import Fault, RefusedError
from sampling.frame import Inputs
from sampling.names import InspectorId, UnitId
from sampling.quotas import Quotas
from sampling.replacement import (
    Event,
    InspectorOut,
    Replacements,
    Standing,
    UnitOut,
    follow,
    replay_replacements,
    start,
)
from sampling.rules import Seats
from tests.sampling.builders import CYBER, LAWS, MARKET, bundle, inputs, inspectors, quotas, recusal, tables, units
from tests.second_opinion.replacement import Bench, ImpossibleError

VECTORS = Path(__file__).parents[1] / "vectors"
ACCEPT = sorted(path.name for path in (VECTORS / "replacement" / "accept").iterdir())
REFUSALS = {
    "event-added": (Fault.TWICE, "key events[9].salt: "),
    "event-left-out": (Fault.CHAIN, "key events[1].before: "),
    "events-swapped": (Fault.CHAIN, "key events[0].before: "),
    "flag-form": (Fault.NOT_FLAG, "key events[1].altogether: "),
    "inspector-unknown": (Fault.UNKNOWN_INSPECTOR, "key events[1].inspector_id: "),
    "key-unknown": (Fault.KEY_UNKNOWN, "there must be no key “by”"),
    "kind-missing": (Fault.KEY_MISSING, "key events[0]: the key “kind” is missing"),
    "kind-unknown": (Fault.EVENT_KIND, "key events[0].kind: “swap” "),
    "last-event-cut": (Fault.CHAIN, "key state: "),
    "leaves-empty": (Fault.EMPTY_LIST, "key events[1].leaves: "),
    "leaves-order": (Fault.ORDER, "key events[2].leaves[1]: "),
    "leaves-twice": (Fault.TWICE, "key events[1].leaves[1]: "),
    "no-alternate": (Fault.NO_ALTERNATE, "key events[0].unit_id: "),
    "no-event": (Fault.EMPTY_LIST, "key events: "),
    "nobody-left": (Fault.NOBODY_LEFT, "key events[0]: "),
    "not-jcs": (Fault.NOT_CANONICAL, "is not in the canonical form"),
    "not-seated": (Fault.NOT_SEATED, "key events[1].leaves[0]: "),
    "other-commitment": (Fault.OTHER_DRAW, "key commitment: "),
    "other-draw": (Fault.OTHER_DRAW, "key draw_id: "),
    "protocol": (Fault.PROTOCOL, "key protocol: "),
    "reason-changed": (Fault.CHAIN, "key events[1].before: "),
    "salt-changed": (Fault.CHAIN, "key events[1].before: "),
    "salt-form": (Fault.HEX64, "key events[0].salt: "),
    "salt-twice": (Fault.TWICE, "key events[1].salt: "),
    "state": (Fault.CHAIN, "key state: "),
    "unit-not-drawn": (Fault.NOT_DRAWN, "key events[0].unit_id: "),
}
TEAM = (Seats(MARKET, 2), Seats(CYBER, 1))


def salt(number: int) -> str:
    return hashlib.sha256(f"salt {number}".encode()).hexdigest()


def vector(kind: str, name: str) -> tuple[Replay, dict[str, bytes]]:
    """Return the draw that a vector goes on from, and the files of the vector."""
    files = {path.name: path.read_bytes() for path in (VECTORS / "replacement" / kind / name).iterdir()}
    draw = VECTORS / "draw" / "accept" / files["draw"].decode()
    return replay({path.name: path.read_bytes() for path in draw.iterdir()}), files


def unit_out(standing: Standing, unit_id: str, number: int = 0) -> UnitOut:
    return UnitOut(before=standing.digest, unit_id=UnitId(unit_id), reason="gone", salt=salt(number))


def inspector_out(
    standing: Standing, own: str, leaves: list[str], number: int = 0, *, altogether: bool = False
) -> InspectorOut:
    return InspectorOut(
        before=standing.digest,
        inspector_id=InspectorId(own),
        leaves=tuple(map(UnitId, sorted(leaves))),
        altogether=altogether,
        reason="leave",
        salt=salt(number),
    )


@pytest.mark.parametrize("name", ACCEPT)
def test_replacements_are_reproduced_byte_for_byte(name: str) -> None:
    replayed, files = vector("accept", name)

    standing = replay_replacements(replayed, files["replacements.json"])

    assert standing.outcome == (files["drawn.csv"], files["teams.csv"])
    assert Replacements.from_bytes(files["replacements.json"]).to_bytes() == files["replacements.json"]


def test_every_refusal_is_there() -> None:
    assert sorted(path.name for path in (VECTORS / "replacement" / "refuse").iterdir()) == sorted(REFUSALS)


@pytest.mark.parametrize("name", REFUSALS)
def test_broken_replacements_are_refused_at_their_place(name: str) -> None:
    fault, sentence = REFUSALS[name]
    replayed, files = vector("refuse", name)

    with pytest.raises(RefusedError) as refused:
        replay_replacements(replayed, files["replacements.json"])

    assert refused.value.fault is fault
    assert str(refused.value).startswith("replacements.json")
    assert sentence in str(refused.value)


def test_the_cap_of_a_department_is_the_most_visits_in_the_file() -> None:
    """So that the page's step needs nothing but the published files."""
    for path in sorted((VECTORS / "draw" / "accept").iterdir()):
        teams = replay({each.name: each.read_bytes() for each in path.iterdir()}).teams
        visits = Counter((row.department, row.inspector_id) for row in teams.assignments)
        for department, cap in teams.caps.items():
            assert max(count for (name, _), count in visits.items() if name == department) == cap


@LAWS
@given(tables(), quotas(), st.lists(st.tuples(st.integers(0, 2), st.integers(0, 10**6)), min_size=1, max_size=8))
def test_both_implementations_agree_and_nobody_goes_where_they_may_not(
    given_tables: Inputs, given_quotas: Quotas, happened: list[tuple[int, int]]
) -> None:
    files = bundle(given_tables, quotas=given_quotas, team=TEAM)
    replayed = replay(files)
    standing = start(replayed)
    bench = Bench(files | replayed.outcome)
    for number, (kind, pick) in enumerate(happened):
        event = happens(standing, kind, pick, number)
        refused = impossible = False
        before = standing
        try:
            standing = follow(standing, event)
        except RefusedError:
            refused = True
        try:
            let_happen(bench, event)
        except ImpossibleError:
            impossible = True
        assert refused is impossible
        if refused:
            break
        assert (standing.outcome, standing.digest) == (bench.outcome(), bench.state)
        check_lawful(before, standing, event)
    else:
        assert replay_replacements(replayed, bench.to_bytes()) == standing


def happens(standing: Standing, kind: int, pick: int, number: int) -> Event:
    """Return an event that could happen next."""
    row = standing.assignments[pick % len(standing.assignments)]
    if kind == 0:
        return unit_out(standing, row.unit_id, number)
    held = [each.unit_id for each in standing.assignments if each.inspector_id == row.inspector_id]
    leaves = [row.unit_id] if kind == 1 else list(held)
    return inspector_out(standing, row.inspector_id, list(leaves), number, altogether=kind == 2)


def let_happen(bench: Bench, event: Event) -> None:
    if isinstance(event, UnitOut):
        bench.unit_out(event.unit_id, reason=event.reason, salt=event.salt)
    else:
        bench.inspector_out(
            event.inspector_id,
            list(event.leaves),
            altogether=event.altogether,
            reason=event.reason,
            salt=event.salt,
        )


def check_lawful(before: Standing, after: Standing, event: Event) -> None:
    """Everybody may go where they are sent, nobody who stayed was moved, every seat is filled."""
    ground = after.ground.replayed.inputs
    areas = {row.inspector_id: row for row in ground.inspectors.rows}
    recused = set(ground.recusals.rows)
    places = {row.unit_id: row.area for row in ground.frame.rows}
    for row in after.assignments:
        assert places[row.unit_id].startswith(areas[row.inspector_id].area)
        assert areas[row.inspector_id].department == row.department
        assert (row.inspector_id, row.unit_id) not in recused
        assert (row.inspector_id, row.unit_id) not in after.apart
    assert len({(row.unit_id, row.inspector_id) for row in after.assignments}) == len(after.assignments)
    assert len(after.assignments) == len(before.assignments)
    stayed = set(before.assignments) - set(after.assignments)
    if isinstance(event, UnitOut):
        assert {row.unit_id for row in stayed} == {event.unit_id}
    else:
        assert {row.inspector_id for row in stayed} == {event.inspector_id}
        assert {row.unit_id for row in stayed} == set(event.leaves)


def test_alternates_come_strictly_in_order_and_once() -> None:
    files = bundle(inputs(units(9)))
    replayed = replay(files)
    alternates = replayed.alternates()["all"]  # type: ignore[index]
    standing, gone = start(replayed), replayed.drawing.drawn.unit_ids[0]
    for number, expected in enumerate(alternates):
        assert standing.next_alternate(gone).unit_id == expected
        standing = follow(standing, unit_out(standing, gone, number))
        assert expected in {row.unit_id for row in standing.drawn}
        gone = expected
    assert [row.rank for row in standing.drawn if row.unit_id == gone] == [9]
    with pytest.raises(RefusedError) as refused:
        standing.next_alternate(gone)
    assert refused.value.fault is Fault.NO_ALTERNATE


def test_somebody_with_room_goes_before_the_cap_is_raised() -> None:
    """Of seven for three units of two seats, one has no visit and the cap is one: that one goes, whatever the pair."""
    standing = start(replay(bundle(inputs(units(6), people=inspectors(7)))))
    assert standing.ground.replayed.teams.caps == {MARKET: 1}
    idle = {f"market-{at:04d}" for at in range(7)} - {row.inspector_id for row in standing.assignments}
    first = standing.assignments[0]
    after = follow(standing, inspector_out(standing, first.inspector_id, [first.unit_id]))
    assert after.assignments[0] == first._replace(inspector_id=InspectorId(idle.pop()))


def test_the_cap_is_raised_by_no_more_than_it_must_and_for_the_one_seat_alone() -> None:
    standing = start(replay(bundle(inputs(units(12), people=inspectors(6)))))
    cap = standing.ground.replayed.teams.caps[MARKET]
    assert set(Counter(row.inspector_id for row in standing.assignments).values()) == {cap}
    for number in range(3):
        row = standing.assignments[0]
        loads = Counter(each.inspector_id for each in standing.assignments)
        loads[row.inspector_id] -= 1
        event = inspector_out(standing, row.inspector_id, [row.unit_id], number)
        others = {each.inspector_id for each in standing.assignments if each.unit_id == row.unit_id}
        able = [own for own in loads if own not in others and (own, row.unit_id) not in standing.apart]
        standing = follow(standing, event)
        chosen = standing.assignments[0].inspector_id
        assert loads[chosen] < max(cap, min(loads[own] for own in able) + 1)


def test_recusing_everyone_but_a_friend_ends_where_nobody_else_is_left() -> None:
    """Each who is taken away is an event of its own, and the last who could go cannot be taken away."""
    people = inspectors(4)
    standing = start(replay(bundle(inputs(units(2), people=people, recusals=[recusal("market-0003", "u0000000")]))))
    unit_id = standing.drawn[0].unit_id
    able = len(people) - (unit_id == "u0000000")
    for number in range(able - 2):
        standing = follow(standing, inspector_out(standing, standing.assignments[0].inspector_id, [unit_id], number))
    last = inspector_out(standing, standing.assignments[0].inspector_id, [unit_id], able)
    with pytest.raises(RefusedError) as refused:
        follow(standing, last)
    assert refused.value.fault is Fault.NOBODY_LEFT
