"""The proof at the door (protocol, section 6): one row of a sealed outcome against the root that was logged.

It shows that this operator was drawn and that these inspectors were sent, by a draw whose list is not public yet. What
it tells of any other row is a salted hash, and where in the drawn order this one stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sampling.errors import Fault, RefusedError
from sampling.merkle import HASH_BYTES, audit_path, audit_paths, climb, leaf_hash, tree_root
from sampling.sealing import leaf_data, outcome_leaves


@dataclass(frozen=True, slots=True)
class RowProof:
    """A row, its salt, its place in drawn order (``index`` from 0, of ``size``), and the hashes beside its way up."""

    row: bytes
    salt: bytes = field(repr=False)
    index: int
    size: int
    path: tuple[bytes, ...]

    @property
    def leaf(self) -> bytes:
        """Return the leaf data. Raises RefusedError for a salt of another length."""
        return leaf_data(self.salt, self.row)


def prove_row(rows: Sequence[bytes], salts: Sequence[bytes], index: int) -> RowProof:
    """Return the proof of the row at ``index``, from all rows and salts in drawn order.

    Raises:
        RefusedError: when there are not as many different salts of 32 bytes as rows.
        IndexError: when there is no such row.
    """
    leaves = outcome_leaves(rows, salts)
    if index < 0:
        raise IndexError(index)
    return RowProof(rows[index], salts[index], index, len(rows), tuple(audit_path(leaves, index)))


def prove_all(rows: Sequence[bytes], salts: Sequence[bytes]) -> tuple[bytes, list[RowProof]]:
    """Return the root over rows in the order of their leaf data, and the proof of each, in that order.

    So rows stand after a replacement (protocol, section 9): the place of a row is chance, and tells nothing.

    Raises:
        RefusedError: when there are not as many different salts of 32 bytes as rows.
    """
    placed = sorted(zip(outcome_leaves(rows, salts), rows, salts, strict=True))
    leaves = [leaf for leaf, _, _ in placed]
    proved = enumerate(zip(placed, audit_paths(leaves), strict=True))
    proofs = [RowProof(row, salt, at, len(rows), tuple(path)) for at, ((_, row, salt), path) in proved]
    return tree_root(leaves), proofs


def check_row(proof: RowProof, root: bytes) -> None:
    """Return if the proof leads to the root that the log got at the execution.

    Raises:
        RefusedError: for a salt or a hash of another length, a path of another length, a place that is none, another
            root.
    """
    if any(len(each) != HASH_BYTES for each in proof.path):
        raise RefusedError(Fault.ROW_PROOF)
    found = leaf_hash(proof.leaf)
    try:
        for _, _, above in climb(found, proof.index, proof.size, proof.path):
            found = above
    except ValueError:
        raise RefusedError(Fault.ROW_PROOF) from None
    if found != root:
        raise RefusedError(Fault.ROW_PROOF)
