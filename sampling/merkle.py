"""The Merkle tree hash of RFC 6962, section 2.1 (SHA-256), over a list of leaf data.

Kept here, beneath everything else, because the draw protocol itself commits to a sealed outcome with it (section 6)
and the transparency log is built on the same hashes. Proofs about a tree live in ``publicity.tlog``.
"""

import hashlib
from collections.abc import Iterator, Sequence

LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf: SHA-256(0x00 ‖ data), 32 bytes."""
    return hashlib.sha256(LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node: SHA-256(0x01 ‖ left ‖ right), 32 bytes."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf *data*, in order; of no leaves, the hash of the empty string.

    Works level by level: an odd node at the end of a level moves up unchanged, which is the same tree as the RFC's
    split at the largest power of two.
    """
    if not leaves:
        return EMPTY_ROOT
    level = [leaf_hash(data) for data in leaves]
    while len(level) > 1:
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def audit_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes beside the way from one leaf up to the root, leaf upwards; ``index`` counts from 0.

    Where an odd node moves up unchanged there is no hash beside it.
    """
    path: list[bytes] = []
    level = [leaf_hash(data) for data in leaves]
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
        index //= 2
    return path


def audit_paths(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the path of every leaf as :func:`audit_path` gives it, hashing the tree once."""
    levels = [[leaf_hash(data) for data in leaves]]
    while len(levels[-1]) > 1:
        level = levels[-1]
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        levels.append(pairs + level[len(pairs) * 2 :])
    beside = [[(level, at >> height ^ 1) for height, level in enumerate(levels)] for at in range(len(leaves))]
    return [[level[place] for level, place in steps if place < len(level)] for steps in beside]


def climb(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield (left, right, their hash) of each step from a leaf *hash* up to the root of ``size`` leaves.

    Raises ValueError for a path with a hash too many or too few, or a place outside the tree.
    """
    if not 0 <= index < size:
        message = f"{index} is no place among {size} leaves"
        raise ValueError(message)
    beside = iter(path)
    at, last, found = index, size - 1, leaf
    while last:
        if at % 2 or at < last:
            sibling = next(beside, None)
            if sibling is None:
                message = "the path is too short"
                raise ValueError(message)
            left, right = (sibling, found) if at % 2 else (found, sibling)
            found = node_hash(left, right)
            yield left, right, found
        at, last = at // 2, last // 2
    if next(beside, None) is not None:
        message = "the path is too long"
        raise ValueError(message)
