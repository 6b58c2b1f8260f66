"""The process that opens one workbook, with an upper bound on its memory, and writes its rows out.

Started by :mod:`registry.workbooks`, never imported by it. What it reads may be made to harm it; what it can do at most
is to die, which is told like every other refusal. A parser that allocates the whole rectangle between the first and
the last cell is safe here and nowhere else.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from registry.lines import ROW_END, TOO_MUCH, Limits, SheetError, pack, unreadable
from registry.packages import BROKEN, LOCKED, content_without_heading, inspect_package
from registry.slices import sliced
from registry.spelling import NumberText

Cell = int | float | str | bool | time | date | datetime | timedelta
BLOCK: Final = 4096
"""Rows written at once."""


def main(path: str, limits: str) -> None:
    """Write the answer to standard output: the rows, then a line of JSON that tells whether they count."""
    bounds = Limits(**json.loads(limits))
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        inspect_package(Path(path), bounds)
        write_rows(Path(path), bounds)
    except SheetError as wrong:
        _answer(wrong.data)
    except PasswordError:
        _answer(unreadable(LOCKED).data)
    except MemoryError:
        sys.exit(TOO_MUCH)
    except BaseException as wrong:
        # The parser is Rust: what it did not foresee is a panic, which is no Exception and has no class to import.
        if not isinstance(wrong, CalamineError) and type(wrong).__name__ != "PanicException":
            raise
        _answer(unreadable(BROKEN).data)


def only_sheet(path: Path) -> tuple[int, CalamineSheet]:
    """Return the one sheet with something in it and its place; empty ones, as new workbooks have them, do not count."""
    workbook = CalamineWorkbook.from_path(path)
    filled: list[str] = []
    found = None
    for at, about in enumerate(workbook.sheets_metadata):
        sheet = workbook.get_sheet_by_index(at)
        if sheet.start is not None and any(any(_text(cell).strip() for cell in row) for row in sheet.iter_rows()):
            hidden = about.visible is not SheetVisibleEnum.Visible
            filled.append(f"“{about.name}”（隐藏）" if hidden else f"“{about.name}”")
            found = found or (at, sheet)
    if found is None:
        raise unreadable(("工作簿中没有内容。请核对是否选对文件。", "The workbook is empty. Check the file."))
    if len(filled) > 1:
        names = "、".join(filled)
        raise unreadable(
            (
                f"有 {len(filled)} 张工作表有内容：{names}。请只保留一张（隐藏的也要删除），每张分别导入。",
                f"{len(filled)} sheets have content: {names}. Keep one (hidden ones count) and import each by itself.",
            )
        )
    return found


def write_rows(path: Path, limits: Limits) -> None:
    """Write every row of the only sheet from the first on, an empty one as nothing; then the merged ranges."""
    parts = sliced(path, limits)
    at, sheet = only_sheet(next(parts))
    width = sheet.end[1] + 1 if sheet.end else 0
    count = _write_slice(sheet, limits, width, 0)
    merged, name = _merged(sheet), sheet.name
    del sheet  # before the next takes its place in memory
    for part in parts:
        sheet = CalamineWorkbook.from_path(part).get_sheet_by_index(at)
        count += _write_slice(sheet, limits, width, count)
        merged += _merged(sheet)
        del sheet
    _answer({"merged": merged, "name": name})


def _merged(sheet: CalamineSheet) -> list[tuple[int, ...]]:
    return [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]


def _write_slice(sheet: CalamineSheet, limits: Limits, width: int, count: int) -> int:
    """Write the rows that follow the first ``count``, all of one width, and return how many they were."""
    if sheet.start is None or sheet.end is None:
        return 0
    if sheet.end[1] >= limits.columns or sheet.end[0] >= limits.rows:
        raise MemoryError  # it may be there, but not for this
    before, after = [""] * sheet.start[1], [""] * (width - sheet.end[1] - 1)
    block: list[bytes] = []
    number = count
    for number, row in enumerate(islice(sheet.iter_rows(), count, None), start=count + 1):
        cells = [cell if type(cell) is str else _text(cell) for cell in row]
        if before or after:
            cells = before + cells + after
        elif len(cells) > width and any(cells[width:]):
            raise unreadable(content_without_heading(width + 1, number))
        block.append(pack(cells[:width]))
        if len(block) == BLOCK:
            _put(block)
            block = []
    _put(block)
    return number - count


def _put(block: list[bytes]) -> None:
    end = ROW_END.encode()
    sys.stdout.buffer.write(b"".join(line + end for line in block))


def _text(cell: Cell) -> str:
    """Return a cell as its text: a number without a fraction as digits, a date as ISO 8601 has it."""
    if type(cell) is str:
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return NumberText(int(cell) if cell.is_integer() else cell)
    if isinstance(cell, int):
        return NumberText(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _answer(answer: dict[str, object]) -> None:
    sys.stdout.buffer.write(b"\n" + json.dumps(answer).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
