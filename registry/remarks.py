"""A roster with the remarks in place: the sheet as it was handed in, what is wrong marked cell by cell, .xlsx.

Three columns stand at the right: 结果 (the verdict), 说明 (why, or what changes), and 处理意见, where one writes 保留
or 跳过 for rows that look alike. The sheet, mended, can be handed in as it is: rows stay where they were, and 结果 and
说明 are not read.
"""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite, nan
from typing import BinaryIO

from sqlmodel import Session
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from registry.base import legal_day
from registry.books import WIDTH, sheet_name, workbook
from registry.drafts import Roster
from registry.importing import (
    AS_IT_IS,
    REASON_HEADING,
    RESULT_HEADING,
    VERDICT_WORDS,
    Check,
    RowVerdict,
    Verdict,
    Wanted,
    check_roster,
)
from registry.intake import OPINION, OPINION_HEADING
from registry.sheets import Sheet
from registry.spelling import NumberText
from registry.stages import stage_of
from sampling.wording import Language, Words

COMMENTS = 5_000
"""Cells that get a comment; the reasons of all stand in the column 说明."""
COLOURS = {
    Verdict.NEW: "#E2F0D9",
    Verdict.CHANGED: "#FFF2CC",
    Verdict.REFUSED: "#F8CBAD",
    Verdict.DUPLICATE: "#FCE4D6",
    Verdict.SKIPPED: "#EDEDED",
}


def write_remarks(  # noqa: PLR0913 - what a sheet with remarks depends on
    out: BinaryIO,
    session: Session,
    roster: Roster,
    sheet: Sheet,
    *,
    at: datetime,
    language: Language = "zh",
    wanted: Wanted = AS_IT_IS,
) -> Check:
    """Check a sheet, write it to ``out`` with the remarks, and return the check."""
    check = check_roster(session, roster, sheet, wanted, today=legal_day(at))
    verdicts = {each.row: each for each in check.verdicts}
    pointers = pointers_of(check)
    own = [name for name in sheet.columns if name != OPINION]
    places = {sheet.written[name]: place for place, name in enumerate(own)}
    heading = [*places, RESULT_HEADING, REASON_HEADING, OPINION_HEADING]
    stage = stage_of(session)
    with workbook(out, at=at, stage=stage) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        marks = {
            verdict: book.add_format({"num_format": "@", "bg_color": colour}) for verdict, colour in COLOURS.items()
        }
        page = book.add_worksheet(sheet_name(stage, roster.title[0]))
        page.set_column(0, len(heading) - 1, WIDTH, text)
        top = max(sheet.numbers[0] - 2, 0) if sheet.numbers else 0
        for place, word in enumerate(heading):
            page.write_string(top, place, word, bold)
        comments = 0
        for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
            verdict = verdicts.get(number)
            row = dict(zip(sheet.columns, cells, strict=True))
            marked = _marked(places, verdict)
            for place, name in enumerate(own):
                form = marks[verdict.verdict] if verdict is not None and place in marked else text
                _write_cell(page, (number - 1, place), row[name], form)
                if place in marked and comments < COMMENTS:
                    page.write_comment(number - 1, place, marked[place][0 if language == "zh" else 1])
                    comments += 1
            if verdict is not None:
                word = VERDICT_WORDS[verdict.verdict] if language == "zh" else verdict.verdict.value
                form = marks.get(verdict.verdict, text)
                page.write_string(number - 1, len(own), word, form)
                page.write_string(number - 1, len(own) + 1, _reason(verdict, pointers, language), form)
            page.write_string(number - 1, len(own) + 2, row.get(OPINION, ""), text)
    return check


def pointers_of(check: Check) -> dict[int, Words]:
    """Return, for each row that another one looks like, where it is said what to do: at the last of them."""
    return {
        row: (
            f"与第 {group.rows[-1]} 行疑似重复，处理办法见该行。",
            f"It looks like row {group.rows[-1]}; what to do is said there.",
        )
        for group in check.groups
        for row in group.rows[:-1]
    }


def _write_cell(page: Worksheet, where: tuple[int, int], text: str, form: Format) -> None:
    """Write a cell as it was handed in: a number stays one, or its remedy would be lost with it the second time."""
    number = float(text) if isinstance(text, NumberText) else nan
    if isfinite(number):
        page.write_number(*where, number, form)
    else:
        page.write_string(*where, text, form)


def row_reason(verdict: RowVerdict, pointers: Mapping[int, Words]) -> str:
    """Return why a row has its verdict and what would change, in Chinese."""
    return _reason(verdict, pointers, "zh")


def _marked(places: Mapping[str, int], verdict: RowVerdict | None) -> dict[int, tuple[str, str]]:
    """Return the place of each cell with a remark, and the remark in both languages."""
    if verdict is None:
        return {}
    found = {
        places[wrong.column]: (f"{wrong.problem[0]}{wrong.mend[0]}", f"{wrong.problem[1]} {wrong.mend[1]}")
        for wrong in verdict.wrongs
        if wrong.column in places
    }
    for change in verdict.changes:
        if change.column in places:
            before = (f"原为“{change.before}”。", f"It was {change.before!r}.")
            found.setdefault(places[change.column], before)
    return found


def _reason(verdict: RowVerdict, pointers: Mapping[int, Words], language: Language) -> str:
    if verdict.verdict is Verdict.DUPLICATE and not verdict.wrongs and verdict.row in pointers:
        return pointers[verdict.row][0 if language == "zh" else 1]
    if language == "zh":
        wrongs = [f"{wrong.column}：{wrong.problem[0]}{wrong.mend[0]}" for wrong in verdict.wrongs]
        changes = [f"{each.column}：“{each.before}”改为“{each.after}”。" for each in verdict.changes]
        return "".join(wrongs + changes)
    wrongs = [f"{wrong.column}: {wrong.problem[1]} {wrong.mend[1]}" for wrong in verdict.wrongs]
    return " ".join(wrongs + [f"{each.column}: {each.before!r} becomes {each.after!r}." for each in verdict.changes])
