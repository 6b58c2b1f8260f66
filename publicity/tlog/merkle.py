"""Growing an RFC 6962 tree and taking proofs from it, over any store of its complete subtrees.

A *complete* node covers 2^level leaves, ``[index · 2^level, (index + 1) · 2^level)``; once it exists it never changes,
so a store only ever adds. Everything else (the root, the ragged right edge) is computed from at most ~2·log2(size)
complete nodes. The store is trusted for being there, not for being right: a wrong node yields a proof that fails.

Source: RFC 6962 section 2.1, RFC 9162 sections 2.1.1, 2.1.3.1 and 2.1.4.1.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from publicity.tlog.errors import TreeRangeError
from sampling.merkle import EMPTY_ROOT, node_hash

NodeReader = Callable[[int, int], bytes]
"""``node(level, index)``: the 32-byte hash of a complete subtree; level 0 holds the leaf hashes."""


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree's place and hash."""

    level: int
    index: int
    hash: bytes


def append(size: int, leaf: bytes, node: NodeReader) -> list[Node]:
    """Return the complete nodes, level 0 first, that the leaf *hash* creates in a tree that had ``size`` leaves.

    Reads and returns one node per trailing one-bit of ``size``, and the leaf itself: fewer than two on average, at
    most log2(size) + 1. Store all of them, then the tree has size + 1 leaves. Raises TreeRangeError.
    """
    _check("size", size, low=0)
    new = [Node(0, size, leaf)]
    while new[-1].index % 2:
        right = new[-1]
        left = node(right.level, right.index - 1)
        new.append(Node(right.level + 1, right.index // 2, node_hash(left, right.hash)))
    return new


def root(size: int, node: NodeReader) -> bytes:
    """Return the root of the first ``size`` leaves; of none, the hash of the empty string. Raises TreeRangeError."""
    _check("size", size, low=0)
    return _range_hash(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """Return the hashes, leaf upwards, that show leaf ``index`` in the tree of ``size`` leaves.

    Raises TreeRangeError.
    """
    _check("size", size, low=1)
    _check("index", index, low=0, high=size - 1)
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: NodeReader) -> list[bytes]:
    """Return the hashes that show the tree of ``old`` leaves to be the beginning of the tree of ``new`` leaves.

    Empty when both are equal. Everything extends an empty tree, so there is no proof from size 0. Raises
    TreeRangeError.
    """
    _check("new", new, low=1)
    _check("old", old, low=1, high=new)
    proof: list[bytes] = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start = middle
    if start:  # the verifier knows the old root itself, but not a subtree that starts later
        proof.append(_range_hash(start, end, node))
    return proof[::-1]


def _split(width: int) -> int:
    """Return the largest power of two smaller than width (two or more)."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_hash(start: int, end: int, node: NodeReader) -> bytes:
    """Hash the subtree over leaves [start, end), where start is one of the tree's own splitting points."""
    peaks = [node(level, index) for level, index in _complete(start, end)]
    found = peaks.pop()
    while peaks:
        found = node_hash(peaks.pop(), found)
    return found


def _complete(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (level, index) of the fewest complete nodes that make up [start, end), left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _check(name: str, value: int, *, low: int, high: int | None = None) -> None:
    if value < low or (high is not None and value > high):
        raise TreeRangeError(name=name, value=value, low=low, high="∞" if high is None else high)
