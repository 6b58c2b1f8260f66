"""The quick look at plainly right rows takes what the check takes, as the check takes it, and nothing else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.operator_entries import COLUMNS, check_operator, entry_from, record_of
from registry.operator_roster import OPERATORS, operator_text
from registry.quick import QuickOperators, credit_codes
from registry.sites import SITE_COLUMNS
from registry.spelling import NumberText
from sampling.canonical import jcs
from tests.rosters import credit_code, operator

ROWS = 40
TEXTS = st.one_of(
    st.just(""),
    st.text("晋汾（）·—abcXYZ019 .-=+@'\"\\%<>&", max_size=12),
    st.text(max_size=6),
    st.just("甲" * 501),
    st.just("1234").map(NumberText),
)
CELLS: dict[str, st.SearchStrategy[str]] = {
    "credit_code": st.one_of(
        st.just(""),
        st.integers(1, 99).map(credit_code),
        st.integers(1, 99).map(lambda number: credit_code(number).lower()),
        st.integers(1, 99).map(lambda number: credit_code(number)[:-1] + "0"),
        st.just("911400001123599660"),
        st.just("92140119790101123X"),
        st.just("11010519491231002X"),
        TEXTS,
    ),
    "register_no": st.one_of(st.just(""), st.just("140000R0000001"), st.just("11010519491231002X"), TEXTS),
    "natural_person": st.sampled_from(["", "是", "否", "1", "√", "也许", " 是 "]),
    "kind": st.sampled_from(
        ["电商平台经营者", "platform", "平台内经营者", "自建网站经营者", "微商", "网店", "", "小卖部"]
    ),
    "status": st.sampled_from(["存续", "注销", "active", "在营", "吊销未注销", "", "正常"]),
    "trading": st.sampled_from(["是", "否", "true", "√", "", "不知道"]),
    "area": st.sampled_from(["140105", "140000", "１４０１０５", "1401", "000000", "", " 140105"]),
    "risk_month": st.sampled_from(["", "2020-09", "2020年9月", "202009", "2020-13", "09/2020"]),
    "domain": st.sampled_from(
        [
            "",
            "a.example",
            "A.example",
            "https://a.example/x",
            "a_b.example",
            "店.example",
            "nodot",
            "-a.example",
            "a..b",
        ]
    ),
} | dict.fromkeys(
    ("status_on", "abnormal_on", "serious_on", "last_inspected_on"),
    st.sampled_from(["", "2020-09-01", "2020/9/1", "2020年9月1日", "20200901", "2020-02-30", "44075", "昨天"]),
)


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, str]]:
    """Draw a block: good rows, each with at most three cells of any kind."""
    found = []
    for number in range(draw(st.integers(1, ROWS))):
        row = operator(number % 99 + 1)
        for name in draw(st.lists(st.sampled_from(list(row)), max_size=3)):
            row[name] = draw(CELLS.get(name, TEXTS))
        found.append(row)
    return found


@given(rows())
@settings(max_examples=300)
def test_quick_look_agrees_with_the_check(block: list[dict[str, str]]) -> None:
    columns = {name: [row[name] for row in block] for name in (*COLUMNS, *SITE_COLUMNS)}
    for row, taken in zip(block, QuickOperators().look(columns), strict=True):
        if taken is None:
            continue
        entry, problems = check_operator(row)
        assert problems == []
        assert entry is not None
        assert taken == OPERATORS.take(entry)


@given(rows())
def test_what_was_taken_is_read_again_as_it_was(block: list[dict[str, str]]) -> None:
    """The second reading does not judge, so it may only be given what the first one took."""
    quick = QuickOperators()
    taken = quick.look({name: [row[name] for row in block] for name in (*COLUMNS, *SITE_COLUMNS)})
    plain = [row for row, found in zip(block, taken, strict=True) if found is not None]
    again = quick.again({name: [row[name] for row in plain] for name in (*COLUMNS, *SITE_COLUMNS)})
    assert again == [found for found in taken if found is not None]


def test_plainly_right_rows_are_taken_quickly() -> None:
    block = [operator(number) for number in range(1, 100)]
    columns = {name: [row[name] for row in block] for name in (*COLUMNS, *SITE_COLUMNS)}
    assert None not in QuickOperators().look(columns)


@given(st.lists(CELLS["credit_code"], min_size=1, max_size=50))
def test_codes_looked_at_together_are_those_that_pass_one_by_one(codes: list[str]) -> None:
    for code, found in zip(codes, credit_codes(codes), strict=True):
        if isinstance(found, str):
            entry, problems = check_operator(operator(1, credit_code=code))
            assert (entry is not None, problems) == (True, [])
            assert found == code


@given(rows())
def test_record_of_an_import_is_the_one_of_an_edit_byte_for_byte(block: list[dict[str, str]]) -> None:
    for row in block:
        entry, _ = check_operator(row)
        if entry is not None:
            taken = OPERATORS.take(entry)
            text = operator_text(taken.head, [] if taken.line is None else [taken.line])
            assert text == jcs(record_of(entry))
            assert entry_from(record_of(entry)) == entry
