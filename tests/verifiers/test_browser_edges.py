"""The browser reads a draw as the protocol's page has it, to the edge of each rule."""

import base64
import hashlib
from collections.abc import Iterable

from publicity.offline import verify
from tests.verifiers.cases import canonical
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import path_of, root_of
from tests.verifiers.mangling import ODD_VALUES
from tests.verifiers.test_drand import DRAW
from tests.verifiers.test_edges import EDGES, files_after

NAMELESS = {name: data for name, data in DRAW.items() if name != "expected.json"}


def accepted(verifier: BrowserVerifier, cases: Iterable[dict[str, bytes]], *keys: str) -> list[bool]:
    """Return which bundles hold."""
    return [said["ok"] for said in verifier.verified([[*files.items()] for files in cases], *keys)]


def steps(verifier: BrowserVerifier, files: dict[str, bytes], *keys: str) -> list[tuple[str, str]]:
    """Return each step of the report on a bundle, and its state."""
    (said,) = verifier.verified([[*files.items()]], *keys)
    return [(step, state) for step, state, _zh, _en in said["steps"]]


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
