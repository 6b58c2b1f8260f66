"""Cases leave the bureau as a table and in the file of their visit: filed when, due when and why, ended how."""

import json

from publicity.case_files import CONTENTS
from publicity.tlog.receipts import Receipt
from publicity.verify import State, verify_receipt
from registry.erasing import ERASED_WORDS
from tests.app.test_case_files import archive
from tests.app.test_cases import FILED, close, extend, filed, pause, second_problem
from tests.app.test_clocks import decided
from tests.app.test_exports import cells, export
from tests.app.test_receipts import trusted
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening


def rows(bureau: Bureau) -> list[dict[str, str]]:
    """Return the table of cases, each by its headings."""
    heading, *found = cells(export(bureau, "cases"))
    return [dict(zip(heading, row, strict=True)) for row in found]


def erase(bureau: Bureau, case: str) -> None:
    """Have the texts of a case erased by two people."""
    erasure = {"matter": "case", "key": case[-5:], "basis": "unlawful", "text": "理由含个人信息"}
    asked = made(bureau.desk("publisher").post("/api/v1/erasures", erasure))["request_id"]
    made(bureau.desk("approver").post(f"/api/v1/erasures/{asked}/confirmation"))


def test_the_table_of_cases_says_by_when_what_moved_that_and_how_each_ended(opening: Opening) -> None:
    bureau = opening("reviewed")
    second_problem(bureau)
    bureau.clock.set("2026-07-30")
    first, second = filed(bureau), filed(bureau, 1, number="2")
    made(pause(bureau, first, "2026-06-01", last_on="2026-06-10"))
    made(extend(bureau, first, 30, "2026-07-30"))
    made(pause(bureau, second, "2026-07-30", kind="announcement"))
    one, other = rows(bureau)
    assert (one["案件编号"], one["案号"], one["立案日期"]) == (first[-5:], "测市监立〔2026〕1号", FILED)
    assert (one["检查编号"], one["结果编号"]) == (bureau.notes.visits[0], bureau.notes.findings[0])
    assert one["办案期限至"] == "2026-09-13"
    assert one["延长"] == "2026-07-30 批准延长 30 日（负责人批准延长）"
    assert one["不计入期限的时间"] == "检测：2026-06-01 至 2026-06-10"
    assert (one["结案方式"], one["结案日期"]) == ("", "")
    assert (other["办案期限至"], other["不计入期限的时间"]) == ("", "公告：2026-07-30 至 尚未结束")
    penalty_id = decided(bureau, decided_on="2026-07-30")
    made(bureau.desk("reviewer").post(f"{second}/resumption", {"last_on": "2026-07-30"}))
    made(close(bureau, second))
    ways = [(row["结案方式"], row["处罚编号"], row["结案理由"]) for row in rows(bureau)]
    assert ways == [("作出处罚决定", penalty_id, ""), ("不予处罚", "", "轻微并及时改正")]
    erase(bureau, second)
    assert [row["结案理由"] for row in rows(bureau)] == ["", ERASED_WORDS]


def test_the_file_of_a_visit_holds_its_case_from_filing_to_end_and_no_other(opening: Opening) -> None:
    """Each step with its proof; a text of the case that was erased is named by its entry."""
    bureau = opening("reviewed")
    second_problem(bureau)
    bureau.clock.set("2026-07-30")
    case, other = filed(bureau), filed(bureau, 1, number="2")
    made(extend(bureau, case, 30, "2026-07-30"))
    made(pause(bureau, case, "2026-07-29"))
    made(bureau.desk("reviewer").post(f"{case}/resumption", {"last_on": "2026-07-30"}))
    made(close(bureau, case))
    made(extend(bureau, other, 15, "2026-07-30"))
    steps = ["case.filed", "case.extended", "case.paused", "case.resumed", "case.closed"]
    with archive(bureau, bureau.notes.visits[0]) as kept:
        listed = [each for each in json.loads(kept.read(CONTENTS))["entries"] if each["kind"].startswith("case.")]
        assert [each["kind"] for each in listed] == steps
        for each in listed:
            report = verify_receipt(kept.read(each["file"]), trusted(bureau))
            assert report.verdict is State.HELD, report.lines("en")
            assert Receipt.parse(kept.read(each["file"])).read_entry().kind == each["kind"]
    erase(bureau, case)
    with archive(bureau, bureau.notes.visits[0]) as kept:
        contents = json.loads(kept.read(CONTENTS))
        left = [each["kind"] for each in contents["entries"] if each["kind"].startswith("case.")]
        assert left == [step for step in steps if step not in ("case.extended", "case.closed")]
        assert len(contents["erased"]) == len(steps) - len(left)
        assert not any("轻微并及时改正".encode() in kept.read(name) for name in kept.namelist())
