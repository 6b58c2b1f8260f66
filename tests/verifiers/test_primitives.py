"""The hashes, signatures and proofs inside verify.py are those of their published vectors."""

import base64
import hashlib
import json
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.logs import path_of, root_of
from tests.verifiers.running import VECTORS


def published(name: str) -> Any:  # noqa: ANN401 - what a file of vectors holds
    return json.loads((VECTORS / "external" / f"{name}.json").read_text(encoding="utf-8"))


def of_base64(text: str | None) -> bytes:
    return base64.b64decode(text or "")


SIGNATURES: list[dict[str, Any]] = [
    test for name in ("ed25519_wycheproof", "ed25519_speccheck") for test in published(name)["tests"]
]
PROBES = published("rfc6962_inclusion_probes")["probes"]


@pytest.mark.parametrize("example", published("sm3")["sm3"])
def test_sm3_is_that_of_the_standard(example: dict[str, str]) -> None:
    assert verify.Sm3(example["msg_utf8"].encode()).hexdigest() == example["digest_hex"]


def test_sm3_takes_any_length_in_any_pieces() -> None:
    data = bytes(range(256))
    for length in range(200):
        whole = verify.Sm3(data[:length])
        pieces = verify.Sm3()
        for at in range(0, length, 7):
            pieces.update(data[at : min(at + 7, length)])
        assert whole.digest() == pieces.digest()
        if "sm3" in hashlib.algorithms_available:
            assert whole.digest() == hashlib.new("sm3", data[:length]).digest()


def test_sm3_is_ours_where_the_library_has_none_or_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_name: str, _data: bytes = b"") -> object:
        raise ValueError

    monkeypatch.setattr(hashlib, "new", none)
    assert verify.fastest_sm3() is verify.Sm3
    monkeypatch.setattr(hashlib, "new", lambda _name, data=b"": hashlib.sha256(data))
    assert verify.fastest_sm3() is verify.Sm3


@pytest.mark.parametrize("test", SIGNATURES, ids=lambda test: f"{test['id']}-{test['why'][:20]}")
def test_signature_is_accepted_or_refused_as_published(test: dict[str, Any]) -> None:
    public, message, signature = (bytes.fromhex(test[key]) for key in ("key", "message", "signature"))

    assert verify.ed25519_verified(public, message, signature) is test["valid"], test["why"]


def test_there_are_signatures_good_and_bad() -> None:
    assert [sum(test["valid"] is valid for test in SIGNATURES) for valid in (True, False)] == [89, 74]


def test_a_key_in_another_encoding_is_refused() -> None:
    """Y is below 2^255 - 19, x = 0 has no sign, and some numbers are on no point."""
    prime = 2**255 - 19
    for number in (prime, prime + 1, 2**255 - 1, 1 + 2**255, prime - 1 + 2**255, 2):
        assert not verify.ed25519_verified(number.to_bytes(32, "little"), b"", bytes(64))


def test_a_number_that_is_on_no_point_is_no_point() -> None:
    """Half of all numbers are y of no point; on which of them they are is told by Euler's criterion."""
    prime = 2**255 - 19
    d = -121665 * pow(121666, -1, prime) % prime
    for y in range(2, 200):
        square = (y * y - 1) * pow(d * y * y + 1, -1, prime) % prime
        on_the_curve = pow(square, (prime - 1) // 2, prime) == 1
        assert (verify._decoded(y.to_bytes(32, "little")) is not None) is on_the_curve  # noqa: SLF001 - the point itself


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe["file"][-40:])
def test_inclusion_is_shown_or_refused_as_published(probe: dict[str, Any]) -> None:
    found = verify.included(
        of_base64(probe["leafHash"]),
        probe["leafIdx"],
        probe["treeSize"],
        [of_base64(each) for each in probe["proof"] or []],
        of_base64(probe["root"]),
    )

    assert found is not probe["wantErr"], probe["desc"]


def test_inclusion_of_every_leaf_of_the_published_tree_is_shown() -> None:
    tree = published("rfc6962_tree")
    leaves = [verify.leaf_hash(bytes.fromhex(each)) for each in tree["leaf_inputs_hex"]]
    assert [leaf.hex() for leaf in leaves] == tree["node_hashes_hex_by_level"][0]
    for size in range(1, len(leaves) + 1):
        for index in range(size):
            path = path_of(leaves[:size], index)
            assert verify.included(leaves[index], index, size, path, root_of(leaves[:size]))
            assert not verify.included(leaves[index], index, size, [*path, bytes(32)], root_of(leaves[:size]))
            assert not verify.included(leaves[index], index, size, path[:-1] or [bytes(32)], root_of(leaves[:size]))


# ---------- notes and checkpoints


NOTES = published("signed_note")


def names_of(note: str, keys: list[str]) -> list[str]:
    trusted = [verify.parse_key(key) for key in keys]
    logs, _witnesses = verify.signed_by("note", verify.parse_note("note", note), trusted)
    return logs


@pytest.mark.parametrize("example", NOTES["valid"], ids=lambda example: example["name"])
def test_signed_note_is_verified_as_published(example: dict[str, Any]) -> None:
    assert names_of(example["note"], example["trusted"]) == example["want_verified"]


AMBIGUOUS = "ambiguous: same key trusted twice and used"


@pytest.mark.parametrize("example", NOTES["reject"], ids=lambda example: example["name"])
def test_broken_note_is_refused_as_published(example: dict[str, Any]) -> None:
    """Nobody's signature is no trust. A key that is given twice is one key here, as the command line takes it."""
    trusted = list(dict.fromkeys(example["trusted"]))
    try:
        note = bytes.fromhex(example["note_hex"]).decode() if "note_hex" in example else example["note"]
        names = names_of(note, trusted)
    except (verify.RefusedError, UnicodeDecodeError):
        names = []
    assert (names == []) is (example["name"] != AMBIGUOUS)


@pytest.mark.parametrize("key", NOTES["vkey_reject"])
def test_broken_key_is_refused_as_published(key: str) -> None:
    with pytest.raises(verify.UsageError):
        verify.parse_key(key)


def test_no_part_of_a_key_and_no_other_byte_in_it_is_a_key() -> None:
    whole = NOTES["keys"][0]["vkey"]
    assert verify.parse_key(whole).name == "PeterNeumann"
    parts = {whole[at:end] for at in range(len(whole)) for end in range(at, len(whole) + 1)} - {whole}
    changed = {whole[:at] + chr(ord(sign) + 1) + whole[at + 1 :] for at, sign in enumerate(whole)}
    for text in parts | changed | {whole + "\n", " " + whole, whole.replace("+c74f", "+C74F")}:
        with pytest.raises(verify.UsageError):
            verify.parse_key(text)


CHECKPOINTS = published("checkpoint")


@pytest.mark.parametrize("example", CHECKPOINTS["format"], ids=lambda example: example["origin"])
def test_checkpoint_is_read_as_published(example: dict[str, Any]) -> None:
    read = verify.parse_checkpoint("note", example["text"])

    assert read == (example["origin"], example["size"], of_base64(example["root_b64"]))


@pytest.mark.parametrize("text", [*CHECKPOINTS["reject_published"], *CHECKPOINTS["reject_from_spec_text"]])
def test_broken_checkpoint_is_refused_as_published(text: str) -> None:
    with pytest.raises(verify.RefusedError):
        verify.parse_checkpoint("note", text)


def test_an_empty_log_has_one_root() -> None:
    empty = CHECKPOINTS["empty_tree"]["root_b64"]
    assert verify.parse_checkpoint("note", f"o\n0\n{empty}\n")[1] == 0
    with pytest.raises(verify.RefusedError):
        verify.parse_checkpoint("note", f"o\n0\n{base64.b64encode(bytes(32)).decode()}\n")


# ---------- drand


ROUNDS = published("drand_beacons")["chains"][0]


@pytest.mark.parametrize("beacon", ROUNDS["beacons"], ids=lambda beacon: str(beacon["round"]))
def test_round_is_verified_where_a_library_for_it_is_installed(beacon: dict[str, Any]) -> None:
    signature = bytes.fromhex(beacon["signature_hex"])

    assert verify.drand_verified(beacon["round"], signature) is True
    assert hashlib.sha256(signature).hexdigest() == beacon["randomness_hex"]


@pytest.mark.parametrize("beacon", ROUNDS["must_reject"], ids=lambda beacon: beacon["why"][:30])
def test_another_signature_is_no_rounds(beacon: dict[str, Any]) -> None:
    assert verify.drand_verified(beacon["round"], bytes.fromhex(beacon["signature_hex"])) is False


def test_the_chain_is_the_published_one() -> None:
    assert (ROUNDS["chain_hash"], ROUNDS["public_key_hex"]) == (verify.QUICKNET, verify.DRAND_KEY)
    assert (ROUNDS["genesis_time"], ROUNDS["period_s"]) == (verify.GENESIS, verify.PERIOD)
    assert ROUNDS["dst"].encode() == verify.DRAND_DST
