"""Credit codes that were mistyped: entries of the register one character away from what was handed in.

One character read or typed wrongly, two neighbours exchanged, one left out or one too many. Of all codes that are so
near, only those can be on record whose last character checks, a few dozen at most, so one question by key finds them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.credit_code import ALPHABET, LENGTH, check_digit, is_possible, normalise_credit_code
from registry.errors import RegistryError
from registry.operators import Operator
from registry.sites import BLOCK
from sampling.wording import Words

SHOWN = 3
"""Entries that a sentence offers at most."""


@dataclass(frozen=True, kw_only=True)
class Near:
    """An entry of the register that a wrong code may have meant."""

    unit_id: str
    name: str


def near_codes(text: str) -> set[str]:
    """Return every code of the right form and check character that is one slip away from a text.

    >>> "91350100M000100Y43" in near_codes("91350100M00O100Y43")
    True
    """
    code = normalise_credit_code(text)
    return {each for each in _slips(code) if each != code and _is_code(each)}


def near_operators(session: Session, texts: Iterable[str]) -> dict[str, list[Near]]:
    """Return text → the entries of the register one slip away from it, by key; texts without any are left out."""
    wanted = {text: near_codes(text) for text in texts}
    asked = sorted(set().union(*wanted.values()))
    there: dict[str, str] = {}
    for start in range(0, len(asked), BLOCK):
        block = col(Operator.unit_id).in_(asked[start : start + BLOCK])
        there |= dict(session.exec(select(Operator.unit_id, Operator.name).where(block)).all())
    found = {
        text: [Near(unit_id=code, name=there[code]) for code in sorted(codes & there.keys())]
        for text, codes in wanted.items()
    }
    return {text: near for text, near in found.items() if near}


class NoOperatorError(RegistryError):
    """The register has no such key; ``hint`` offers what may have been meant."""

    nature = "absent"
    zh = "没有经营者 {key}。{hint_zh}请核对代码。"
    en = "There is no operator {key}. {hint_en} Check the code."


def find_operator(session: Session, unit_id: str) -> Operator:
    """Return an operator, or raise NoOperatorError with the entries that are one slip away."""
    found = session.get(Operator, unit_id)
    if found is None:
        zh, en = near_words(near_operators(session, [unit_id]).get(unit_id, []))
        raise NoOperatorError(key=unit_id, hint_zh=zh, hint_en=en)
    return found


def near_words(near: Sequence[Near]) -> Words:
    """Return the sentence that offers entries, or two empty texts where there are none."""
    if not near:
        return "", ""
    listed = "、".join(f"{each.unit_id}（{each.name}）" for each in near[:SHOWN])
    codes = ", ".join(each.unit_id for each in near[:SHOWN])
    return f"名录中只差一处的有：{listed}。", f"On record and one slip away: {codes}."


def _slips(code: str) -> Iterator[str]:
    if len(code) == LENGTH:
        for place in range(LENGTH):
            yield from (code[:place] + other + code[place + 1 :] for other in ALPHABET)
        for place in range(LENGTH - 1):
            yield code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if len(code) == LENGTH - 1:
        for place in range(LENGTH):
            yield from (code[:place] + other + code[place:] for other in ALPHABET)
    if len(code) == LENGTH + 1:
        yield from (code[:place] + code[place + 1 :] for place in range(LENGTH + 1))


def _is_code(code: str) -> bool:
    return all(is_possible(*each) for each in enumerate(code)) and code[-1] == check_digit(code[:-1])
