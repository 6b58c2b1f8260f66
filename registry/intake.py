"""From a sheet to drafts: every row judged by itself, rows of one key joined, and what contradicts within the file.

Rows that are plainly right are taken by the block (``Roster.quick``); every other row goes to the roster's own check,
so that there is one set of sentences. What a column of remarks asks for (处理意见) is obeyed before rows are joined.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlmodel import Session

from registry.drafts import Draft, Quick, Roster, Taken, blocks
from registry.errors import FieldError
from registry.sheets import Sheet
from sampling.wording import Words

ROWS = 5_000
"""Rows judged at once."""

OPINION = "opinion"
OPINION_HEADING = "处理意见"

Progress = Callable[[str, int, int], None]
"""Told the stage (one of ``STAGES``), how many rows of it are done, and of how many."""


def no_progress(_stage: str, _done: int, _of: int) -> None:
    """Tell nobody."""


STAGES = ("reading", "checking", "comparing", "writing")


class Opinion(StrEnum):
    """What is to be done with a row that looks like another: it is another one, or it is to be left out."""

    KEEP = "keep"
    SKIP = "skip"


OPINION_WORDS = {"保留": Opinion.KEEP, "跳过": Opinion.SKIP, "keep": Opinion.KEEP, "skip": Opinion.SKIP}


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """One wrong cell: row counts lines of the sheet from 1 (the heading), column is the heading as written."""

    row: int
    column: str
    value: str
    problem: Words
    mend: Words


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows that contradict each other, or look like one record; ``on_file`` are keys of the register they look like."""

    problem: Words
    rows: tuple[int, ...]
    on_file: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Intake:
    """What a sheet comes to; ``key`` is the column that a record is first known by.

    Places count the rows of the sheet from 0; ``numbers`` are those that a spreadsheet shows.
    """

    key: str
    columns: tuple[str, ...]
    written: Mapping[str, str]
    numbers: list[int]
    drafts: dict[str, Draft] = field(default_factory=dict)
    wrongs: dict[int, list[Wrong]] = field(default_factory=dict)
    skipped: list[int] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)
    groups: list[Group] = field(default_factory=list)
    contested: dict[int, Group] = field(default_factory=dict)

    def refuse(self, place: int, problems: list[FieldError], values: Mapping[str, str]) -> None:
        """Note what is wrong with a row."""
        self.wrongs.setdefault(place, []).extend(self._wrong(place, each, values) for each in problems)

    def contest(self, wrong: tuple[Words, Words], places: list[int], value: str, on_file: tuple[str, ...] = ()) -> None:
        """Note that rows look like one another; the last of them is the one that is refused."""
        problem, mend = wrong
        group = Group(problem=problem, rows=tuple(self.numbers[place] for place in places), on_file=on_file)
        self.groups.append(group)
        for place in places:
            self.contested.setdefault(place, group)
        self.refuse(places[-1], [FieldError((self.key,), problem, mend)], {self.key: value})

    def drop(self, draft: Draft) -> None:
        """Take a draft out."""
        self.drafts.pop(draft.key, None)

    def _wrong(self, place: int, wrong: FieldError, values: Mapping[str, str]) -> Wrong:
        column = str(wrong.field[0])
        return Wrong(
            row=self.numbers[place],
            column=self.written.get(column, column),
            value="" if wrong.withheld else values.get(column, ""),
            problem=wrong.problem,
            mend=wrong.mend,
        )


def take_in(
    session: Session, roster: Roster, sheet: Sheet, *, duplicates: Opinion | None = None, progress: Progress
) -> Intake:
    """Judge every row of a sheet and join rows into drafts; nothing is written."""
    key = next(iter(roster.headings.values()))
    intake = Intake(key=key, columns=sheet.columns, written=sheet.written, numbers=list(sheet.numbers))
    total = len(sheet.rows)
    judge = _Judge(
        intake=intake,
        roster=roster,
        quick=roster.quick() if roster.quick else None,
        number=roster.numbering(session),
        duplicates=duplicates,
    )
    for start in range(0, total, ROWS):
        judge.take_block(list(sheet.rows[start : start + ROWS]), start)
        progress("checking", min(start + ROWS, total), total)
    _check_beside(session, intake, roster)
    _find_twins(session, intake, roster, duplicates)
    return intake


@dataclass(frozen=True, kw_only=True)
class _Judge:
    """Judges the rows of one sheet, block by block."""

    intake: Intake
    roster: Roster
    quick: Quick | None
    number: Callable[[Taken], Taken]
    duplicates: Opinion | None

    def take_block(self, rows: Sequence[Sequence[str]], start: int) -> None:
        """Judge some rows, the first of which has the place ``start``."""
        intake = self.intake
        columns = dict(zip(intake.columns, zip(*rows, strict=True), strict=True))
        blank = ("",) * len(rows)
        block = {name: columns.get(name, blank) for name in self.roster.headings.values()}
        quickly: Sequence[Taken | None] = self.quick(block) if self.quick else [None] * len(rows)
        opinions = columns.get(OPINION)
        for at, plainly in enumerate(quickly):
            place = start + at
            if opinions and opinions[at].strip() and _skips(intake, place, opinions[at].strip()):
                continue
            taken = plainly or self._check(place, rows[at])
            if taken is not None:
                _join(intake, place, self.number(taken), self.duplicates)

    def _check(self, place: int, row: Sequence[str]) -> Taken | None:
        raw = dict(zip(self.intake.columns, row, strict=True))
        entry, problems = self.roster.check(raw)
        if entry is None:
            self.intake.refuse(place, problems, raw)
            return None
        return self.roster.take(entry)


def _skips(intake: Intake, place: int, said: str) -> bool:
    """Obey the opinion written beside a row; return whether the row is left out."""
    opinion = OPINION_WORDS.get(said)
    if opinion is Opinion.SKIP:
        intake.skipped.append(place)
    elif opinion is Opinion.KEEP:
        intake.kept.add(place)
    else:
        intake.refuse(
            place,
            [
                FieldError(
                    (OPINION,),
                    (f"处理意见“{said}”不认识。", f"The opinion {said!r} is unknown."),
                    ("请填“保留”或“跳过”，或留空。", "Write 保留 (keep) or 跳过 (skip), or leave it empty."),
                )
            ],
            {OPINION: said},
        )
    return opinion is not Opinion.KEEP


def _join(intake: Intake, place: int, taken: Taken, duplicates: Opinion | None) -> None:
    key, head, line = taken
    draft = intake.drafts.get(key)
    if draft is None:
        intake.drafts[key] = Draft(key, head, [] if line is None else [line], [place])
    elif draft.head == head:
        if line is not None and line not in draft.lines:
            draft.lines.append(line)
        draft.rows.append(place)
    elif duplicates is Opinion.SKIP:
        intake.skipped.append(place)
    else:
        first = intake.numbers[draft.rows[0]]
        intake.contest(
            (
                (f"与第 {first} 行重复，内容不同。", f"It stands in row {first} already, with other content."),
                (
                    "请只保留一行，或在另一行的“处理意见”中填“跳过”。",
                    "Keep one of the two rows, or write 跳过 (skip) beside the other.",
                ),
            ),
            [draft.rows[0], place],
            key,
        )


def _check_beside(session: Session, intake: Intake, roster: Roster) -> None:
    """Check each draft against what it stands beside: departments, numbers that others hold, whole years."""
    problems_of = roster.beside(session)
    for draft in list(intake.drafts.values()):
        if problems := problems_of(draft):
            values = {name: roster.shown(name, value) for name, value in zip(roster.columns, draft.head, strict=True)}
            intake.refuse(draft.rows[0], problems, values)
            intake.drop(draft)


def _find_twins(session: Session, intake: Intake, roster: Roster, duplicates: Opinion | None) -> None:
    """Find drafts that look like another draft, or like a record on file under another key; nobody said: keep."""
    if roster.twin is None or roster.twins_on_file is None or duplicates is Opinion.KEEP:
        return
    looks: dict[str, list[Draft]] = {}
    for draft in intake.drafts.values():
        looks.setdefault(roster.twin(draft), []).append(draft)
    on_file: dict[str, list[str]] = {}
    for block in blocks(list(looks)):
        for look, key in roster.twins_on_file(session, block):
            on_file.setdefault(look, []).append(key)
    for look, drafts in looks.items():
        held = on_file.get(look, [])
        _contest_twins(intake, drafts, held, duplicates)


def _contest_twins(intake: Intake, drafts: list[Draft], held: list[str], duplicates: Opinion | None) -> None:
    first: Draft | None = None
    for draft in drafts:
        others = tuple(key for key in held if key != draft.key)
        if draft.key in held or intake.kept.intersection(draft.rows) or not (others or first):
            first = first or draft
        elif duplicates is Opinion.SKIP:
            intake.skipped.extend(draft.rows)
            intake.drop(draft)
        else:
            _contest_twin(intake, draft, first, others)


def _contest_twin(intake: Intake, draft: Draft, first: Draft | None, others: tuple[str, ...]) -> None:
    if first is not None:
        row = intake.numbers[first.rows[0]]
        alike = (f"名称和住所与第 {row} 行相同", f"Name and address are those of row {row}")
    else:
        alike = (f"名称和住所与名录中的 {others[0]} 相同", f"Name and address are those of {others[0]} in the register")
    intake.contest(
        (
            (f"{alike[0]}，代码不同。", f"{alike[1]}, under another code."),
            (
                "确是两户的，在“处理意见”中填“保留”；是同一户的，填“跳过”，或核对代码。",
                "If they are two, write 保留 (keep) beside the row; if one, write 跳过 (skip), or check the code.",
            ),
        ),
        [*([first.rows[0]] if first else []), draft.rows[0]],
        draft.key,
        others,
    )


def contested_drafts(intake: Intake) -> Iterator[Draft]:
    """Yield the drafts that cannot go in because they, or a row with their key, were refused."""
    for draft in intake.drafts.values():
        if any(place in intake.wrongs or place in intake.contested for place in draft.rows):
            yield draft
