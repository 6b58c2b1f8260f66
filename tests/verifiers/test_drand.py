"""A round of drand as the public value: the randomness is the signature's, and the signature the round's."""

import builtins
from pathlib import Path
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.cases import canonical
from tests.verifiers.logs import CHAIN, ROUND
from tests.verifiers.running import VECTORS, files_of, written

DRAW = files_of(VECTORS / "draw" / "accept" / "drand")
ROUNDS = {each["round"]: each for each in CHAIN["beacons"]}
VALUE = ROUND


def checked(tmp_path: Path, value: object) -> tuple[list[tuple[str, str]], list[str]]:
    """Return what is said of the public value, and what is refused."""
    source = written(tmp_path / "draw", DRAW | {"public_value.json": canonical(value)})
    report = verify.verify(str(source), verify.Options())
    said = [(step.state, step.en) for step in report.steps if step.step == "public_value"]
    return said, [step.en for step in report.steps if step.state == verify.REFUSED]


def test_round_is_verified_with_a_library_for_it(tmp_path: Path) -> None:
    assert checked(tmp_path, VALUE) == ([("held", "The signature of the drand round is valid.")], [])


def test_without_a_library_its_randomness_is_checked_and_a_sentence_says_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = builtins.__import__

    def without_pairings(name: str, *rest: Any) -> Any:  # noqa: ANN401 - as the builtin
        if name == "pyblst":
            raise ImportError
        return found(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_pairings)
    said, refused = checked(tmp_path, VALUE)

    assert refused == []
    assert said[0] == ("held", "The randomness is the SHA-256 of the signature.")
    assert said[1][0] == "unchecked"
    assert said[1][1].startswith("The drand signature was not checked here: no BLS library (pyblst).")


BAD: dict[str, tuple[dict[str, object], str]] = {
    "another kind": ({"kind": "witnessed"}, "is of another chain or round"),
    "another chain": ({"chain": "0" * 64}, "is of another chain or round"),
    "another round": ({"round": 1001}, "is of another chain or round"),
    "a round that is true": ({"round": True}, "is of another chain or round"),
    "a signature cut": ({"signature": VALUE["signature"][:-2]}, "is not a signature of 48 bytes"),
    "a signature in capitals": ({"signature": str(VALUE["signature"]).upper()}, "is not a signature of 48 bytes"),
    "a signature of no digits": ({"signature": "z" * 96}, "is not a signature of 48 bytes"),
    "a signature that is no text": ({"signature": 1}, "is not a signature of 48 bytes"),
    "another round's signature": (
        {"signature": ROUNDS[1001]["signature_hex"]},
        "the randomness is not the SHA-256 of the signature",
    ),
    "another round's signature and randomness": (
        {"signature": ROUNDS[1001]["signature_hex"], "randomness": ROUNDS[1001]["randomness_hex"]},
        "the randomness is not the SHA-256 of the signature",
    ),
    "another randomness": ({"randomness": "0" * 64}, "the randomness is not the SHA-256 of the signature"),
    "a key more": ({"what": "dice"}, "must have exactly these keys"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_round_is_refused(name: str, tmp_path: Path) -> None:
    change, sentence = BAD[name]

    _said, refused = checked(tmp_path, VALUE | change)

    assert len(refused) == 1
    assert sentence in refused[0]


def test_what_verifies_another_source_is_refused(tmp_path: Path) -> None:
    assert len(checked(tmp_path, {"kind": "none"})[1]) == 1
    source = written(
        tmp_path / "none",
        files_of(VECTORS / "draw" / "accept" / "counties") | {"public_value.json": canonical(VALUE)},
    )
    assert not verify.verify(str(source), verify.Options()).holds
    written(source, {"public_value.json": canonical({"kind": "witnessed"})})
    assert not verify.verify(str(source), verify.Options()).holds
    written(source, {"public_value.json": canonical({"kind": "none"})})
    assert verify.verify(str(source), verify.Options()).holds
