"""The program and the plain reference agree, on small random draws and on draws with little room."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from sampling.bundle import replay
from sampling.frame import Inputs
from sampling.names import Department
from sampling.quotas import Quotas, Ratio
from sampling.rules import Seats
from tests.sampling import reference
from tests.sampling.builders import (
    CYBER,
    LAWS,
    MARKET,
    bundle,
    inputs,
    inspector,
    inspectors,
    quotas,
    recusal,
    secret_of,
    tables,
    unit,
    units,
)

TEAM = [(MARKET, 2), (CYBER, 1)]


def outcome_by_reference(
    files: dict[str, bytes], rule: dict[str, str | int], team: list[tuple[Department, int]]
) -> dict[str, bytes]:
    seed = replay(files).seed
    drawn = reference.drawn_csv(reference.rows(files["frame.csv"]), rule, seed.subject_key)
    named = [(str(name), seats) for name, seats in team]
    teams = reference.teams_csv(files, drawn, named, seed.team_key)
    return {"drawn.csv": drawn.encode(), "teams.csv": teams.encode()}


@LAWS
@given(tables(), quotas(), st.integers(0, 2**64))
def test_random_draws_come_out_as_the_page_says(given_tables: Inputs, given_quotas: Quotas, number: int) -> None:
    secret = hashlib.sha256(str(number).encode()).hexdigest()
    team = tuple(Seats(name, seats) for name, seats in TEAM)
    files = bundle(given_tables, quotas=given_quotas, team=team, secrets=(secret_of("bureau", secret),))
    files["reveal.json"] = f'{{"public_value":null,"secrets":["{secret}"]}}'.encode()

    by_reference = outcome_by_reference(files, given_quotas.default.value(), TEAM)  # type: ignore[arg-type]

    assert replay(files).outcome == by_reference


def tight(number: int) -> Inputs:
    """Return a draw in which most inspectors are recused from most units, and all units are drawn."""
    people, frame = inspectors(12), units(18)
    recused = []
    for place in frame:
        by_hash = sorted(
            people,
            key=lambda person: hashlib.sha256(f"{number}{place}{person}".encode()).digest(),
        )
        recused += [recusal(person.inspector_id, place.unit_id) for person in by_hash[: 5 + number % 5]]
    return inputs(frame, [], people, recused)


def test_draws_with_little_room_come_out_as_the_page_says() -> None:
    for number in range(25):
        seats = 1 + number % 3
        files = bundle(tight(number), quotas=Quotas(Ratio("1")), team=(Seats(MARKET, seats),))

        assert replay(files).outcome == outcome_by_reference(files, {"ratio": "1"}, [(MARKET, seats)])


def levels(number: int) -> Inputs:
    """Return a draw with inspectors of the province, of cities and of districts, and far more units in some places."""
    cities = [f"14{city:02d}" for city in range(1, 4)]
    districts = [f"{city}{district:02d}" for city in cities for district in range(1, 4)]
    places = [districts[at * at % (3 + number % 7)] for at in range(40)]
    areas = ["14", *cities, *districts, *districts]
    people = inspectors(2) + [inspector(f"x{at:02d}", area=area) for at, area in enumerate(areas)]
    return inputs([unit(f"u{at:02d}", area=area) for at, area in enumerate(places)], [], people)


def test_draws_with_inspectors_at_every_level_come_out_as_the_page_says() -> None:
    for number in range(14):
        files = bundle(levels(number), quotas=Quotas(Ratio("0.9")), title=f"levels {number}")

        assert replay(files).outcome == outcome_by_reference(files, {"ratio": "0.9"}, [(MARKET, 2)])
