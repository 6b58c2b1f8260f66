"""Imports on the command line: what was or would be done on standard output, progress and refusals on stderr."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from app.record import SYSTEM
from app.service import Service
from app.wire.imports import ImportOut
from registry.base import legal_day
from registry.drafts import Roster
from registry.errors import RegistryError
from registry.importing import (
    VERDICT_WORDS,
    Check,
    ImportRefusedError,
    Verdict,
    Wanted,
    check_roster,
    import_roster,
    read_roster,
)
from registry.intake import Opinion
from registry.remarks import pointers_of, row_reason, write_remarks
from registry.rosters import ROSTERS

Fail = Callable[[str], NoReturn]
SHOWN = 1_000
"""Rows that a check prints; the sheet with the remarks has all."""

TELLING = (Verdict.CHANGED, Verdict.REFUSED, Verdict.DUPLICATE, Verdict.SKIPPED)
"""Verdicts that a check prints row by row; the others are only counted."""

CELL = 40
"""Characters of a cell that a refusal says again."""

STAGE_WORDS = {"reading": "读取", "checking": "检查", "writing": "比对、写入"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the command line asked for."""

    roster: str
    sheet: Path
    report: Path | None
    good_rows_only: bool
    duplicates: str | None


def run_import(service: Service, asked: Asked, fail: Fail) -> str:
    """Import a file and return the report as JSON, or list what is wrong with it."""
    roster, how = _chosen(asked, fail)
    try:
        sheet = read_roster(roster, asked.sheet.read_bytes(), how.progress)
        return service.recorder.record(
            SYSTEM,
            lambda act: ImportOut.model_validate(import_roster(act, roster, sheet, how)).model_dump_json(),
        ).body
    except ImportRefusedError as refused:
        fail("\n".join([refused.text("zh"), *wrong_cells(refused)]))
    except RegistryError as refused:
        fail(refused.text("zh"))


def wrong_cells(refused: ImportRefusedError) -> list[str]:
    """Return a line for each wrong cell: where it is, what is wrong, what to do."""
    return [
        f"第 {each.row} 行 {each.column}“{_short(each.value)}”：{each.problem[0]}{each.mend[0]}"
        for each in refused.wrongs
    ]


def run_check(service: Service, asked: Asked, fail: Fail) -> str:
    """Tell what an import would do, and write the sheet with the remarks where that is asked for."""
    roster, how = _chosen(asked, fail)
    try:
        sheet = read_roster(roster, asked.sheet.read_bytes(), how.progress)
        with service.database.reading() as session:
            if asked.report is None:
                check = check_roster(session, roster, sheet, how, today=legal_day(service.clock.now()))
            else:
                out = BytesIO()
                check = write_remarks(out, session, roster, sheet, at=service.clock.now(), wanted=how)
                asked.report.write_bytes(out.getvalue())
    except RegistryError as refused:
        fail(refused.text("zh"))
    return check_words(check)


def check_words(check: Check) -> str:
    """Return a check as text: the rows by verdict, then each row that is not simply new or as it was, and why."""
    counts = "，".join(f"{VERDICT_WORDS[verdict]} {verdict.value} {check.counts[verdict]}" for verdict in VERDICT_WORDS)
    pointers = pointers_of(check)
    telling = [each for each in check.verdicts if each.verdict in TELLING]
    lines = [
        f"第 {each.row} 行 {VERDICT_WORDS[each.verdict]} {row_reason(each, pointers)}".rstrip()
        for each in telling[:SHOWN]
    ]
    if len(telling) > SHOWN:
        lines.append(
            f"另有 {len(telling) - SHOWN} 行没有列出；用 --report 写出批注表，可以看到全部。"
            f"/ {len(telling) - SHOWN} more rows: --report has all of them."
        )
    return "\n".join([f"共 {check.rows} 行 rows：{counts}", *lines])


def show_progress(stage: str, done: int, of: int) -> None:
    """Show how far a long import is, on a terminal only."""
    if sys.stderr.isatty():
        end = "\n" if done >= of else "\r"
        print(f"{STAGE_WORDS.get(stage, stage)} {done}/{of}", end=end, file=sys.stderr, flush=True)


def _short(value: str) -> str:
    """Return enough of a cell to know it by."""
    return value if len(value) <= CELL else f"{value[:CELL]}…"


def _chosen(asked: Asked, fail: Fail) -> tuple[Roster, Wanted]:
    if asked.roster not in ROSTERS:
        fail(f"没有名录“{asked.roster}”。可选：{', '.join(ROSTERS)}。")
    if asked.duplicates is not None and asked.duplicates not in set(Opinion):
        fail(f"--duplicates 只能是 {'、'.join(Opinion)}。")
    duplicates = Opinion(asked.duplicates) if asked.duplicates else None
    how = Wanted(good_rows_only=asked.good_rows_only, duplicates=duplicates, progress=show_progress)
    return ROSTERS[asked.roster], how
