"""The legal cases of ``publicity/terms_cases.csv``: read, decided by the program, and shown on ``docs/terms.md``.

The table is written by hand, in the words of the orders, and opens in any spreadsheet. ``python -m tests.terms_cases``
writes it into the page anew.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from publicity.term_rules import Need, RuleSet
from publicity.terms import NoEarlyEnd, NoTermError, Penalized, Refusal, Term, TermBook, TermOverError, objections
from registry.gravity import SECTOR_WORDS, SEVERITY_WORDS, Gravity
from registry.penalties import PENALTY_WORDS

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "tests" / "publicity" / "terms_cases.csv"
PAGE = ROOT / "docs" / "terms.md"
BEGIN, END = "<!-- cases -->\n", "<!-- end of cases -->\n"

KINDS = {words: kind for kind, words in PENALTY_WORDS.items()}
SEVERITIES = {words: severity for severity, words in SEVERITY_WORDS.items()}
SECTORS = {words: sector for sector, words in SECTOR_WORDS.items()}
NEEDS = {
    "履行义务": Need.DUTIES_DONE,
    "消除后果": Need.HARM_REMOVED,
    "未再受罚": Need.NOT_REPEATED,
    "未列名单": Need.NOT_LISTED,
    "信用承诺": Need.PLEDGED,
}
OBJECTIONS: Mapping[Refusal | NoEarlyEnd, str] = {
    NoEarlyEnd.BLOCKED: "不得提前停止公示",
    NoEarlyEnd.ENDS_FIRST: "公示期届满在先",
    NoEarlyEnd.NO_RULE: "没有提前停止公示的规定",
    Refusal.TOO_EARLY: "未到时间",
    Refusal.OVER: "公示期已届满",
    Refusal.UNMET: "条件未满足",
}
NEVER = {NoEarlyEnd.BLOCKED: "不得提前", NoEarlyEnd.ENDS_FIRST: "届满在先", NoEarlyEnd.NO_RULE: "没有规定"}
FOR_LIFE, NOT_SET, FOREVER = "终身", "未定", "长期"
COLUMNS = ("公示至", "最早可申请日", "公示期依据", "提前停止公示依据")


@dataclass(frozen=True)
class Case:
    """One row: what is given, what is asked, and what must come of it, all in words."""

    row: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return what a test calls it."""
        return f"{self.row['编号']} {self.row['说明']}"

    @property
    def penalized(self) -> Penalized:
        """Return the facts of the decision."""
        row = self.row
        return Penalized(
            kinds=frozenset(KINDS[words] for words in _kinds(row["处罚种类"])),
            fine_fen=int(Decimal(row["罚款（元）"]) * 100),
            decided_on=date.fromisoformat(row["决定日"]),
            gravity=Gravity(
                severity=SEVERITIES.get(row["违法程度"]),
                sector=SECTORS.get(row["领域"]),
                restricted_until=date.fromisoformat(row["限制至"]) if row["限制至"] not in ("", FOR_LIFE) else None,
                restricted_for_life=row["限制至"] == FOR_LIFE,
            ),
        )

    def book(self, rule_sets: tuple[RuleSet, ...]) -> TermBook:
        """Return the rules as the bureau of the case applies them."""
        lower = self.row["较低数额（元）"]
        return TermBook(
            rule_sets=rule_sets,
            chosen=self.row["两规并行时适用"],
            lower_fine_fen=None if lower == NOT_SET else int(Decimal(lower) * 100),
        )

    def outcome(self, rule_sets: tuple[RuleSet, ...]) -> dict[str, str]:
        """Return what the program makes of it, in the words of the table."""
        try:
            term = self.book(rule_sets).term_of(self.penalized, date.fromisoformat(self.row["公示日"]))
        except NoTermError:
            return {"结果": "不能确定", **dict.fromkeys(COLUMNS, "")}
        except TermOverError:
            return {"结果": "不公示：公示期已届满", **dict.fromkeys(COLUMNS, "")}
        early = term.early_end
        return {
            "结果": self._answer(term),
            "公示至": FOREVER if term.ends_on is None else term.ends_on.isoformat(),
            "最早可申请日": NEVER[early.never] if early.never else str(early.from_on),
            "公示期依据": term.source.words,
            "提前停止公示依据": early.source.words,
        }

    def _answer(self, term: Term) -> str:
        if self.row["请求"] == "公示":
            return "公示"
        on = date.fromisoformat(self.row["请求日"])
        if self.row["请求"] == "是否公示":
            return "公示中" if term.is_shown(on) else "停止公示" if on > term.starts_on else "尚未公示"
        against = objections(term, on, frozenset(NEEDS[each] for each in _listed(self.row["已满足的条件"])))
        return "不予：" + "、".join(OBJECTIONS[each] for each in against) if against else "准予"


def cases() -> list[Case]:
    """Return every row of the table."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return [Case(row) for row in csv.DictReader(lines)]


def page_table() -> str:
    """Return the table as the page has it."""
    head = ("编号", "情形", "处罚", "决定日", "公示日", "请求", "结果", "公示至", "最早可申请日", "依据")
    lines = [head, ("---",) * len(head), *map(_line, cases())]
    return "".join(f"| {' | '.join(each)} |\n" for each in lines)


def _line(case: Case) -> tuple[str, ...]:
    row = case.row
    asked = " ".join(each for each in (row["请求日"], row["请求"]) if each)
    met = f"（{row['已满足的条件']}）" if row["已满足的条件"] else ""
    sources = dict.fromkeys(each for each in (row["公示期依据"], row["提前停止公示依据"]) if each)
    given = [f"适用 {row['两规并行时适用']}", f"较低数额 {row['较低数额（元）']} 元"]
    return (
        row["编号"],
        f"{row['说明']}（{'，'.join(given)}）",
        "，".join(_penalty(row)),
        row["决定日"],
        row["公示日"],
        asked + met,
        row["结果"],
        row["公示至"] or "—",
        row["最早可申请日"] or "—",
        "；".join(sources) or "—",
    )


def _penalty(row: Mapping[str, str]) -> Iterator[str]:
    yield row["处罚种类"]
    if row["罚款（元）"] != "0":
        yield f"罚款 {row['罚款（元）']} 元"
    if row["违法程度"]:
        yield f"违法程度{row['违法程度']}"
    if row["领域"]:
        yield f"{row['领域']}领域"
    if row["限制至"]:
        yield f"限制至 {row['限制至']}"


def _kinds(words: str) -> list[str]:
    """Return the kinds that a cell names; one of them has a comma of its own."""
    for kind in KINDS:
        words = words.replace(kind, kind.replace("、", "\0"))
    return [each.replace("\0", "、") for each in words.split("、")]


def _listed(words: str) -> list[str]:
    return words.split("、") if words else []


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}{page_table()}{END}{after}", encoding="utf-8")
