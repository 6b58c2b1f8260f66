"""完成率 = published ÷ drawn, 完结率 = closed ÷ published: exact, summed over counts, never a ranking."""

from fractions import Fraction

import pytest

from publicity.rates import Rates, percent
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening


def line(bureau: Bureau) -> dict[str, object]:
    found: dict[str, object] = made(bureau.public.get(f"/plans/{bureau.notes.plan_no}.json"))["rates"]
    return found


def test_rates_follow_a_batch_from_approval_to_publication(opening_anywhere: Opening) -> None:
    """Three of six are drawn; all three published; the one that waits for follow-up is not closed."""
    zero = {"base": 0, "drawn": 0, "published": 0, "closed": 0, "completion": "—", "closure": "—"}
    assert line(opening_anywhere("approved")) == zero
    assert line(opening_anywhere("committed")) == zero | {"base": 6}
    assert line(opening_anywhere("reviewed")) == zero | {"base": 6, "drawn": 3, "completion": "0.00%"}
    published = opening_anywhere("published")
    expected = {"base": 6, "drawn": 3, "published": 3, "closed": 2, "completion": "100.00%", "closure": "66.66%"}
    assert line(published) == expected
    assert made(published.public.get("/plans.json"))["years"][0]["rates"] == expected
    staff = made(published.desk("supervisor").get("/api/v1/rates/2020"))
    assert (staff["whole"]["completion"], staff["whole"]["closure"]) == ("1/1", "2/3")
    assert staff["plans"][0]["batches"][published.notes.task_no]["closed"] == 2


def test_a_percentage_is_cut_and_only_all_of_them_are_a_hundred() -> None:
    assert percent(Fraction(999_999, 1_000_000)) == "99.99%"
    assert percent(Fraction(1)) == "100.00%"
    assert percent(Fraction(2, 3)) == "66.66%"
    assert percent(None) == "—"


@pytest.mark.parametrize(("one", "other"), [((10, 5), (90, 90)), ((1, 0), (3, 3))])
def test_rates_of_a_plan_are_those_of_its_counts(one: tuple[int, int], other: tuple[int, int]) -> None:
    """And not an average of rates."""
    whole = Rates(drawn=one[0], published=one[1]) + Rates(drawn=other[0], published=other[1])
    assert whole.completion == Fraction(one[1] + other[1], one[0] + other[0])
