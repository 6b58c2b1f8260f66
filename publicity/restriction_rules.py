"""What follows from which list and which penalty (一处受罚，处处受限), as dated data: ``rules/restrictions*.toml``.

A file says, for each restriction, from which list or kind of penalty it follows, its source, from when to when that
rule holds and how the restriction ends. None of it is code; a bureau may put a folder of its own in the place of the
shipped one.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from publicity.rule_files import Entry, InForce, Source, rule_files
from registry.listings import OperatorList
from registry.penalties import PenaltyKind
from sampling.wording import Words

PATTERN = "restrictions*.toml"
ONE_CAUSE: Words = ("list 和 penalty 应恰有一项", "it must name a list or a kind of penalty, and not both")


class EndRule(StrEnum):
    """How a restriction ends: with the ban, with the listing, after so many months, or as the decision's text says."""

    BAN = "ban"
    REMOVAL = "removal"
    MONTHS = "months"
    UNSTATED = "unstated"


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """One restriction that follows from a list or from a kind of penalty."""

    listed: OperatorList | None
    penalty: PenaltyKind | None
    words: Words
    source: Source
    in_force: InForce
    ends: EndRule
    months: int | None


def load_restriction_rules(folder: Path | None = None) -> tuple[Consequence, ...]:
    """Return the consequences that come with the program, or those of a folder. Raises RuleFileError."""
    found: list[Consequence] = []
    for file in rule_files(PATTERN, folder):
        found += [_consequence(each) for each in file.entries("consequence")]
        file.done()
    return tuple(found)


def _consequence(entry: Entry) -> Consequence:
    listed, penalty = entry.maybe_word("list", OperatorList), entry.maybe_word("penalty", PenaltyKind)
    if (listed is None) == (penalty is None):
        raise entry.wrong(ONE_CAUSE, "list")
    ends = entry.word("ends", EndRule)
    if (ends is EndRule.REMOVAL and listed is None) or (ends is EndRule.BAN and penalty is None):
        raise entry.wrong(
            (
                "名录的限制不以禁令为期，处罚的限制不以移出为期",
                "a list knows no ban, and nobody is removed from a penalty",
            ),
            "ends",
        )
    found = Consequence(
        listed=listed,
        penalty=penalty,
        words=(entry.need("name", str), entry.need("name_en", str)),
        source=entry.cited(entry.source()),
        in_force=entry.in_force(),
        ends=ends,
        months=entry.whole("months", least=1) if ends is EndRule.MONTHS else None,
    )
    entry.done()
    return found
