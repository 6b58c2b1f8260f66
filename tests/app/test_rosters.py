"""Looking before importing: verdicts row by row, remarks in place, good rows alone, duplicates, progress, rosters."""

import io
import json
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from publicity.sequencer import lock_head
from registry import holidays, items, recusals
from registry.importing import Verdict, check_roster, read_roster
from registry.intake import ROWS
from registry.rosters import ROSTERS
from tests.building import Bureau
from tests.desks import made
from tests.rosters import YEAR, credit_code, days, inspectors_csv, operator, operators_csv, sheet
from tests.workshop import Opening

OPERATORS = "/api/v1/imports/operators"
RECUSALS = "/api/v1/imports/recusals"


def check(bureau: Bureau, data: bytes, query: str = "", roster: str = "operators") -> dict[str, Any]:
    """Check a file, which changes nothing."""
    before = bureau.contents()
    found: dict[str, Any] = made(bureau.desk("registrar").post(f"/api/v1/imports/{roster}/check{query}", data))
    assert bureau.contents() == before
    return found


def verdicts(found: dict[str, Any]) -> list[tuple[int, str]]:
    return [(each["row"], each["verdict"]) for each in found["verdicts"]]


def cells(book: bytes) -> list[list[str]]:
    """Return the texts of a workbook's sheet."""
    page = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in page.to_python()]


def test_a_check_tells_row_by_row_what_an_import_would_do(opening: Opening) -> None:
    bureau = opening("staffed")
    rows = [operator(1), operator(2, name="新名称", trading="否"), operator(21), operator(22, area="x")]
    found = check(bureau, operators_csv(rows))
    assert found["counts"] == {"new": 1, "changed": 1, "unchanged": 1, "refused": 1, "duplicate": 0, "skipped": 0}
    assert verdicts(found) == [(3, "changed"), (4, "new"), (5, "refused")]
    assert found["verdicts"][0]["changes"] == [
        {"column": "名称", "before": operator(2)["name"], "after": "新名称"},
        {"column": "是否开展交易", "before": "是", "after": "否"},
    ]
    assert found["verdicts"][2]["wrongs"][0]["column"] == "行政区划代码"


def test_a_check_is_answered_page_by_page(opening: Opening) -> None:
    bureau = opening("staffed")
    data = operators_csv([operator(n) for n in range(21, 26)])
    first = check(bureau, data, "?limit=2")
    assert (verdicts(first), first["next_after"]) == ([(2, "new"), (3, "new")], 3)
    last = check(bureau, data, "?limit=3&after=3")
    assert (verdicts(last), last["next_after"]) == ([(4, "new"), (5, "new"), (6, "new")], None)


def test_good_rows_go_in_alone_when_asked_and_the_fact_names_the_others(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("staffed")
    rows = [operator(21), operator(22, area="x"), operator(23)]
    registrar = bureau.desk("registrar")
    assert registrar.post(OPERATORS, operators_csv(rows)).status_code == 422
    report = made(registrar.post(f"{OPERATORS}?good_rows_only=true", operators_csv(rows)))
    assert (report["added"], report["left_out"]) == (2, [3])
    fact = made(bureau.desk("supervisor").get("/api/v1/journal?limit=1000"))[-1]
    assert json.loads(fact["body"])["left_out"] == [3]


def test_remarks_stand_in_the_sheet_and_the_mended_sheet_goes_in(opening: Opening) -> None:
    """The marked sheet itself is taken: 结果 and 说明 are not read, 处理意见 is."""
    bureau = opening("staffed")
    twin = operator(22, name=operator(21)["name"], address=operator(21)["address"])
    data = operators_csv([operator(21), twin, operator(23, area="x"), operator(1, name="改名")])
    answer = bureau.desk("registrar").post(f"{OPERATORS}/check.xlsx", data)
    assert answer.status_code == 200
    found = cells(answer.content)
    assert found[0][-3:] == ["结果", "说明", "处理意见"]
    assert [row[-3] for row in found[1:]] == ["疑似重复", "疑似重复", "有误", "变更"]
    assert "保留" in found[2][-2]
    assert "行政区划代码" in found[3][-2]
    assert "改名" in found[4][-2]
    found[2][-1] = "保留"
    found[3][-1] = "跳过"
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in found)
    report = made(bureau.desk("registrar").post(OPERATORS, text.encode()))
    assert (report["added"], report["changed"], report["left_out"]) == (2, 1, [4])


def test_a_code_that_a_spreadsheet_made_a_number_is_refused_with_the_remedy_from_its_own_remarks_too(
    opening: Opening,
) -> None:
    """Whether it has lost digits already or only its leading zeros may be gone: the marked sheet is no way around."""
    bureau = opening("staffed")
    path = f"{RECUSALS}/check.xlsx"
    for number in (911400001123599660, 1234):
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, list(recusals.HEADINGS))
            page.write_row(1, 0, ["market-1", number, "近亲属任职"])
        marked = bureau.desk("registrar").post(path, out.getvalue()).content
        again = bureau.desk("registrar").post(path, marked).content
        for each in (marked, again):
            assert "请先把该列设为文本格式，再从原始资料重新填入。" in cells(each)[1][-2]
        assert cells(again)[1][1] == cells(marked)[1][1]


def test_same_name_and_address_under_another_code_is_for_a_decision(opening_anywhere: Opening) -> None:
    """Within the file and against the register: refused, until somebody says keep or skip."""
    bureau = opening_anywhere("staffed")
    alike = {"name": operator(1)["name"], "address": operator(1)["address"]}
    data = operators_csv([operator(21, **alike), operator(22)])
    found = check(bureau, data)
    assert verdicts(found) == [(2, "duplicate"), (3, "new")]
    assert found["groups"] == [{"rows": [2], "on_file": [credit_code(1)], "problem": found["groups"][0]["problem"]}]
    assert credit_code(1) in found["groups"][0]["problem"]
    registrar = bureau.desk("registrar")
    assert registrar.post(OPERATORS, data).status_code == 422
    assert made(registrar.post(f"{OPERATORS}?duplicates=skip", data))["left_out"] == [2]
    assert made(registrar.post(f"{OPERATORS}?duplicates=keep", data))["added"] == 1
    assert made(registrar.post(OPERATORS, data))["unchanged"] == 2, "who is on file is nobody's duplicate"


def test_rows_of_one_operator_with_several_sites_are_one_record(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("staffed")
    rows = [operator(21), operator(22), operator(21, domain="second.example", site_name="二店")]
    assert made(bureau.desk("registrar").post(OPERATORS, operators_csv(rows)))["added"] == 2
    read = made(bureau.desk("registrar").get(f"/api/v1/operators/{credit_code(21)}"))
    assert [site["domain"] for site in read["sites"]] == ["p21.example", "second.example"]
    assert made(bureau.desk("registrar").post(OPERATORS, operators_csv(rows)))["unchanged"] == 2


def test_a_column_that_a_file_lacks_stays_as_it_is(opening: Opening) -> None:
    bureau = opening("staffed")
    made(bureau.desk("registrar").post(OPERATORS, operators_csv([operator(21, risk_class="B", risk_month="2020-06")])))
    columns = {
        "统一社会信用代码": "credit_code",
        "名称": "name",
        "主体类型": "kind",
        "登记状态": "status",
        "是否开展交易": "trading",
        "行政区划代码": "area",
        "住所": "address",
        "平台名称": "platform_name",
        "域名": "domain",
    }
    made(bureau.desk("registrar").post(OPERATORS, sheet(columns, [operator(21, name="只改名称")])))
    read = made(bureau.desk("registrar").get(f"/api/v1/operators/{credit_code(21)}"))
    assert (read["name"], read["risk_class"], read["contact_name"]) == ("只改名称", "B", operator(21)["contact_name"])


def test_progress_is_told_line_by_line_and_the_last_line_is_the_report(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("staffed")
    answer = bureau.desk("registrar").post(OPERATORS, operators_csv([operator(21)]), Accept="application/x-ndjson")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [line["stage"] for line in lines[:-1]] == ["reading", "checking", "writing"]
    assert lines[-1]["report"]["added"] == 1
    assert made(bureau.desk("registrar").get(f"/api/v1/operators/{credit_code(21)}"))["name"]


def test_a_refusal_is_the_last_line_where_progress_is_told(opening: Opening) -> None:
    bureau = opening("staffed")
    data = operators_csv([operator(21, area="x")])
    plain = bureau.desk("registrar").post(OPERATORS, data).json()
    answer = bureau.desk("registrar").post(OPERATORS, data, Accept="application/x-ndjson")
    assert json.loads(answer.text.splitlines()[-1]) == {"problem": plain}


def test_recusals_come_in_as_requests_and_only_once(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("staffed")
    row = {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": "近亲属在该单位任职"}
    data = sheet(recusals.HEADINGS, [row])
    assert made(bureau.desk("registrar").post("/api/v1/imports/recusals", data))["added"] == 1
    assert made(bureau.desk("registrar").post("/api/v1/imports/recusals", data))["unchanged"] == 1
    (filed,) = made(bureau.desk("registrar").get("/api/v1/recusals"))
    assert (filed["approved"], filed["reason"]) == (None, row["reason"])
    made(bureau.desk("approver").post(f"/api/v1/recusals/{filed['recusal_id']}/decision", {"approved": True}))
    wrong = sheet(recusals.HEADINGS, [row | {"inspector_no": "market-99", "unit_id": credit_code(98)}])
    refused = bureau.desk("registrar").post("/api/v1/imports/recusals", wrong).json()
    assert [each["column"] for each in refused["errors"]] == ["人员编号", "统一社会信用代码/登记编号"]


def test_items_come_in_with_subject_and_validity(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("staffed")
    row = {
        "code": "M77",
        "name": "事项",
        "basis": "依据",
        "subject": "平台",
        "content": "",
        "method": "网络检查",
        "level": "重点",
        "department": "market",
        "valid_from": "2020-01-01",
        "valid_until": "",
    }
    for outcome in ("added", "unchanged"):
        assert made(bureau.desk("registrar").post("/api/v1/imports/items", sheet(items.HEADINGS, [row])))[outcome] == 1
    (read,) = [each for each in made(bureau.desk("registrar").get("/api/v1/items")) if each["code"] == "M77"]
    assert (read["level"], read["subject"], read["valid_from"], read["valid_until"]) == (
        "key",
        "平台",
        "2020-01-01",
        None,
    )


def test_a_year_is_imported_whole_or_not_at_all(opening_anywhere: Opening) -> None:
    """A year without a holiday that the law names is not whole; a corrected year takes the place of the earlier."""
    bureau = opening_anywhere("staffed")
    registrar = bureau.desk("registrar")
    refused = registrar.post("/api/v1/imports/holidays", days(YEAR[1:])).json()
    assert "2027-01-01" in refused["errors"][0]["problem"]
    assert made(registrar.post("/api/v1/imports/holidays", days()))["added"] == 1
    assert made(registrar.post("/api/v1/imports/holidays", days()))["unchanged"] == 1
    longer = (*YEAR[:3], ("2027-02-09", "放假", "春节"), *YEAR[3:])
    assert made(registrar.post("/api/v1/imports/holidays", days(longer)))["changed"] == 1
    with bureau.service.database.reading() as session:
        calendar = bureau.service.deadlines.calendar.known_to(session)
        assert len(holidays.calendar_days(session)) == len(longer)
    stored = {each[0] for each in longer}
    off = {str(day) for day in calendar.years[2027].off}
    assert off == {day for day in stored if day in {"2027-01-01", "2027-02-08", "2027-02-09", "2027-10-01"}}
    assert {str(day) for day in calendar.years[2027].worked} == {"2027-02-20"}
    assert 2020 in calendar.years


def test_a_wrong_day_and_a_missing_holiday_are_told_together(opening: Opening) -> None:
    refused = (
        opening("staffed")
        .desk("registrar")
        .post("/api/v1/imports/holidays", days((*YEAR[1:], ("2027-13-01", "放假", "元旦"))))
    )
    assert [each["row"] for each in refused.json()["errors"]] == [2, len(YEAR) + 1]
    assert "2027-01-01" in refused.json()["errors"][0]["problem"]


def test_only_the_register_officer_imports_and_a_roster_has_a_known_name(opening: Opening) -> None:
    bureau = opening("staffed")
    for path in ("", "/check", "/check.xlsx"):
        assert bureau.desk("approver").post(f"{OPERATORS}{path}", operators_csv()).status_code == 403
        assert bureau.desk("registrar").post(f"/api/v1/imports/shops{path}", operators_csv()).status_code == 422


def test_inspectors_checked_twice_are_unchanged(opening: Opening) -> None:
    bureau = opening("staffed")
    found = check(bureau, inspectors_csv(), roster="inspectors")
    assert found["counts"][Verdict.UNCHANGED] == found["rows"] == 9
    assert found["verdicts"] == []


def test_wrong_code_is_answered_with_what_it_may_have_meant(opening: Opening) -> None:
    """The entry of the register that is one slip away, by code and name, in the check and in the refusal."""
    bureau = opening("staffed")
    code = credit_code(1)
    mistyped = code[:3] + ("1" if code[3] != "1" else "2") + code[4:]
    sheet = operators_csv([operator(1, credit_code=mistyped)])
    refused = bureau.desk("registrar").post("/api/v1/imports/operators", sheet)
    assert refused.status_code == 422
    (wrong,) = refused.json()["errors"]
    assert f"{code}（虚构经营者001）" in wrong["remedy"]


def test_an_unreadable_file_is_refused_while_another_command_runs(opening_anywhere: Opening) -> None:
    """The file is read before the command waits for its turn."""
    bureau = opening_anywhere("staffed")
    with bureau.service.database.writing() as session:
        lock_head(session)
        refused = bureau.desk("registrar").post(OPERATORS, b"\xff\xfe\x00")
    assert (refused.status_code, refused.json()["code"]) == (422, "sheet")


@pytest.mark.parametrize("sealed", [False, True])
def test_a_roster_of_recusals_is_compared_by_one_statement_a_block(opening_anywhere: Opening, *, sealed: bool) -> None:
    """Ten times the rows take no more statements within a block, some of them filed since a sealed draw or none."""
    bureau = opening_anywhere("committed", sealed=sealed)

    def rows(number: int) -> bytes:
        asked = [{"inspector_no": "market-1", "unit_id": credit_code(1), "reason": f"理由{n}"} for n in range(number)]
        return sheet(recusals.HEADINGS, asked)

    made(bureau.desk("registrar").post(RECUSALS, rows(ROWS // 4)))
    bureau.executed()
    made(bureau.desk("registrar").post(RECUSALS, rows(ROWS // 2)))

    def said(data: bytes) -> list[str]:
        found: list[str] = []
        with bureau.service.database.reading() as session:
            event.listen(session.connection(), "before_cursor_execute", lambda *given: found.append(given[2]))
            roster = ROSTERS["recusals"]
            check_roster(session, roster, read_roster(roster, data), today=date(2020, 9, 1))
        return found

    few, many, blocks = said(rows(ROWS // 20)), said(rows(ROWS // 2)), said(rows(3 * ROWS))
    of_recusals = [sum("FROM recusals" in each for each in found) for found in (few, many, blocks)]
    assert of_recusals == [2, 2, 4], "once to look whether there are any, once a block"
    assert len(few) == len(many)
