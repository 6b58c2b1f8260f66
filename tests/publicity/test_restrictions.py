"""What follows from which record on which day: the shipped rules over grounds, and rule files that are refused."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from publicity.restriction_rules import load_restriction_rules
from publicity.restrictions import Ban, Ends, Ground, restrictions_on
from publicity.rule_files import RuleFileError
from registry.listings import OperatorList
from registry.penalties import PenaltyKind

RULES = load_restriction_rules()
DECIDED = date(2022, 3, 1)
RULE = """
[[consequence]]
list = "abnormal"
name = "某限制"
name_en = "something"
ends = "removal"
document = "某规定"
article = "第一条"
effective_from = 2020-01-01
"""


def ground(**changes: Any) -> Ground:  # noqa: ANN401 - fields of a ground
    """Return a ground that restricts nothing by itself."""
    whole: dict[str, Any] = {
        "record_id": "p-1",
        "unit_id": "91140105FAKE0001XB",
        "authority": "某局",
        "decision_no": "1号",
        "decided_on": DECIDED,
        "basis": "某法",
        "path": "/records/p-1",
        "log_index": 1,
    }
    return Ground(**whole | changes)


def in_force(day: date, **changes: Any) -> list[tuple[str, Ends, date | None]]:  # noqa: ANN401 - fields of a ground
    """Return what is restricted on a day."""
    return [(each.words[0], each.ends, each.until_on) for each in restrictions_on([ground(**changes)], day, RULES)]


def test_a_fine_and_a_warning_restrict_nothing() -> None:
    kinds = frozenset({PenaltyKind.FINE, PenaltyKind.WARNING, PenaltyKind.CRITICISM, PenaltyKind.CONFISCATION})
    assert in_force(DECIDED, kinds=kinds) == []


@pytest.mark.parametrize(
    ("ban", "day", "expected"),
    [
        (Ban(until=date(2023, 3, 1), for_life=False), date(2022, 2, 28), None),
        (Ban(until=date(2023, 3, 1), for_life=False), DECIDED, Ends.ON_DAY),
        (Ban(until=date(2023, 3, 1), for_life=False), date(2023, 3, 1), Ends.ON_DAY),
        (Ban(until=date(2023, 3, 1), for_life=False), date(2023, 3, 2), None),
        (Ban(until=None, for_life=True), date(2099, 1, 1), Ends.FOR_LIFE),
        (None, date(2023, 3, 2), Ends.NOT_STATED),
    ],
)
def test_a_ban_holds_from_its_decision_to_the_end_of_its_last_day(ban: Ban | None, day: date, expected: Ends) -> None:
    found = in_force(day, kinds=frozenset({PenaltyKind.OCCUPATION_RESTRICTED}), ban=ban)
    assert [ends for _, ends, _ in found] == ([] if expected is None else [expected])


def test_who_is_on_the_serious_list_may_head_no_other_enterprise_for_three_years() -> None:
    """The other consequences of the list hold as long as the entry stands."""
    last, after = date(2025, 3, 1), date(2025, 3, 2)
    assert ("法定代表人、负责人三年内不得担任其他企业的法定代表人、负责人", Ends.ON_DAY, last) in in_force(
        last, listed=OperatorList.SERIOUS
    )
    assert {ends for _, ends, _ in in_force(after, listed=OperatorList.SERIOUS)} == {Ends.ON_REMOVAL}


def test_the_rule_in_force_on_the_day_is_cited_and_what_was_not_read_is_marked() -> None:
    """The regulation of 2014 was revised in 2024; a list restricts by the text of the day that is asked about."""
    for day, number in ((date(2024, 4, 30), "第654号"), (date(2024, 5, 1), "第777号")):
        (cited,) = {
            each.source
            for each in restrictions_on([ground(listed=OperatorList.ABNORMAL)], day, RULES)
            if "企业信息公示暂行条例" in each.source
        }
        assert number in cited
        assert ("待核" in cited) is (number == "第777号")


def test_every_kind_that_restricts_is_decided_by_some_law_on_every_day() -> None:
    kinds = {rule.penalty for rule in RULES if rule.penalty}
    for day in (date(2020, 9, 1), date(2021, 7, 14), date(2021, 7, 15), date(2026, 11, 25)):
        for kind in kinds:
            assert len(restrictions_on([ground(kinds=frozenset({kind}), decided_on=day)], day, RULES)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('list = "abnormal"', 'list = "abnormal"\npenalty = "closed"'),
        ('list = "abnormal"', ""),
        ('ends = "removal"', 'ends = "ban"'),
        ('ends = "removal"', 'ends = "months"'),
        ('article = "第一条"', ""),
        ("2020-01-01", "2020-01-01\nuntil = 3"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_place(tmp_path: Path, one: str, other: str) -> None:
    file = tmp_path / "restrictions.toml"
    file.write_text(RULE, encoding="utf-8")
    assert len(load_restriction_rules(tmp_path)) == 1
    file.write_text(RULE.replace(one, other), encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"consequence\[1\]"):
        load_restriction_rules(tmp_path)
