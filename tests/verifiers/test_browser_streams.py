"""The browser unpacks deflate to the edge of each of its rules: codes, repetitions, lengths and ends."""

import hashlib
from collections.abc import Mapping

from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.test_browser_archives import END, LAST_FIXED, STREAMS, THREE, A, bits, by_zlib, code, inflated

ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
"""In which the lengths of the first codes are written."""
LAST_MADE = ((1, 1), (2, 2))
SIGN_A, STOP = 97, 256
Bits = tuple[int, int]


def codes_of(lengths: Mapping[int, int]) -> dict[int, Bits]:
    """Return the canonical code of each symbol, as it is packed."""
    found: dict[int, Bits] = {}
    number, before = 0, 0
    for symbol, length in sorted(lengths.items(), key=lambda each: (each[1], each[0])):
        number <<= length - before
        found[symbol] = code(number, length)
        number, before = number + 1, length
    return found


def listed(lengths: Mapping[int, int], number: int) -> list[int]:
    """Return the lengths of so many symbols, in their order."""
    return [lengths.get(symbol, 0) for symbol in range(number)]


def block(
    steps: list[tuple[int, Bits | None]],
    first: Mapping[int, int],
    *body: Bits,
    literals: int = 257,
    distances: int = 1,
) -> bytes:
    """Return a block with codes of its own: the steps that list their lengths, under the first codes, then a text."""
    own = codes_of(first)
    said = [part for symbol, more in steps for part in (own[symbol], more) if part is not None]
    lengths = [(first.get(symbol, 0), 3) for symbol in ORDER]
    return bits(*LAST_MADE, (literals - 257, 5), (distances - 1, 5), (len(ORDER) - 4, 4), *lengths, *said, *body)


def plainly(lengths: Mapping[int, int], *, distances: Mapping[int, int]) -> list[tuple[int, Bits | None]]:
    """Return the steps that list lengths one by one."""
    known = [*listed(lengths, 257), *listed(distances, max(distances) + 1)]
    return [(length, None) for length in known]


FIRST = {0: 1, 1: 2, 2: 3, 16: 4, 17: 5, 18: 5}
"""First codes for lengths of 0, 1 and 2 and for every repetition."""
EVERY = dict.fromkeys(range(13), 4) | dict.fromkeys(range(13, 19), 5)
TWO = {SIGN_A: 1, STOP: 1}
"""One bit for the sign and one for the stop."""
DEEP = {symbol: symbol + 1 for symbol in range(14)} | {14: 15, STOP: 15}
"""Sixteen symbols with codes as long as there may be."""
HALF = {SIGN_A: 2, STOP: 1}
"""A fourth code is left over."""
FAR = {STOP: 1, SIGN_A: 2, 257: 2}
"""One bit for the stop, two for the sign and for a length of three."""
CROWDED = {SIGN_A: 1, STOP: 1, 98: 2}
"""More codes than there is room for, of which the first two could be read."""
CROWDED_BELOW = {STOP: 1} | {symbol: symbol + 2 for symbol in range(13)} | {13: 15, 14: 15, 15: 15}


def until_a(*before: tuple[int, Bits | None]) -> list[tuple[int, Bits | None]]:
    """Return steps that give the sign and the stop one bit each, after some that stand for the first lengths."""
    covered = {16: 3, 17: 3, 18: 11}
    done = sum(covered[symbol] + (more[0] if more else 0) if symbol > 15 else 1 for symbol, more in before)
    return [*before, *[(0, None)] * (SIGN_A - done), (1, None), *[(0, None)] * (STOP - SIGN_A - 1), (1, None)]


SIGN, ENDS = codes_of(TWO)[SIGN_A], codes_of(TWO)[STOP]
MADE: dict[str, tuple[bytes, bytes | None]] = {
    "a sign in codes of their own": (block([*until_a(), (1, None)], FIRST, SIGN, ENDS), b"a"),
    "codes of fifteen bits": (
        block(
            plainly(DEEP, distances={0: 1}),
            EVERY,
            *(codes_of(DEEP)[symbol] for symbol in (14, 0, 13, 12, STOP)),
        ),
        bytes([14, 0, 13, 12]),
    ),
    "a repetition from the second length on": (
        block([*until_a((0, None), (16, (3, 2))), (1, None)], FIRST, SIGN, ENDS),
        b"a",
    ),
    "zeros, three to ten and eleven and more": (
        block([*until_a((17, (0, 3)), (17, (7, 3)), (18, (0, 7)), (18, (9, 7))), (1, None)], FIRST, SIGN, ENDS),
        b"a",
    ),
    "a repetition of the last lengths, to the last": (
        block([*until_a(), (1, None), (16, (0, 2))], FIRST, SIGN, ENDS, distances=4),
        None,
    ),
    "a repetition before there is a length": (
        block([*until_a((16, (0, 2))), (1, None)], FIRST, SIGN, ENDS),
        None,
    ),
    "a repetition past the last length": (block([*until_a(), (17, (0, 3))], FIRST, SIGN, ENDS), None),
    "zeros past the last length": (block([*until_a(), (18, (0, 7))], FIRST, SIGN, ENDS), None),
    "more codes than there is room for": (
        block(plainly(CROWDED, distances={0: 1}), FIRST, SIGN, ENDS),
        None,
    ),
    "more codes than there is room for among the longest": (
        block(plainly(CROWDED_BELOW, distances={0: 1}), EVERY, codes_of({0: 2, STOP: 1})[0], code(0, 1)),
        None,
    ),
    "a code that stands for nothing": (
        block(plainly(HALF, distances={0: 1}), FIRST, codes_of(HALF)[SIGN_A], (2**15 - 1, 15)),
        None,
    ),
    "a kind of block that is none, with codes of its own": (
        bytes([0b111, *block([*until_a(), (1, None)], FIRST, SIGN, ENDS)[1:]]),
        None,
    ),
    "a kind of block that is none, before another": (bits((0, 1), (3, 2), *LAST_FIXED, A, END), None),
    "a kind of block that is none, alone": (bits((1, 1), (3, 2)), None),
    "a length that is none, and nothing more": (bits(*LAST_FIXED, A, code(0b11000110, 8)), None),
    "a distance that is none, and nothing more": (bits(*LAST_FIXED, A, THREE, code(30, 5)), None),
    "a distance that is none, in codes of their own": (
        block(
            [(length, None) for length in [*listed(FAR, 258), *listed({30: 1}, 31)]],
            FIRST,
            codes_of(FAR)[SIGN_A],
            codes_of(FAR)[257],
            (0, 1),
            literals=258,
            distances=31,
        ),
        None,
    ),
    "stored, of more than follows": (b"\x01\x05\x00\xfa\xffab", None),
    "stored, of as many as can be, without a check": (b"\x01\xff\xff", None),
}


def test_each_rule_of_deflate_holds_to_its_edge(verifier: BrowserVerifier) -> None:
    """Streams made by hand, and each of them cut wherever it can be; zlib says the same of each."""
    for name, (stream, text) in MADE.items():
        assert by_zlib(stream) == text, name
    asked, wanted = [], []
    for stream, _text in [*MADE.values(), *STREAMS.values()]:
        for end in range(1, len(stream) + 1) if len(stream) < 200 else [len(stream)]:
            text = by_zlib(stream[:end])
            sizes = range(8) if text is None else sorted({len(text), *range(8)})
            for size in sizes:
                fits = text is not None and len(text) == size
                asked.append((stream[:end], size))
                wanted.append(hashlib.sha256(text or b"").hexdigest() if fits else None)
    assert inflated(verifier, asked) == wanted
