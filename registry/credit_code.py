"""Unified social credit codes (统一社会信用代码): the key of every operator, checked before anything else believes it.

Eighteen characters: registering body, class, six digits of area, nine of the organisation, one that checks the rest.
I, O, S, V and Z do not occur. Source: GB 32100-2015, sections 4 and 5.
"""

from collections.abc import Sequence
from typing import NewType

from registry.errors import RegistryError

CreditCode = NewType("CreditCode", str)

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BASE = len(ALPHABET)
VALUES = {character: value for value, character in enumerate(ALPHABET)}
WEIGHTS = tuple(pow(3, place, BASE) for place in range(LENGTH - 1))
AREA_PLACES = range(2, 8)
DIGITS = "0123456789"

# only ASCII and its full-width twins: NFKC and str.upper() would turn circled digits and ligatures into valid ones
_ASCII = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)}
_UPPER = {code: chr(code).upper() for code in range(ord("a"), ord("z") + 1)}
LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}


class CreditCodeError(RegistryError):
    """Not a credit code; ``value`` as handed in, ``places`` of the impossible characters, from 1."""

    zh = "统一社会信用代码“{value}”有误：{problem_zh}{mend_zh}"
    en = "{value!r} is not a unified social credit code: {problem_en} {mend_en}"


def normalise_credit_code(text: str) -> str:
    """Return text without white space at its ends, in upper case, full-width characters made half-width."""
    return text.translate(_ASCII).translate(_UPPER).strip()


def parse_credit_code(text: str) -> CreditCode:
    """Return the normalised credit code, or raise CreditCodeError with everything that is wrong with it."""
    code = normalise_credit_code(text)
    if len(code) != LENGTH:
        raise _wrong(
            text,
            f"应为 18 位，现为 {len(code)} 位。",
            f"it must have 18 characters and has {len(code)}.",
        )
    impossible = [mark for place, character in enumerate(code) if (mark := _mark(place, character))]
    if impossible:
        raise _wrong(
            text,
            "；".join(zh for _, zh, _ in impossible) + "。",
            "; ".join(en for _, _, en in impossible) + ".",
            places=[place for place, _, _ in impossible],
        )
    fitting = check_digit(code[:-1])
    if code[-1] != fitting:
        raise _wrong(
            text,
            "末位校验码与前 17 位不符，其中至少有一位录错。"
            f"如果前 17 位都对，末位应为 {fitting}；前 17 位没有逐位核对过的，不要只改末位。",
            "the last character does not check the other 17, so at least one of them is wrong. "
            f"It would be {fitting} if the other 17 are right; do not change it alone before they are compared.",
        )
    return CreditCode(code)


def check_digit(first17: str) -> str:
    """Return the 18th character for the first 17: (31 - Σ value · 3^(i-1) mod 31) mod 31, as a character."""
    total = sum(VALUES[character] * weight for character, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[-total % BASE]


def is_possible(place: int, character: str) -> bool:
    """Return whether a character can stand at a place, counted from 0."""
    return character in VALUES and (place not in AREA_PLACES or character in DIGITS)


def _mark(place: int, character: str) -> tuple[int, str, str] | None:
    """Return the place from 1 and what is wrong with an impossible character, in both languages."""
    if is_possible(place, character):
        return None
    number = place + 1
    shown = character if character.isprintable() and not character.isspace() else f"U+{ord(character):04X}"
    twin = LOOKALIKES.get(character)
    if character in VALUES or (twin and place in AREA_PLACES and twin not in DIGITS):
        return (
            number,
            f"第 {number} 位是“{shown}”，第 3 至 8 位是行政区划，只能是数字",
            f"character {number} is {shown!r}, but 3 to 8 are the area and must be digits",
        )
    if twin:
        return (
            number,
            f"第 {number} 位是“{shown}”，代码不使用 I、O、S、V、Z（可能是 {twin}）",
            f"character {number} is {shown!r}; I, O, S, V and Z do not occur (perhaps it is {twin})",
        )
    return (
        number,
        f"第 {number} 位是“{shown}”，只能是数字和大写字母",
        f"character {number} is {shown!r}; only digits and capital letters occur",
    )


def _wrong(value: str, zh: str, en: str, *, places: Sequence[int] = ()) -> CreditCodeError:
    return CreditCodeError(
        value=value,
        places=tuple(places),
        problem_zh=zh,
        problem_en=en,
        mend_zh="请对照营业执照逐位核对。",
        mend_en="Compare it with the business licence, character by character.",
    )
