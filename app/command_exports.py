"""``double-random export``: tables of the bureau, and statutory lists with a report of what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from app.routes.statutory import listing_of
from app.service import Service
from publicity.exports import EXPORTS
from publicity.statutory import STANDARDS, WRITERS, Wanted, WrongRowsError, write_report
from registry.exporting import write_export

Fail = Callable[[str], NoReturn]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is exported into which file; all after ``file`` is of statutory lists alone."""

    name: str
    file: Path
    report: Path | None = None
    on: str | None = None
    year: int | None = None
    not_uploaded: bool = False
    strict: bool = False

    @property
    def narrows(self) -> bool:
        """Return whether anything is said that a table of the bureau does not know."""
        return any((self.report, self.on, self.year, self.not_uploaded, self.strict))


def run_export(service: Service, asked: Asked, fail: Fail) -> str:
    """Write what is asked for and return the line that says so."""
    if asked.name in STANDARDS:
        return _write_list(service, asked, fail)
    if asked.name not in EXPORTS:
        fail(f"没有“{asked.name}”可以导出。可选：{', '.join((*EXPORTS, *STANDARDS))}。")
    if asked.narrows:
        fail(f"这些选项只用于 {', '.join(STANDARDS)}。/ These options are for {', '.join(STANDARDS)} alone.")
    with service.database.reading() as session, asked.file.open("wb") as out:
        rows = write_export(out, session, EXPORTS[asked.name], at=service.clock.now())
    return f"{rows} rows -> {asked.file}"


def _write_list(service: Service, asked: Asked, fail: Fail) -> str:
    """Write the good rows of a list and, where it is wanted, the report; in strict mode all rows or no file."""
    write = WRITERS.get(asked.file.suffix.removeprefix("."))
    if write is None:
        fail(f"文件名须以 {' 或 '.join(WRITERS)} 结尾。/ The name of the file has to end in {' or '.join(WRITERS)}.")
    wanted = Wanted(on=_day(asked.on, fail), year=asked.year, not_uploaded=asked.not_uploaded)
    out = BytesIO()
    with service.database.reading() as session:
        listing = listing_of(service, session, STANDARDS[asked.name], wanted)
        report = write(out, listing)
        if asked.report is not None:
            with asked.report.open("wb") as wrongs:
                write_report(wrongs, listing, report)
    if asked.strict and report.wrong:
        fail(WrongRowsError(report).text("zh"))
    asked.file.write_bytes(out.getvalue())
    return f"{report.rows - report.wrong} rows -> {asked.file}; {report.wrong} rows left out / 有误未导出"


def _day(text: str | None, fail: Fail) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        fail(f"“{text}”不是日期，请按 2026-07-01 的写法填写。/ {text!r} is no date; write it like 2026-07-01.")
