"""Reading a province's roster from .xlsx: 265,000 rows of 20 columns, against bare calamine on the same file.

Ours looks at every part of the package first, opens the workbook in a process with a bound on its memory, and hands
back text under its heading; bare calamine hands back a list of lists.
"""

import io
import time
from collections.abc import Iterable
from functools import cache
from itertools import cycle
from typing import Final

import xlsxwriter
from python_calamine import CalamineWorkbook

from benchmarks.measuring import Measurement, benchmark, best_of
from registry.headings import roster_headings
from registry.sheets import read_sheet

ROWS: Final = 265_000
COLUMNS: Final = 20
AREAS: Final = [f"14{city:02d}{county:02d}" for city in range(1, 12) for county in range(1, 12)]


@benchmark("read_xlsx")
def a_province_from_xlsx() -> Iterable[Measurement]:
    """Compare ``read_sheet`` with bare calamine; by the clock, since part of it is another process."""
    data = workbook()
    ours, bare = best_of(3, [lambda: _rows(data), lambda: _bare(data)], clock=time.perf_counter)
    yield Measurement(
        name=f"{ROWS:,} × {COLUMNS} from .xlsx",
        value=ours / bare,
        unit="times bare calamine",
        sense="at most",
        limit=2,
        seconds={"ours": ours, "bare calamine": bare},
    )


@cache
def workbook() -> bytes:
    """Return a roster of operators as a spreadsheet program writes it: texts in a table of their own."""
    file = io.BytesIO()
    headings = roster_headings("operators")
    with xlsxwriter.Workbook(file, {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [headings.official(column) for column in list(headings.columns)[:COLUMNS]])
        for number, area in zip(range(1, ROWS + 1), cycle(AREAS), strict=False):
            sheet.write_row(number, 0, row(number, area))
    return file.getvalue()


def row(number: int, area: str) -> tuple[str, ...]:
    """Return the cells of one shop: code, names and links of its own, words that many share."""
    own = f"{number * 2_654_435_761 % 10**8:08d}"
    return (
        f"91{area}MA{own}",
        "",
        f"虚构{own}商贸有限公司",
        "否",
        "平台内经营者",
        "存续",
        "2019-01-01",
        "是",
        area,
        f"虚构市虚构区第{number % 997}大街{own}号",
        f"虚构{number % 30_011}",
        f"虚构{number % 20_011}",
        f"000-{own}",
        "虚构商城",
        f"虚构{own}号店",
        f"s{own}.example",
        "",
        own,
        f"https://shop.example/{own}",
        "ABCD"[number % 4],
    )


def _rows(data: bytes) -> object:
    return read_sheet(data, roster_headings("operators"))


def _bare(data: bytes) -> object:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
