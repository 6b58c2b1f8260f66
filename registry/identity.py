"""Identity numbers (公民身份号码): recognised so that they never become the key of a record, nor are said again.

Eighteen characters: area, date of birth, order, one that checks the rest; or fifteen digits in the form of before 1999.
Source: GB 11643-1999, section 4.
"""

import re
from datetime import date

from sampling.wording import Words

LENGTH = 18
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
_HALF_WIDTH = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)}
_NEW = re.compile(r"[1-9][0-9]{5}(?P<born>(?:18|19|20)[0-9]{6})[0-9]{3}[0-9X]")
_OLD = re.compile(r"[1-9][0-9]{5}(?P<born>[0-9]{6})[0-9]{3}")

PROBLEM: Words = ("填的是公民身份号码。", "An identity number was filled in.")
MEND: Words = (
    "名录不收身份证号，请删去；没有统一社会信用代码的，登记编号可留空，由系统编号。",
    "The register keeps no identity numbers: remove it. Without a credit code the register number may stay empty.",
)


def is_identity_number(text: str) -> bool:
    """Return whether a text is an identity number: the form, a date of birth that exists, the check character."""
    number = re.sub(r"[\s-]", "", text.translate(_HALF_WIDTH)).upper()
    if found := _NEW.fullmatch(number):
        return _is_day(found["born"]) and number[-1] == check_character(number[:-1])
    found = _OLD.fullmatch(number)
    return found is not None and _is_day("19" + found["born"])


def check_character(first17: str) -> str:
    """Return the 18th character for the first 17: by Σ digit · 2^(18-i) mod 11 (ISO 7064, MOD 11-2)."""
    return CHECK[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % len(CHECK)]


def _is_day(digits: str) -> bool:
    try:
        date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return False
    return True
