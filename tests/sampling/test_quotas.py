"""How many are drawn: exact, rounded up, never more than there are."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.errors import Fault, RefusedError
from sampling.names import Stratum
from sampling.quotas import Count, Quotas, Ratio
from tests.sampling.builders import LAWS

ratios = st.integers(1, 999_999).map(lambda parts: f"0.{parts:06d}") | st.just("1") | st.just("0.5")


@LAWS
@given(ratios, st.integers(0, 10**9))
def test_ratio_is_rounded_up_exactly(ratio: str, units: int) -> None:
    assert Ratio(ratio).size(units) == ceil(Fraction(ratio) * units)


@pytest.mark.parametrize(
    ("ratio", "units", "drawn"),
    [("0.5", 53, 27), ("0.07", 100, 7), ("0.3", 10, 3), ("0.000001", 1, 1), ("0.999999", 10**6, 999_999), ("1", 7, 7)],
)
def test_ratio_falls_into_no_trap_of_floating_point(ratio: str, units: int, drawn: int) -> None:
    assert Ratio(ratio).size(units) == drawn


@pytest.mark.parametrize(
    "ratio",
    ["0", "0.0", "0.000000", ".5", "0.", "1.0", "1.5", "2", "00.5", "0.1234567", "5%", "+1", "1\n", "0.٣", "", "0,5"],
)
def test_ratio_of_another_form_is_refused(ratio: str) -> None:
    with pytest.raises(RefusedError) as refused:
        Ratio(ratio)

    assert (refused.value.fault, refused.value.key) == (Fault.RATIO, "ratio")


def test_count_is_no_more_than_there_are() -> None:
    assert [Count(7).size(units) for units in (0, 3, 7, 8)] == [0, 3, 7, 7]


@pytest.mark.parametrize(
    ("count", "fault"),
    [
        (0, Fault.AT_LEAST),
        (-1, Fault.AT_LEAST),
        (2**53, Fault.NUMBER),
        (True, Fault.NOT_INTEGER),
        (1.0, Fault.NOT_INTEGER),
    ],
)
def test_count_out_of_range_is_refused(count: int, fault: Fault) -> None:
    with pytest.raises(RefusedError) as refused:
        Count(count)

    assert (refused.value.fault, refused.value.key) == (fault, "count")


def test_stratum_has_its_own_rule_or_the_default() -> None:
    quotas = Quotas(Ratio("0.5"), {Stratum("a"): Count(1)})

    assert [quotas.size(Stratum(name), 9) for name in "ab"] == [1, 5]


def test_quotas_do_not_change_with_the_mapping_they_were_made_of() -> None:
    strata = {Stratum("a"): Count(1)}
    quotas = Quotas(Ratio("0.5"), strata)

    strata[Stratum("a")] = Count(9)

    assert quotas == Quotas(Ratio("0.5"), {Stratum("a"): Count(1)})


def test_stratum_that_is_no_identifier_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        Quotas(Ratio("0.5"), {Stratum("高风险"): Count(1)})

    assert (refused.value.fault, refused.value.path) == (Fault.IDENTIFIER, ("strata", "高风险"))
