"""How long a penalty is published and when it may end early: every case of the table, and broken files."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publicity.rule_files import RuleFileError
from publicity.term_rules import Need, RuleChoiceError, load_rule_sets
from publicity.terms import NoTermError, Penalized, TermBook, objections
from registry.gravity import Gravity, Sector, Severity
from registry.penalties import PenaltyKind
from tests.terms_cases import BEGIN, COLUMNS, END, PAGE, TABLE, Case, cases, page_table

CASES = cases()
RULES = load_rule_sets()
BOOK = TermBook(rule_sets=RULES, chosen="order-45", lower_fine_fen=500_000)
DAYS = st.dates(date(2021, 9, 1), date(2040, 12, 31))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_legal_case_comes_out_as_the_table_says(case: Case) -> None:
    outcome = case.outcome(RULES)
    assert outcome == {name: case.row[name] for name in ("结果", *COLUMNS)}


def test_the_table_covers_every_rule_and_every_answer() -> None:
    """At least sixty cases; each term and wait of each order is cited, each request and each answer is there."""
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    sources = {case.row[name] for case in CASES for name in ("公示期依据", "提前停止公示依据")}
    for rules in RULES:
        assert {term.source.words for term in rules.terms} <= sources
        if rules.repair:
            assert {wait.source.words for wait in rules.repair.waits} <= sources
            assert not rules.repair.blocked or rules.repair.blocked_source.words in sources
    assert {case.row["请求"] for case in CASES} == {"公示", "是否公示", "提前停止公示"}
    said = {part for case in CASES for part in re.split("[：、]", case.row["结果"])}
    assert {"准予", "未到时间", "条件未满足", "公示期已届满", "不得提前停止公示", "公示期届满在先"} <= said
    assert {"公示中", "停止公示", "尚未公示", "不能确定", "没有提前停止公示的规定"} <= said
    assert {case.row["领域"] for case in CASES} == {"", "食品", "药品", "特种设备"}
    assert {case.row["违法程度"] for case in CASES} == {"", "轻微", "一般", "严重"}


def test_the_page_shows_the_table_as_it_is() -> None:
    """After a change of the table: python -m tests.terms_cases."""
    assert TABLE.exists()
    assert PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0] == page_table()


def fine(**changes: object) -> Penalized:
    values: dict[str, object] = {
        "kinds": frozenset({PenaltyKind.FINE}),
        "fine_fen": 5_000_000,
        "decided_on": date(2025, 3, 3),
        "gravity": Gravity(),
    }
    return Penalized(**(values | changes))  # type: ignore[arg-type]


@given(DAYS, st.sets(st.sampled_from(PenaltyKind), min_size=1), st.integers(0, 10**9), st.sampled_from((None, *Sector)))
def test_no_early_end_comes_before_publication_or_after_the_end(
    day: date, kinds: set[PenaltyKind], fen: int, sector: Sector | None
) -> None:
    """Of any penalty: it is shown on its first and last day, and whoever meets every need asks within them or never."""
    term = BOOK.term_of(fine(kinds=frozenset(kinds), fine_fen=fen, decided_on=day, gravity=Gravity(sector=sector)), day)
    early = term.early_end
    assert (early.from_on is None) is (early.never is not None)
    assert term.ends_on is not None
    assert term.is_shown(day)
    assert term.is_shown(term.ends_on)
    if early.from_on is not None:
        assert day < early.from_on <= term.ends_on
        assert objections(term, early.from_on, frozenset(Need)) == ()
        assert objections(term, early.from_on, frozenset()) != ()


@given(DAYS, st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_larger_fine_is_never_shown_for_less(day: date, one: int, other: int) -> None:
    smaller, larger = sorted((one, other))
    ends = [BOOK.term_of(fine(fine_fen=each, decided_on=day), day).ends_on for each in (smaller, larger)]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[0] <= ends[1]


def test_setting_that_names_no_rules_is_refused() -> None:
    with pytest.raises(RuleChoiceError) as refused:
        TermBook(rule_sets=RULES, chosen="order-58")
    assert "order-58" in refused.value.text("zh")
    assert "order-45" in refused.value.text("en")


def test_two_orders_of_one_day_need_the_setting() -> None:
    """Where it names a third one, nothing is guessed."""
    book = TermBook(rule_sets=RULES, chosen="order-71")
    with pytest.raises(NoTermError) as refused:
        book.term_of(fine(gravity=Gravity(severity=Severity.GENERAL)), date(2026, 4, 1))
    assert "DOUBLE_RANDOM_TERMS" in refused.value.text("zh")
    assert "order-36、order-45" in refused.value.text("en")


WHOLE = """
id = "order-1"
document = "某规定"
number = "第1号"
effective_from = 2030-01-01
[[term]]
name = "行政处罚"
article = "第一条"
counted_from = "publication"
months = 12
[repair]
article = "第二条"
needs = ["duties_done"]
[[repair.wait]]
article = "第三条"
counted_from = "publication"
months = 3
"""


def rules_in(folder: Path, text: str) -> Path:
    (folder / "terms-order-1.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_bureau_can_bring_its_own_rules(tmp_path: Path) -> None:
    """A folder in place of the shipped one is read, and is all there is."""
    (rules,) = load_rule_sets(rules_in(tmp_path, WHOLE))
    term = TermBook(rule_sets=[rules], chosen="order-1").term_of(fine(), date(2030, 1, 31))
    assert (term.ends_on, term.early_end.from_on) == (date(2031, 1, 31), date(2030, 5, 1))
    assert term.source.words == "《某规定》（第1号）第一条"


BROKEN = [
    ("months = 12", "months = 0", "term[1].months: it must not be below 1", "不能小于 1"),
    ("months = 12", "months = true", "term[1].months: it must be a whole number", "应为整数"),
    ("months = 12", "", "term[1].months: it is missing", "缺少该项"),
    ("months = 12", "months = 12\nweeks = 3", "term[1].weeks: there is no such name", "没有这一项"),
    ('"publication"\nmonths = 12', '"delivery"\nmonths = 12', "'delivery' is none of publication, decision", "可用"),
    ('article = "第一条"', "", "term[1].article: it names no article and is not marked", "也没有标明待核"),
    (
        'article = "第一条"',
        'article = "第一条"\nonly = ["fine"]',
        "term: some penalty has no term",
        "有的处罚没有公示期",
    ),
    ('article = "第一条"', 'article = "第一条"\nonly = ["fees"]', "'fees' is none of warning", "没有“fees”"),
    ('article = "第一条"', 'article = "第一条"\nonly = ["fine", "fine"]', "it must list words", "不重复的词"),
    ('article = "第一条"', 'article = "第一条"\nbanned_beyond = 36', "it goes with banned_beyond", "同时写"),
    ('needs = ["duties_done"]', "needs = []", "repair.needs: there is no condition", "没有条件"),
    ('needs = ["duties_done"]', 'needs = ["duties_done"]\nblocked = ["closed"]', "repair.blocked_article", "待核"),
    ("2030-01-01", '"2030-01-01"', "effective_from: it must be a date", "应为日期"),
    ("2030-01-01", "2030-01-01\neffective_until = 2029-12-31", "it is before effective_from", "早于"),
    ("[repair]", "[repair", "it is no TOML", "不是 TOML"),
]


@pytest.mark.parametrize(("old", "new", "sentence", "zh"), BROKEN, ids=[each[2] for each in BROKEN])
def test_a_broken_file_of_rules_is_refused_by_its_place(
    tmp_path: Path, old: str, new: str, sentence: str, zh: str
) -> None:
    """The sentence names file, place and what is wrong; nothing of the file is used."""
    with pytest.raises(RuleFileError) as refused:
        load_rule_sets(rules_in(tmp_path, WHOLE.replace(old, new, 1)))
    assert sentence in refused.value.text("en")
    assert zh in refused.value.text("zh")
    assert "terms-order-1.toml" in refused.value.text("zh")


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="there is no such file"):
        load_rule_sets(tmp_path)


def test_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "terms-again.toml").write_text(WHOLE, encoding="utf-8")
    with pytest.raises(RuleFileError, match="order-1 is there twice"):
        load_rule_sets(rules_in(tmp_path, WHOLE))
