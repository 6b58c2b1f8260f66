"""The choices for a result are those in force on the day, and each says whether it is a problem."""

from datetime import date

import pytest

from registry import outcomes as subject
from registry.outcomes import (
    FollowUp,
    OutcomeError,
    follow_ups_on,
    outcome_on,
    outcomes_on,
)

DAY = date(2020, 9, 15)
WORDS = {
    "no_problem": "未发现问题",
    "problem_corrected_order": "发现问题已责令改正",
    "problem_pending": "发现问题待后续处理",
    "not_disclosed": "未按规定公示应当公示的信息",
    "false_disclosure": "公示信息隐瞒真实情况、弄虚作假",
    "unreachable": "通过登记的住所(经营场所)无法联系",
    "no_such_activity": "未发现开展本次抽查涉及的经营活动",
    "uncooperative": "不配合检查情节严重",
    "closed": "已关闭停业或正在组织清算",
    "deregistered_or_moved": "注销/吊销/撤销/迁出",
}


def test_there_are_the_ten_results_in_order() -> None:
    """Code for code, word for word."""
    assert {code: outcome.zh for code, outcome in outcomes_on(DAY).items()} == WORDS
    assert list(outcomes_on(DAY)) == list(WORDS)


def test_a_breach_is_a_problem_and_a_state_of_the_operator_is_not() -> None:
    """Six are problems; closed, gone, or without the activity is nobody's breach."""
    problems = {code for code, outcome in outcomes_on(DAY).items() if outcome.problem}
    assert problems == {
        "problem_corrected_order",
        "problem_pending",
        "not_disclosed",
        "false_disclosure",
        "unreachable",
        "uncooperative",
    }


def test_every_problem_needs_a_text_and_every_choice_its_reason() -> None:
    """Nobody is said to have a problem without being told which."""
    for outcome in outcomes_on(DAY).values():
        assert outcome.needs_text == outcome.problem
        assert outcome.reason
        assert outcome.source


def test_only_no_problem_excludes_the_others_and_only_pending_stays_open() -> None:
    """One choice each."""
    assert [code for code, outcome in outcomes_on(DAY).items() if outcome.clear] == ["no_problem"]
    assert [code for code, outcome in outcomes_on(DAY).items() if outcome.open] == ["problem_pending"]


def test_follow_ups_run_from_none_to_another_province() -> None:
    """Police and other provinces apart, for the year's report."""
    assert list(follow_ups_on(DAY)) == [
        "none",
        "daily_supervision",
        "order_to_correct",
        "case_opened",
        "passed_to_department",
        "passed_to_police",
        "passed_to_province",
    ]


def test_a_known_code_is_found() -> None:
    """With its words."""
    assert outcome_on("closed", DAY).en == "closed or being wound up"
    assert follow_ups_on(DAY)["case_opened"].zh == "立案查处"


def test_an_unknown_code_is_refused_with_those_in_force() -> None:
    """The codes are listed in both sentences."""
    with pytest.raises(OutcomeError) as outcome:
        outcome_on("fine", DAY)
    refused = outcome.value
    assert ", ".join(WORDS) in refused.text("zh")
    assert ", ".join(WORDS) in refused.text("en")
    assert "2020-09-15" in str(refused)


def test_before_the_first_day_there_are_no_choices() -> None:
    """The day before, nothing; on the day, all."""
    assert not outcomes_on(date(2019, 2, 14))
    assert len(outcomes_on(date(2019, 2, 15))) == len(WORDS)
    with pytest.raises(OutcomeError):
        outcome_on("no_problem", date(2019, 2, 14))


def test_a_choice_is_replaced_from_one_day_to_the_next() -> None:
    """The last day of the old wording counts, the next day the new one stands."""
    last = date(2025, 6, 30)
    old = FollowUp(code="none", zh="旧", en="old", effective_from=date(2019, 1, 1), effective_until=last)
    new = FollowUp(code="none", zh="新", en="new", effective_from=date(2025, 7, 1))
    in_force = subject._in_force  # noqa: SLF001 - the rule itself, on data the file does not have yet
    assert in_force((old, new), last)["none"] is old
    assert in_force((old, new), date(2025, 7, 1))["none"] is new


def test_no_code_is_in_force_twice_on_a_day() -> None:
    """Entries with one code do not overlap, so nothing hides behind another."""
    data = subject._data()  # noqa: SLF001 - the entries as they stand in the file
    for entries in (data.outcomes, data.follow_ups):
        starts = {entry.effective_from for entry in entries}
        for day in starts:
            codes = [e.code for e in entries if e.effective_from <= day <= (e.effective_until or day)]
            assert len(codes) == len(set(codes))
