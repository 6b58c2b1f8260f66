"""Import of rosters: looked at first if one likes, then all or nothing, or the good rows alone when that is asked for.

A roster states the whole of each record it names, in the columns that it has, and says nothing of records it does not
name. Handing the same file in twice changes nothing the second time. One import is one fact in the journal, whatever
its size; each record stands in a part of its own, so that it can be erased by itself.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from sqlmodel import Session

from registry.drafts import Draft, Kept, Roster
from registry.errors import RegistryError
from registry.headings import roster_headings
from registry.intake import (
    OPINION,
    OPINION_HEADING,
    Group,
    Intake,
    Opinion,
    Progress,
    Wrong,
    contested_drafts,
    no_progress,
    take_in,
)
from registry.journal import Act, write
from registry.sheets import Sheet, read_sheet

RESULT_HEADING, REASON_HEADING = "结果", "说明"
"""Columns of remarks, which are not read when a sheet comes back."""


class Verdict(StrEnum):
    """What an import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"


VERDICT_WORDS = {
    Verdict.NEW: "新增",
    Verdict.CHANGED: "变更",
    Verdict.UNCHANGED: "不变",
    Verdict.REFUSED: "有误",
    Verdict.DUPLICATE: "疑似重复",
    Verdict.SKIPPED: "跳过",
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One column of a record that an import changes, as a sheet shows it."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class RowVerdict:
    """What an import would do with one row, and why."""

    row: int
    verdict: Verdict
    key: str
    changes: tuple[Change, ...] = ()
    wrongs: tuple[Wrong, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Check:
    """What an import would do: rows by verdict, each row in order, the groups to be decided; nothing was changed."""

    rows: int
    counts: Mapping[Verdict, int]
    verdicts: tuple[RowVerdict, ...]
    groups: tuple[Group, ...]
    digest: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, in records; ``rows`` were read, and ``left_out`` are the numbers of those not taken."""

    rows: int
    added: int
    changed: int
    unchanged: int
    left_out: tuple[int, ...]
    digest: str


class ImportRefusedError(RegistryError):
    """Nothing was imported; ``wrongs`` names every wrong cell."""

    zh = "导入未进行：{rows} 行中有 {count} 处有误。名录未作任何改动；请按所列逐处修改后重新导入整个文件。"
    en = (
        "Nothing was imported: {count} wrong cells in {rows} rows. Mend each as listed and import the whole file again."
    )

    def __init__(self, rows: int, wrongs: list[Wrong]) -> None:
        super().__init__(rows=rows, count=len(wrongs))
        self.wrongs = wrongs


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How an import is wanted: what to do with rows that look alike, whether good rows alone will do, who is told."""

    good_rows_only: bool = False
    duplicates: Opinion | None = None
    progress: Progress = no_progress


AS_IT_IS = Wanted()
"""All or nothing, rows that look alike refused, nobody told."""


@dataclass(kw_only=True)
class _Plan:
    """What is to be done with the drafts of an intake."""

    intake: Intake
    fresh: list[Draft]
    changed: list[Draft]
    unchanged: list[Draft]
    before: dict[str, Kept]


def check_roster(session: Session, roster: Roster, data: bytes, wanted: Wanted = AS_IT_IS) -> Check:
    """Return what importing a file would do, row by row; nothing is changed. Raises SheetError."""
    plan = _plan(session, roster, data, wanted)
    intake = plan.intake
    verdicts: dict[int, RowVerdict] = {}
    for verdict, drafts in ((Verdict.NEW, plan.fresh), (Verdict.UNCHANGED, plan.unchanged)):
        for draft in drafts:
            _judge(verdicts, intake, draft, verdict)
    for draft in plan.changed:
        _judge(verdicts, intake, draft, Verdict.CHANGED, tuple(_changes(roster, plan.before[draft.key], draft)))
    for place, number in enumerate(intake.numbers):
        if place in intake.contested or place in intake.wrongs:
            verdict = Verdict.DUPLICATE if place in intake.contested else Verdict.REFUSED
            wrongs = tuple(intake.wrongs.get(place, ()))
            verdicts[place] = RowVerdict(row=number, verdict=verdict, key="", wrongs=wrongs)
    for place in intake.skipped:
        verdicts[place] = RowVerdict(row=intake.numbers[place], verdict=Verdict.SKIPPED, key="")
    ordered = tuple(verdicts[place] for place in sorted(verdicts))
    return Check(
        rows=len(intake.numbers),
        counts={verdict: sum(each.verdict is verdict for each in ordered) for verdict in Verdict},
        verdicts=ordered,
        groups=tuple(intake.groups),
        digest=hashlib.sha256(data).hexdigest(),
    )


def import_roster(act: Act, roster: Roster, data: bytes, wanted: Wanted = AS_IT_IS) -> ImportReport:
    """Import a file whole, or what can be imported of it where that is wanted.

    Raises SheetError or ImportRefusedError, and then nothing has changed.
    """
    plan = _plan(act.session, roster, data, wanted)
    intake = plan.intake
    total = len(intake.numbers)
    if intake.wrongs and not wanted.good_rows_only:
        raise ImportRefusedError(total, [wrong for place in sorted(intake.wrongs) for wrong in intake.wrongs[place]])
    taken = sum(len(draft.rows) for drafts in (plan.fresh, plan.changed, plan.unchanged) for draft in drafts)
    out = {*intake.wrongs, *intake.contested, *intake.skipped} if taken < total else set()
    report = ImportReport(
        rows=total,
        added=len(plan.fresh),
        changed=len(plan.changed),
        unchanged=len(plan.unchanged),
        left_out=tuple(intake.numbers[place] for place in sorted(out)),
        digest=hashlib.sha256(data).hexdigest(),
    )
    wanted.progress("writing", 0, total)
    write(
        act,
        roster.kind,
        subject=roster.name,
        body=asdict(report),
        parts=list(roster.shelf.keep(act, plan.fresh, plan.changed)),
    )
    wanted.progress("writing", total, total)
    return report


def read_roster(roster: Roster, data: bytes) -> Sheet:
    """Read a file under the headings of a roster, and that of the opinions. Raises SheetError."""
    known = roster_headings(roster.name)
    columns = {**known.columns, OPINION: (OPINION_HEADING,)}
    return read_sheet(data, replace(known, columns=columns, ignored=(*known.ignored, RESULT_HEADING)))


def _plan(session: Session, roster: Roster, data: bytes, wanted: Wanted) -> _Plan:
    wanted.progress("reading", 0, len(data))
    sheet = read_roster(roster, data)
    intake = take_in(session, roster, sheet, duplicates=wanted.duplicates, progress=wanted.progress)
    del sheet
    for draft in list(contested_drafts(intake)):
        intake.drop(draft)
    return _compare(session, roster, intake, wanted.progress)


def _compare(session: Session, roster: Roster, intake: Intake, progress: Progress) -> _Plan:
    """Compare every draft with what is on file; a column that the file lacks stays as it is."""
    plan = _Plan(intake=intake, fresh=[], changed=[], unchanged=[], before={})
    absent = [at for at, name in enumerate(roster.columns) if name not in intake.columns and name in _headed(roster)]
    drafts = list(intake.drafts.values())
    for start in range(0, len(drafts), 5_000):
        block = drafts[start : start + 5_000]
        on_file = roster.shelf.find(session, [draft.key for draft in block])
        for draft in block:
            kept = on_file.get(draft.key)
            if kept is None:
                plan.fresh.append(draft)
                continue
            for at in absent:
                draft.head = (*draft.head[:at], kept.head[at], *draft.head[at + 1 :])
            if (draft.head, draft.lines) == kept:
                plan.unchanged.append(draft)
            else:
                plan.changed.append(draft)
                plan.before[draft.key] = kept
        progress("comparing", start + len(block), len(drafts))
    return plan


def _headed(roster: Roster) -> set[str]:
    return set(roster.headings.values())


def _judge(
    verdicts: dict[int, RowVerdict],
    intake: Intake,
    draft: Draft,
    verdict: Verdict,
    changes: tuple[Change, ...] = (),
) -> None:
    for place in draft.rows:
        verdicts[place] = RowVerdict(row=intake.numbers[place], verdict=verdict, key=draft.key, changes=changes)


def _changes(roster: Roster, before: Kept, after: Draft) -> Iterator[Change]:
    for name, old, new in zip(roster.columns, before.head, after.head, strict=True):
        if old != new and name in _headed(roster):
            yield Change(column=roster.heading(name), before=roster.shown(name, old), after=roster.shown(name, new))
    for at in range(max(len(before.lines), len(after.lines))):
        old_line = before.lines[at] if at < len(before.lines) else ("",) * len(roster.line_columns)
        new_line = after.lines[at] if at < len(after.lines) else ("",) * len(roster.line_columns)
        for name, old, new in zip(roster.line_columns, old_line, new_line, strict=True):
            if old != new:
                yield Change(column=roster.heading(name), before=roster.shown(name, old), after=roster.shown(name, new))
