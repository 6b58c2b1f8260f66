"""What a draw was made for: inspections (真实), a demonstration (演示), or a rehearsal (演练).

A rehearsal runs the same code over the register of a bureau, and must never be taken for a draw. So its numbers bear a
prefix that no number of a real draw can have: the draw's id stands in the commitment, in the digest of every party's
secret and in every file made from them, and whoever recomputes the draw reads there what it was.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sampling.wording import Words


@dataclass(frozen=True, kw_only=True)
class Marking:
    """What a stage means: the words it is marked with, the prefix of its numbers, and what is let through in it.

    ``says`` is the sentence of every page. ``witnessed``: whether a public value read out before witnesses counts as
    such; ``names_witnesses``: whether they have to be named. ``any_clock``: whether a clock that somebody sets may run.
    """

    word: Words
    prefix: str
    says: Words
    witnessed: bool
    names_witnesses: bool
    any_clock: bool


class Stage(StrEnum):
    """What a database is for, from its first record to its last; the value is the mark it bears."""

    REAL = "real"
    DEMONSTRATION = "demo"
    REHEARSAL = "rehearsal"

    @property
    def marking(self) -> Marking:
        """Return what the stage means."""
        return _MARKINGS[self]

    @property
    def is_real(self) -> bool:
        """Return whether draws of this stage are draws."""
        return self is Stage.REAL

    @property
    def word(self) -> str:
        """Return the Chinese word on everything made in this stage; empty where nothing is marked."""
        return self.marking.word[0]

    @property
    def prefix(self) -> str:
        """Return what every number made in this stage begins with."""
        return self.marking.prefix

    @property
    def heading(self) -> str:
        """Return what a heading begins with: the word in brackets, where there is one."""
        return f"【{self.word}】" if self.word else ""

    @property
    def title_mark(self) -> str:
        """Return what a title made in this stage begins with where its numbers are marked too."""
        return self.heading if self.prefix else ""

    def bears(self, number: str) -> bool:
        """Return whether a number may have been made in this stage.

        >>> [stage.value for stage in Stage if stage.bears("YL-140000202608240001")]
        ['rehearsal']
        >>> [stage.value for stage in Stage if stage.bears("140000202608240001")]
        ['real', 'demo']
        """
        return stage_prefix(number) == self.prefix


_MARKINGS: Final = MappingProxyType(
    {
        Stage.REAL: Marking(
            word=("", ""), prefix="", says=("", ""), witnessed=True, names_witnesses=True, any_clock=False
        ),
        Stage.DEMONSTRATION: Marking(
            word=("演示", "demonstration"),
            prefix="",
            says=(
                "本页全部经营者均为虚构；时钟与公开随机值均为模拟。不是任何机关的真实公示。",
                "Every operator on this page is invented, clock and public value are simulated. Nobody published this.",
            ),
            witnessed=False,
            names_witnesses=False,
            any_clock=True,
        ),
        Stage.REHEARSAL: Marking(
            word=("演练", "rehearsal"),
            prefix="YL-",
            says=(
                "这是演练，不是抽查：照名录演练一遍，抽中与否、检查结果均不作数，不计入任何统计，不是公示。",
                "This is a rehearsal and no inspection: who is drawn and what is found counts for nothing, anywhere.",
            ),
            witnessed=False,
            names_witnesses=True,
            any_clock=False,
        ),
    }
)


def stage_prefix(number: str) -> str:
    """Return the prefix of a stage that a number begins with, in whatever case it is written; empty where none.

    >>> stage_prefix("yl-140000202608240001.2"), stage_prefix("140000202608240001")
    ('YL-', '')
    """
    prefixes = (marking.prefix for marking in _MARKINGS.values() if marking.prefix)
    return next((prefix for prefix in prefixes if number[: len(prefix)].upper() == prefix), "")


def words_of_number(number: str) -> Words | None:
    """Return what whoever reads a number has to be told of the stage it was made in, or None.

    >>> words_of_number("YL-140000202608240001")[1].partition(":")[0]
    'This is a rehearsal and no inspection'
    >>> words_of_number("140000202608240001")
    """
    prefix = stage_prefix(number)
    return next((marking.says for marking in _MARKINGS.values() if prefix and marking.prefix == prefix), None)
