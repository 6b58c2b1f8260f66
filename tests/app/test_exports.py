"""Exports: whatever the bureau has as .xlsx, text in every cell, for those who may read it, and back in unchanged."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from app.routes.exports import ALLOWED
from publicity.disclosure import Disclosure
from publicity.exports import EXPORTS
from registry.books import workbook, write_table
from registry.exporting import write_export
from registry.exports import BUREAU_ONLY
from registry.findings import FINDING_WORDS, FindingState
from registry.operator_roster import OPERATORS
from registry.people import Role
from registry.rosters import ROSTERS
from sampling.stages import Stage
from tests.building import PEOPLE, Bureau
from tests.desks import Desk, made
from tests.libreoffice import Office
from tests.rosters import credit_code, days, operator, operators_csv
from tests.workshop import Opening


def desk_for(bureau: Bureau, name: str) -> Desk:
    """Return somebody who may have an export."""
    return next(bureau.desk(person) for person, roles in PEOPLE.items() if set(roles) & set(ALLOWED[name]))


def export(bureau: Bureau, name: str) -> bytes:
    answer = desk_for(bureau, name).get(f"/api/v1/exports/{name}.xlsx")
    assert answer.status_code == 200, answer.text
    return answer.content


def cells(book: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


NOT_YET = {
    *("recusals", "recusal_decisions", "holidays", "penalties", "plan_changes"),
    *("caps", "leaves", "loans", "evidence", "followups", "mergings", "replacements", "cases"),
}
"""Tables that are empty in the bureau of the test."""


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_opens_in_libreoffice_with_the_cells_that_were_written(
    opening: Opening, office: Office, name: str
) -> None:
    bureau = opening("published")
    book = export(bureau, name)
    ours, theirs = cells(book), office.cells(book)
    assert ours[0] == list(EXPORTS[name].headings)
    width = len(ours[0])
    assert [(row + [""] * width)[:width] for row in theirs] == [(row + [""] * width)[:width] for row in ours]
    assert len(ours) > 1 or name in NOT_YET


@pytest.mark.parametrize("name", ROSTERS)
def test_what_was_exported_and_is_imported_again_changes_nothing(opening: Opening, name: str) -> None:
    bureau = opening("published")
    recusal = {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": "近亲属任职"}
    made(bureau.desk("registrar").post("/api/v1/recusals", recusal))
    made(bureau.desk("registrar").post("/api/v1/imports/holidays", days()))
    book = export(bureau, name)
    rows = len(cells(book)) - 1
    if not rows:
        pytest.skip("nothing there")
    before = bureau.contents()[EXPORT_TABLES[name]]
    report = made(bureau.desk("registrar").post(f"/api/v1/imports/{name}", book))
    assert (report["rows"], report["added"], report["changed"]) == (rows, 0, 0)
    assert bureau.contents()[EXPORT_TABLES[name]] == before


EXPORT_TABLES = {name: "calendar_days" if name == "holidays" else name for name in ROSTERS}


def test_no_cell_is_a_formula_or_a_link(opening: Opening) -> None:
    """Whatever it begins with, it is text: shown, and nothing computed."""
    bureau = opening("staffed")
    rows = [operator(30, contact_phone="+86-351-1234567", shop_url="https://shop.example/1", platform_name="示例")]
    made(bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
    book = export(bureau, "operators")
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in page
        assert "hyperlink" not in page
    assert any("+86-351-1234567" in row for row in cells(book))


def test_other_departments_get_no_contacts_and_no_risk(opening: Opening) -> None:
    bureau = opening("staffed")
    answer = bureau.desk("reader").get("/api/v1/exports/operators.xlsx")
    heading = cells(answer.content)[0]
    assert set(heading) == set(OPERATORS.headings) - set(BUREAU_ONLY)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_for_those_who_may_read_the_list(opening: Opening, name: str) -> None:
    bureau = opening("staffed")
    for person, roles in PEOPLE.items():
        status = bureau.desk(person).get(f"/api/v1/exports/{name}.xlsx").status_code
        assert status == (200 if set(roles) & set(ALLOWED[name]) else 403), person
    assert bureau.public.get(f"/api/v1/exports/{name}.xlsx").status_code == 401
    assert Role.INSPECTOR not in ALLOWED[name]


@pytest.mark.parametrize("stage", ["executed", "filed", "reviewed"])
def test_findings_are_exported_at_every_stage_of_their_review(opening: Opening, stage: str) -> None:
    """Whatever a finding waits for has its word."""
    assert set(FINDING_WORDS) == set(FindingState)
    bureau = opening(stage)
    heading, *rows = cells(export(bureau, "findings"))
    states = {row[heading.index("状态")] for row in rows}
    assert states == {"executed": set(), "filed": {"待审核"}, "reviewed": {"审核通过"}}[stage]


def test_an_export_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that wait to be written are the register's own: they go, whatever happens."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterator[list[str]]:
        yield ["虚构"] * 3
        raise LookupError

    at, out = datetime(2020, 9, 1, tzinfo=UTC), io.BytesIO()
    with pytest.raises(LookupError), workbook(out, at=at, stage=Stage.REAL) as book:
        write_table(book, "名录", ["甲", "乙", "丙"], rows())
    assert list(tmp_path.iterdir()) == []
    assert out.getvalue() == b""


def test_what_one_sheet_cannot_hold_goes_on_in_the_next_under_the_same_heading() -> None:
    """No row is lost or said twice at the border of a sheet; a table that just fits has no empty sheet after it."""
    heading, rows = ["甲", "乙"], [[f"a{number}", f"b{number}"] for number in range(6)]
    for sheet_rows, lengths in ((4, [3, 3]), (3, [2, 2, 2]), (7, [6]), (6, [5, 1])):
        out = io.BytesIO()
        with workbook(out, at=datetime(2020, 9, 1, tzinfo=UTC), stage=Stage.REAL) as book:
            assert write_table(book, "名录", heading, rows, sheet_rows=sheet_rows) == len(rows)
        read = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue()))
        assert read.sheet_names == ["名录", *(f"名录{number}" for number in range(2, len(lengths) + 1))]
        pages = [read.get_sheet_by_index(at).to_python() for at in range(len(lengths))]
        assert [page[0] for page in pages] == [heading] * len(lengths)
        assert [len(page) - 1 for page in pages] == lengths
        assert [row for page in pages for row in page[1:]] == rows


def column(book: bytes, name: str) -> list[str]:
    """Return the cells of one column, without its heading."""
    heading, *rows = cells(book)
    return [row[heading.index(name)] for row in rows]


@pytest.mark.parametrize("sealed", [False, True])
def test_draws_are_exported_by_their_steps_and_who_was_drawn_once_they_are_open(
    opening: Opening, *, sealed: bool
) -> None:
    """Of a sealed one times and numbers, which are public; no unit and no team, not even for a supervisor."""
    bureau = opening("reviewed", sealed=sealed)
    book = export(bureau, "draws")
    assert column(book, "抽取编号") == [bureau.notes.draw_id]
    assert column(book, "状态") == ["已摇号，名单密封" if sealed else "已公开名单"]
    assert (column(book, "抽查基数"), column(book, "抽取户数")) == (["6"], ["3"])
    assert (column(book, "公开时间") == [""]) is sealed
    for person in ("officer", "supervisor"):
        answer = bureau.desk(person).get("/api/v1/exports/drawn.xlsx")
        assert len(cells(answer.content)) - 1 == (0 if sealed else 3), person


def test_drawn_units_are_exported_with_their_teams(opening: Opening) -> None:
    bureau = opening("executed")
    book = export(bureau, "drawn")
    assert column(book, "检查编号") == bureau.notes.visits
    assert column(book, "检查人员编号") == ["、".join(bureau.teams()[visit]) for visit in bureau.notes.visits]


def test_the_journal_is_exported_whole_to_supervisors(opening: Opening) -> None:
    bureau = opening("published")
    facts = made(bureau.desk("supervisor").get("/api/v1/journal?limit=1000"))
    book = export(bureau, "journal")
    for name, key in (("序号", "fact_id"), ("事项", "kind"), ("办理人", "actor"), ("对象", "subject")):
        assert column(book, name) == [str(each[key]) for each in facts]


def test_the_journal_taken_out_on_the_host_ends_where_a_sealed_draw_was_executed(opening: Opening) -> None:
    """Nobody stands there as a supervisor; who acted on which visit would tell who was sent where."""
    bureau = opening("reviewed", sealed=True)
    out = io.BytesIO()
    with bureau.service.database.reading() as session:
        write_export(out, session, EXPORTS["journal"], at=bureau.clock.now())
    assert column(out.getvalue(), "事项")[-1] == "draw.handed_in"
    made(bureau.desk("approver").post(f"/api/v1/draws/{bureau.notes.draw_id}/opening"))
    with bureau.service.database.reading() as session:
        write_export(out := io.BytesIO(), session, EXPORTS["journal"], at=bureau.clock.now())
    assert column(out.getvalue(), "事项")[-1] == "draw.opened"


def test_mergings_and_disclosures_are_exported_as_they_stand(opening: Opening) -> None:
    bureau = opening("published")
    asked = {"step": "merge", "kept": credit_code(1), "merged": credit_code(2), "reason": "同一经营者"}
    number = made(bureau.desk("registrar").post("/api/v1/mergings", asked))["merging_id"]
    assert cells(export(bureau, "mergings"))[1][:5] == [number, "合并", credit_code(1), credit_code(2), "同一经营者"]
    with bureau.service.database.reading() as session:
        published = sorted(session.exec(select(Disclosure.disclosure_id)))
    assert column(export(bureau, "disclosures"), "公示编号") == published
    assert set(column(export(bureau, "disclosures"), "来源")) == {"双随机抽取"}
