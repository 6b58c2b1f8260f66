"""SM3 in plain Python, for a Python whose OpenSSL has none. Slow (some 0.2 ms a block) and never the first choice.

Source: GB/T 32905-2016; also ISO/IEC 10118-3:2018. Names of variables are the standard's.
"""

import struct
from typing import Final, Self

_IV: Final = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
_BLOCK: Final = 64
_MASK: Final = 0xFFFFFFFF
_FIRST_ROUNDS: Final = 16


def _rotl(x: int, n: int) -> int:
    """Rotate a 32-bit word left by n mod 32 bits."""
    n %= 32
    return (x << n | x >> (32 - n)) & _MASK


_T: Final = tuple(_rotl(0x79CC4519 if j < _FIRST_ROUNDS else 0x7A879D8A, j) for j in range(64))


class Sm3:
    """The SM3 digest of a message, with the part of ``hashlib``'s interface that the protocol needs."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data

    def update(self, data: bytes) -> None:
        """Append to the message."""
        self._data += data

    def copy(self) -> Self:
        """Return an object of its own for the same message."""
        return type(self)(self._data)

    def digest(self) -> bytes:
        """Return the 32 bytes."""
        return _sm3(self._data)

    def hexdigest(self) -> str:
        """Return 64 lowercase hex digits."""
        return self.digest().hex()


def _sm3(data: bytes) -> bytes:
    """Pad (section 5.2), then compress block by block (5.3)."""
    padded = data + b"\x80" + bytes(-(len(data) + 9) % _BLOCK) + struct.pack(">Q", 8 * len(data))
    state: tuple[int, ...] = _IV
    for start in range(0, len(padded), _BLOCK):
        state = _compress(state, padded[start : start + _BLOCK])
    return struct.pack(">8I", *state)


def _expand(block: bytes) -> list[int]:
    """Return the 68 message words W (section 5.3.2)."""
    w = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ _rotl(w[j - 3], 15)
        w.append(x ^ _rotl(x, 15) ^ _rotl(x, 23) ^ _rotl(w[j - 13], 7) ^ w[j - 6])
    return w


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """Return the chaining value after one block (section 5.3.3)."""
    a, b, c, d, e, f, g, h = state
    w = _expand(block)
    for j in range(64):
        ss1 = _rotl((_rotl(a, 12) + e + _T[j]) & _MASK, 7)
        ss2 = ss1 ^ _rotl(a, 12)
        if j < _FIRST_ROUNDS:
            ff, gg = a ^ b ^ c, e ^ f ^ g
        else:
            ff, gg = a & b | a & c | b & c, e & f | ~e & g & _MASK
        tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & _MASK
        tt2 = (gg + h + ss1 + w[j]) & _MASK
        a, b, c, d = tt1, a, _rotl(b, 9), c
        e, f, g, h = tt2 ^ _rotl(tt2, 9) ^ _rotl(tt2, 17), e, _rotl(f, 19), g
    return tuple(x ^ y for x, y in zip((a, b, c, d, e, f, g, h), state, strict=True))
