"""The Merkle tree hash of RFC 6962, section 2.1 (SHA-256), over a list of leaf data.

Kept here, beneath everything else, because the draw protocol itself commits to a sealed outcome with it (section 6)
and the transparency log is built on the same hashes. Proofs about a tree live in ``publicity.tlog``.
"""

import hashlib
from collections.abc import Sequence

LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
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
