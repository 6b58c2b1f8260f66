"""Import of rosters: all or nothing, with a report of every wrong cell in the caller's language."""

import csv
import hashlib
import io
import json
from typing import Any

import pytest

from registry import inspectors, operator_entries
from tests.building import Bureau
from tests.desks import made
from tests.rosters import credit_code, inspector, inspectors_csv, operator, operators_csv, sheet
from tests.workshop import Opening

OPERATORS = "/api/v1/imports/operators"
INSPECTORS = "/api/v1/imports/inspectors"


def refused(bureau: Bureau, path: str, data: bytes, **headers: str) -> dict[str, Any]:
    """Import what must be refused with 422 and change nothing; return the problem document."""
    before = bureau.contents()
    answer = bureau.desk("registrar").post(path, data, **headers)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert bureau.contents() == before
    found: dict[str, Any] = answer.json()
    return found


def accepted(bureau: Bureau, path: str, data: bytes) -> tuple[int, int, int, int]:
    """Import what must be taken; return rows, added, changed, unchanged."""
    answer = made(bureau.desk("registrar").post(path, data))
    assert answer["digest"] == hashlib.sha256(data).hexdigest()
    return answer["rows"], answer["added"], answer["changed"], answer["unchanged"]


def register(bureau: Bureau) -> dict[str, dict[str, Any]]:
    """Return the register of operators as the bureau reads it, by credit code."""
    rows = made(bureau.desk("registrar").get("/api/v1/operators?limit=1000"))
    return {row["unit_id"]: row for row in rows}


def newest_fact(bureau: Bureau) -> dict[str, Any]:
    """Return the newest fact of the journal with its body."""
    rows = made(bureau.desk("supervisor").get("/api/v1/journal?limit=1000"))
    return {**rows[-1], "body": json.loads(rows[-1]["body"])}


def test_every_wrong_cell_is_reported_with_row_column_value_problem_and_remedy(opening: Opening) -> None:
    """Three wrong cells in two rows of five: three lines, in Chinese by default, and nothing imported."""
    bureau = opening("staffed")
    rows = [operator(n) for n in range(21, 26)]
    rows[1] |= {"credit_code": "91140105FAKE0022X0", "kind": "平台"}
    rows[3] |= {"area": "1401"}
    found = refused(bureau, OPERATORS, operators_csv(rows))
    assert found["code"] == "import_refused"
    assert "5 行" in found["detail"]
    assert "3 处" in found["detail"]
    cells = [(each["row"], each["column"], each["value"]) for each in found["errors"]]
    assert cells == [
        (3, "统一社会信用代码", "91140105FAKE0022X0"),
        (3, "主体类型", "平台"),
        (5, "行政区划代码", "1401"),
    ]
    assert [each["pointer"] for each in found["errors"]] == [
        "/3/统一社会信用代码",
        "/3/主体类型",
        "/5/行政区划代码",
    ]
    assert all(each["problem"] and each["remedy"] for each in found["errors"])
    assert "电商平台经营者" in found["errors"][1]["remedy"]


def test_the_report_is_in_english_when_asked(opening: Opening) -> None:
    """The same cells, other words; the column stays as it is written in the sheet."""
    bureau = opening("staffed")
    data = operators_csv([operator(21, kind="平台", trading="也许")])
    chinese, english = refused(bureau, OPERATORS, data), refused(bureau, OPERATORS, data, Accept_Language="en")
    for name in ("row", "column", "value", "pointer"):
        assert [each[name] for each in chinese["errors"]] == [each[name] for each in english["errors"]]
    assert english["detail"].startswith("Nothing was imported: 2 wrong cells in 1 rows")
    assert english["errors"][0]["remedy"].startswith("Use one of: platform")
    assert not any("\u4e00" <= c <= "\u9fff" for each in english["errors"] for c in each["remedy"])


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_spreadsheets_write_is_taken(opening: Opening, mark: bytes, ends: str) -> None:
    """With and without byte-order mark, with either line end, with empty lines at the end."""
    bureau = opening("staffed")
    data = (
        mark + operators_csv([operator(21), operator(22)]).decode().replace("\n", ends).encode() + (ends * 2).encode()
    )
    assert accepted(bureau, OPERATORS, data) == (2, 2, 0, 0)
    assert register(bureau)[credit_code(21)]["name"] == operator(21)["name"]


@pytest.mark.parametrize("order", ["as listed", "reversed"])
def test_headings_are_taken_in_chinese_and_as_column_names_in_any_order(opening: Opening, order: str) -> None:
    """The same rows under either heading make the same register."""
    bureau = opening("staffed")
    columns = list(operator_entries.HEADINGS.values())
    chosen = columns if order == "as listed" else columns[::-1]
    data = sheet({name: name for name in chosen}, [operator(n) for n in range(1, 10)])
    assert accepted(bureau, OPERATORS, data) == (9, 0, 0, 9)


def test_codes_are_taken_for_words(opening: Opening) -> None:
    """``platform`` is 电商平台经营者, ``true`` is 是, ``active`` is 存续."""
    bureau = opening("staffed")
    rows = [operator(1, kind="platform", trading="true", status="active")]
    assert accepted(bureau, OPERATORS, operators_csv(rows)) == (1, 0, 0, 1)


def test_a_file_in_gb18030_is_taken(opening: Opening) -> None:
    """As the spreadsheets of most bureaus write CSV; the register is the same."""
    bureau = opening("staffed")
    data = operators_csv([operator(21, name="朔州㐀𠮷商贸有限公司")]).decode().encode("gb18030")
    assert accepted(bureau, OPERATORS, data) == (1, 1, 0, 0)
    assert register(bureau)[credit_code(21)]["name"] == "朔州㐀𠮷商贸有限公司"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_file_in_utf_16_is_refused(opening: Opening, encoding: str) -> None:
    """It says so, and how to save it; never a register of wrong characters."""
    bureau = opening("staffed")
    found = refused(bureau, OPERATORS, operators_csv([operator(21)]).decode().encode(encoding))
    assert found["code"] == "sheet"
    assert "UTF-8" in found["detail"] or "表头" in found["detail"]


def test_the_place_of_a_byte_that_is_not_utf_8_is_told(opening: Opening) -> None:
    """Counted from 1."""
    bureau = opening("staffed")
    good = operators_csv([operator(21)])
    assert f"第 {len(good) + 1} 个字节" in refused(bureau, OPERATORS, good + b"\xff\xfe")["detail"]


def heading(changes: dict[str, str]) -> bytes:
    """Return a sheet of one operator with headings replaced; an empty one is left out."""
    names = {changes.get(word, word): column for word, column in operator_entries.HEADINGS.items()}
    return sheet({word: column for word, column in names.items() if word}, [operator(21)])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (heading({"名称": ""}), "名称"),
        (heading({"名称": "企业全貌"}), "企业全貌"),
        (heading({"名称": "名称", "住所": "name"}), "重复"),
        (b"\xef\xbb\xbf", "空"),
        (b"", "空"),
        (b"\n\n", "空"),
        (b",,,\n", "空"),
    ],
)
def test_a_wrong_heading_is_refused_by_name(opening: Opening, data: bytes, said: str) -> None:
    """Missing, unknown, in two languages at once, or no heading at all."""
    bureau = opening("staffed")
    found = refused(bureau, OPERATORS, data)
    assert found["code"] == "sheet"
    assert said in found["detail"]


def test_a_heading_that_stands_twice_is_refused(opening: Opening) -> None:
    """In the same words or in both languages: which column would count?"""
    bureau = opening("staffed")
    lines = operators_csv([operator(21)]).decode().splitlines()
    for second in ("名称", "name"):
        found = refused(bureau, OPERATORS, f"{lines[0]},{second}\n{lines[1]},另一个\n".encode())
        assert (found["code"], "重复" in found["detail"]) == ("sheet", True)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ('"' + credit_code(21) + ",broken", 2),
        ('"a"b,c', 2),
        ("too,few,columns", 2),
        (",".join(["cell"] * 14), 2),
    ],
)
def test_a_broken_line_is_refused_with_its_number(opening: Opening, line: str, number: int) -> None:
    """An open quote, text after a quote, too few or too many columns."""
    bureau = opening("staffed")
    top = operators_csv([operator(21)]).decode().splitlines()[0]
    found = refused(bureau, OPERATORS, f"{top}\n{line}\n".encode())
    assert found["code"] == "sheet"
    assert f"第 {number} 行" in found["detail"]


def test_a_row_number_counts_rows_as_a_spreadsheet_does(opening: Opening) -> None:
    """As a spreadsheet shows them: the heading is row 1, and empty rows count."""
    bureau = opening("staffed")
    lines = operators_csv([operator(21), operator(22, kind="?")]).decode().splitlines()
    data = "\n".join([lines[0], lines[1], "", ",,,,,,,,,,,,", lines[2]]).encode()
    assert [each["row"] for each in refused(bureau, OPERATORS, data)["errors"]] == [5]


def test_a_cell_with_a_line_break_does_not_shift_the_rows_below(opening: Opening) -> None:
    """A spreadsheet shows it as one row, and the report names the rows that the spreadsheet shows."""
    bureau = opening("staffed")
    data = operators_csv([operator(21, name="换\n行\n再换"), operator(22, kind="?")])
    assert [each["row"] for each in refused(bureau, OPERATORS, data)["errors"]] == [2, 3]


def test_a_key_that_stands_twice_in_a_file_is_refused(opening: Opening) -> None:
    """It names the earlier row; written differently it is still the same code."""
    bureau = opening("staffed")
    rows = [operator(21), operator(22), operator(21, credit_code=credit_code(21).lower(), name="另一名称")]
    (wrong,) = refused(bureau, OPERATORS, operators_csv(rows))["errors"]
    assert (wrong["row"], wrong["column"]) == (4, "统一社会信用代码")
    assert "第 2 行" in wrong["problem"]


def test_a_certificate_belongs_to_one_inspector(opening: Opening) -> None:
    """Neither twice in a file nor one that the roster holds under another number."""
    bureau = opening("staffed")
    rows = [inspector("market-6", certificate_no="证X"), inspector("market-7", certificate_no="证X")]
    (wrong,) = refused(bureau, INSPECTORS, inspectors_csv(rows))["errors"]
    assert (wrong["row"], wrong["column"]) == (3, "执法证号")
    (wrong,) = refused(bureau, INSPECTORS, inspectors_csv([inspector("market-6", certificate_no="证market-1")]))[
        "errors"
    ]
    assert (wrong["row"], wrong["column"], "market-1" in wrong["problem"]) == (2, "执法证号", True)


def test_an_inspector_of_an_unknown_department_is_refused(opening: Opening) -> None:
    """The department is registered first."""
    bureau = opening("staffed")
    (wrong,) = refused(bureau, INSPECTORS, inspectors_csv([inspector("market-6", department="tax")]))["errors"]
    assert (wrong["row"], wrong["column"], wrong["value"]) == (2, "部门代码", "tax")


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"certificate_until": "2018-12-31"}, "证件有效期止"),
        ({"certificate_from": "01/01/2019"}, "证件有效期起"),
        ({"certificate_from": "2019-02-29"}, "证件有效期起"),
        ({"certificate_from": "43466"}, "证件有效期起"),
        ({"status": "退休"}, "状态"),
        ({"inspector_no": "张 三"}, "人员编号"),
        ({"area": "14"}, "行政区划代码"),
        ({"name": ""}, "姓名"),
    ],
)
def test_a_wrong_cell_of_an_inspector_is_named(opening: Opening, changes: dict[str, str], column: str) -> None:
    """Dates in one form and real, words of the list, numbers in form, nothing empty."""
    bureau = opening("staffed")
    found = refused(bureau, INSPECTORS, inspectors_csv([inspector("market-6", **changes)]))
    assert [(each["row"], each["column"]) for each in found["errors"]] == [(2, column)]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"credit_code": "91140105FAKE0021XI"}, "统一社会信用代码"),
        ({"credit_code": credit_code(21)[:-1]}, "统一社会信用代码"),
        ({"name": "  "}, "名称"),
        ({"status": "正常"}, "登记状态"),
        ({"trading": "也许"}, "是否开展交易"),
        ({"area": "000000"}, "行政区划代码"),
        ({"address": "甲" * 501}, "住所"),
        ({"name": "换\n行"}, "名称"),
        ({"contact_name": "空\x00字符"}, "联系人"),
        ({"icp_no": "a\x1bb"}, "ICP备案号"),
        ({"legal_representative": "a\x7fb"}, "法定代表人"),
        ({"legal_representative": "a\x1fb"}, "法定代表人"),
        ({"name": "\u202e左右颠倒"}, "名称"),
        ({"credit_code": "9.114E+17"}, "统一社会信用代码"),
    ],
)
def test_a_wrong_cell_of_an_operator_is_named(opening_anywhere: Opening, changes: dict[str, str], column: str) -> None:
    """Also line breaks and control characters, which no database may see."""
    bureau = opening_anywhere("staffed")
    found = refused(bureau, OPERATORS, operators_csv([operator(21, **changes)]))
    assert [(each["row"], each["column"]) for each in found["errors"]] == [(2, column)]


FORMULAS = (
    '=HYPERLINK("http://example.com","点击")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    " =1+1",
    "\u200b=1+1",
    "＝1+1",
)
HOSTILE = (
    "'; DROP TABLE operators; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%00 %n %s {0} {name}",
    "𠮷野家",
)


def test_a_cell_that_begins_like_a_formula_is_refused(opening: Opening) -> None:
    """Behind a space or an invisible character too; the register never hands a formula to a spreadsheet."""
    bureau = opening("staffed")
    rows = [operator(30 + n, name=text) for n, text in enumerate(FORMULAS)]
    found = refused(bureau, OPERATORS, operators_csv(rows))
    assert [(each["row"], each["column"]) for each in found["errors"]] == [(n + 2, "名称") for n in range(len(rows))]
    assert {each["problem"] for each in found["errors"]} == {"以 = @ + 或 - 开头，表格软件会当作公式计算。"}


def test_hostile_cells_are_kept_as_the_text_they_are(opening_anywhere: Opening) -> None:
    """Markup, templates: stored as text, shown escaped, found by the search as text."""
    bureau = opening_anywhere("staffed")
    rows = [operator(30 + n, name=text, platform_name=text) for n, text in enumerate(HOSTILE)]
    assert accepted(bureau, OPERATORS, operators_csv(rows)) == (len(HOSTILE), len(HOSTILE), 0, 0)
    stored = register(bureau)
    for n, text in enumerate(HOSTILE):
        assert stored[credit_code(30 + n)]["name"] == text
        page = bureau.public.get(f"/operators/{credit_code(30 + n)}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert made(bureau.public.get(f"/operators/{credit_code(30 + n)}.json"))["name"] == text
    assert made(bureau.public.get("/search.json?q=%3Cscript"))["paging"]["total"] == 1
    assert made(bureau.public.get("/search.json?q=%25"))["paging"]["total"] == 0, "a per cent sign is no wildcard"


def test_a_huge_cell_is_refused(opening: Opening) -> None:
    """A cell of 200,000 characters is refused like any other that is too long, or as unreadable."""
    bureau = opening("staffed")
    for size in (501, 200_000):
        found = refused(bureau, OPERATORS, operators_csv([operator(21, address="甲" * size)]))
        assert found["code"] in ("import_refused", "sheet")
        assert len(json.dumps(found)) < 10_000, "the report does not send the cell back whole"


def test_the_same_file_twice_changes_nothing_and_the_log_says_so(opening: Opening) -> None:
    """One fact for the call, whose body counts every row as unchanged and names none."""
    bureau = opening("staffed")
    before = bureau.contents()["operators"]
    data = operators_csv()
    assert accepted(bureau, OPERATORS, data) == (9, 0, 0, 9)
    assert bureau.contents()["operators"] == before
    fact = newest_fact(bureau)
    assert fact["kind"] == "operators.imported"
    body = fact["body"]
    assert (body["rows"], body["added"], body["changed"], body["unchanged"]) == (9, 0, 0, 9)
    assert body["digest"] == hashlib.sha256(data).hexdigest()
    assert "parts" not in body


def test_an_import_is_one_fact_with_a_part_for_each_row_that_changed(opening: Opening) -> None:
    """One new, one changed, one unchanged: two parts, each salted by itself, and one leaf."""
    bureau = opening("staffed")
    size = made(bureau.public.get("/log/head"))["size"]
    rows = [operator(1), operator(2, name="新名称"), operator(21)]
    assert accepted(bureau, OPERATORS, operators_csv(rows)) == (3, 1, 1, 1)
    assert made(bureau.public.get("/log/head"))["size"] == size + 1
    fact = newest_fact(bureau)
    assert [key for key, _ in fact["body"]["parts"]] == [credit_code(21), credit_code(2)]
    parts = [row for row in bureau.contents()["journal_bodies"] if row[0] == fact["fact_id"] and row[1] > 0]
    digests = [hashlib.sha256(b"\x02" + bytes(salt) + bytes(body)).hexdigest() for _, _, _, salt, body in sorted(parts)]
    assert digests == [digest for _, digest in fact["body"]["parts"]]
    assert len({bytes(salt) for _, _, _, salt, _ in parts}) == 2


def test_a_roster_says_nothing_of_rows_it_does_not_name(opening: Opening) -> None:
    """Who is missing from a file stays in the register."""
    bureau = opening("staffed")
    assert accepted(bureau, OPERATORS, operators_csv([operator(21)])) == (1, 1, 0, 0)
    assert len(register(bureau)) == 10


def test_a_credit_code_is_normalised_before_it_is_compared(opening: Opening) -> None:
    """Full width, lower case, with spaces: the same operator."""
    bureau = opening("staffed")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in credit_code(1))
    for written in (wide, f"  {credit_code(1).lower()} "):
        assert accepted(bureau, OPERATORS, operators_csv([operator(1, credit_code=written)])) == (1, 0, 0, 1)


def test_text_is_kept_in_one_unicode_form(opening: Opening) -> None:
    """A decomposed letter is the composed one: no two names that look alike and compare differently."""
    bureau = opening("staffed")
    accepted(bureau, OPERATORS, operators_csv([operator(21, name="Cafe\u0301 电商")]))
    assert register(bureau)[credit_code(21)]["name"] == "Caf\u00e9 电商"


def test_one_wrong_row_among_a_thousand_imports_none(opening_anywhere: Opening) -> None:
    """All or nothing, whatever the size; mended, all come in as one leaf."""
    bureau = opening_anywhere("staffed")
    rows = [operator(n) for n in range(1000, 2000)]
    size = made(bureau.public.get("/log/head"))["size"]
    found = refused(bureau, OPERATORS, operators_csv([*rows[:-1], rows[-1] | {"area": "x"}]))
    assert [each["row"] for each in found["errors"]] == [1001]
    assert accepted(bureau, OPERATORS, operators_csv(rows)) == (1000, 1000, 0, 0)
    assert made(bureau.public.get("/log/head"))["size"] == size + 1


def test_a_report_lists_a_thousand_cells_and_counts_them_all(opening: Opening) -> None:
    """A wholly wrong file is not sent back as a book."""
    bureau = opening("staffed")
    found = refused(bureau, OPERATORS, operators_csv([operator(n, area="x") for n in range(1000, 2200)]))
    assert len(found["errors"]) == 1000
    assert "1200 处" in found["detail"]


def test_the_columns_of_a_sheet_are_those_of_the_register(opening: Opening) -> None:
    """Every column of the table has a heading and comes back as it was imported."""
    bureau = opening("staffed")
    row = inspector("market-6", status="离岗")
    accepted(bureau, INSPECTORS, inspectors_csv([row]))
    stored = next(
        each for each in made(bureau.desk("registrar").get("/api/v1/inspectors")) if each["inspector_no"] == "market-6"
    )
    assert stored == row | {"status": "left", "fields": ["网络交易"], "tags": []}
    assert set(inspectors.HEADINGS.values()) == set(stored)
    assert next(csv.reader(io.StringIO(inspectors_csv([row]).decode()))) == list(inspectors.HEADINGS)
