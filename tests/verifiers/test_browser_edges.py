"""The browser's verifier at its edges: what is the last to be taken and the first to be refused, piece by piece."""

import base64
import hashlib
import json
import struct
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import by_verifier
from tests.verifiers.bundles import packed
from tests.verifiers.cases import ODD_VALUES, Dice, canonical, good_case
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import DrawnLog, Signer, bundle, path_of, root_of, with_log
from tests.verifiers.running import VECTORS, files_of, written
from tests.verifiers.test_archives import FILES
from tests.verifiers.test_door import BAD as BAD_DOORS
from tests.verifiers.test_door import proof
from tests.verifiers.test_drand import BAD as BAD_ROUNDS
from tests.verifiers.test_drand import DRAW, VALUE
from tests.verifiers.test_edges import EDGES, files_after
from tests.verifiers.test_log import BAD_LOGS, BAD_NOTES, BAD_VALUES, LOG, NEXT, WITNESS, log, mangled_log
from tests.verifiers.test_vectors import beside

NAMELESS = {name: data for name, data in DRAW.items() if name != "expected.json"}


def accepted(verifier: BrowserVerifier, cases: Iterable[dict[str, bytes]], *keys: str) -> list[bool]:
    """Return which bundles hold."""
    return [said["ok"] for said in verifier.verified([[*files.items()] for files in cases], *keys)]


def steps(verifier: BrowserVerifier, files: dict[str, bytes], *keys: str) -> list[tuple[str, str]]:
    """Return each step of the report on a bundle, and its state."""
    (said,) = verifier.verified([[*files.items()]], *keys)
    return [(step, state) for step, state, _zh, _en in said["steps"]]


# ---------- the draw


def test_edge_is_where_the_page_has_it(verifier: BrowserVerifier) -> None:
    said = verifier.replayed(files_after(change) for edge in EDGES.values() for change in edge)
    assert [each.accepted for each in said] == [True, False] * len(EDGES)


def test_json_is_taken_in_its_one_form_and_in_no_other(verifier: BrowserVerifier) -> None:
    """Of every odd value, as Python writes it, verify.py and the browser think the same."""
    texts = [canonical(value) for value in ODD_VALUES]
    texts += [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b"1\n",
        b" 1",
        b"-0",
        b"1.0",
        b"1e0",
        b"01",
        b"",
        b"{",
        b"nul",
    ]
    texts += [
        b'"\\u0061"',
        b'"\\/"',
        b'"\\u000a"',
        b'"\\n"',
        b'"\\ud83d\\ude00"',
        b'"\\ud800"',
        b'"\\\\ud800"',
        b'"\x7f"',
    ]
    texts += [
        '{"\ue000":1,"\U00010000":2}'.encode(),
        '{"\U00010000":2,"\ue000":1}'.encode(),
        b"\xef\xbb\xbf1",
        b'"\xff"',
    ]
    read = "texts => texts.map(text => !refuses(() => parseCanonical(bytesOf(text), 'a file')))"
    assert verifier.call(read, [base64.b64encode(text).decode() for text in texts]) == [
        _is_canonical(text) for text in texts
    ]


def _is_canonical(text: bytes) -> bool:
    try:
        verify.read_canonical("a file", text)
    except verify.RefusedError:
        return False
    return True


def test_what_is_refused_is_named_with_its_file_row_and_key_in_both_languages(verifier: BrowserVerifier) -> None:
    told = """wheres => wheres.map(where => {
        try { refuse(where, "不行", "it is not"); }
        catch ({zh, en, message, name}) { return [zh, en, message, name]; }
    })"""
    wheres = [{"file": "f"}, {"file": "f", "row": 2}, {"file": "f", "key": "k.0"}, {"file": "f", "row": 3, "key": "k"}]
    assert verifier.call(told, wheres) == [
        [zh, en, en, "Refused"]
        for zh, en in [
            ("f：不行", "f: it is not"),
            ("f 第 2 行：不行", "f row 2: it is not"),
            ("f “k.0”：不行", "f “k.0”: it is not"),
            ("f 第 3 行 “k”：不行", "f row 3 “k”: it is not"),
        ]
    ]


# ---------- what it is built of


def test_hashes_of_every_length_are_those_of_the_library(verifier: BrowserVerifier) -> None:
    texts = [bytes((7 * at + length) % 256 for at in range(length)) for length in (*range(200), 1000, 4096)]
    hashed = """texts => texts.map(text => [
        hexDigest(SHA256, bytesOf(text)), hexDigest(SM3, bytesOf(text)), hexOf(sha512(bytesOf(text)))])"""
    assert verifier.call(hashed, [base64.b64encode(text).decode() for text in texts]) == [
        [hashlib.new(name, text).hexdigest() for name in ("sha256", "sm3", "sha512")] for text in texts
    ]


def test_many_texts_under_one_key_are_hashed_as_each_alone(verifier: BrowserVerifier) -> None:
    """Longest first: nothing of a longer one stays behind in the room that the next one gets."""
    names = ["u" * length for length in (150, 129, 64, 31, 30, 24, 23, 22, 18, 1)]
    keyed = """names => {
        const keyed = new KeyedHash(SHA256, "k".repeat(32));
        const words = new Uint32Array(8 * names.length + 1).fill(7);
        names.forEach((name, n) => keyed.into(name, words, 8 * n));
        return [names.map((_, n) => wordsHex(words, 8 * n)), words.at(-1)];
    }"""
    assert verifier.call(keyed, names) == [
        [hashlib.sha256(b"k" * 32 + b":" + name.encode()).hexdigest() for name in names],
        7,
    ]


def test_digests_are_in_the_order_of_their_bytes(verifier: BrowserVerifier) -> None:
    """The first word that differs decides, as a number without a sign."""
    base = [5] * 8
    digests = [base, *([*base[:at], value, *base[at + 1 :]] for at in range(8) for value in (0, 6, 2**31, 2**32 - 1))]
    compared = """digests => digests.flatMap((one) => digests.map((other) =>
        Math.sign(compareWords(Uint32Array.from([...one, ...other]), 0, 8))))"""
    assert verifier.call(compared, digests) == [(one > other) - (one < other) for one in digests for other in digests]


def test_every_leaf_of_every_small_tree_is_shown_and_nothing_else(verifier: BrowserVerifier) -> None:
    leaves = [hashlib.sha256(b"\x00" + bytes([at])).digest() for at in range(20)]
    probes: list[tuple[int, int, bytes, list[bytes], bytes | None]] = []
    for size in range(1, len(leaves) + 1):
        for index in range(size):
            path = path_of(leaves[:size], index)
            probes.append((index, size, leaves[index], path, root_of(leaves[:size])))
            probes.append((index, size, leaves[index], [*path, bytes(32)], None))
            probes.append((index, size, leaves[index][:-1], path, None))
            if path:
                probes.append((index, size, leaves[index], path[:-1], None))
        probes.append((size, size, leaves[0], [], None))
        probes.append((size + 1, size, leaves[0], path_of(leaves[:size], 0), None))
    shown = """probes => probes.map(([index, size, leaf, path]) => {
        const root = rootOfProof(index, size, bytesOfHex(leaf), path.map(bytesOfHex));
        return root === null ? null : hexOf(root);
    })"""
    asked = [(index, size, leaf.hex(), [each.hex() for each in path]) for index, size, leaf, path, _root in probes]
    assert verifier.call(shown, asked) == [None if each[4] is None else each[4].hex() for each in probes]


# ---------- archives


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
    *, extra: bytes = b"", comment: bytes = b"", gap: bytes = b"", attributes: int = 0, method: int = 8
) -> bytearray:
    """Return an archive written by hand, with what a ZIP may have beside its files."""
    made, listed = bytearray(), bytearray()
    for name, data in FILES.items():
        body = deflated(data, 9, 0) if method == 8 else data
        fields = struct.pack("<HHHHIIIH", 0, method, 0, 0x21, zlib.crc32(data), len(body), len(data), len(name))
        listed += struct.pack("<4sHH", FIRST_AT, 20, 20) + fields
        listed += struct.pack("<HHHHII", len(extra), len(comment), 0, 0, attributes, len(made) + len(gap))
        listed += name.encode() + extra + comment
        made += gap + struct.pack("<4sH", b"PK\x03\x04", 20) + fields + struct.pack("<H", len(extra))
        made += name.encode() + extra + body
    number = len(FILES)
    return made + listed + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, number, number, len(listed), len(made), 0)


def test_what_a_zip_may_have_beside_its_files_changes_nothing(verifier: BrowserVerifier) -> None:
    whole = [
        archive(),
        archive(method=0),
        archive(extra=b"\x99\x99\x02\x00xx"),
        archive(comment=b"a word"),
        archive(extra=b"\x99\x99\x02\x00xx", comment=b"a word"),
        archive(gap=b"\x00"),
        archive(attributes=0o100644 << 16),
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


# ---------- the log, its head and the public value


def test_what_verify_py_refuses_of_log_head_and_value_is_refused(verifier: BrowserVerifier) -> None:
    assert not any(accepted(verifier, (make() for make, _sentence in BAD_LOGS.values())))
    heads = []
    for make, _sentence in BAD_NOTES.values():
        made = log()
        made.note = make(made)
        heads.append(with_log(FILES, made))
    assert not any(accepted(verifier, heads, LOG.vkey))
    value = json.loads(FILES["public_value.json"])
    values = [FILES | {"public_value.json": canonical(value | change)} for change, _sentence in BAD_VALUES.values()]
    assert not any(accepted(verifier, values))
    rounds = [NAMELESS | {"public_value.json": canonical(VALUE | change)} for change, _sentence in BAD_ROUNDS.values()]
    assert not any(accepted(verifier, rounds))


def test_of_mangled_logs_with_true_proofs_both_verifiers_say_the_same(
    verifier: BrowserVerifier, tmp_path: Path
) -> None:
    """Whoever keeps a log can put anything into it, with true proofs."""
    cases = [FILES | {"log.json": mangled_log(Dice(f"a log {number}"))} for number in range(200)]
    ours = accepted(verifier, cases)
    theirs = [verify.verify(str(written(tmp_path / "a", files)), verify.Options()).holds for files in cases]
    assert ours == theirs
    assert 0 < sum(ours) < 100


def test_log_of_an_opening_and_one_that_keeps_the_outcome_to_itself_hold(verifier: BrowserVerifier) -> None:
    sealed, kept = log(), log()
    sealed.sealed = True
    before = kept.steps()
    for name in ("drawn", "teams"):
        del before[1]["public"][name]
    kept.steps = lambda: before  # type: ignore[method-assign]
    assert accepted(verifier, [with_log(FILES, sealed), with_log(FILES, kept)]) == [True, True]
    told = verifier.verified([[*with_log(FILES, each).items()] for each in (sealed, kept)])
    ends = [next(en for step, _state, _zh, en in said["steps"] if step == "log").partition("; ")[2] for said in told]
    assert ends == ["the commitment, the seed and the outcome are what it says.", "the commitment is what it says."]


def test_commitment_that_came_before_its_register_is_refused(verifier: BrowserVerifier) -> None:
    cases = []
    for before in (166, 165):
        made = log()
        made.before = before
        cases.append(with_log(FILES, made))
    assert accepted(verifier, cases) == [True, False]


def test_head_needs_one_signature_of_the_key_that_bears_its_name(verifier: BrowserVerifier) -> None:
    def signed(make: Callable[[DrawnLog], object]) -> dict[str, bytes]:
        made = log()
        make(made)
        return with_log(FILES, made)

    elsewhere = signed(lambda made: made.signed(LOG, origin="another.example/log"))
    twice = signed(lambda made: made.signed(LOG, LOG, WITNESS, WITNESS))
    late = signed(lambda made: made.signed(LOG))
    beside = log()
    beside.signed(LOG)
    beside.cosignatures = [WITNESS.line(beside.text())]
    assert accepted(verifier, [twice, late, with_log(FILES, beside)], LOG.vkey, WITNESS.vkey) == [True] * 3
    assert accepted(verifier, [elsewhere], LOG.vkey) == [False]
    after_others = signed(lambda made: made.signed(WITNESS, Signer("stranger.example"), LOG))
    assert accepted(verifier, [after_others], LOG.vkey) == [True]
    two = signed(lambda made: made.signed(LOG, NEXT))
    assert accepted(verifier, [two], LOG.vkey) == accepted(verifier, [two], NEXT.vkey, LOG.vkey) == [True]


def test_cosignature_of_every_time_is_read_and_of_no_length_but_its_own(verifier: BrowserVerifier) -> None:
    """Times up to 2^63 - 1, the largest that a witness can write."""

    def cosigned(line: Callable[[str], str]) -> dict[str, bytes]:
        made = log()
        made.signed(LOG)
        made.cosignatures = [line(made.text())]
        return with_log(FILES, made)

    def at(time: int) -> dict[str, bytes]:
        return cosigned(lambda text: WITNESS.line(text, at=time))

    def with_bytes(change: Callable[[bytes], bytes]) -> dict[str, bytes]:
        def line(text: str) -> str:
            head, raw = WITNESS.line(text).rsplit(" ", 1)
            return f"{head} {base64.b64encode(change(base64.b64decode(raw))).decode()}"

        return cosigned(line)

    good = [at(time) for time in (0, 1, 2**53, 2**63 - 1)]
    bad = [at(time) for time in (2**63, 2**64 - 1)]
    bad += [with_bytes(lambda raw: raw[:-1]), with_bytes(lambda raw: raw + bytes(1)), with_bytes(lambda raw: raw[:5])]
    assert accepted(verifier, good + bad, LOG.vkey, WITNESS.vkey) == [True] * len(good) + [False] * len(bad)


def test_note_has_a_hundred_signatures_at_most_and_none_without_a_value(verifier: BrowserVerifier) -> None:
    made = log()
    made.signed(LOG)
    note = str(made.note)
    cases, wanted = [], []
    for lines in (99, 100):
        other = "".join(f"— s{at}.example {base64.b64encode(bytes(9)).decode()}\n" for at in range(lines))
        made.note = note + other
        cases.append(with_log(FILES, made))
        wanted.append(lines < 100)
    for before in ("x", " ", "—"):
        made.note = note + f"{before}— s.example {base64.b64encode(bytes(9)).decode()}\n"
        cases.append(with_log(FILES, made))
        wanted.append(False)
    for line, taken in ((4, False), (5, True), (2424, True)):
        made.note = note + f"— s.example {base64.b64encode(bytes(line)).decode()}\n"
        cases.append(with_log(FILES, made))
        wanted.append(taken)
    for name in ("a+b", "a\u2028b", "a\u00a0b", "a b", "\u0085"):
        made.note = note + f"— {name} {base64.b64encode(bytes(9)).decode()}\n"
        cases.append(with_log(FILES, made))
        wanted.append(False)
    assert accepted(verifier, cases, LOG.vkey) == wanted


def test_size_in_a_head_is_a_number_in_its_one_form(verifier: BrowserVerifier) -> None:
    root = base64.b64encode(bytes(32)).decode()
    texts = [f"o\n{size}\n{root}\n" for size in ("1", "9007199254740991")]
    texts += [f"o\n{size}\n{root}\n" for size in ("9007199254740992", "01", "", "+1", "1 ", "-1", "1e3", "1" * 17)]
    texts += [f"\n1\n{root}\n", f"o\n1\n{root}", f"o\n1\n{root}\n\n", f"o\n1\n{root}\nx\n", "o\n1\nAAAA\n", "o\n1\n"]
    heads = "texts => texts.map(text => !refuses(() => readHead(text, 'note')))"
    assert verifier.call(heads, texts) == [True] * 2 + [False] * (len(texts) - 2)


# ---------- the door


DOOR = """pages => pages.map(page => {
    const said = [];
    try { const end = checkDoor(bytesOfText(page), message => said.push(message)); return [end.ok, said]; }
    catch (fault) { if (fault instanceof Refused) return [false, said]; throw fault; }
})"""


def test_row_is_proved_at_the_door_and_its_root_is_to_be_compared(verifier: BrowserVerifier) -> None:
    page = {"proof": proof(3), "title": "…", "team": [], "number": 2**53 - 1}
    ((ok, (said,)),) = verifier.call(DOOR, [json.dumps(page, ensure_ascii=False)])
    assert ok
    assert (said["kind"], said["id"], said["state"]) == ("step", "door", "open")
    for text in (said["zh"], said["en"]):
        assert proof(3)["root"] in text
        assert "outcome_root" in text


def test_bad_proof_is_refused_at_the_door(verifier: BrowserVerifier) -> None:
    pages = [json.dumps({"proof": change(proof(3))}, ensure_ascii=False) for change in BAD_DOORS.values()]
    assert verifier.call(DOOR, pages) == [[False, []]] * len(pages)


def test_page_that_says_two_things_is_refused(verifier: BrowserVerifier, tmp_path: Path) -> None:
    """Readers of JSON differ on which of two equal keys counts, and on what a number that is not whole is."""
    said = json.dumps(proof(3), ensure_ascii=False)
    good = [
        f'{{"proof":{said}}}',
        f' {{ "proof" :\n{said} , "a":{{"b":1}}, "b":[{{"a":1}},{{"a":1}}], "c":":", "d":",\\"a\\":" }} ',
        f'{{"x":[0,9007199254740991,"-1","1.5",null,true,false],"proof":{said}}}',
        f'{{"x":"\\ud83d\\ude00 \\\\ud800","proof":{said}}}',
    ]
    bad = [
        *("", "[]", "{}", "null", "5", '"x"', '{"proof":[]}', "\ufeff" + good[0], "nul", good[0] + "x", said),
        f'{{"proof":null,"proof":{said}}}',
        f'{{"proof":{said},"proof":{said}}}',
        f'{{"proof":{said},"pr\\u006fof":{said}}}',
        f'{{"proof":{said},"x":{{"a":1,"b":2,"a":1}}}}',
        f'{{"proof":{said},"x":[{{"a":1,"a":1}}]}}',
        *(
            f'{{"proof":{said},"x":{number}}}'
            for number in ("-1", "-0", "1.0", "1.5", "1e3", "9007199254740992", "1e400")
        ),
        f'{{"proof":{said},"x":"\\ud800"}}',
        f'{{"proof":{said},"x":{"[" * 100_000}}}',
    ]
    assert [ok for ok, _said in verifier.call(DOOR, good + bad)] == [True] * len(good) + [False] * len(bad)
    for at, page in enumerate(good + bad):
        path = tmp_path / f"{at}.json"
        path.write_text(page, encoding="utf-8")
        assert verify.verify(None, verify.Options(door=str(path))).holds is (at < len(good)), page[:80]


# ---------- the report and the worker


def test_what_is_not_there_is_said_to_be_open(verifier: BrowserVerifier) -> None:
    draw = {name: FILES[name] for name in verify.INPUTS}
    held = [("files", "good"), ("seed", "good")]
    missing = [("drawn", "open"), ("teams", "open"), ("value", "open"), ("log", "open")]
    assert steps(verifier, draw) == [*held, *missing, ("frame", "open")]


def test_replacements_beside_the_draw_are_a_step_of_their_own(verifier: BrowserVerifier) -> None:
    vector = next(path for path in sorted((VECTORS / "replacement" / "accept").iterdir()))
    files = {name: data for name, data in beside(vector).items() if name != "expected.json"}
    (said,) = verifier.verified([[*files.items()]])
    number = len(files_of(vector)["drawn.csv"].splitlines()) - 1
    events = len(json.loads(files["replacements.json"])["events"])
    ((state, en),) = [(state, en) for step, state, _zh, en in said["steps"] if step == "replacements"]
    assert said["ok"]
    assert state == "good"
    assert en == f"The {events} events are one chain; who came was recomputed. {number} units are on the list now."
    (bad,) = verifier.verified([[*(files | {"replacements.json": b"{}"}).items()]])
    assert not bad["ok"]
    assert ("replacements", "bad") in [(step, state) for step, state, _zh, _en in bad["steps"]]


def test_fault_stands_at_the_step_that_it_belongs_to(verifier: BrowserVerifier) -> None:
    def without_the_last(name: str) -> dict[str, bytes]:
        return FILES | {name: FILES[name][: FILES[name].rindex(b"\n", 0, -1) + 1]}

    def step(files: dict[str, bytes]) -> list[str]:
        return [step for step, state in steps(verifier, files) if state == "bad"]

    assert step(FILES | {"commitment.json": b"{}"}) == ["files"]
    assert step(without_the_last("frame.csv")) == ["files"]
    assert step(FILES | {"reveal.json": b"{}"}) == ["seed"]
    assert step(without_the_last("drawn.csv")) == ["drawn"]
    assert step(without_the_last("teams.csv")) == ["teams"]
    assert step(FILES | {"public_value.json": b"{}"}) == ["value"]
    assert step(FILES | {"log.json": b"{}"}) == ["log"]
    assert step(FILES | {"drawn.csv": FILES["drawn.csv"][:-1]}) == ["drawn"]
    assert step(FILES | {"drawn.csv": FILES["drawn.csv"] + b"\n"}) == ["drawn"]
    value = json.loads(FILES["log.json"])
    assert step(FILES | {"log.json": canonical(value | {"checkpoint": "x"})}) == ["checkpoint"]
    assert step(FILES | {"log.json": canonical(value | {"checkpoint": 5})}) == ["log"]


WORKED = """([given, tamper, keys]) => {
    const said = [];
    const before = globalThis.postMessage;
    globalThis.postMessage = message => said.push(message);
    try {
        const parts = given.map(([name, data]) => ({name, bytes: bytesOf(data)}));
        onmessage({data: {kind: "take", parts}});
        onmessage({data: {kind: "check", keys, tamper}});
        onmessage({data: {kind: "curves", curves: "nowhere"}});
    } finally { globalThis.postMessage = before; }
    return said;
}"""


def worked(
    verifier: BrowserVerifier, given: Iterable[tuple[str, bytes]], *, tamper: bool = False, keys: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Return what the worker says of files that a reader chose."""
    packed_parts = [(name, base64.b64encode(data).decode()) for name, data in given]
    found: list[dict[str, Any]] = verifier.call(WORKED, (packed_parts, tamper, list(keys)))
    assert found.pop() == {"kind": "loaded"}, "the curves are there already"
    return found


def test_worker_tells_the_rows_the_cutoffs_and_how_far_it_is(verifier: BrowserVerifier) -> None:
    said = worked(verifier, FILES.items())
    (table,) = [each for each in said if each["kind"] == "table"]
    rows = [line.split(",") for line in FILES["drawn.csv"].decode().splitlines()[1:]]
    assert table["total"] == len(rows)
    assert [(each["row"], each["unit"], each["stratum"], each["rank"], each["ticket"]) for each in table["rows"]] == [
        (at, *row) for at, row in enumerate(rows, start=2)
    ]
    assert [each.get("published") for each in table["rows"]] == [None] * len(rows)
    (cutoffs,) = [each["strata"] for each in said if each["kind"] == "cutoffs"]
    for each in cutoffs:
        mine = [row for row in rows if row[1] == each["stratum"]]
        assert (each["quota"], each["cutoff"]) == (len(mine), mine[-1][3])
    assert sum(each["units"] for each in cutoffs) == FILES["frame.csv"].count(b"\n") - 1
    progress = {(each["what"], each["done"], each["total"]) for each in said if each["kind"] == "progress"}
    units = FILES["frame.csv"].count(b"\n") - 1
    assert {("tables", 1, 1), ("commitment", 1, 1), ("seed", 1, 1), ("tickets", units, units)} <= progress
    assert ("tickets", 0, units) in progress
    assert {done for what, done, total in progress if what.startswith("pairs ") and total == len(rows)} == {0}
    steps_told = [each for each in said if each["kind"] == "step"]
    assert all(each["heading"]["zh"] and each["heading"]["en"] for each in steps_told)
    assert said[-1]["kind"] == "end"
    assert said[-1]["ok"] is True


def test_tampered_sample_turns_red_and_names_the_row(verifier: BrowserVerifier) -> None:
    """One drawn unit in the middle of the list is another of the frame; where all were drawn its ticket is bent."""
    rows = FILES["drawn.csv"].decode().splitlines()
    middle = len(rows) // 2
    said = worked(verifier, FILES.items(), tamper=True)
    (bad,) = [each for each in said if each["kind"] == "step" and each["state"] == "bad"]
    assert bad["id"] == "drawn"
    assert bad["where"] == {"file": "drawn.csv", "row": middle + 1}
    assert bad["en"].endswith("; rows that differ: 1.")
    (table,) = [each for each in said if each["kind"] == "table"]
    changed = [each for each in table["rows"] if each.get("published") is not None]
    (one,) = changed
    put, *rest = one["published"].split(",")
    drawn = {row.split(",")[0] for row in rows}
    assert put not in drawn
    assert f"\n{put},".encode() in FILES["frame.csv"]
    assert rest == rows[middle].split(",")[1:]
    assert said[-1]["ok"] is False

    certain = {
        name: data for name, data in files_of(VECTORS / "draw" / "accept" / "one-unit").items() if name in verify.BUNDLE
    }
    said = worked(verifier, certain.items(), tamper=True)
    (bad,) = [each for each in said if each["kind"] == "step" and each["state"] == "bad"]
    assert (bad["id"], bad["where"]["file"]) == ("drawn", "drawn.csv")


def test_worker_takes_the_files_of_a_bundle_once_each(verifier: BrowserVerifier) -> None:
    def end(*given: tuple[str, bytes]) -> dict[str, Any]:
        return worked(verifier, given)[-1]

    parts = [*FILES.items()]
    assert end(*parts)["ok"]
    assert end(("b.zip", packed(FILES)))["ok"]
    assert end(("any.json", packed(FILES)))["ok"], "an archive is known by its bytes"
    assert "given twice" in end(*parts, parts[0])["en"]
    assert "given twice" in end(("b.zip", packed(FILES)), parts[0])["en"]
    assert "no file of a bundle" in end(*parts, ("notes.txt", b""))["en"]
    assert "no file of a bundle" in end(*parts, ("door.json", b"{}"))["en"]
    for name in verify.INPUTS:
        (said,) = verifier.replayed([{each: data for each, data in FILES.items() if each != name}])
        assert said.why == f"{name}: the file is missing"
    assert {key: value for key, value in end(("notes.txt", b"")).items() if key != "zh"} == {
        "kind": "end",
        "ok": False,
        "en": "It does not hold: notes.txt: it is no file of a bundle",
    }
    assert end(("b.zip", b"PK\x03\x04"))["en"] == "It does not hold: ZIP: it is no whole ZIP file"
    assert not end()["ok"]
    page = json.dumps({"proof": proof(3)}, ensure_ascii=False).encode()
    assert worked(verifier, [("door.json", page)])[-1] == {
        "kind": "end",
        "ok": True,
        "zh": "这一行在该根之下。",
        "en": "The row is under this root.",
    }
    assert [each["id"] for each in worked(verifier, [("door.json", page)])[:-1]] == ["door"]
    assert end(("door.json", b"{}"))["en"] == "It does not hold: door: “proof” is missing"
    assert not end(("door.txt", page))["ok"]
    assert not end(("log.json", page))["ok"]
    assert not end(("replacements.json", page))["ok"]


def test_long_list_is_told_by_its_first_rows_and_by_those_that_differ(verifier: BrowserVerifier) -> None:
    """Five hundred rows, and then those alone that are wrong, up to a thousand in all."""
    case = good_case(Dice("a long list"))
    case.tables |= {
        "frame.csv": [f"u{at:04d},a,1401\n".encode() for at in range(1_700)],
        "exclusions.csv": [],
        "inspectors.csv": [b"i,market,14\n"],
        "recusals.csv": [],
    }
    case.commitment["team"] = [{"department": "market", "seats": 1}]
    case.commitment["quotas"] = {"default": {"ratio": "1"}, "strata": {}}
    case.commitment["register"]["rows"] = 1_700
    files = case.files()
    drawn = by_verifier(files).drawn.splitlines(keepends=True)

    def rows(wrong: range) -> list[int]:
        changed = [line.replace(b",a,", b",b,") if at in wrong else line for at, line in enumerate(drawn, start=1)]
        said = worked(verifier, (files | {"drawn.csv": b"".join(changed)}).items())
        (table,) = [each for each in said if each["kind"] == "table"]
        assert table["total"] == 1_700
        told = [each["row"] for each in table["rows"] if each.get("published") is not None]
        assert told == [at for at in wrong if at in {each["row"] for each in table["rows"]}]
        return [each["row"] for each in table["rows"]]

    first = list(range(2, 502))
    assert rows(range(0)) == first
    assert rows(range(502, 504)) == [*first, 502, 503]
    assert rows(range(1_701, 1_702)) == [*first, 1_701]
    assert rows(range(600, 1_600)) == [*first, *range(600, 1_100)]


def test_keys_that_a_reader_pins_reach_the_check(verifier: BrowserVerifier) -> None:
    made = bundle()[1]
    made.signed(LOG)
    files = with_log(FILES, made)
    assert worked(verifier, files.items(), keys=[LOG.vkey])[-1]["ok"]
    assert not worked(verifier, files.items(), keys=[WITNESS.vkey])[-1]["ok"]


@pytest.mark.parametrize("at", [1_700_000_000, 2**63 - 1])
def test_time_of_a_witness_is_said_as_a_time_where_there_is_such_a_time(verifier: BrowserVerifier, at: int) -> None:
    made = bundle()[1]
    made.signed(LOG)
    made.cosignatures = [WITNESS.line(made.text(), at=at)]
    (said,) = verifier.verified([[*with_log(FILES, made).items()]], LOG.vkey, WITNESS.vkey)
    (en,) = [en for step, _state, _zh, en in said["steps"] if step == "checkpoint"]
    shown = "2023-11-14T22:13:20.000Z" if at < 2**40 else str(at)
    assert en == f"Signed by {LOG.name}、{WITNESS.name} ({shown})."
