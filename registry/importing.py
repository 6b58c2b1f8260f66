"""Import of rosters: looked at first if one likes, then all or nothing, or the good rows alone when that is asked for.

A roster states the whole of each record it names, in the columns that it has, and says nothing of records it does not
name. Handing the same file in twice changes nothing the second time. One import is one fact in the journal, whatever
its size; each record stands in a part of its own, so that it can be erased by itself.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum

from sqlmodel import Session

from registry.drafts import Draft, Kept, Roster
from registry.errors import RegistryError
from registry.headings import roster_headings
from registry.intake import (
    OPINION,
    OPINION_HEADING,
    ROWS,
    Group,
    Intake,
    Opinion,
    Progress,
    Reader,
    Wrong,
    no_progress,
)
from registry.journal import Act, Parts, write
from registry.lines import unreadable
from registry.near_codes import near_operators, near_words
from registry.sheets import Sheet, read_sheet
from registry.stages import MARKED, stage_of

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


OFFERED = 200
"""Wrong codes of one file for which the register is searched for what was meant; each is a few hundred candidates."""


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
class _Block:
    """Some records of a sheet, compared with what is on file; ``before`` is what is on file of them."""

    fresh: Iterable[Draft]
    changed: list[Draft]
    unchanged: list[Draft]
    before: dict[str, Kept]


def check_roster(session: Session, roster: Roster, sheet: Sheet, wanted: Wanted = AS_IT_IS, *, today: date) -> Check:
    """Return what importing a sheet would do, row by row; nothing is changed."""
    reader = _reader(session, roster, sheet, wanted, today)
    intake = reader.judge(wanted.progress)
    _offer_near(reader)
    verdicts: dict[int, RowVerdict] = {}
    for block in _compared(reader, wanted.progress):
        for verdict, drafts in ((Verdict.NEW, block.fresh), (Verdict.UNCHANGED, block.unchanged)):
            for draft in drafts:
                _judge(verdicts, intake, draft, verdict)
        for draft in block.changed:
            _judge(verdicts, intake, draft, Verdict.CHANGED, tuple(_changes(roster, block.before[draft.key], draft)))
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
        digest=sheet.digest,
    )


def import_roster(act: Act, roster: Roster, sheet: Sheet, wanted: Wanted = AS_IT_IS) -> ImportReport:
    """Import a sheet whole, or what can be imported of it where that is wanted.

    The file is read beforehand (``read_roster``): a command holds up all others. Raises ImportRefusedError, and then
    nothing has changed once the command is rolled back, as every refused command is.
    """
    reader = _reader(act.session, roster, sheet, wanted, act.today)
    intake = reader.judge(wanted.progress)
    _offer_near(reader)
    parts = Parts(act.salt)
    changed = unchanged = 0
    for block in _compared(reader, wanted.progress):
        changed += len(block.changed)
        unchanged += len(block.unchanged)
        if wanted.good_rows_only or not intake.wrongs:
            roster.shelf.keep(act, block.fresh, block.changed, parts)
        elif roster.whole:
            deque(block.fresh, maxlen=0)  # read, and what is wrong with a record as a whole is noted too
    if intake.wrongs and not wanted.good_rows_only:
        raise ImportRefusedError(len(intake.numbers), _in_order(intake.wrongs))
    out = {*intake.wrongs, *intake.contested, *intake.skipped}
    report = ImportReport(
        rows=len(intake.numbers),
        added=len(parts) - changed,
        changed=changed,
        unchanged=unchanged,
        left_out=tuple(intake.numbers[place] for place in sorted(out)),
        digest=sheet.digest,
    )
    del reader, intake  # what was read makes room for the body of the fact
    write(act, roster.kind, subject=roster.name, body=asdict(report), parts=parts)
    return report


def read_roster(roster: Roster, data: bytes, progress: Progress = no_progress) -> Sheet:
    """Read a file under the headings of a roster, and that of the opinions. Raises SheetError."""
    progress("reading", 0, len(data))
    known = roster_headings(roster.name)
    columns = {**known.columns, OPINION: (OPINION_HEADING,)}
    return read_sheet(data, replace(known, columns=columns, ignored=(*known.ignored, RESULT_HEADING)))


def _reader(session: Session, roster: Roster, sheet: Sheet, wanted: Wanted, today: date) -> Reader:
    _refuse_rehearsed(session, sheet.name)
    return Reader(session=session, roster=roster, sheet=sheet, duplicates=wanted.duplicates, today=today)


def _refuse_rehearsed(session: Session, name: str) -> None:
    """Refuse a sheet that a demonstration or a rehearsal wrote, anywhere but there. Raises SheetError."""
    own = stage_of(session)
    for stage in MARKED:
        if stage is not own and name.startswith(stage.heading):
            raise unreadable(
                (
                    f"它出自{stage.word}（工作表“{name}”），其中的改动不是真实的。请导入名录原来的文件。",
                    f"A {stage.marking.word[1]} wrote it (the sheet {name}). Import the roster's own file.",
                )
            )


def _all_of(reader: Reader, progress: Progress) -> Iterator[Draft]:
    """Yield the good records of a sheet, telling how many are done."""
    done, mentions = 0, reader.intake.mentions
    for block in mentions.blocks(ROWS):
        yield from reader.drafts(block)
        done += len(block)
        progress("writing", done, len(mentions))


def _compared(reader: Reader, progress: Progress) -> Iterator[_Block]:
    """Yield the good records block by block, compared with what is on file.

    A column that the file lacks stays as it is. Where nothing is on file, the sheet is one block.
    """
    roster, session, intake = reader.roster, reader.session, reader.intake
    if next(iter(roster.shelf.keys(session)), None) is None:
        yield _Block(fresh=_all_of(reader, progress), changed=[], unchanged=[], before={})
        return
    headed = set(roster.headings.values())
    lacking = [at for at, name in enumerate(roster.columns) if name not in intake.columns and name in headed]
    done = 0
    for mentions in intake.mentions.blocks(ROWS):
        drafts = reader.drafts(mentions)
        on_file = roster.shelf.find(session, [draft.key for draft in drafts])
        fresh = [draft for draft in drafts if draft.key not in on_file]
        block = _Block(fresh=fresh, changed=[], unchanged=[], before=on_file)
        for draft in drafts:
            if (kept := on_file.get(draft.key)) is None:
                continue
            for at in lacking:
                draft.head = (*draft.head[:at], kept.head[at], *draft.head[at + 1 :])
            (block.unchanged if (draft.head, draft.lines) == kept else block.changed).append(draft)
        yield block
        done += len(mentions)
        progress("writing", done, len(intake.mentions))


def _offer_near(reader: Reader) -> None:
    """Add to what is wrong with a credit code the entries of the register that are one slip away from it."""
    intake = reader.intake
    column = intake.written.get("credit_code")
    wrong = [
        (place, at) for place, found in intake.wrongs.items() for at, each in enumerate(found) if each.column == column
    ]
    texts = list(dict.fromkeys(intake.wrongs[place][at].value for place, at in wrong))[:OFFERED]
    near = near_operators(reader.session, texts)
    for place, at in wrong:
        each = intake.wrongs[place][at]
        if each.value in near:
            zh, en = near_words(near[each.value])
            intake.wrongs[place][at] = replace(each, mend=(each.mend[0] + zh, f"{each.mend[1]} {en}"))


def _in_order(wrongs: Mapping[int, list[Wrong]]) -> list[Wrong]:
    return [wrong for place in sorted(wrongs) for wrong in wrongs[place]]


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
    headed = set(roster.headings.values())
    for name, old, new in zip(roster.columns, before.head, after.head, strict=True):
        if old != new and name in headed:
            yield Change(column=roster.heading(name), before=roster.shown(name, old), after=roster.shown(name, new))
    for at in range(max(len(before.lines), len(after.lines))):
        old_line = before.lines[at] if at < len(before.lines) else ("",) * len(roster.line_columns)
        new_line = after.lines[at] if at < len(after.lines) else ("",) * len(roster.line_columns)
        for name, old, new in zip(roster.line_columns, old_line, new_line, strict=True):
            if old != new:
                yield Change(column=roster.heading(name), before=roster.shown(name, old), after=roster.shown(name, new))
