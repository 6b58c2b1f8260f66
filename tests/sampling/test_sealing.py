"""The sealed outcome: a root that commits to every row and tells nothing of any."""

import hashlib

import pytest

from sampling.bundle import replay
from sampling.errors import Fault, RefusedError
from sampling.merkle import leaf_hash, node_hash
from sampling.rules import Seats
from sampling.sealing import leaf_data, outcome_leaves, outcome_root, outcome_rows
from tests.sampling.builders import CYBER, MARKET, bundle, inputs, inspectors, units

SALTS = [bytes([at]) * 32 for at in range(3)]


def rows_of_a_draw() -> list[bytes]:
    people = inspectors(3) + inspectors(2, department=CYBER)
    outcome = replay(bundle(inputs(units(6), [], people), team=(Seats(MARKET, 2), Seats(CYBER, 1)))).outcome
    return outcome_rows(outcome["drawn.csv"], outcome["teams.csv"])


def test_row_is_the_units_line_and_then_those_of_its_team() -> None:
    rows = rows_of_a_draw()

    assert len(rows) == 3
    for row in rows:
        drawn, *team = row.decode().splitlines()
        unit_id = drawn.split(",")[0]
        assert [line.split(",")[:3] for line in team] == [
            [unit_id, MARKET, "1"],
            [unit_id, MARKET, "2"],
            [unit_id, CYBER, "1"],
        ]
        assert row.endswith(b"\n")


def test_root_is_that_of_rfc6962_over_salted_leaves() -> None:
    one, two, three = (
        leaf_hash(hashlib.sha256(b"\x02" + salt + row).digest())
        for salt, row in zip(SALTS, rows_of_a_draw(), strict=True)
    )

    assert outcome_root(rows_of_a_draw(), SALTS) == node_hash(node_hash(one, two), three)


def test_leaf_changes_with_its_salt_and_with_its_row() -> None:
    assert len({leaf_data(salt, row) for salt in SALTS for row in rows_of_a_draw()}) == 9


@pytest.mark.parametrize(
    "salts", [SALTS[:2], [*SALTS, SALTS[0]], [SALTS[0]] * 3, [b"short", *SALTS[1:]], [SALTS[0] + b"x", *SALTS[1:]]]
)
def test_every_row_has_a_salt_of_32_bytes_of_its_own(salts: list[bytes]) -> None:
    with pytest.raises(RefusedError) as refused:
        outcome_leaves(rows_of_a_draw(), salts)

    assert refused.value.fault is Fault.SALTS
