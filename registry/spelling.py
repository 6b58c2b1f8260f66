"""How people and spreadsheets write text, dates and months, and the one way in which the registry keeps them.

Nothing here guesses: a spelling that can only mean one thing is read, every other is left to the caller to refuse.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from typing import Final

SEPARATOR: Final = "\x1f"
"""Stands between the cells of a record that are looked at together; no cell can hold it and pass."""

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_PLAIN = re.compile(r"[\x1f!-~\u4e00-\u9fff、。《》〔〕（），：；“”…—·]*+")
"""Printable ASCII, ideographs and their usual punctuation: what no normal form and no width changes."""
_STARTS = re.compile(r"\x1f[=@+\-]")
_INVISIBLE = dict.fromkeys((0xAD, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_SPACES = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_HALF_WIDTH = {
    code: chr(code - 0xFEE0) for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)
}
_WIDTHS = {**_INVISIBLE, **_SPACES, **_HALF_WIDTH}
_RUN = re.compile(r" {2,}")
_BETWEEN = re.compile(f"(?<=[{_CHINESE}]) (?=[{_CHINESE}])")

_USUAL = re.compile(r"[ -~\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e·—‘’“”…]*+")
_UNFIT = frozenset(("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"))
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Letters, marks and signs by their category, of which nothing is seen."""
_RARE = range(0x20000, 0x3FFFE)
"""Planes of ideographs: more of them are assigned than this Python knows."""
_FORMULA = re.compile(r"[=@＝＠]|[+\-＋－](?![0-9][0-9 ().\-]*\Z)(?=.)")
_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{1,3}")

_DAY = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号])(?: 0?0:00(?::00)?)?"
)
_PLAIN_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})|年([0-9]{1,2})月)")
_PLAIN_MONTH = re.compile(r"([0-9]{4})([0-9]{2})")
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.[0-9]+)?")
EXACT_DIGITS: Final = 15
"""A spreadsheet keeps that many digits of a number. Source: IEEE 754 double precision."""
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""No day of a roster lies outside; what does was typed wrongly."""


class NumberText(str):
    """The text of a cell that held a number: it has lost its leading zeros, and its digits after the fifteenth."""

    __slots__ = ()


def are_plain(texts: Collection[str]) -> bool:
    """Return whether ``clean_text`` changes none of the texts of a record, and none is a formula or a shortened number.

    A look at all of them at once, for most records are plain. A False may be wrong, a True never is.
    """
    record = SEPARATOR + SEPARATOR.join(texts)
    return (
        _PLAIN.fullmatch(record) is not None
        and record.count(SEPARATOR) == len(texts)
        and "+" not in record
        and _STARTS.search(record) is None
    )


def clean_text(text: str) -> str:
    """Return text as the registry keeps it.

    NFC; invisible characters removed; every kind of space made a plain one, runs of it one, none at the ends and none
    between two Chinese characters; full-width letters and digits half-width. Chinese punctuation stays.

    >>> clean_text("　山西　虚构 （太原）ＡＢＣ１２３  公司 ")
    '山西虚构（太原）ABC123 公司'
    """
    plain = _RUN.sub(" ", unicodedata.normalize("NFC", text).translate(_WIDTHS))
    return _BETWEEN.sub("", plain.strip())


def unfit_character(text: str, *, lines: bool = False) -> str | None:
    r"""Return the first character that no text may hold, or None: control, unseen, turning, private or of no meaning.

    ``lines``: a line feed may stand. Rare ideographs of planes 2 and 3 pass, and so does what selects their form.

    >>> [unfit_character(text) for text in ("买买提·艾力", chr(0x20BB7), "甲" + chr(0x7F))]
    [None, None, '\x7f']
    """
    if _USUAL.fullmatch(text):
        return None
    return next((each for each in text if _is_unfit(each) and not (lines and each == "\n")), None)


def _is_unfit(character: str) -> bool:
    if ord(character) in _RARE:
        return False
    return character in _BLANK or unicodedata.category(character) in _UNFIT


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet that loads the text as a cell might compute it.

    >>> [is_formula(text) for text in ("=1+1", "@SUM(A1)", "-2+3", "+86-351-1234567", "-")]
    [True, True, True, False, False]
    """
    return _FORMULA.match(text) is not None


def is_shortened(text: str) -> bool:
    """Return whether a number stands here of which the spreadsheet has lost digits.

    >>> is_shortened("9.114E+17"), is_shortened("911400001123599660"), is_shortened(NumberText("911400001123599600"))
    (True, False, True)
    """
    if isinstance(text, NumberText) and len(text.partition(".")[0].lstrip("-")) > EXACT_DIGITS:
        return True
    return _SHORTENED.fullmatch(text) is not None


def is_serial(text: str) -> bool:
    """Return whether a date lost its format: the day's number in the spreadsheet, such as 44075."""
    return _SERIAL.fullmatch(text) is not None


def parse_day(text: str) -> date | None:
    """Return the date, or None where the text is none.

    >>> {str(parse_day(text)) for text in ("2020-09-01", "2020/9/1", "2020.9.1", "2020年9月1日", "20200901")}
    {'2020-09-01'}
    >>> parse_day("9/1/2020")
    """
    found = _DAY.fullmatch(text) or _PLAIN_DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part and part.isdigit())
    try:
        meant = date(year, month, day)
    except ValueError:
        return None
    return meant if EARLIEST <= meant <= LATEST else None


def parse_month(text: str) -> str | None:
    """Return a month as YYYY-MM, of a date its month, or None where the text is neither.

    >>> [parse_month(text) for text in ("2020-09", "2020年9月", "202009", "2020-09-01", "2020-13")]
    ['2020-09', '2020-09', '2020-09', '2020-09', None]
    """
    found = _MONTH.fullmatch(text) or _PLAIN_MONTH.fullmatch(text)
    if found is None:
        day = parse_day(text)
        return None if day is None else f"{day:%Y-%m}"
    year, month = (int(part) for part in found.groups() if part)
    return f"{year:04d}-{month:02d}" if year and 1 <= month <= 12 else None  # noqa: PLR2004 - months of a year
