"""Runs of digits in a text, read as people write and as they hide them, each with what the words beside it call it.

Full width, digits of any script, 一三八; with spaces, hyphens, line ends or invisible characters between. A text is
read character for character, so that every place in what is read is the same place in the text.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from publicity.proposals import private_words
from registry.credit_code import CreditCodeError, parse_credit_code

Label = Literal["identity", "phone", "card", "other"]
NEAR = 14
"""Characters before a number in which its label is looked for."""
BESIDE = 4
"""Characters at most between the end of a label and a number that it is of for certain."""
WORDED = 3
"""Numerals that a run of digits must have to be read with them: the 三 after a number counts something else."""

_WRITTEN = {
    "〇零一二三四五六七八九": "00123456789",
    "○幺壹贰叁肆伍陆柒捌玖": "01123456789",
    "两弌弍弎": "2123",
    "⓪①②③④⑤⑥⑦⑧⑨": "0123456789",
    "❶❷❸❹❺❻❼❽❾": "123456789",
    "⑴⑵⑶⑷⑸⑹⑺⑻⑼": "123456789",
}
_NUMERALS = str.maketrans("".join(_WRITTEN), "".join(_WRITTEN.values()))
_DIGIT = f"[0-9{''.join(_WRITTEN)}]"
_WORDED = re.compile(rf"{_DIGIT}(?:[ \-\u200b]{{0,3}}{_DIGIT}){{6,}}")
_RUN = re.compile(r"[0-9](?:[ \-\n\u200b]{0,3}[0-9])*")
_SPREAD = re.compile(r"[0-9](?:[ \-\n\u200b./*]{0,8}[0-9])*")
_SPLITTING = frozenset(" -\n./*")
_GAP = re.compile(r"[、，,/；; 和与及或\-－]{1,3}")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")
_JOINT = re.compile(r"[\s:：为是号码（(）)]")
_MONEY = frozenset("￥¥$￡€")
_FULL_WIDTH = range(ord("！"), ord("～") + 1)
"""The full-width twins of printable ASCII, in the same order."""


class _Plain(dict[int, str]):
    """Character → how it is read, one for one: digits as digits; white space, dashes and what is unseen are unified."""

    def __missing__(self, code: int) -> str:
        """Read a character once."""
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Nd":
            read = str(unicodedata.decimal(character))
        elif code in _FULL_WIDTH:
            read = chr(code - _FULL_WIDTH.start + ord("!"))
        elif category == "Cf" or character == "\r":
            read = "\u200b"
        elif category == "Zs" or character == "\t":
            read = " "
        elif category == "Pd" or character in "·•・_":
            read = "-"
        else:
            read = character
        self[code] = read
        return read


_PLAIN = _Plain()


@dataclass(frozen=True)
class Run:
    """Digits with nothing but separators between them; ``at`` are their places, ``bounds`` where groups begin and end.

    ``beside``: the label is this number's for certain. ``counted``: what stands before it makes it an amount or the
    number of a document; a unit after it does not, for a word may begin so. ``coded``: it stands within a credit code.
    """

    digits: str
    at: tuple[int, ...]
    bounds: tuple[int, ...]
    label: Label | None
    beside: bool
    counted: bool
    coded: bool

    def windows(self, least: int, most: int) -> Iterator[tuple[int, int]]:
        """Yield first and last (exclusive) of whole groups together so long, the longest of each beginning first."""
        for place, first in enumerate(self.bounds[:-1]):
            ends = [end for end in self.bounds[place + 1 : place + 1 + most] if least <= end - first <= most]
            yield from ((first, end) for end in reversed(ends))

    def groups(self, first: int, end: int) -> list[int]:
        """Return the lengths of the groups of a window."""
        own = self.bounds[bisect_left(self.bounds, first) : bisect_right(self.bounds, end)]
        return [after - before for before, after in pairwise(own)]

    def begins(self, digit: int) -> bool:
        """Return whether a group begins, or the last one ends, at a digit."""
        place = bisect_left(self.bounds, digit)
        return place < len(self.bounds) and self.bounds[place] == digit

    def head(self, least: int, most: int) -> int | None:
        """Return where the first groups end that are together at least so long, or None when they are too long."""
        return next((end for end in self.bounds[1:] if least <= end <= most), None)

    def whole(self, most: int) -> int:
        """Return where the last group ends that is within so many digits; a first group that is longer counts whole."""
        return max(end for end in self.bounds if end <= most) or self.bounds[1]


def plain_text(text: str) -> str:
    """Return a text of the same length in which numbers stand as ASCII digits and separators are unified."""
    return _WORDED.sub(_read_numerals, text.translate(_PLAIN))


def runs_of(plain: str, *, spread: bool = False) -> Iterator[Run]:
    """Yield the runs of a text as read; a number after another shares its label where only a comma stands between.

    ``spread``: points, strokes, stars and wider gaps count as separators too; then much is a run that is no number.
    """
    codes = [found.span() for found in _CODE.finditer(plain) if _is_credit_code(found[0])]
    before, label = -1, None
    for match in (_SPREAD if spread else _RUN).finditer(plain):
        start, end = match.span()
        at = tuple(place for place in range(start, end) if plain[place].isdigit())
        splits = [
            number for number, (one, other) in enumerate(pairwise(at), 1) if not _SPLITTING.isdisjoint(plain[one:other])
        ]
        own, beside = _label(plain, start)
        if own is None and before >= 0 and _GAP.fullmatch(plain, before, start):
            own, beside = label, label is not None
        before, label = end, own
        yield Run(
            digits="".join(plain[place] for place in at),
            at=at,
            bounds=(0, *splits, len(at)),
            label=own,
            beside=beside,
            counted=is_numbered(plain, start, end),
            coded=any(first <= start and end <= last for first, last in codes),
        )


def is_numbered(plain: str, start: int, end: int) -> bool:
    """Return whether a number is an amount by the money before it, or a document's by what stands around it."""
    before = plain[max(0, start - 1) : start]
    numbered = plain[end : end + 1] == "号" and before in ("〕", "]", ")", "】", "第", "字")
    return numbered or before in _MONEY


def is_counted(plain: str, start: int, end: int) -> bool:
    """Return whether a number is a document's, or an amount by what stands before or after it.

    Only for numbers without form, check digit and label: those outweigh a unit, which is the beginning of a word as
    often (元宵, 人工, 户名).
    """
    return is_numbered(plain, start, end) or _units().match(plain, end) is not None


def _read_numerals(run: re.Match[str]) -> str:
    read = run[0].translate(_NUMERALS)
    return read if sum(one != other for one, other in zip(run[0], read, strict=True)) >= WORDED else run[0]


def label_of(plain: str, start: int) -> Label | None:
    """Return the label of what begins at a place, or None when none stands beside it."""
    label, beside = _label(plain, start)
    return label if beside else None


def _label(plain: str, start: int) -> tuple[Label | None, bool]:
    """Return the nearest label before a number within its sentence, and whether it stands beside it."""
    window = re.split(r"[。；;]", plain[max(0, start - NEAR) : start])[-1]
    found = [
        (match.end(), match.end() - match.start(), label)
        for label, pattern in _labels()
        for match in pattern.finditer(window)
    ]
    if not found:
        return None, False
    end, _, label = max(found)
    return label, len(_JOINT.sub("", window[end:])) <= BESIDE


@cache
def _labels() -> tuple[tuple[Label, re.Pattern[str]], ...]:
    words = private_words()["labels"]
    names: tuple[Label, ...] = ("identity", "phone", "card", "other")
    return tuple((name, re.compile("|".join(map(re.escape, words[name])))) for name in names)


@cache
def _units() -> re.Pattern[str]:
    return re.compile(r"[ \u200b]?(?:\.[0-9]|,[0-9]{3}|余?(?:" + "|".join(private_words()["units"]["after"]) + "))")


def _is_credit_code(text: str) -> bool:
    try:
        parse_credit_code(text)
    except CreditCodeError:
        return False
    return True
