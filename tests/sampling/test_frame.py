"""The four tables together: what they may not say about each other."""

import pytest

from sampling.errors import Fault, RefusedError
from sampling.frame import Exclusion, Inputs, Inspector, Recusal, Unit
from sampling.names import twin_positions
from tests.sampling.builders import CYBER, bundle, exclusion, inputs, inspector, inspectors, recusal, unit, units


def refusal(
    frame: list[Unit] | None = None,
    exclusions: list[Exclusion] | None = None,
    people: list[Inspector] | None = None,
    recusals: list[Recusal] | None = None,
) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        inputs(frame, exclusions or [], people, recusals or [])
    return refused.value


def test_tables_that_fit_are_kept_with_rows_and_bytes() -> None:
    given = inputs(units(2), [exclusion("x")], inspectors(3), [recusal("market-0001", "u0000001")])

    assert given.frame.rows == tuple(units(2))
    assert given.recusals.data == b"inspector_id,unit_id\nmarket-0001,u0000001\n"
    assert Inputs.from_files(bundle(given)) == given


def test_frame_without_units_is_refused() -> None:
    assert str(refusal([])) == "frame.csv: has no units; there must be at least one"


def test_unit_is_not_both_framed_and_excluded() -> None:
    refused = refusal([unit("A"), unit("B")], [exclusion("0"), exclusion("B")])

    assert (refused.fault, refused.file, refused.row) == (Fault.EXCLUDED_AND_FRAMED, "exclusions.csv", 3)


@pytest.mark.parametrize(
    ("refused", "file", "row"),
    [
        (refusal([unit("A"), unit("a")]), "frame.csv", 3),
        (refusal([unit("B")], [exclusion("a"), exclusion("b")]), "exclusions.csv", 3),
        (refusal([unit("A", stratum="x"), unit("B", stratum="X")]), "frame.csv", 3),
        (refusal(None, [exclusion("A", reason="Gone"), exclusion("B", reason="gone")]), "exclusions.csv", 3),
        (refusal(None, None, [inspector("I"), inspector("i")]), "inspectors.csv", 3),
        (refusal(None, None, [inspector("1"), inspector("2", department="Market")]), "inspectors.csv", 3),
    ],
)
def test_names_of_one_kind_do_not_differ_in_case_only(refused: RefusedError, file: str, row: int) -> None:
    assert (refused.fault, refused.file, refused.row) == (Fault.TWINS, file, row)


def test_names_of_two_kinds_may_differ_in_case_only() -> None:
    given = inputs([unit("A", stratum="a")], [], [inspector("a", department="A"), inspector("b", department=CYBER)])

    assert [row.department for row in given.inspectors.rows] == ["A", CYBER]


def test_recusal_names_an_inspector_and_a_unit_that_are_there() -> None:
    people = [recusal("market-0000", "u0000000"), recusal("market-0009", "u0000000")]
    places = [recusal("market-0000", "U0000000")]

    assert refusal(None, None, None, people).fault is Fault.UNKNOWN_INSPECTOR
    assert refusal(None, None, None, people).row == 3
    assert refusal(None, None, None, places).fault is Fault.UNKNOWN_UNIT


def test_recusal_for_an_excluded_unit_is_refused() -> None:
    refused = refusal(None, [exclusion("x")], None, [recusal("market-0000", "x")])

    assert (refused.fault, refused.file, refused.row) == (Fault.UNKNOWN_UNIT, "recusals.csv", 2)


@pytest.mark.parametrize("name", ["frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv"])
def test_missing_table_is_named(name: str) -> None:
    files = bundle()
    del files[name]

    with pytest.raises(RefusedError) as refused:
        Inputs.from_files(files)

    assert str(refused.value) == f"{name}: the file is missing"


def test_twins_are_the_first_pair_by_the_later_of_the_two() -> None:
    assert twin_positions(["a", "b", "a", "B", "A"]) == (1, 3)
    assert twin_positions(["a", "a", "b"]) is None
    assert twin_positions([]) is None
