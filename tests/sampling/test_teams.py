"""The inspectors: nobody recused, nobody overloaded, no cap higher than it must be."""

from collections import Counter
from hashlib import sha256

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.eligibility import rosters
from sampling.frame import Inputs, Inspector, Unit
from sampling.names import Department
from sampling.rules import Seats
from sampling.teams import Teams, staff_teams
from tests.sampling.builders import (
    CYBER,
    LAWS,
    MARKET,
    inputs,
    inspector,
    inspectors,
    key,
    recusal,
    tables,
    unit,
    units,
)

TEAM = (Seats(MARKET, 2), Seats(CYBER, 1))


def staffed(given_tables: Inputs, team: tuple[Seats, ...] = TEAM, number: int = 0) -> Teams:
    """Staff all units of the frame, in its order."""
    roster = rosters(given_tables)
    return staff_teams(given_tables.frame.rows, team, roster, team_key=key(number), hash_name="sha256")


def may_visit(given_tables: Inputs, person: Inspector, place: Unit) -> bool:
    pair = (person.inspector_id, place.unit_id)
    return place.area.startswith(person.area) and pair not in given_tables.recusals.rows


def can_be_staffed(given_tables: Inputs, entry: Seats, cap: int) -> bool:
    """Ask for the maximum flow from inspectors, ``cap`` visits each, to the seats of the units."""
    graph: nx.DiGraph[object] = nx.DiGraph()
    frame = given_tables.frame.rows
    for person in given_tables.inspectors.rows:
        if person.department == entry.department:
            graph.add_edge("source", person, capacity=cap)
            for place in frame:
                if may_visit(given_tables, person, place):
                    graph.add_edge(person, place, capacity=1)
    for place in frame:
        graph.add_edge(place, "sink", capacity=entry.seats)
    return bool(nx.maximum_flow_value(graph, "source", "sink") == entry.seats * len(frame))


@LAWS
@given(tables(), st.integers(0, 1000))
def test_everyone_sent_may_visit_and_nobody_recused_is_sent(given_tables: Inputs, number: int) -> None:
    people = {person.inspector_id: person for person in given_tables.inspectors.rows}
    places = {place.unit_id: place for place in given_tables.frame.rows}

    for row in staffed(given_tables, number=number).assignments:
        person = people[row.inspector_id]
        assert person.department == row.department
        assert may_visit(given_tables, person, places[row.unit_id])


@LAWS
@given(tables(), st.integers(0, 1000))
def test_every_seat_is_filled_once_and_by_different_people(given_tables: Inputs, number: int) -> None:
    rows = staffed(given_tables, number=number).assignments

    assert [(row.unit_id, row.department, row.seat) for row in rows] == [
        (place.unit_id, entry.department, seat)
        for place in given_tables.frame.rows
        for entry in TEAM
        for seat in range(1, entry.seats + 1)
    ]
    assert len({(row.unit_id, row.inspector_id) for row in rows}) == len(rows)


@LAWS
@given(tables(), st.integers(0, 1000))
def test_no_load_is_above_the_cap_and_no_lower_cap_is_possible(given_tables: Inputs, number: int) -> None:
    teams = staffed(given_tables, number=number)

    for entry in TEAM:
        cap = teams.caps[entry.department]
        members = [person for person in given_tables.inspectors.rows if person.department == entry.department]
        floor = -(-len(given_tables.frame.rows) * entry.seats // len(members))
        loads = Counter(row.inspector_id for row in teams.assignments if row.department == entry.department)
        assert max(loads.values()) <= cap
        assert can_be_staffed(given_tables, entry, cap)
        assert cap == floor or (cap > floor and not can_be_staffed(given_tables, entry, cap - 1))


def test_cap_is_the_average_rounded_up_where_nothing_stands_in_the_way() -> None:
    teams = staffed(inputs(units(10), [], inspectors(4)), (Seats(MARKET, 2),))

    assert teams.caps == {MARKET: 5}
    assert set(Counter(row.inspector_id for row in teams.assignments).values()) == {5}


def test_cap_jumps_to_what_one_county_needs() -> None:
    """Two people alone in a county of 50 units have to go everywhere; the province has many others."""
    frame = [unit(f"u{at:02d}", area="140105") for at in range(50)]
    people = inspectors(2, area="140105") + [inspector(f"other-{at}", area="1402") for at in range(98)]

    assert staffed(inputs(frame, [], people), (Seats(MARKET, 2),)).caps == {MARKET: 50}


def test_first_choice_is_the_smallest_pair_hash() -> None:
    people = inspectors(9)
    (row,) = staffed(inputs(units(1), [], people), (Seats(MARKET, 1),)).assignments

    by_hash = min(people, key=lambda person: sha256(f"{key(0)}:{person.inspector_id}:{row.unit_id}".encode()).digest())
    assert row.inspector_id == by_hash.inspector_id


def test_someone_recused_from_all_but_one_unit_is_not_sent_there_nearly_always() -> None:
    """By fewest visits they would be: everyone else has been somewhere when that unit's turn comes."""
    frame, people = units(10), inspectors(10)
    recused = [recusal(people[0].inspector_id, place.unit_id) for place in frame[:-1]]
    given_tables = inputs(frame, [], people, recused)

    sent = sum(
        any(
            row.inspector_id == people[0].inspector_id
            for row in staffed(given_tables, (Seats(MARKET, 2),), number).assignments
        )
        for number in range(200)
    )

    assert sent < 100


@pytest.mark.parametrize("seats", [1, 9])
def test_departments_do_not_share_a_cap(seats: int) -> None:
    people = inspectors(9) + inspectors(18, department=CYBER)
    given_tables = inputs(units(6), [], people)

    teams = staffed(given_tables, (Seats(MARKET, seats), Seats(CYBER, seats)))

    assert teams.caps == {MARKET: -(-6 * seats // 9), CYBER: -(-6 * seats // 18)}


def test_outcome_does_not_depend_on_departments_without_a_seat() -> None:
    frame, people = units(6), inspectors(4)
    alone = staffed(inputs(frame, [], people), (Seats(MARKET, 1),))

    beside_others = staffed(
        inputs(frame, [], people + inspectors(5, department=Department("fire"))), (Seats(MARKET, 1),)
    )

    assert beside_others.to_csv() == alone.to_csv()
