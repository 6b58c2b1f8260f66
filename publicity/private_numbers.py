"""Numbers of natural persons in a text: identity numbers, telephones, bank cards and accounts.

Credit codes, numbers of decisions and cases, amounts and days are not taken for any of them; where it is in doubt, a
number is proposed. One pass over the text, in windows of bounded width.

Sources: GB 11643-1999 (identity numbers); ISO/IEC 7812-1, annex B (the check digit of cards, by Luhn); GB 32100-2015.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby, pairwise

from publicity.number_runs import Run, is_counted, is_numbered, label_of, plain_text, runs_of
from publicity.proposals import Proposal, Why, private_words
from registry.identity import check_character
from registry.redactions import PrivateKind

IDENTITY, OLD_IDENTITY, MOBILE = 18, 15, 11
CARD = range(12, 20)
GROUP, CUT_IN_TWO, USUAL_CARD = 4, 2, 16
LAST = 7
"""Digits at most of the last group of a card in fours: of nineteen, seven are left after three of them."""
LONGEST = 24
"""Digits at most that a label makes an account or a telephone of."""
LABELLED_PHONE = 7
MISTAKEN = 2
"""Digits that a labelled identity number may have beyond what it should."""
GROUPED = 3
"""Groups at most in which a mobile number is written: 138 0000 0000."""

_MARK = re.compile(r"[ \-\n\u200b./]{0,8}[Xx](?![A-Za-z])")
_LANDLINE = re.compile(
    r"(?<![0-9.])\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[ \-\u200b]{0,3}[1-9](?:[ \-\u200b]?[0-9]){6,7}"
    r"(?:(?:-|转|分机)[ :]?[0-9]{1,6})?(?![0-9])"
)
_SERVICE = re.compile(r"(?<![0-9.])[48]00(?:[ \-\u200b]?[0-9]){7}(?![0-9])")
_DOTTED = re.compile(r"(?<![0-9.])1[3-9][0-9]\.[0-9]{4}\.[0-9]{4}(?![0-9.])")
_PAPER = re.compile(
    r"(?:护照|通行证|军官证|士兵证|驾驶证|居住证|台胞证|回乡证|居留证|居留身份证|出生证|出生医学证明)\(?(?:号码|号|编号)?[:为是]?"
    r"[ \u200b]{0,2}(?P<id>[A-Z]{0,3}[0-9]{6,15})(?![0-9A-Za-z])"
)
_HALF_MASKED = re.compile(r"(?<![0-9A-Za-z*])(?P<head>[0-9]{3,14})[*×●]{2,14}(?P<tail>[0-9]{0,8}[Xx]?)(?![0-9A-Za-z*])")
_NUMBERING = re.compile(r"[〔〕\[\]()（）【】［］第字号]")
TELLING = 7
"""Digits that a masked number must show for what is left of it to tell a person."""
_MOBILE = {prefix: re.compile(rf"{prefix}1[3-9][0-9]{{9}}") for prefix in ("00860", "0086", "860", "86", "0", "")}
_TWOS = [3, 2, 2, 2, 2]
"""Groups of a mobile number that is said in pairs: 138 34 56 12 78."""


@dataclass(frozen=True)
class _Found:
    """A window of a run; ``last`` is where it ends in the text when more than its digits belongs to it."""

    first: int
    end: int
    kind: PrivateKind
    why: Why
    last: int | None = None


def private_numbers(text: str) -> Iterator[Proposal]:
    """Yield every number of a text that may be a natural person's."""
    plain = plain_text(text)
    for finders, runs in ((_CLOSE, runs_of(plain)), (_APART, runs_of(plain, spread=True))):
        for run in runs:
            for found in _in_run(plain, run, finders):
                end = run.at[found.end - 1] + 1 if found.last is None else found.last
                yield Proposal(start=run.at[found.first], end=end, kind=found.kind, why=found.why)
    for pattern in (_LANDLINE, _SERVICE, _DOTTED):
        for match in pattern.finditer(plain):
            bare = pattern is _SERVICE and label_of(plain, match.start()) != "phone"
            if not (is_counted if bare else is_numbered)(plain, *match.span()):
                yield Proposal(start=match.start(), end=match.end(), kind=PrivateKind.PHONE, why=Why.FORM)
    for match in _PAPER.finditer(plain):
        yield Proposal(start=match.start("id"), end=match.end("id"), kind=PrivateKind.IDENTITY, why=Why.LABEL)
    yield from _half_masked(plain)


def holds_private_number(text: str) -> bool:
    """Return whether a document's number holds a natural person's: what makes it a document's is not looked at.

    >>> holds_private_number("示市监处罚〔2020〕1号"), holds_private_number("示市监处罚〔2020〕13800001234号")
    (False, True)
    """
    return any(private_numbers(_NUMBERING.sub("，", text)))


def _half_masked(plain: str) -> Iterator[Proposal]:
    """Yield numbers of which a part was masked by hand: area, birth and the last digits still tell who it is."""
    kinds = {"identity": PrivateKind.IDENTITY, "phone": PrivateKind.PHONE, "card": PrivateKind.CARD}
    for match in _HALF_MASKED.finditer(plain):
        head, label = match["head"], label_of(plain, match.start())
        mobile = len(head) <= MOBILE - GROUP and re.match("1[3-9][0-9]", head) is not None
        formed = PrivateKind.PHONE if mobile else PrivateKind.IDENTITY if _is_area(head.ljust(GROUP + 2, "0")) else None
        kind = kinds.get(label or "", formed)
        if kind is not None and label != "other" and len(head + match["tail"]) >= TELLING:
            yield Proposal(start=match.start(), end=match.end(), kind=kind, why=Why.FORM)


def _in_run(plain: str, run: Run, finders: "Sequence[_Finder]") -> Iterator[_Found]:
    """Yield what a run holds: identity numbers first, then telephones, then cards; no digit twice."""
    taken: set[int] = set()
    for finder in finders:
        for found in finder(plain, run):
            if taken.isdisjoint(range(found.first, found.end)):
                taken |= set(range(found.first, found.end))
                yield found
    if not run.coded:
        yield from _glued(run, taken)


def _glued(run: Run, taken: set[int]) -> Iterator[_Found]:
    """Yield mobile numbers and cards that stand without a gap beside another number: all that is left of a group."""
    for group in pairwise(run.bounds):
        for free, places in groupby(range(*group), key=lambda digit: digit not in taken):
            if not free:
                continue
            left = list(places)
            first, end = left[0], left[-1] + 1
            number = run.digits[first:end]
            beside = (first, end) != group
            if re.fullmatch(r"(?:1[3-9][0-9]{9}){1,4}", number) and (beside or len(number) > MOBILE):
                for start in range(first, end, MOBILE):
                    yield _Found(start, start + MOBILE, PrivateKind.PHONE, Why.FORM)
            elif beside and len(number) in CARD and _luhn(number):
                yield _Found(first, end, PrivateKind.CARD, Why.CHECKED)


def _checked(plain: str, run: Run) -> Iterator[_Found]:
    """Yield identity numbers whose check character fits, also within longer runs where the area exists.

    One number in 31 is a credit code by chance as well: then the words before it say which.
    """
    if run.coded and run.label == "other":
        return
    for first, end, last, mark in _eighteens(plain, run):
        number = run.digits[first:end]
        bounded = run.begins(first) and (mark is not None or run.begins(end))
        if _is_day(number[6:14]) and check_character(number[:17]) == last and (bounded or _is_area(number)):
            yield _Found(first, end, PrivateKind.IDENTITY, Why.CHECKED, mark)


def _formed(plain: str, run: Run) -> Iterator[_Found]:
    """Yield what has the form of an identity number, of fifteen digits or with a wrong check character."""
    if run.coded or run.counted or (run.label == "other" and run.beside):
        return
    for first, end, _, mark in _eighteens(plain, run):
        number = run.digits[first:end]
        bounded = run.begins(first) and (mark is not None or run.begins(end))
        if bounded and _is_area(number) and _is_day(number[6:14]):
            yield _Found(first, end, PrivateKind.IDENTITY, Why.FORM, mark)
    for first, end in run.windows(OLD_IDENTITY, OLD_IDENTITY):
        number = run.digits[first:end]
        if _is_area(number) and _is_day("19" + number[6:12]):
            yield _Found(first, end, PrivateKind.IDENTITY, Why.FORM)


def _named(plain: str, run: Run) -> Iterator[_Found]:
    """Yield what the words before it call an identity number, whatever it looks like."""
    if run.label != "identity" or len(run.digits) < OLD_IDENTITY:
        return
    end = run.head(OLD_IDENTITY, IDENTITY + MISTAKEN) or len(run.digits)
    yield _Found(0, end, PrivateKind.IDENTITY, Why.LABEL, _mark_after(plain, run.at[end - 1]))


def _eighteens(plain: str, run: Run) -> Iterator[tuple[int, int, str, int | None]]:
    """Yield what may be eighteen characters: first digit, last (exclusive), the 18th character, where its X ends."""
    for first in range(len(run.digits) - 16):
        end = first + 17
        if run.digits[first] == "0":
            continue
        mark = _mark_after(plain, run.at[end - 1])
        if mark is not None:
            yield first, end, "X", mark
        if end < len(run.digits):
            yield first, end + 1, run.digits[end], None


def _mark_after(plain: str, place: int) -> int | None:
    """Return where an X after a digit ends, or None when there is none."""
    found = _MARK.match(plain, place + 1)
    return found.end() if found else None


def _mobiles(_plain: str, run: Run) -> Iterator[_Found]:
    if run.coded or run.counted or (run.label == "other" and run.beside):
        return
    for prefix, form in _MOBILE.items():
        total = MOBILE + len(prefix)
        for first, end in run.windows(total, total):
            lengths = run.groups(first, end)
            usual = len(lengths) <= GROUPED + bool(prefix) or max(lengths) == 1 or lengths[-5:] == _TWOS
            if usual and form.fullmatch(run.digits, first, end):
                yield _Found(first, end, PrivateKind.PHONE, Why.FORM)


def _cards(_plain: str, run: Run) -> Iterator[_Found]:
    if run.coded or run.counted or (run.label == "other" and run.beside):
        return
    for first, end in run.windows(CARD.start, CARD.stop - 1):
        number = run.digits[first:end]
        shaped = run.label == "card" or _is_card_shaped(run.groups(first, end))
        if shaped and number[0] != "0" and len(set(number)) > 1 and _luhn(number):
            yield _Found(first, end, PrivateKind.CARD, Why.CHECKED)


def _is_card_shaped(lengths: list[int]) -> bool:
    """Return whether groups are those of a card: one, fours, or few and long, as people cut one."""
    if CUT_IN_TWO <= len(lengths) <= GROUPED and (len(lengths) == CUT_IN_TWO or min(lengths) >= GROUP):
        return sum(lengths) >= USUAL_CARD
    return len(lengths) == 1 or (set(lengths[:-1]) == {GROUP} and lengths[-1] <= LAST)


def _labelled(_plain: str, run: Run) -> Iterator[_Found]:
    """Yield what the words beside it call an account or a telephone, whatever it looks like."""
    least = {"card": CARD.start, "phone": LABELLED_PHONE}.get(run.label or "")
    if least is None or run.coded or run.counted or not run.beside or len(run.digits) < least:
        return
    kind = PrivateKind.CARD if run.label == "card" else PrivateKind.PHONE
    yield _Found(0, run.whole(LONGEST), kind, Why.LABEL)


_Finder = Callable[[str, Run], Iterator[_Found]]
_CLOSE: Sequence[_Finder] = (_checked, _formed, _named, _mobiles, _cards, _labelled)
_APART: Sequence[_Finder] = (_checked, _mobiles, _cards)
"""What is looked for where separators are wide: only what its form or its check digit tells."""


@cache
def _areas() -> frozenset[str]:
    return frozenset(private_words()["provinces"]["codes"])


def _is_area(number: str) -> bool:
    return number[:2] in _areas() and number[4:6] != "00"  # a person is of a county


def _is_day(digits: str) -> bool:
    if digits[:2] not in ("18", "19", "20"):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _luhn(number: str) -> bool:
    """Return whether the last digit checks the others (ISO/IEC 7812-1, annex B).

    >>> _luhn("4111111111111111")
    True
    """
    doubled = "0246813579"
    total = sum(int(doubled[int(each)] if place % 2 else each) for place, each in enumerate(reversed(number)))
    return total % 10 == 0
