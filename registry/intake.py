"""From a sheet to records: every row judged by itself, rows of one key joined, and what contradicts within the file.

Rows that are plainly right are taken by the block (``Roster.quick``); every other row goes to the roster's own check,
so that there is one set of sentences. What a column of remarks asks for (处理意见) is obeyed before rows are joined.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import islice

from sqlmodel import Session

from registry.drafts import Block, Draft, Roster, Taken, Whole
from registry.errors import FieldError
from registry.mentions import Mention, Mentions
from registry.sheets import Sheet
from sampling.wording import Words

ROWS = 200
"""Rows judged at once: few enough that they are gone before the garbage collector looks at them again and again."""

OPINION = "opinion"
OPINION_HEADING = "处理意见"

Progress = Callable[[str, int, int], None]
"""Told the stage (one of ``STAGES``), how many rows of it are done, and of how many."""


def no_progress(_stage: str, _done: int, _of: int) -> None:
    """Tell nobody."""


STAGES = ("reading", "checking", "writing")


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
    numbers: Sequence[int]
    mentions: Mentions
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

    def _wrong(self, place: int, wrong: FieldError, values: Mapping[str, str]) -> Wrong:
        column = str(wrong.field[0])
        return Wrong(
            row=self.numbers[place],
            column=self.written.get(column, column),
            value="" if wrong.withheld else values.get(column, ""),
            problem=wrong.problem,
            mend=wrong.mend,
        )


@dataclass(kw_only=True)
class Reader:
    """Judges the rows of one sheet, block by block, and reads them again when their records are wanted.

    What a row says is not kept between the two: a province of texts would not fit in memory, the sheet, packed, does.
    """

    session: Session
    roster: Roster
    sheet: Sheet
    duplicates: Opinion | None
    today: date
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        """Open what the rows are judged by."""
        roster = self.roster
        key = next(iter(roster.headings.values()))
        self.intake = Intake(
            key=key,
            columns=self.sheet.columns,
            written=self.sheet.written,
            numbers=self.sheet.numbers,
            mentions=Mentions(len(self.sheet.rows)),
        )
        self._quick = roster.quick() if roster.quick else None
        self._plain = bytearray(len(self.sheet.rows))
        self._number = roster.numbering(self.session)
        self._beside = roster.beside(self.session, self.today)
        wants_twins = self.duplicates is not Opinion.KEEP
        self._twins = _Twins(roster, self.session) if wants_twins and roster.twins_on_file else None

    def judge(self, progress: Progress) -> Intake:
        """Judge every row by itself and join rows into records; nothing is written."""
        total = len(self.sheet.rows)
        for start in range(0, total, ROWS):
            self._judge_block(range(start, min(start + ROWS, total)))
            progress("checking", min(start + ROWS, total), total)
        if self._twins:
            self._twins.contest(self.intake, self.duplicates)
            self._twins = None  # the looks of a province are not needed again
        out = self.intake.wrongs.keys() | self.intake.contested.keys()
        if out:
            self.intake.mentions.drop(out.__contains__)
        return self.intake

    def drafts(self, mentions: Sequence[Mention]) -> list[Draft]:
        """Read records that were judged good, without the session; what is wrong with one as a whole is noted."""
        taken = self._again([place for mention in mentions for place in mention.rows])
        found = []
        for mention in mentions:
            _, head, line = next(taken)
            lines = [] if line is None else [line]
            if len(mention.rows) > 1:
                more = (one.line for one in islice(taken, len(mention.rows) - 1) if one.line is not None)
                lines = list(dict.fromkeys((*lines, *more)))
            found.append(Draft(mention.key, head, lines, mention.rows))
        whole = self.roster.whole
        return found if whole is None else [draft for draft in found if self._stands(draft, whole)]

    def _judge_block(self, places: range) -> None:
        intake, mentions = self.intake, self.intake.mentions
        fresh: list[tuple[Taken, int]] = []
        for place, taken in zip(places, self._judge(places), strict=True):
            if taken is None:
                continue
            first = mentions.first(taken.key)
            if first is None:
                mentions.note(taken.key, place, taken.head)
                fresh.append((taken, place))
                if problems := self._beside(taken):
                    intake.refuse(place, problems, self._shown(taken.head))
            elif mentions.agrees(first, taken.head):
                mentions.join(first, place)
            elif self.duplicates is Opinion.SKIP:
                intake.skipped.append(place)
            else:
                _contest_same_key(intake, taken.key, first, place)
        if self._twins:
            self._twins.note(fresh)

    def _judge(self, places: Sequence[int]) -> list[Taken | None]:
        """Return what rows say; None for those that are refused or left out, which is noted."""
        columns = self._columns(places)
        found: list[Taken | None] = [None] * len(places)
        if self._quick:
            found = self._quick.look(self._block(columns))
        opinions = columns.get(OPINION, ("",) * len(places))
        for at, (place, taken) in enumerate(zip(places, found, strict=True)):
            said = opinions[at].strip()
            if said and _skips(self.intake, place, said):
                found[at] = None
            elif taken is not None:
                self._plain[place] = True
            else:
                raw = {name: values[at] for name, values in columns.items()}
                entry, problems = self.roster.check(raw)
                if entry is None:
                    self.intake.refuse(place, problems, raw)
                else:
                    found[at] = self._number(self.roster.take(entry))
        return found

    def _again(self, places: Sequence[int]) -> Iterator[Taken]:
        """Yield what rows say that were judged good; those that were plainly right are not looked at as hard."""
        plain = [place for place in places if self._plain[place]]
        found = iter(self._quick.again(self._block(self._columns(plain))) if self._quick and plain else ())
        for place in places:
            if self._plain[place]:
                yield next(found)
            else:
                entry, _ = self.roster.check(dict(zip(self.sheet.columns, self.sheet.rows[place], strict=True)))
                yield self._number(self.roster.take(entry))

    def _stands(self, draft: Draft, whole: Whole) -> bool:
        problems = whole(draft)
        if problems and draft.rows[0] not in self.intake.wrongs:
            self.intake.refuse(draft.rows[0], problems, self._shown(draft.head))
        return not problems

    def _shown(self, head: Sequence[object]) -> dict[str, str]:
        return {name: self.roster.shown(name, value) for name, value in zip(self.roster.columns, head, strict=True)}

    def _columns(self, places: Sequence[int]) -> dict[str, Sequence[str]]:
        return dict(zip(self.sheet.columns, self.sheet.rows.columns(places), strict=True))

    def _block(self, columns: Mapping[str, Sequence[str]]) -> Block:
        """Return the columns of the roster; those that the sheet lacks are blank."""
        blank = ("",) * len(next(iter(columns.values())))
        return {name: columns.get(name, blank) for name in self.roster.headings.values()}


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


def _contest_same_key(intake: Intake, key: str, first: int, place: int) -> None:
    number = intake.numbers[first]
    intake.contest(
        (
            (f"与第 {number} 行重复，内容不同。", f"It stands in row {number} already, with other content."),
            (
                "请只保留一行，或在另一行的“处理意见”中填“跳过”。",
                "Keep one of the two rows, or write 跳过 (skip) beside the other.",
            ),
        ),
        [first, place],
        key,
    )


class _Twins:
    """Records that look alike under different keys: within the sheet, and on file. Looks are kept as their hashes."""

    def __init__(self, roster: Roster, session: Session) -> None:
        if roster.twin is None or roster.twins_on_file is None:
            msg = f"the roster {roster.name} has no twins"
            raise ValueError(msg)
        self._look = roster.twin
        self._on_file = roster.twins_on_file(session)
        self._first: dict[int, int] = {}
        self._more: dict[int, list[int]] = {}
        self._held: dict[int, list[str]] = {}

    def note(self, fresh: Sequence[tuple[Taken, int]]) -> None:
        """Note how records look that begin at these places, and who on file looks so."""
        looks = [self._look(taken) for taken, _ in fresh]
        for look, (_, place) in zip(looks, fresh, strict=True):
            first = self._first.setdefault(hash(look), place)
            if first != place:
                self._more.setdefault(hash(look), [first]).append(place)
        for look, key in self._on_file(looks):
            if hash(look) in self._first:  # the same name at an address that the sheet does not have is another look
                self._held.setdefault(hash(look), []).append(key)

    def contest(self, intake: Intake, duplicates: Opinion | None) -> None:
        """Contest every record that looks like an earlier one, or like one on file; nobody said: keep."""
        alike = {**self._more, **self._held}
        keys = intake.mentions.keys() if alike else {}
        out: set[int] = set()
        for look in alike:
            mentions = [
                Mention(keys[first], intake.mentions.rows(first))
                for first in self._more.get(look) or [self._first[look]]
            ]
            held = self._held.get(look, [])
            out.update(mention.rows[0] for mention in _contest_twins(intake, mentions, held, duplicates))
        if out:
            intake.mentions.drop(out.__contains__)


def _contest_twins(
    intake: Intake, mentions: list[Mention], held: list[str], duplicates: Opinion | None
) -> Iterator[Mention]:
    """Contest records that look alike; yield those that are left out instead."""
    first: Mention | None = None
    for mention in mentions:
        others = tuple(key for key in held if key != mention.key)
        if mention.key in held or intake.kept.intersection(mention.rows) or not (others or first):
            first = first or mention
        elif duplicates is Opinion.SKIP:
            intake.skipped.extend(mention.rows)
            yield mention
        else:
            _contest_twin(intake, mention, first, others)


def _contest_twin(intake: Intake, mention: Mention, first: Mention | None, others: tuple[str, ...]) -> None:
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
        [*([first.rows[0]] if first else []), mention.rows[0]],
        mention.key,
        others,
    )
