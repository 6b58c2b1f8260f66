"""Trees grown leaf by leaf have the roots and proofs of RFC 6962, at a logarithmic price."""

import json
from pathlib import Path
from typing import Any

import pytest

from publicity.tlog.errors import TlogError, TreeRangeError
from publicity.tlog.merkle import append, consistency_proof, inclusion_proof, root
from sampling.merkle import EMPTY_ROOT, leaf_hash, tree_root
from tests.publicity.tlog import rfc6962
from tests.publicity.tlog.store import BIG, MANY, Store, leaf

VECTORS = Path(__file__).parents[2] / "vectors" / "external" / "rfc6962_tree.json"
LEAVES = [leaf(number) for number in range(MANY)]
SMALL = 40
"""Sizes to which every pair is compared with the recursive definitions, which are slow."""


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """Return the published tree of eight leaves."""
    found: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return found


def published_store(published: dict[str, Any]) -> Store:
    """Return a store that holds the published leaves."""
    return Store(bytes.fromhex(data) for data in published["leaf_inputs_hex"])


def test_published_tree_grows_node_for_node(published: dict[str, Any]) -> None:
    """Every complete node of the published tree, and no other, comes out of appending its leaves."""
    expected = {
        (level, index): bytes.fromhex(value)
        for level, row in enumerate(published["node_hashes_hex_by_level"])
        for index, value in enumerate(row)
    }
    assert published_store(published).nodes == expected


def test_published_roots_at_every_size(published: dict[str, Any]) -> None:
    """The root of each size from 0 to 8 is the published one."""
    store = published_store(published)
    roots = [root(size, store.node).hex() for size in range(9)]
    assert roots == published["root_hash_hex_by_size_0_to_8"]


def test_published_proofs_hash_for_hash(published: dict[str, Any]) -> None:
    """All 36 inclusion and 36 consistency proofs up to eight leaves are the listed ones."""
    node = published_store(published).node
    listed = published["derived_all_proofs"]
    assert len(listed["inclusion"]) == len(listed["consistency"]) == 36
    for case in listed["inclusion"]:
        found = inclusion_proof(case["index"], case["size"], node)
        assert [each.hex() for each in found] == case["proof_hex"]
    for case in listed["consistency"]:
        found = consistency_proof(case["size1"], case["size2"], node)
        assert [each.hex() for each in found] == case["proof_hex"]


def test_roots_agree_with_the_recursive_definition_and_with_the_flat_one() -> None:
    """Three ways to the root: from stored nodes, by recursion, level by level."""
    for size in range(MANY + 1):
        assert root(size, BIG.node) == rfc6962.mth(LEAVES[:size]) == tree_root(LEAVES[:size])


def test_proofs_agree_with_the_recursive_definitions() -> None:
    """Every (index, size) and every (old, new) to 40, hash for hash."""
    for size in range(1, SMALL + 1):
        for place in range(size):
            assert inclusion_proof(place, size, BIG.node) == rfc6962.path(place, LEAVES[:size])
        for old in range(1, size + 1):
            assert consistency_proof(old, size, BIG.node) == rfc6962.proof(old, LEAVES[:size])


def test_appending_costs_two_nodes_on_average_and_a_logarithm_at_worst() -> None:
    """Over 2^10 appends: 2^11 - 1 nodes in all, never more than log2(size) + 1 at once."""
    store = Store()
    created = [store.add(leaf(number)) for number in range(1024)]
    assert sum(created) == 2047
    assert max(created) == 11


def test_a_proof_from_a_large_tree_reads_a_logarithm_of_nodes() -> None:
    """In a tree of 2^40 - 1 leaves (nodes made up on demand) no question reads more than 2·40 nodes."""
    reads = 0

    def node(level: int, index: int) -> bytes:
        nonlocal reads
        reads += 1
        return leaf_hash(f"{level}/{index}".encode())

    size = 2**40 - 1
    for ask in (
        lambda: inclusion_proof(0, size, node),
        lambda: inclusion_proof(size - 1, size, node),
        lambda: consistency_proof(2**39 - 1, size, node),
        lambda: root(size, node),
        lambda: append(size, leaf_hash(b""), node),
    ):
        reads = 0
        assert ask()
        assert 0 < reads <= 80


def test_the_empty_tree_has_a_root_and_no_proofs() -> None:
    """Size 0: the hash of the empty string; nothing is in it, and nothing is proved from it."""
    assert root(0, Store().node) == EMPTY_ROOT
    with pytest.raises(TreeRangeError):
        inclusion_proof(0, 0, Store().node)
    with pytest.raises(TreeRangeError):
        consistency_proof(0, 0, Store().node)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, -1)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    """The refusal carries the number and the range."""
    with pytest.raises(TreeRangeError) as refused:
        inclusion_proof(index, size, BIG.node)
    assert refused.value.data["value"] in (index, size)


@pytest.mark.parametrize(("old", "new", "wrong"), [(0, 5, "old"), (-1, 5, "old"), (6, 5, "old"), (1, 0, "new")])
def test_a_larger_tree_is_not_the_beginning_of_a_smaller(old: int, new: int, wrong: str) -> None:
    """Sizes out of order, or zero, are refused, and the wrong one is named."""
    with pytest.raises(TreeRangeError) as refused:
        consistency_proof(old, new, BIG.node)
    assert refused.value.data["name"] == wrong


def test_a_negative_size_is_refused_everywhere() -> None:
    """Neither a root nor an append from size -1."""
    for ask in (
        lambda: root(-1, BIG.node),
        lambda: append(-1, leaf_hash(b""), BIG.node),
        lambda: inclusion_proof(0, -1, BIG.node),
    ):
        with pytest.raises(TreeRangeError, match=r"^size is -1, but must be from [01] to ∞\."):
            ask()


def test_a_refusal_reads_in_both_languages() -> None:
    """Both sentences name the value and where it must lie; English is the default."""
    with pytest.raises(TlogError) as refused:
        inclusion_proof(7, 5, BIG.node)
    assert refused.value.text("zh").startswith("index 是 7，应在 0 到 4 之间。")
    assert str(refused.value) == refused.value.text("en")
    assert "index is 7, but must be from 0 to 4." in str(refused.value)
