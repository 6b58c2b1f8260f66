"""A store of complete nodes in memory, grown only by ``append``."""

from collections.abc import Iterable

from publicity.tlog.merkle import append
from sampling.merkle import leaf_hash


class Store:
    """Complete nodes by (level, index); reading a node that does not exist yet fails."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Append the leaf data given, in order."""
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.size = 0
        for leaf in leaves:
            self.add(leaf)

    def add(self, leaf: bytes) -> int:
        """Append one leaf and return how many nodes that created."""
        new = append(self.size, leaf_hash(leaf), self.node)
        for each in new:
            assert (each.level, each.index) not in self.nodes, "a complete node never changes"
            self.nodes[each.level, each.index] = each.hash
        self.size += 1
        return len(new)

    def node(self, level: int, index: int) -> bytes:
        """Return one node's hash."""
        return self.nodes[level, index]


def leaf(number: int) -> bytes:
    """Return the data of a leaf, different for each number."""
    return f"entry {number}".encode()


MANY = 300
BIG = Store(leaf(number) for number in range(MANY))
"""A store of 300 leaves; proofs about every smaller tree come from it too, since complete nodes never change."""
