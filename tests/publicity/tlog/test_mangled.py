"""Thousands of mangled proofs and notes: none accepted. ``python -m benchmarks mangled`` does it with a million."""

import pytest

from tests.publicity.tlog.mangling import Numbers, accepted_notes, accepted_proofs, honest_note, opens
from tests.publicity.tlog.store import MANY

SEED = "mangled in the tests"


def test_no_mangled_proof_is_accepted() -> None:
    assert accepted_proofs(SEED, 10_000) == []


def test_no_mangled_note_is_accepted() -> None:
    assert accepted_notes(SEED, 2_000) == []


def test_what_was_mangled_was_sound_before() -> None:
    assert all(opens(honest_note(size)) for size in range(MANY + 1))


@pytest.mark.parametrize("seed", ["a", "b"])
def test_the_same_seed_mangles_alike(seed: str) -> None:
    first, second = Numbers(seed), Numbers(seed)
    drawn = [first.below(1000) for _ in range(10_000)]
    assert drawn == [second.below(1000) for _ in range(10_000)]
    assert len(set(drawn)) == 1000
