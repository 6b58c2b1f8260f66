"""The browser unpacks an archive whole, or refuses it."""

import base64
import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable

from tests.verifiers.cases import Dice
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.test_archives import FILES


def fibonacci(most: int) -> bytes:
    """Return bytes whose frequencies need codes as long as deflate allows."""
    one, other, made = 1, 1, bytearray()
    for sign in range(most):
        made += bytes([sign]) * one
        one, other = other, one + other
    return bytes(made)


def texts_to_pack() -> list[bytes]:
    """Return texts that need every length, every distance, and codes of every kind."""
    far = bytes(hashlib.shake_256(b"far").digest(33_000))
    near = [bytes(hashlib.shake_256(bytes([at])).digest(at)) * 3 for at in (1, 2, 3, 4, 7, 13, 97, 130, 250)]
    lengths = [far[:300] + b"|" + b"".join(far[at : at + length] + b"|" for at, length in enumerate(range(3, 280)))]
    distances = [far[: 2**power + 7] + far[:30] + far[20 : 20 + power] for power in range(1, 16)]
    skew = fibonacci(20)
    return [
        b"",
        b"a",
        b"a" * 258,
        b"a" * 100_000,
        bytes(range(256)) * 4,
        far,
        skew,
        skew[::-1],
        *near,
        *lengths,
        *distances,
    ]


def deflated(text: bytes, level: int, strategy: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    return packer.compress(text) + packer.flush()


def inflated(verifier: BrowserVerifier, streams: Iterable[tuple[bytes, int]]) -> list[str | None]:
    """Return the digest of what each stream unpacks to, in so many bytes, or None where it is refused."""
    unpacked = """streams => streams.map(([data, size]) => {
        try { return hexDigest(SHA256, new Inflater(bytesOf(data), size, "a file").run()); }
        catch (fault) { if (fault instanceof Refused) return null; throw fault; }
    })"""
    found: list[str | None] = verifier.call(
        unpacked, [(base64.b64encode(data).decode(), size) for data, size in streams]
    )
    return found


def test_what_was_packed_is_unpacked_whole_and_with_no_byte_more_or_less(verifier: BrowserVerifier) -> None:
    """Every level and strategy of zlib: stored, fixed and made codes; and the size that is announced is the size."""
    strategies = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED)
    for text in texts_to_pack():
        streams = [deflated(text, level, strategy) for level in (0, 1, 9) for strategy in strategies]
        digest = hashlib.sha256(text).hexdigest()
        assert inflated(verifier, ((stream, len(text)) for stream in streams)) == [digest] * len(streams)
        sizes = [len(text) + 1, *([len(text) - 1] if text else [])]
        assert set(inflated(verifier, ((stream, size) for stream in streams for size in sizes))) == {None}
        broken = [*(stream[:-1] for stream in streams), *(stream + b"\x00" for stream in streams)]
        assert set(inflated(verifier, ((stream, len(text)) for stream in broken))) == {None}


def bits(*fields: tuple[int, int]) -> bytes:
    """Return fields of (value, bits), least significant bit first, as deflate packs them."""
    number, length = 0, 0
    for value, width in fields:
        number |= value << length
        length += width
    return number.to_bytes((length + 7) // 8, "little")


def code(value: int, width: int) -> tuple[int, int]:
    """Return a code of Huffman, which is packed most significant bit first."""
    return int(f"{value:0{width}b}"[::-1], 2), width


LAST_FIXED = ((1, 1), (1, 2))
A = code(0x30 + 97, 8)
END = code(0, 7)
THREE = code(1, 7)
"""A length of three."""
ONE_BACK, TWO_BACK = code(0, 5), code(1, 5)

STREAMS: dict[str, tuple[bytes, bytes | None]] = {
    "a sign": (bits(*LAST_FIXED, A, END), b"a"),
    "a copy": (bits(*LAST_FIXED, A, THREE, ONE_BACK, END), b"aaaa"),
    "a copy from before the beginning": (bits(*LAST_FIXED, A, THREE, TWO_BACK, END), None),
    "a copy of nothing": (bits(*LAST_FIXED, THREE, ONE_BACK, A, END), None),
    "the first length that is none": (bits(*LAST_FIXED, A, code(0b11000110, 8), ONE_BACK, END), None),
    "the last length that is none": (bits(*LAST_FIXED, A, code(0b11000111, 8), ONE_BACK, END), None),
    "the first distance that is none": (bits(*LAST_FIXED, A, THREE, code(30, 5), END), None),
    "the last distance that is none": (bits(*LAST_FIXED, A, THREE, code(31, 5), END), None),
    "two blocks": (bits((0, 1), (1, 2), A, END, *LAST_FIXED, A, END), b"aa"),
    "no last block": (bits((0, 1), (1, 2), A, END), None),
    "a kind of block that is none": (bits((1, 1), (3, 2), A, END), None),
    "stored": (b"\x01\x01\x00\xfe\xffa", b"a"),
    "stored, of nothing": (b"\x01\x00\x00\xff\xff", b""),
    "stored, of 256": (b"\x01\x00\x01\xff\xfe" + bytes(256), bytes(256)),
    "stored, with another check": (b"\x01\x01\x00\xff\xffa", None),
    "stored, with half a check": (b"\x01\x01\x00\xfe\x00a", None),
    "stored, without its bytes": (b"\x01\x01\x00\xfe\xff", None),
    "stored, without its length": (b"\x01\x01\x00\xfe", None),
    "stored, after a sign": (bits((0, 1), (1, 2), A, END, (1, 1), (0, 2)) + b"\x01\x00\xfe\xffb", b"ab"),
    "made codes, more than there is room for": (bits((1, 1), (2, 2), (0, 5), (0, 5), (0, 4), *[(1, 3)] * 4), None),
    "made codes, that begin with a repetition": (
        bits((1, 1), (2, 2), (0, 5), (0, 5), (0, 4), (1, 3), (1, 3), (0, 3), (0, 3), code(0, 1), (0, 2)),
        None,
    ),
    "made codes, of more lengths than announced": (
        bits((1, 1), (2, 2), (0, 5), (0, 5), (0, 4), (0, 3), (0, 3), (1, 3), (0, 3), *[(*code(0, 1),), (127, 7)] * 2),
        None,
    ),
}


def by_zlib(stream: bytes) -> bytes | None:
    """Return what zlib makes of a stream that ends with its last byte."""
    unpacker = zlib.decompressobj(-15)
    try:
        text = unpacker.decompress(stream)
    except zlib.error:
        return None
    return text if unpacker.eof and not unpacker.unused_data else None


def test_each_way_of_packing_is_read_as_its_page_has_it(verifier: BrowserVerifier) -> None:
    """Streams made by hand, bit by bit; zlib says the same of each."""
    for name, (stream, text) in STREAMS.items():
        assert by_zlib(stream) == text, name
        sizes = [len(text)] if text is not None else [0, 1, 2, 3, 4, 5]
        expected = None if text is None else hashlib.sha256(text).hexdigest()
        assert set(inflated(verifier, ((stream, size) for size in sizes))) == {expected}, name


def test_a_mangled_stream_is_refused_or_is_what_zlib_makes_of_it(verifier: BrowserVerifier) -> None:
    text = (b"unit_id,stratum,area\n" + bytes(range(97, 123))) * 9
    streams = []
    for number in range(600):
        dice = Dice(f"a stream {number}")
        changed = bytearray(deflated(text, 9, dice.one_of((zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED))))
        changed[dice.below(min(len(changed), 60))] ^= 1 << dice.below(8)
        streams.append(bytes(changed))
    for stream, digest in zip(streams, inflated(verifier, ((each, len(text)) for each in streams)), strict=True):
        if digest is not None:
            assert digest == hashlib.sha256(zlib.decompress(stream, -15)).hexdigest()


def unpacked(verifier: BrowserVerifier, archives: Iterable[bytes]) -> list[dict[str, str] | None]:
    """Return the digest of each file of each archive, or None where it is refused."""
    read = """archives => archives.map(data => {
        try {
            const files = [...readArchive(bytesOf(data))];
            return Object.fromEntries(files.map(([name, file]) => [name, hexDigest(SHA256, file)]));
        } catch (fault) { if (fault instanceof Refused) return null; throw fault; }
    })"""
    found: list[dict[str, str] | None] = verifier.call(read, [base64.b64encode(data).decode() for data in archives])
    return found


WHOLE = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
END_AT, FIRST_AT = -22, b"PK\x01\x02"


def archive(
    *,
    extra: bytes = b"",
    comment: bytes = b"",
    gap: bytes = b"",
    method: int = 8,
    changed: Callable[[bytes], bytes] = bytes,
) -> bytearray:
    """Return an archive written by hand, with what a ZIP may have beside its files; their packed bytes changed."""
    made, listed = bytearray(), bytearray()
    for name, data in FILES.items():
        body = changed(deflated(data, 9, 0) if method == 8 else data)
        fields = struct.pack("<HHHHIIIH", 0, method, 0, 0x21, zlib.crc32(data), len(body), len(data), len(name))
        listed += struct.pack("<4sHH", FIRST_AT, 20, 20) + fields
        listed += struct.pack("<HHHHII", len(extra), len(comment), 0, 0, 0, len(made) + len(gap))
        listed += name.encode() + extra + comment
        made += gap + struct.pack("<4sH", b"PK\x03\x04", 20) + fields + struct.pack("<H", len(extra))
        made += name.encode() + extra + body
    number = len(FILES)
    return made + listed + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, number, number, len(listed), len(made), 0)


def longer(packed: bytes) -> bytes:
    return packed + b"\x00"


def shorter(packed: bytes) -> bytes:
    return packed[:-1]


def test_what_a_zip_may_have_beside_its_files_changes_nothing(verifier: BrowserVerifier) -> None:
    whole = [
        archive(),
        archive(method=0),
        archive(extra=b"\x99\x99\x02\x00xx"),
        archive(comment=b"a word"),
        archive(extra=b"\x99\x99\x02\x00xx", comment=b"a word"),
        archive(gap=b"\x00"),
        bytearray(changed_at(archive().index(FIRST_AT) + 38, "<I", 0o100644 << 16)),
    ]
    assert unpacked(verifier, map(bytes, whole)) == [WHOLE] * len(whole)


def changed_at(place: int, form: str, value: int, *, data: bytes | None = None) -> bytes:
    """Return an archive with another number at a place."""
    made = bytearray(archive() if data is None else data)
    struct.pack_into(form, made, place if place >= 0 else len(made) + place, value)
    return bytes(made)


def test_a_number_of_an_archive_that_does_not_fit_is_refused(verifier: BrowserVerifier) -> None:
    good = bytes(archive())
    listed, number = good.index(FIRST_AT), len(FILES)
    ((length, start),) = struct.iter_unpack("<II", good[-10:-2])
    broken = {
        "a disk": changed_at(-18, "<H", 1),
        "another disk of the list": changed_at(-16, "<H", 1),
        "fewer on this disk": changed_at(-14, "<H", number - 1),
        "fewer in all": changed_at(-12, "<H", number - 1),
        "fewer": changed_at(-14, "<H", number - 1, data=changed_at(-12, "<H", number - 1)),
        "more": changed_at(-14, "<H", number + 1, data=changed_at(-12, "<H", number + 1)),
        "a longer list": changed_at(-10, "<I", length + 1),
        "a list that begins later": changed_at(-6, "<I", start + 1),
        "a list moved and shortened": changed_at(-6, "<I", start + 1, data=changed_at(-10, "<I", length - 1)),
        "a comment": changed_at(-2, "<H", 1),
        "another sign of the end": changed_at(-22, "<I", 0x06054B51),
        "another sign in the list": changed_at(listed, "<I", 0x02014B51),
        "another sign of a file": changed_at(0, "<I", 0x04034B51),
        "a longer name in the list": changed_at(listed + 28, "<H", 20),
        "a longer name before the file": changed_at(26, "<H", 20),
        "more beside the file": changed_at(28, "<H", 1),
        "another way of packing before the file": changed_at(8, "<H", 0),
        "another way of packing in the list": changed_at(listed + 10, "<H", 0),
        "a way of packing that is none": changed_at(listed + 10, "<H", 9, data=changed_at(8, "<H", 9)),
        "another checksum": changed_at(listed + 16, "<I", 7),
        "fewer bytes packed": changed_at(listed + 20, "<I", 5),
        "more bytes packed": changed_at(listed + 20, "<I", len(good)),
        "fewer bytes in all": changed_at(listed + 24, "<I", 5),
        "too many bytes in all": changed_at(listed + 24, "<I", 128 * 2**20 + 1),
        "a link": changed_at(listed + 38, "<I", 0o120777 << 16),
        "encrypted": changed_at(listed + 8, "<H", 1),
        "encrypted strongly": changed_at(listed + 8, "<H", 0x40),
        "a file that begins in another": changed_at(listed + 42, "<I", 1),
        "a file that begins behind": changed_at(listed + 42, "<I", start - 29),
        "stored, with another size": changed_at(
            bytes(archive(method=0)).index(FIRST_AT) + 24, "<I", 1, data=bytes(archive(method=0))
        ),
        "the first bytes twice": b"PK" + good,
        "a byte between": good[: len(good) - 22] + b"\x00" + good[-22:],
        "the last byte gone": good[:-1],
        "nothing but an end": good[-22:],
        "less than an end": good[-21:],
    }
    assert dict(zip(broken, unpacked(verifier, broken.values()), strict=True)) == dict.fromkeys(broken)


def test_two_files_in_one_place_are_refused(verifier: BrowserVerifier) -> None:
    """A file that begins within another could be read in two ways."""
    good = bytes(archive(method=0))
    listed = good.index(FIRST_AT)
    second = good.index(FIRST_AT, listed + 1)
    for offset in (0, 1, 29):
        made = changed_at(second + 42, "<I", offset, data=good)
        assert unpacked(verifier, [made]) == [None]


def test_an_archive_is_known_by_its_first_two_bytes(verifier: BrowserVerifier) -> None:
    heads = [b"PK\x03\x04", b"PK\x05\x06", b"PKxx", b"PK\x03", b"PX\x03\x04", b"XK\x03\x04", b"", b"P"]
    known = "heads => heads.map(head => isArchive(bytesOf(head)))"
    assert verifier.call(known, [base64.b64encode(head).decode() for head in heads]) == [True] * 3 + [False] * 5
