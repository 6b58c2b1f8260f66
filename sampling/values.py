"""What a text that people read and what a number may be, wherever in the protocol they stand."""

import unicodedata
from typing import Final

from sampling.canonical import MAX_INTEGER
from sampling.errors import Fault, RefusedError

MAX_CHARACTERS: Final = 200
"""Unicode code points."""


def check_prose(text: str, *path: str | int) -> None:
    """Refuse what is not 1 to 200 characters, in NFC, without control characters (category Cc).

    Raises:
        RefusedError: at ``path``.
    """
    fits = 1 <= len(text) <= MAX_CHARACTERS and unicodedata.is_normalized("NFC", text)
    if not fits or any(unicodedata.category(character) == "Cc" for character in text):
        raise RefusedError(Fault.PROSE, path)


def check_range(value: object, least: int, *path: str | int) -> None:
    """Refuse what is not an integer from ``least`` to 2^53 - 1.

    Raises:
        RefusedError: at ``path``.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise RefusedError(Fault.NOT_INTEGER, path)
    if value > MAX_INTEGER:
        raise RefusedError(Fault.NUMBER, path, value=value)
    if value < least:
        raise RefusedError(Fault.AT_LEAST, path, least=least, value=value)
