"""The proof at the door: one row leads to the root of all, and nothing else does."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.door import RowProof, check_row, prove_row
from sampling.errors import RefusedError
from sampling.merkle import audit_path, audit_paths
from sampling.sealing import outcome_leaves, outcome_root
from tests.publicity.tlog import rfc6962


def made(size: int) -> tuple[list[bytes], list[bytes]]:
    rows = [f"{at:018d},all,{at + 1},{at:064x}\n".encode() for at in range(size)]
    return rows, [sha256(b"salt%d" % at).digest() for at in range(size)]


@pytest.mark.parametrize("size", range(1, 34))
def test_every_row_of_every_outcome_is_proved_by_the_path_of_the_rfc(size: int) -> None:
    rows, salts = made(size)
    leaves, root = outcome_leaves(rows, salts), outcome_root(rows, salts)
    assert root == rfc6962.mth(leaves)
    for index in range(size):
        proof = prove_row(rows, salts, index)
        assert list(proof.path) == rfc6962.path(index, leaves) == audit_path(leaves, index)
        check_row(proof, root)


@given(st.data())
def test_no_other_row_salt_place_or_path_leads_to_the_root(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 20))
    rows, salts = made(size)
    root = outcome_root(rows, salts)
    index, other = data.draw(st.permutations(range(size)))[:2]
    proof, foreign = prove_row(rows, salts, index), prove_row(rows, salts, other)
    cut = data.draw(st.integers(0, len(proof.path)))
    wrong = [
        replace(proof, row=foreign.row),
        replace(proof, row=proof.row + b"\n"),
        replace(proof, salt=foreign.salt),
        replace(proof, salt=proof.salt[1:]),
        replace(proof, index=index + size),
        replace(proof, index=index - size),
        replace(proof, path=(*proof.path[:cut], bytes(32), *proof.path[cut:])),
        replace(proof, path=tuple(each[:-1] for each in proof.path)),
        replace(proof, path=proof.path[1:]),
        RowProof(foreign.row, foreign.salt, index, size, proof.path),
    ]
    for each in wrong:
        with pytest.raises(RefusedError):
            check_row(each, root)


def test_a_place_outside_the_outcome_has_no_proof() -> None:
    rows, salts = made(3)
    for index in (-1, 3):
        with pytest.raises(IndexError):
            prove_row(rows, salts, index)


def test_a_proof_does_not_show_its_salt_when_printed() -> None:
    rows, salts = made(2)
    assert repr(salts[0]) not in repr(prove_row(rows, salts, 0))


@pytest.mark.parametrize("size", range(18))
def test_paths_of_all_leaves_are_the_path_of_each(size: int) -> None:
    leaves = [bytes([at]) * 32 for at in range(size)]
    assert audit_paths(leaves) == [audit_path(leaves, index) for index in range(size)]
