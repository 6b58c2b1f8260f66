"""Proofs that hold are accepted, and no others: the published probes, every small tree, and mutations."""

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publicity.tlog.errors import (
    HashLengthError,
    ProofError,
    ProofLengthError,
    RootMismatchError,
    TlogError,
    TreeRangeError,
)
from publicity.tlog.merkle import consistency_proof, inclusion_proof, root
from publicity.tlog.proofs import consistency_length, inclusion_length, verify_consistency, verify_inclusion
from sampling.merkle import leaf_hash, node_hash
from tests.publicity.tlog.store import BIG, MANY, Store, leaf

EXTERNAL = Path(__file__).parents[2] / "vectors" / "external"
ROOTS = [root(size, BIG.node) for size in range(MANY + 1)]


def accepts(verify: Callable[[], None]) -> bool:
    """Return whether a verifier accepts; only the log's own errors count as refusals."""
    try:
        verify()
    except TlogError:
        return False
    return True


def probes(name: str) -> list[Any]:
    """Return the published probes of one kind as test parameters, named by their file."""
    listed = json.loads((EXTERNAL / name).read_text(encoding="utf-8"))
    assert len(listed["probes"]) == listed["count"] == 98
    assert sum(not probe["wantErr"] for probe in listed["probes"]) == listed["want_ok"] == 6
    return [pytest.param(probe, id=probe["file"].removeprefix("testdata/")) for probe in listed["probes"]]


def unbase64(text: str | None) -> bytes:
    """Decode a probe's hash; null is empty."""
    return base64.b64decode(text or "", validate=True)


def unbase64_all(texts: Sequence[str] | None) -> list[bytes]:
    """Decode a probe's proof; null is empty."""
    return [unbase64(text) for text in texts or []]


@pytest.mark.parametrize("probe", probes("rfc6962_inclusion_probes.json"))
def test_published_inclusion_probe(probe: dict[str, Any]) -> None:
    """Transparency-dev's probe is judged as it says."""
    accepted = accepts(
        lambda: verify_inclusion(
            unbase64(probe["leafHash"]),
            probe["leafIdx"],
            probe["treeSize"],
            unbase64_all(probe["proof"]),
            unbase64(probe["root"]),
        )
    )
    assert accepted is not probe["wantErr"]


@pytest.mark.parametrize("probe", probes("rfc6962_consistency_probes.json"))
def test_published_consistency_probe(probe: dict[str, Any]) -> None:
    """Transparency-dev's probe is judged as it says."""
    accepted = accepts(
        lambda: verify_consistency(
            probe["size1"],
            probe["size2"],
            unbase64_all(probe["proof"]),
            unbase64(probe["root1"]),
            unbase64(probe["root2"]),
        )
    )
    assert accepted is not probe["wantErr"]


def test_every_leaf_of_every_tree_to_300_is_shown_to_be_in_it() -> None:
    """All 45,150 pairs (index, size); each proof has the length computed from the two."""
    for size in range(1, MANY + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, BIG.node)
            assert len(proof) == inclusion_length(index, size)
            verify_inclusion(BIG.nodes[0, index], index, size, proof, ROOTS[size])


def test_every_tree_to_300_is_shown_to_extend_every_earlier_one() -> None:
    """All 45,150 pairs (old, new); each proof has the length computed from the two."""
    for new in range(1, MANY + 1):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, BIG.node)
            assert len(proof) == consistency_length(old, new)
            verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


def test_every_pair_to_forty_is_shown_and_shows_no_other() -> None:
    """A proof from old to new does not pass for the next old or the next new, whatever the sizes have in common."""
    for new in range(1, 41):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, BIG.node)
            verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])
            if old < new:
                assert not accepts(lambda: verify_consistency(old, new, proof, ROOTS[old + 1], ROOTS[new]))  # noqa: B023
                assert not accepts(lambda: verify_consistency(old, new, proof, ROOTS[old], ROOTS[new + 1]))  # noqa: B023
        for index in range(new):
            verify_inclusion(BIG.nodes[0, index], index, new, inclusion_proof(index, new, BIG.node), ROOTS[new])


@st.composite
def mangled(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """Return a proof that differs from the given one: a bit, a hash more, a hash less, two exchanged, a moved seam."""
    kinds = ["more"] if not proof else ["bit", "more", "less", "short", "long"]
    if len(set(proof)) > 1:
        kinds.append("swap")
    kind, place = draw(st.sampled_from(kinds)), draw(st.integers(0, max(len(proof) - 1, 0)))
    changed = list(proof)
    if kind == "bit":
        bit = draw(st.integers(0, 255))
        changed[place] = (int.from_bytes(proof[place]) ^ (1 << bit)).to_bytes(32)
    elif kind == "more":
        changed.insert(place, draw(st.sampled_from([*proof, bytes(32), b""])))
    elif kind == "less":
        del changed[place]
    elif kind == "short":
        changed[place] = proof[place][:-1]
    elif kind == "long":
        changed[place] = proof[place] + b"\x00"
    else:
        other = draw(st.sampled_from([i for i, each in enumerate(proof) if each != proof[place]]))
        changed[place], changed[other] = changed[other], changed[place]
    return changed


@given(st.data())
def test_a_mangled_inclusion_proof_is_refused(data: st.DataObject) -> None:
    """No change of the proof is survived."""
    size = data.draw(st.integers(1, MANY))
    index = data.draw(st.integers(0, size - 1))
    proof = data.draw(mangled(inclusion_proof(index, size, BIG.node)))
    with pytest.raises(ProofError):
        verify_inclusion(BIG.nodes[0, index], index, size, proof, ROOTS[size])


@given(st.data())
def test_an_inclusion_proof_of_something_else_is_refused(data: st.DataObject) -> None:
    """A sound proof shows neither another leaf, nor another place, nor another tree."""
    size = data.draw(st.integers(2, MANY))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index))
    other_size = data.draw(st.integers(1, MANY).filter(lambda each: each != size))
    proof = inclusion_proof(index, size, BIG.node)
    mine = BIG.nodes[0, index]
    assert not accepts(lambda: verify_inclusion(BIG.nodes[0, other], index, size, proof, ROOTS[size]))
    assert not accepts(lambda: verify_inclusion(mine, other, size, proof, ROOTS[size]))
    assert not accepts(lambda: verify_inclusion(mine, index, size, proof, ROOTS[other_size]))


@given(st.data())
def test_a_mangled_consistency_proof_is_refused(data: st.DataObject) -> None:
    """No change of the proof is survived."""
    new = data.draw(st.integers(1, MANY))
    old = data.draw(st.integers(1, new))
    proof = data.draw(mangled(consistency_proof(old, new, BIG.node)))
    with pytest.raises(ProofError):
        verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


@given(st.data())
def test_a_consistency_proof_of_something_else_is_refused(data: st.DataObject) -> None:
    """A sound proof joins the two trees it was made for, and no others."""
    new = data.draw(st.integers(2, MANY))
    old = data.draw(st.integers(1, new - 1))
    other = data.draw(st.integers(1, MANY).filter(lambda each: each not in (old, new)))
    proof = consistency_proof(old, new, BIG.node)
    assert not accepts(lambda: verify_consistency(old, new, proof, ROOTS[other], ROOTS[new]))
    assert not accepts(lambda: verify_consistency(old, new, proof, ROOTS[old], ROOTS[other]))
    assert not accepts(lambda: verify_consistency(new, old, proof, ROOTS[new], ROOTS[old]))
    assert not accepts(lambda: verify_consistency(old, new, proof, ROOTS[new], ROOTS[old]))


def test_a_rewritten_entry_breaks_consistency() -> None:
    """A log that changed entry 3 of 10 cannot show its 12 entries to extend the old 10."""
    rewritten = Store(leaf(number) if number != 3 else b"changed" for number in range(12))
    proof = consistency_proof(10, 12, rewritten.node)
    with pytest.raises(RootMismatchError):
        verify_consistency(10, 12, proof, ROOTS[10], root(12, rewritten.node))


def test_an_inner_node_does_not_pass_as_a_leaf() -> None:
    """Node data handed in as leaf data gives another hash: the prefixes keep them apart."""
    left, right = BIG.nodes[0, 0], BIG.nodes[0, 1]
    assert leaf_hash(left + right) != node_hash(left, right)
    with pytest.raises(RootMismatchError):
        verify_inclusion(leaf_hash(left + right), 0, 1, [], ROOTS[2])


def test_the_seam_between_two_hashes_cannot_be_moved() -> None:
    """31 + 33 bytes hash like 32 + 32, so lengths are checked, of the leaf and of the proof."""
    left, right = BIG.nodes[0, 0], BIG.nodes[0, 1]
    assert node_hash(left[:31], left[31:] + right) == ROOTS[2]
    with pytest.raises(HashLengthError, match="leaf_hash has 31 bytes"):
        verify_inclusion(left[:31], 0, 2, [left[31:] + right], ROOTS[2])
    with pytest.raises(HashLengthError, match="old_root has 31 bytes"):
        verify_consistency(1, 2, [left[31:] + right], left[:31], ROOTS[2])
    with pytest.raises(HashLengthError, match=r"proof\[0\] has 33 bytes"):
        verify_inclusion(left, 0, 2, [right + b"\x00"], ROOTS[2])
    with pytest.raises(HashLengthError, match=r"proof\[0\] has 33 bytes"):
        verify_consistency(1, 2, [right + b"\x00"], left, ROOTS[2])


@pytest.mark.parametrize(
    ("index", "size", "data"),
    [
        (0, 0, {"name": "size", "value": 0, "low": 1, "high": "∞"}),
        (0, -1, {"name": "size", "value": -1, "low": 1, "high": "∞"}),
        (-1, 1, {"name": "index", "value": -1, "low": 0, "high": 0}),
        (1, 1, {"name": "index", "value": 1, "low": 0, "high": 0}),
        (9, 7, {"name": "index", "value": 9, "low": 0, "high": 6}),
    ],
)
def test_a_place_outside_the_tree_is_refused_by_its_name(index: int, size: int, data: dict[str, object]) -> None:
    """Before any hash is looked at."""
    with pytest.raises(TreeRangeError) as refused:
        verify_inclusion(ROOTS[1], index, size, [], ROOTS[1])
    assert refused.value.data == data


@pytest.mark.parametrize(
    ("old", "new", "data"),
    [
        (0, 0, {"name": "new", "value": 0, "low": 1, "high": "∞"}),
        (0, 1, {"name": "old", "value": 0, "low": 1, "high": 1}),
        (-1, 1, {"name": "old", "value": -1, "low": 1, "high": 1}),
        (4, 3, {"name": "old", "value": 4, "low": 1, "high": 3}),
    ],
)
def test_sizes_out_of_order_are_refused_by_their_name(old: int, new: int, data: dict[str, object]) -> None:
    """Also equal roots of two empty trees prove nothing."""
    with pytest.raises(TreeRangeError) as refused:
        verify_consistency(old, new, [], ROOTS[1], ROOTS[1])
    assert refused.value.data == data


def test_a_root_of_another_length_is_refused_as_such() -> None:
    with pytest.raises(HashLengthError, match="root has 33 bytes"):
        verify_inclusion(BIG.nodes[0, 0], 0, 2, [BIG.nodes[0, 1]], ROOTS[2] + b"\0")
    with pytest.raises(HashLengthError, match="new_root has 31 bytes"):
        verify_consistency(1, 2, [BIG.nodes[0, 1]], ROOTS[1], ROOTS[2][:31])


def test_a_refusal_says_what_was_found_and_what_was_expected() -> None:
    """Length and root refusals carry both sides, in both languages."""
    with pytest.raises(ProofLengthError) as length:
        verify_inclusion(BIG.nodes[0, 0], 0, 8, [], ROOTS[8])
    assert length.value.data == {"found": 0, "needed": 3}
    assert "证明有 0 个哈希，按日志大小应有 3 个" in length.value.text("zh")
    with pytest.raises(RootMismatchError) as mismatch:
        verify_inclusion(BIG.nodes[0, 0], 0, 1, [], ROOTS[2])
    assert mismatch.value.data == {"computed": ROOTS[1].hex(), "expected": ROOTS[2].hex()}
    assert ROOTS[2].hex() in mismatch.value.text("zh")
    assert ROOTS[1].hex() in mismatch.value.text("en")
