"""Unified social credit codes (统一社会信用代码): the key of every operator, checked before anything else believes it.

Eighteen characters: registering body, class, six digits of area, nine of the organisation, one that checks the rest.
I, O, S, V and Z do not occur. Source: GB 32100-2015, sections 4 and 5.
"""

from typing import NewType

from registry.errors import RegistryError

CreditCode = NewType("CreditCode", str)

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BASE = len(ALPHABET)
VALUES = {character: value for value, character in enumerate(ALPHABET)}
WEIGHTS = tuple(pow(3, place, BASE) for place in range(LENGTH - 1))
AREA_PLACES = range(2, 8)

# only ASCII and its full-width twins: NFKC and str.upper() would turn circled digits and ligatures into valid ones
_ASCII = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)}
_UPPER = {code: chr(code).upper() for code in range(ord("a"), ord("z") + 1)}
_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}


class CreditCodeError(RegistryError):
    """Not a credit code; ``value`` as handed in, ``place`` of the first wrong character (from 1) or None."""

    zh = "统一社会信用代码“{value}”有误：{problem_zh}{mend_zh}"
    en = "{value!r} is not a unified social credit code: {problem_en} {mend_en}"


def normalise_credit_code(text: str) -> str:
    """Return text without white space at its ends, in upper case, full-width characters made half-width."""
    return text.translate(_ASCII).translate(_UPPER).strip()


def parse_credit_code(text: str) -> CreditCode:
    """Return the normalised credit code, or raise CreditCodeError with the first thing that is wrong."""
    code = normalise_credit_code(text)
    if len(code) != LENGTH:
        raise _wrong(
            text,
            f"应为 18 位，现为 {len(code)} 位。",
            f"it must have 18 characters and has {len(code)}.",
        )
    for place, character in enumerate(code):
        if character not in VALUES:
            raise _unknown_character(text, place, character)
        if place in AREA_PLACES and not character.isdigit():
            raise _wrong(
                text,
                f"第 {place + 1} 位是“{character}”，第 3 至 8 位是行政区划，只能是数字。",
                f"character {place + 1} is {character!r}, but 3 to 8 are the area and must be digits.",
                place=place + 1,
            )
    if code[-1] != check_digit(code[:-1]):
        # the digit that would fit is not told: putting it in would make a wrong code look right
        raise _wrong(
            text,
            "末位校验码与前 17 位不符，其中至少有一位录错。",
            "the last character does not check the other 17, so at least one of them is wrong.",
        )
    return CreditCode(code)


def check_digit(first17: str) -> str:
    """Return the 18th character for the first 17: (31 - Σ value · 3^(i-1) mod 31) mod 31, as a character."""
    total = sum(VALUES[character] * weight for character, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[-total % BASE]


def _unknown_character(text: str, place: int, character: str) -> CreditCodeError:
    shown = character if character.isprintable() and not character.isspace() else f"U+{ord(character):04X}"
    twin = _LOOKALIKES.get(character)
    if twin:
        return _wrong(
            text,
            f"第 {place + 1} 位是“{shown}”，代码不使用 I、O、S、V、Z(可能是 {twin})。",
            f"character {place + 1} is {shown!r}; I, O, S, V and Z do not occur (perhaps it is {twin}).",
            place=place + 1,
        )
    return _wrong(
        text,
        f"第 {place + 1} 位是“{shown}”，只能是数字和大写字母。",
        f"character {place + 1} is {shown!r}; only digits and capital letters occur.",
        place=place + 1,
    )


def _wrong(value: str, zh: str, en: str, *, place: int | None = None) -> CreditCodeError:
    return CreditCodeError(
        value=value,
        place=place,
        problem_zh=zh,
        problem_en=en,
        mend_zh="请对照营业执照逐位核对。",
        mend_en="Compare it with the business licence, character by character.",
    )
