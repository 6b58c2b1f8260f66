"""Checking proofs about an RFC 6962 tree with nothing but hashes: what a citizen's verifier runs.

A verifier here returns nothing or raises: a forgotten ``if`` cannot turn a refusal into an acceptance. Sizes and roots
must come from a signed checkpoint, never from the proof.

Source: RFC 9162 sections 2.1.3.2 and 2.1.4.2. Where these test ``sn`` against 0, the number of hashes is checked first
and exactly, which comes to the same and can be said in a sentence. Then their skipping of levels without a sibling has
no effect and is left out: on the right edge ``fn == sn`` stays true however often both are halved.
"""

from collections.abc import Sequence

from publicity.tlog.errors import HashLengthError, ProofLengthError, RootMismatchError, TreeRangeError
from sampling.merkle import node_hash

HASH_SIZE = 32
"""Bytes of a SHA-256 hash. Checked everywhere: hashes of other lengths could move the seam between two children."""


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return if the proof shows the leaf hash at ``index`` under ``root``, the root of ``size`` leaves.

    Raises TreeRangeError, ProofLengthError, HashLengthError, RootMismatchError.
    """
    if size < 1:
        raise TreeRangeError(name="size", value=size, low=1, high="∞")
    if not 0 <= index < size:
        raise TreeRangeError(name="index", value=index, low=0, high=size - 1)
    _check_length(proof, inclusion_length(index, size))
    _check_hashes(leaf_hash=leaf_hash, root=root)
    _check_proof(proof)
    fn, sn, computed = index, size - 1, leaf_hash
    for sibling in proof:
        is_right = fn % 2 or fn == sn
        computed = node_hash(sibling, computed) if is_right else node_hash(computed, sibling)
        fn, sn = fn >> 1, sn >> 1
    _check_root(computed, root)


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Return if the proof shows that the tree of ``old`` leaves is the beginning of the tree of ``new`` leaves.

    Sizes run from 1: that a tree extends the empty one says nothing, so it is not a proof. Raises TreeRangeError,
    ProofLengthError, HashLengthError, RootMismatchError.
    """
    if new < 1:
        raise TreeRangeError(name="new", value=new, low=1, high="∞")
    if not 1 <= old <= new:
        raise TreeRangeError(name="old", value=old, low=1, high=new)
    _check_length(proof, consistency_length(old, new))
    if old == new:
        _check_root(old_root, new_root)
        return
    _check_hashes(old_root=old_root, new_root=new_root)
    _check_proof(proof)
    # a complete old tree is itself a node of the new one, so its root is not repeated in the proof
    first, *rest = [old_root, *proof] if old.bit_count() == 1 else proof
    fn, sn = old - 1, new - 1
    while fn % 2:
        fn, sn = fn >> 1, sn >> 1
    from_old = from_new = first
    for sibling in rest:
        if fn % 2 or fn == sn:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
        else:
            from_new = node_hash(from_new, sibling)
        fn, sn = fn >> 1, sn >> 1
    _check_root(from_old, old_root)
    _check_root(from_new, new_root)


def inclusion_length(index: int, size: int) -> int:
    """Return how many hashes an inclusion proof has: the levels below the ragged edge, then one per one-bit."""
    inner = (index ^ (size - 1)).bit_length()
    return inner + (index >> inner).bit_count()


def consistency_length(old: int, new: int) -> int:
    """Return how many hashes a consistency proof has (1 ≤ old ≤ new)."""
    if old == new:
        return 0
    # the path of the old tree's last leaf, from the largest complete subtree that ends with it; its hash comes first
    # unless it is the whole old tree
    return inclusion_length(old - 1, new) - _trailing_zeros(old) + (old.bit_count() > 1)


def _trailing_zeros(value: int) -> int:
    return (value & -value).bit_length() - 1


def _check_length(proof: Sequence[bytes], needed: int) -> None:
    if len(proof) != needed:
        raise ProofLengthError(found=len(proof), needed=needed)


def _check_hashes(**named: bytes) -> None:
    for what, value in named.items():
        if len(value) != HASH_SIZE:
            raise HashLengthError(what=what, found=len(value))


def _check_proof(proof: Sequence[bytes]) -> None:
    _check_hashes(**{f"proof[{place}]": value for place, value in enumerate(proof)})


def _check_root(computed: bytes, expected: bytes) -> None:
    if computed != expected:
        raise RootMismatchError(computed=computed.hex(), expected=expected.hex())
