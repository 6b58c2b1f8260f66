"""Statutory lists: every field in its order, good rows alone, whatever a text holds; what is wrong is said."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from python_calamine import CalamineWorkbook

from app.cli.shared import fail
from app.command_exports import Asked, run_export
from publicity.double_publicity import LAYOUT
from registry.operators import Operator
from registry.separated import unguarded
from tests.building import Bureau
from tests.desks import made
from tests.libreoffice import Office
from tests.papers import ITEMS, document, notice, penalty
from tests.rosters import credit_code
from tests.workshop import Opening, Workshop

OWN_CODE, CODE = credit_code(90), credit_code(91)
LIST = "/api/v1/exports/double-publicity"
NASTY = {
    "violation": '=HYPERLINK("http://x.example","点此")',
    "facts": "＝1+1\n<script>alert('x')</script>，“引号”与\"quotes\"；😀 _x0041_ 终\n末行",
    "basis": "@SUM(A1:A9),《电子商务法》第八十一条",
    "content": "'-1,\t"[:-1] + "责令改正；" * 799,
    "decision_no": "+测市监处罚〔2020〕9号",
}


def coded(bureau: Bureau) -> None:
    """State the codes that the lists need: the bureau's own and the department's."""
    settings = bureau.service.settings.model_copy(update={"authority_code": OWN_CODE})
    bureau.service = replace(bureau.service, settings=settings)
    bureau.client.app.state.service = bureau.service  # type: ignore[attr-defined]
    made(bureau.desk("registrar").post("/api/v1/departments/market/credit-code", {"credit_code": CODE.lower()}))


def published(bureau: Bureau, **changes: Any) -> str:  # noqa: ANN401 - JSON
    """Decide a penalty on the finding with a problem, bring it through the gate, publish it; return its record."""
    body = penalty(bureau.notes.findings[0], **changes)
    number = made(bureau.desk("approver").post("/api/v1/penalties", body))["penalty_id"]
    bureau.clear(number)
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    return f"p-{number}"


def cells(book: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def as_csv(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), strict=True))


def rows(bureau: Bureau, query: str = "", name: str = "double-publicity") -> list[dict[str, str]]:
    """Return the rows of a list by their headings."""
    answer = bureau.desk("publisher").get(f"/api/v1/exports/{name}.xlsx{query}")
    assert answer.status_code == 200, answer.text
    heading, *found = cells(answer.content)
    return [dict(zip(heading, row, strict=True)) for row in found]


def report(bureau: Bureau, query: str = "", name: str = "double-publicity") -> dict[str, Any]:
    found: dict[str, Any] = made(bureau.desk("publisher").get(f"/api/v1/exports/{name}/report{query}"))
    return found


def test_a_penalty_is_exported_under_every_field_of_the_standard_in_its_order(opening: Opening) -> None:
    """Amounts in 万元 to the fen; what the register does not keep stays empty; the term is the stated one."""
    bureau = opening("published")
    coded(bureau)
    kinds = ["fine", "confiscation", "occupation_restricted", "licence_revoked"]
    record = published(bureau, kinds=kinds, fine_fen=1_234_567_891, confiscated_fen=7, restricted_until="2023-09-21")
    licence = {"licence": "食品经营许可证 JY1140"}
    made(bureau.desk("approver").post(f"/api/v1/penalties/{record[2:]}/licence", licence))
    assert [list(row.items()) for row in rows(bureau)] == [
        [
            ("行政相对人名称", made(bureau.desk("reviewer").get("/api/v1/penalties"))[0]["operator_name"]),
            ("行政相对人类别", "法人及非法人组织"),
            ("统一社会信用代码", party(bureau).credit_code),
            ("工商注册号", ""),
            ("组织机构代码", ""),
            ("税务登记号", ""),
            ("事业单位证书号", ""),
            ("社会组织登记证号", ""),
            ("法定代表人", party(bureau).legal_representative),
            ("行政处罚决定书文号", "测市监处罚〔2020〕1号"),
            ("违法行为类型", "未持续公示平台服务协议"),
            ("违法事实", "首页显著位置未公示平台服务协议和交易规则。"),
            ("处罚依据", "《电子商务法》第八十一条第一款第(一)项"),
            ("处罚类别", "罚款；没收违法所得、没收非法财物；限制从业；吊销许可证件"),
            ("处罚内容", "罚款人民币2万元"),
            ("罚款金额(万元)", "1234.567891"),
            ("没收违法所得、没收非法财物的金额(万元)", "0.000007"),
            ("暂扣或吊销证照名称及编号", "食品经营许可证 JY1140"),
            ("处罚决定日期", "2020-09-22"),
            ("处罚有效期", "2023-09-21"),
            ("公示截止期", made(bureau.desk("reviewer").get("/api/v1/penalties"))[0]["term"]["ends_on"]),
            ("处罚机关", "部门·market"),
            ("处罚机关统一社会信用代码", CODE),
            ("数据来源单位", bureau.service.settings.authority),
            ("数据来源单位统一社会信用代码", OWN_CODE),
            ("备注", ""),
        ]
    ]
    assert report(bureau) == {"rows": 1, "wrong": 0, "good": [record], "count": 0, "faults": []}


def party(bureau: Bureau) -> Operator:
    """Return the operator on whom the penalties are."""
    with bureau.service.database.reading() as session:
        unit_id = made(bureau.desk("reviewer").get("/api/v1/penalties"))[0]["unit_id"]
        return session.get_one(Operator, unit_id)


@pytest.fixture(scope="module")
def nasty(sqlite_workshop: Workshop) -> Iterator[Bureau]:
    """Return a bureau that published a penalty each text of which a spreadsheet would mistake."""
    with sqlite_workshop.bureau("published") as bureau:
        coded(bureau)
        published(bureau, **NASTY)
        yield bureau


def test_every_text_comes_back_as_it_was_from_workbook_and_csv(nasty: Bureau) -> None:
    """Formulas, HTML, quotes, line feeds, emoji, four thousand signs; in CSV what would be computed bears a guard."""
    assert len(NASTY["content"]) > 3990
    (row,) = rows(nasty)
    heading, line = as_csv(nasty.desk("publisher").get(f"{LIST}.csv").content)
    assert heading == list(LAYOUT.headings)
    for name, text in (
        ("违法行为类型", NASTY["violation"]),
        ("违法事实", NASTY["facts"]),
        ("处罚依据", NASTY["basis"]),
        ("处罚内容", NASTY["content"]),
        ("行政处罚决定书文号", NASTY["decision_no"]),
    ):
        written = line[heading.index(name)]
        assert row[name] == unguarded(written) == text, name
        assert written.startswith("'"), name
    assert list(map(unguarded, line)) == list(row.values())


def test_libreoffice_shows_both_files_cell_by_cell_as_they_were_written(nasty: Bureau, office: Office) -> None:
    """Nothing is computed and no line is torn; of the workbook codes stay whole, of the CSV the guards are shown."""
    desk = nasty.desk("publisher")
    book, text = desk.get(f"{LIST}.xlsx").content, desk.get(f"{LIST}.csv").content
    assert office.cells(book) == cells(book)
    shown, written = office.cells_of_csv(text), as_csv(text)
    assert [len(row) for row in shown] == [len(row) for row in written] == [26, 26]
    amounts = [LAYOUT.headings.index(name) for name in LAYOUT.headings if "万元" in name]
    for at, (seen, kept) in enumerate(zip(shown[1], written[1], strict=True)):
        assert seen == kept or (at in amounts and float(seen) == float(kept)), LAYOUT.headings[at]


def test_records_with_a_wrong_row_are_left_out_and_said_field_by_field(opening: Opening) -> None:
    """The good ones are exported all the same; in strict mode none is; mended, the record is there."""
    bureau = opening("published")
    coded(bureau)
    record = published(bureau)
    wrong = published(bureau, kinds=["licence_suspended"], fine_fen=0, decision_no="测市监处罚〔2020〕2号")
    assert [row["行政处罚决定书文号"] for row in rows(bureau)] == ["测市监处罚〔2020〕1号"]
    said = report(bureau)
    assert (said["rows"], said["wrong"], said["good"], said["count"]) == (2, 1, [record], 1)
    (fault,) = said["faults"]
    assert (fault["record"], fault["named"], fault["field"]) == (
        wrong,
        "测市监处罚〔2020〕2号",
        "暂扣或吊销证照名称及编号",
    )
    assert (fault["problem"], fault["remedy"]) == ("必填项为空。", "请补填证照名称及编号（licence）。")
    book = cells(bureau.desk("publisher").get(f"{LIST}/report.xlsx").content)
    assert book[1] == [wrong, fault["named"], fault["field"], fault["problem"], fault["remedy"]]
    for kind in ("csv", "xlsx"):
        refused = bureau.desk("publisher").get(f"{LIST}.{kind}?strict=true")
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong_rows")
        assert [each["field"] for each in refused.json()["errors"]] == [fault["field"]]
        assert bureau.desk("publisher").get(f"{LIST}.{kind}").headers["x-left-out"] == "1"
    made(bureau.desk("approver").post(f"/api/v1/penalties/{wrong[2:]}/licence", {"licence": "许可证 1号"}))
    assert report(bureau)["good"] == [record, wrong]


def test_codes_that_were_never_stated_are_told_with_their_remedy(opening: Opening) -> None:
    bureau = opening("published")
    published(bureau)
    faults = report(bureau)["faults"]
    assert {each["field"]: each["remedy"] for each in faults} == {
        "处罚机关统一社会信用代码": "请登记该部门的统一社会信用代码。",
        "数据来源单位统一社会信用代码": "请设置 DOUBLE_RANDOM_AUTHORITY 和 DOUBLE_RANDOM_AUTHORITY_CODE。",
    }
    path = "/api/v1/departments/market/credit-code"
    refused = bureau.desk("registrar").post(path, {"credit_code": CODE[:-1] + "0"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/credit_code")
    assert "请对照营业执照逐位核对。" in refused.json()["errors"][0]["remedy"]


def test_an_identity_number_leaves_in_no_field_even_where_a_review_kept_it(opening: Opening) -> None:
    bureau = opening("published")
    coded(bureau)
    number, code = "140199199003071015", "测市监处罚〔2020〕1号"
    body = penalty(bureau.notes.findings[0], facts=f"经查，身份证号码：{number}。")
    penalty_id = made(bureau.desk("approver").post("/api/v1/penalties", body))["penalty_id"]
    path = f"/api/v1/penalties/{penalty_id}"
    made(bureau.desk("approver").post(f"{path}/document", document(code)))
    made(bureau.desk("approver").post(f"{path}/notice", notice()))
    proposed = made(bureau.desk("reviewer2").get(f"{path}/proposals"))["proposals"]
    kept = [
        {"text": each["text"], "start": each["start"], "end": each["end"], "remove": False, "reason": "误认"}
        for each in proposed
    ]
    assert kept
    made(bureau.desk("reviewer2").post(f"{path}/review", {"version": 1, "approved": True, "decisions": kept}))
    made(bureau.desk("publisher").post(f"{path}/publication"))
    assert rows(bureau) == []
    (fault,) = report(bureau)["faults"]
    assert (fault["field"], fault["problem"]) == ("违法事实", "含公民身份号码。")
    assert number not in str(report(bureau))


def test_a_list_is_narrowed_to_a_day_or_a_year(opening: Opening) -> None:
    bureau = opening("published")
    coded(bureau)
    published(bureau)
    for query, count in (("?on=2020-09-22", 1), ("?on=2020-09-21", 0), ("?year=2020", 1), ("?year=2021", 0)):
        assert len(rows(bureau, query)) == count, query
    refused = bureau.desk("publisher").get(f"{LIST}.csv?on=2020-09-22&year=2020")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/year")


def test_results_are_listed_item_by_item_under_their_public_columns(opening: Opening) -> None:
    """What no draw caused has no plan, and is not on the list."""
    bureau = opening("published")
    found = rows(bureau, name="result-list")
    assert list(found[0]) == [
        *("抽查计划编号", "计划名称", "任务编号", "任务名称", "类型", "抽查机关", "完成日期", "检查事项", "检查结果"),
        *("经营者名称", "统一社会信用代码/登记编号"),
    ]
    assert len(found) == len(bureau.notes.findings) * len(ITEMS)
    assert {(row["抽查计划编号"], row["任务编号"], row["类型"], row["完成日期"]) for row in found} == {
        (bureau.notes.plan_no, bureau.notes.task_no, "定向", "2020-09-15")
    }
    assert [row["检查结果"] for row in found].count("发现问题待后续处理") == 1
    assert report(bureau, name="result-list")["good"] == [f"r-{each}" for each in sorted(bureau.notes.findings)]


def test_the_command_line_writes_the_list_and_the_report(
    opening: Opening, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that cannot be is refused before anything is written, as is a list with a wrong row in strict mode."""
    bureau = opening("published")
    coded(bureau)
    published(bureau)
    published(bureau, kinds=["licence_suspended"], fine_fen=0, decision_no="测市监处罚〔2020〕2号")
    file, remarks = tmp_path / "list.csv", tmp_path / "remarks.xlsx"
    asked = Asked(name="double-publicity", file=file, report=remarks)
    with pytest.raises(typer.Exit):
        run_export(bureau.service, replace(asked, strict=True), fail)
    assert "2 行" in capsys.readouterr().err
    assert not file.exists()
    assert run_export(bureau.service, asked, fail).startswith("1 rows -> ")
    assert as_csv(file.read_bytes()) == as_csv(bureau.desk("publisher").get(f"{LIST}.csv").content)
    assert len(cells(remarks.read_bytes())) == 2
    for wrong in (
        replace(asked, file=tmp_path / "list.ods"),
        replace(asked, name="operators"),
        replace(asked, name="nix"),
        replace(asked, on="2020-9-1"),
    ):
        with pytest.raises(typer.Exit):
            run_export(bureau.service, wrong, fail)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["list.csv", "remarks.xlsx"]
