"""Over seeds, everyone is as likely as everyone else, and the variance is the right one: neither more nor less.

Seeds are fixed, so these tests say the same every time. The statistic of units is that of simple random sampling
without replacement: over S draws of a share f of N units, sum((o - e)^2) / (S f (1 - f) N / (N - 1)) has a chi-square
distribution with N - 1 degrees of freedom; of inspectors in one seat, Pearson's sum((o - e)^2 / e).
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import pytest

from sampling.draw import draw_units
from sampling.eligibility import rosters
from sampling.names import InspectorId
from sampling.quotas import Count, Quotas
from sampling.rules import Seats
from sampling.teams import staff_teams
from tests.sampling.builders import MARKET, inputs, inspectors, key, units

CRITICAL_50 = (24.674, 86.661)
"""Chi-square with 50 degrees of freedom: 0.1% lie below the one, 0.1% above the other.

Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, rows for 50."""

N = 51
DRAWN = 20
SEEDS = 4_000


def as_uniform(statistic: float) -> bool:
    low, high = CRITICAL_50
    return low < statistic < high


def of_units(counts: Mapping[str, int], names: Iterable[str]) -> float:
    share = DRAWN / N
    deviations = sum((counts[name] - SEEDS * share) ** 2 for name in names)
    return deviations / (SEEDS * share * (1 - share) * N / (N - 1))


def of_seats(counts: Mapping[InspectorId, int], names: Iterable[InspectorId], draws: int) -> float:
    expected = draws / N
    return sum((counts[name] - expected) ** 2 / expected for name in names)


@pytest.fixture(scope="module")
def drawn() -> Counter[str]:
    frame = units(N)
    return Counter(
        unit_id
        for number in range(SEEDS)
        for unit_id in draw_units(
            frame, Quotas(Count(DRAWN)), subject_key=key(number), hash_name="sha256"
        ).drawn.unit_ids
    )


def test_every_unit_is_drawn_equally_often(drawn: Counter[str]) -> None:
    assert drawn.total() == SEEDS * DRAWN
    assert as_uniform(of_units(drawn, [place.unit_id for place in units(N)]))


def test_sparing_one_unit_in_one_draw_of_six_would_be_seen(drawn: Counter[str]) -> None:
    names = [place.unit_id for place in units(N)]
    spared = drawn.copy()
    moved = spared[names[0]] // 6
    spared[names[0]] -= moved
    for name in names[1:]:
        spared[name] += moved // (N - 1)

    assert not as_uniform(of_units(spared, names))


def test_equal_shares_by_turns_would_be_seen() -> None:
    names = [place.unit_id for place in units(N)]

    assert not as_uniform(of_units(Counter(dict.fromkeys(names, SEEDS * DRAWN // N)), names))


@pytest.mark.parametrize("place", [0, 4], ids=["first unit", "last unit"])
def test_every_inspector_leads_equally_often(place: int) -> None:
    """Symmetric: all may visit all. For the last unit too, where the cap has already shut some out."""
    given_tables, draws = inputs(units(5), [], inspectors(N)), 2_500
    roster = rosters(given_tables)

    leads = Counter(
        staff_teams(given_tables.frame.rows, [Seats(MARKET, 1)], roster, team_key=key(number), hash_name="sha256")
        .assignments[place]
        .inspector_id
        for number in range(draws)
    )

    assert as_uniform(of_seats(leads, [person.inspector_id for person in inspectors(N)], draws))
