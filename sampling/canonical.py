"""The one encoding and the one digest: JSON in canonical form (RFC 8785), SHA-256 or SM3 in lowercase hex.

The protocol needs text, whole numbers from 0 to 2^53 - 1, true, false, null, lists and objects; nothing else is
encoded. Reading is strict: what does not encode again to the very same bytes is refused, never repaired.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from json.encoder import encode_basestring
from typing import Final, NoReturn, Protocol, Self

from sampling.errors import Fault, Path, RefusedError, within
from sampling.sm3 import Sm3

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8785, appendix D)."""

_DIGITS: Final = len(str(MAX_INTEGER))


class Hash(Protocol):
    """What a hash function returns: a message so far, and its digest."""

    def update(self, data: bytes, /) -> None:
        """Append to the message."""

    def copy(self) -> Self:
        """Return an object of its own for the same message."""

    def digest(self) -> bytes:
        """Return the 32 bytes."""

    def hexdigest(self) -> str:
        """Return 64 lowercase hex digits."""


HashFunction = Callable[[bytes], Hash]


@cache
def hash_function(name: str) -> HashFunction:
    """Return the function called ``sha256`` or ``sm3``: of hashlib where it has it, else our own SM3.

    Raises:
        RefusedError: for every other name.
    """
    if name == "sha256":
        return hashlib.sha256
    if name != "sm3":
        raise RefusedError(Fault.HASH, ("hash",), value=name)
    try:
        hashlib.new("sm3", b"")
    except ValueError:
        return Sm3
    return partial(hashlib.new, "sm3")


def digest(data: bytes, hash_name: str) -> str:
    """Return the digest of ``data`` as 64 lowercase hex digits."""
    return hash_function(hash_name)(data).hexdigest()


def jcs(value: object) -> bytes:
    """Encode in canonical form: no white space, members sorted by the UTF-16 code units of their names.

    Raises:
        RefusedError: at the path of a fraction, a number out of range, a lone surrogate or any other type.
    """
    try:
        return _encode(value, ()).encode()
    except RecursionError:
        raise RefusedError(Fault.DEPTH) from None


def parse_jcs(data: bytes, *, file: str) -> object:
    """Read canonical JSON.

    Raises:
        RefusedError: when it is not UTF-8, not JSON, has a member twice or a number that is not allowed, is nested
            too deeply, or is anything but the canonical form of what it says.
    """
    with within(file=file):
        value = _load(data)
        if jcs(value) != data:
            raise RefusedError(Fault.NOT_CANONICAL)
        return value


def parse_json(data: bytes) -> object:
    """Read JSON that a stranger wrote in any form: for what is taken apart and not kept as it came.

    Raises:
        RefusedError: when it is not UTF-8, not JSON, has a member twice, or is nested too deeply.
    """
    return _load(data)


class _Unfit:
    """A number that the protocol has no room for, kept as it was written until its place is known."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def _load(data: bytes) -> object:
    try:
        return json.loads(
            data.decode(),
            object_pairs_hook=_members,
            parse_float=_Unfit,
            parse_constant=_Unfit,
            parse_int=lambda text: int(text) if len(text) <= _DIGITS else _Unfit(text),
        )
    except UnicodeDecodeError:
        raise RefusedError(Fault.NOT_UTF8) from None
    except json.JSONDecodeError as error:
        raise RefusedError(Fault.NOT_JSON, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise RefusedError(Fault.DEPTH) from None


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise RefusedError(Fault.KEY_TWICE, (twice,))
    return members


def _encode(value: object, path: Path) -> str:
    if isinstance(value, str):
        return _text(value, path)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value) if 0 <= value <= MAX_INTEGER else _refuse_number(value, path)
    if isinstance(value, list | tuple):
        return "[" + ",".join(_encode(entry, (*path, at)) for at, entry in enumerate(value)) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: _utf16(name, path))
        return "{" + ",".join(f"{_text(name, path)}:{_encode(value[name], (*path, name))}" for name in names) + "}"
    return _refuse_number(value, path)


def _refuse_number(value: object, path: Path) -> NoReturn:
    raise RefusedError(Fault.NUMBER, path, value=value if isinstance(value, int | _Unfit) else type(value).__name__)


def _utf16(name: object, path: Path) -> bytes:
    """Return the sort key of a member's name (RFC 8785, section 3.2.3)."""
    if not isinstance(name, str):
        raise RefusedError(Fault.NOT_TEXT, path)
    _text(name, path)
    return name.encode("utf-16-be")


def _text(value: str, path: Path) -> str:
    """Quote as RFC 8785, section 3.2.2.2, which is what Python's encoder does when it leaves non-ASCII alone."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise RefusedError(Fault.SURROGATE, path) from None
    return encode_basestring(value)
