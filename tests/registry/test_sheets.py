"""Rosters are read as bureaus have them; what could be read in two ways is refused."""

import io
from collections.abc import Sequence
from datetime import date

import pytest
import xlsxwriter

from registry import inspectors, operator_entries
from registry.checking import Checker
from registry.headings import fold, roster_headings, words_of
from registry.lines import MIB, Limits, Rows, pack, unpack
from registry.sheets import NumberText, SheetError, read_sheet
from registry.spelling import are_plain, clean_text, is_formula, is_shortened, parse_day, parse_month

INSPECTORS = roster_headings("inspectors")
ROSTERS = ("operators", "inspectors", "recusals", "items", "holidays")
HEADING = [INSPECTORS.official(column) for column in INSPECTORS.required]


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """Return a workbook as a spreadsheet program writes it, a title in merged cells above its heading."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, len(HEADING) - 1, "检查人员名录")
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, at, cell, day)
                elif cell != "":
                    sheet.write(number, at, cell)
    return file.getvalue()


def test_large_sheet_reads_the_same_in_slices() -> None:
    """With gaps, a first column that is empty from the middle on, numbers, dates; and rows keep their numbers."""
    rows: list[list[object]] = [list(HEADING)]
    for number in range(30_000):
        first = f"n{number}" if number < 9_000 else ""
        whole = [first, f"虚构{number}", "market", 140100, f"证{number}", date(2019, 1, 1), "2023/12/31", "在岗"]
        rows.append([] if number % 1_000 == 7 else whole)
    data = workbook(rows)
    whole_sheet = read_sheet(data, INSPECTORS, limits=Limits(slice=1024 * MIB))
    in_slices = read_sheet(data, INSPECTORS, limits=Limits(slice=MIB))
    assert len(whole_sheet.rows) == 30_000 - 30
    assert (whole_sheet.numbers[0], whole_sheet.numbers[-1]) == (3, 30_002)
    assert list(in_slices.numbers) == list(whole_sheet.numbers)
    assert list(in_slices.rows) == list(whole_sheet.rows)
    assert list(whole_sheet.rows[-1]) == [
        "",
        "虚构29999",
        "market",
        "140100",
        "证29999",
        "2019-01-01",
        "2023/12/31",
        "在岗",
    ]
    assert type(whole_sheet.rows[0][3]) is NumberText


def test_content_beyond_the_heading_is_found_in_any_slice() -> None:
    rows = [HEADING, *([f"n{n}", *["虚"] * 7] for n in range(30_000)), ["n", *["虚"] * 7, "多"]]
    with pytest.raises(SheetError, match="I30003"):
        read_sheet(workbook(rows), INSPECTORS, limits=Limits(slice=MIB))


def test_too_many_rows_of_text_are_refused() -> None:
    data = ",".join(HEADING) + "\n" + ("a" + "," * (len(HEADING) - 1) + "\n") * 50
    assert len(read_sheet(data.encode(), INSPECTORS, limits=Limits(rows=51)).rows) == 50
    with pytest.raises(SheetError, match="more than 50 rows"):
        read_sheet(data.encode(), INSPECTORS, limits=Limits(rows=50))


def test_columns_come_in_the_order_of_the_file_and_only_those_that_are_kept() -> None:
    data = ",".join(["序号", *reversed(HEADING), "备注"]) + "\n" + ",".join("123456789X") + "\n"
    sheet = read_sheet(data.encode(), INSPECTORS)
    assert sheet.columns == tuple(reversed(INSPECTORS.required))
    assert list(sheet.written.values()) == list(reversed(HEADING))
    assert [list(row) for row in sheet.rows] == [list("23456789")]


@pytest.mark.parametrize("name", ROSTERS)
def test_heading_belongs_to_one_column(name: str) -> None:
    roster = roster_headings(name)
    for column, headings in roster.columns.items():
        assert roster.column(column) == column
        for heading in headings:
            assert roster.column(heading) == column, heading
            assert not roster.ignores(heading), heading
    assert set(roster.required) <= set(roster.columns)


@pytest.mark.parametrize(
    "written", ["*统一社会信用代码", "统一社会 信用代码：", "统一社会信用代码【注册号】", "社会信用代码（18位）"]
)
def test_heading_is_recognised_by_its_letters(written: str) -> None:
    assert roster_headings("operators").column(written) == "credit_code"


@pytest.mark.parametrize(
    ("name", "word", "code"),
    [
        ("kind", "第三方平台", "platform"),
        ("kind", "网店", "on_platform"),
        ("kind", "自营网站", "own_site"),
        ("status", "存续（在营、开业、在册）", "active"),
        ("status", "吊销未注销", "revoked"),
        ("status", "吊销，已注销", "deregistered"),
        ("flag", "√", "true"),
        ("flag", "Ｙ", "true"),
        ("flag", "×", "false"),
    ],
)
def test_words_of_bureaus_are_understood(name: str, word: str, code: str) -> None:
    assert words_of(name)[fold(word)] == code


def test_words_stand_for_codes_that_exist() -> None:
    kinds, states = (
        {*operator_entries.OperatorKind, "holiday", "workday"},
        {*operator_entries.OperatorStatus, *inspectors.InspectorStatus},
    )
    assert set(words_of("kind").values()) == kinds
    assert set(words_of("status").values()) == states


def test_text_is_kept_in_one_form() -> None:
    assert clean_text("\ufeff　山西　虚构\u00a0\u200b公司（太原）ＡＢ１２  x ") == "山西虚构公司（太原）AB12 x"
    assert clean_text("e\u0301") == "é"
    assert clean_text("Room  5 二楼") == "Room 5 二楼"


@pytest.mark.parametrize("text", ["=1", "@a", "+1+1", "-2+3", "-a", "＝1"])
def test_formula_is_never_plain(text: str) -> None:
    assert is_formula(text)
    assert not are_plain(["甲", text])


@pytest.mark.parametrize("text", ["-", "+86 351-1234567", "-5", "a=b", "甲@乙", "1-2"])
def test_what_a_spreadsheet_would_not_compute_is_no_formula(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize("text", ["2020-9-1", "2020/09/01", "2020.9.1", "2020年9月1日", "2020年09月01号", "20200901"])
def test_date_is_read_in_its_usual_spellings(text: str) -> None:
    assert parse_day(text) == date(2020, 9, 1)
    assert parse_month(text) == "2020-09"


@pytest.mark.parametrize(
    "text", ["", "44075", "1/9/2020", "20-09-01", "2020-02-30", "2020-9/1", "2020-09-01 08:30", "20２00901"]
)
def test_what_may_be_another_date_is_none(text: str) -> None:
    assert parse_day(text) is None


def test_code_that_was_made_a_number_is_refused_and_a_phone_taken() -> None:
    check = Checker({"code": NumberText("91140100"), "phone": NumberText("13900000000")}, ("code", "phone"), ())
    assert check.text["phone"] == "13900000000"
    assert check.problems == []
    check.code("code")
    assert [each.field for each in check.problems] == [("code",)]
    assert is_shortened("9.114E+17")
    assert not is_shortened("911400001123599660")


def test_packed_row_comes_back_and_brings_no_separator_along() -> None:
    cells = ["甲", NumberText("1"), "", "a\nb"]
    assert unpack(pack(cells)) == cells
    assert [type(cell) for cell in unpack(pack(cells))] == [str, NumberText, str, str]
    assert unpack(pack(["a\x1fb", "c\x1ed", "\x1ce"])) == ["a\x1db", "c\x1dd", "\x1de"]
    assert [list(row) for row in Rows([pack(cells)], places=(3, 0))] == [["a\nb", "甲"]]
    rows = Rows([pack(cells), pack(cells[::-1])], places=(3, 0))
    assert rows.columns([1, 0]) == [list(column) for column in zip(rows[1], rows[0], strict=True)]


def test_text_of_too_many_columns_is_refused_at_its_first_row() -> None:
    with pytest.raises(SheetError, match="more than 200 columns"):
        read_sheet(("x," * 5_000 + "\n").encode() * 50, roster_headings("operators"))


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "1899-12-31", "3000-01-01"])
def test_a_day_that_nobody_means_is_no_date(text: str) -> None:
    assert parse_day(text) is None
