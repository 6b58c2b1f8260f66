"""Replacements are taken out as a workbook and counted by office, under seal for nobody who does not have to know."""

import io
from typing import Any

from python_calamine import CalamineWorkbook

from tests.app.test_replacements import ask_seat, ask_unit, decide, visit_of
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening


def table(bureau: Bureau, name: str) -> list[dict[str, str]]:
    answer = bureau.desk(name).get("/api/v1/exports/replacements.xlsx")
    assert answer.status_code == 200, answer.text
    heading, *rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heading), map(str, row), strict=True)) for row in rows]


def counted(bureau: Bureau) -> tuple[int, int]:
    page: dict[str, Any] = made(bureau.public.get("/draws/counts.json"))
    (office,) = page["offices"]
    assert page["total"] == office | {"department": None, "name": "全部"}
    return office["replaced_units"], office["replaced_inspectors"]


def test_replacements_are_taken_out_with_what_was_decided_and_who_came(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    first, second, third = bureau.notes.visits[:3]
    came = made(decide(bureau, ask_unit(bureau, first)))["came"][0]
    made(decide(bureau, ask_seat(bureau, second)))
    made(decide(bureau, ask_unit(bureau, third), approved=False, text="该户仍在经营"))
    made(ask_unit(bureau, third))
    rows = table(bureau, "officer")
    assert [(row["检查编号"], row["事项"], row["决定"], row["序号"]) for row in rows] == [
        (first, "替补经营者", "批准", "1"),
        (second, "更换检查人员", "批准", "2"),
        (third, "替补经营者", "不批准", ""),
        (third, "替补经营者", "", ""),
    ]
    assert came["unit_id"] in rows[0]["接替"]
    assert visit_of(bureau, second)["team"][0]["inspector_no"] in rows[1]["接替"]
    assert (rows[2]["决定说明"], rows[2]["接替"]) == ("该户仍在经营", "")


def test_counts_say_how_many_were_replaced_refusals_left_out(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    assert counted(bureau) == (0, 0)
    made(decide(bureau, ask_unit(bureau, bureau.notes.visits[0])))
    made(decide(bureau, ask_seat(bureau, bureau.notes.visits[1])))
    made(decide(bureau, ask_unit(bureau, bureau.notes.visits[1]), approved=False, text="该户仍在经营"))
    assert counted(bureau) == (1, 1)


def test_under_seal_neither_table_nor_count_tells_of_a_replacement(opening: Opening) -> None:
    bureau = opening("executed", sealed=True)
    visit_id = bureau.notes.visits[0]
    made(decide(bureau, ask_unit(bureau, visit_id, bureau.teams()[visit_id][0])))
    assert counted(bureau) == (0, 0)
    for name in ("officer", "approver", "reviewer", "publisher"):
        assert table(bureau, name) == []
    assert len(table(bureau, "supervisor")) == 1
    made(bureau.desk("officer").post(bureau.at_draw("opening/request"), {"reason": "提前公开"}))
    made(bureau.desk("approver2").post(bureau.at_draw("opening")))
    assert counted(bureau) == (1, 0)
    assert len(table(bureau, "officer")) == 1
