"""Withheld draws: hiding a name changes no rule, and always leaves one name unsaid."""

from hypothesis import given
from hypothesis import strategies as st

from registry.withholding import keep_one_unnamed
from sampling.names import Stratum
from sampling.quotas import Count, Quotas, Ratio, Rule

RULES: st.SearchStrategy[Rule] = st.one_of(
    st.integers(1, 50).map(Count), st.sampled_from(["1", "0.5", "0.03", "0.25"]).map(Ratio)
)
NAMES = [Stratum(name) for name in ("s1", "s2", "s3", "s4")]
SIZES = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 200), min_size=1)


@given(SIZES, RULES, st.dictionaries(st.sampled_from(NAMES), RULES))
def test_one_stratum_is_always_unnamed_and_every_stratum_keeps_its_number(
    sizes: dict[Stratum, int], default: Rule, own: dict[Stratum, Rule]
) -> None:
    given_rules = Quotas(default, {name: rule for name, rule in own.items() if name in sizes})
    kept = keep_one_unnamed(given_rules, sizes)
    assert set(sizes) - set(kept.strata)
    assert set(kept.strata) <= set(sizes)
    for name, units in sizes.items():
        assert kept.size(name, units) == given_rules.size(name, units)
