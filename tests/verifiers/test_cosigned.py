"""verify.py reads what witnesses cosigned before the round, beside a ZIP or in a directory, under given keys alone."""

from pathlib import Path

import pytest

from tests.verifiers.bundles import KEY, STRANGER, WITNESS, packed
from tests.verifiers.logs import PUBLISHED, Signer, bundle, cosigned, drand_bundle, with_log
from tests.verifiers.running import Ran, run, written

OTHER = Signer("witness.example/w2", kind=4, seed=b"o" * 32)
KEYS = ("--key", KEY.vkey, "--key", WITNESS.vkey)
LOG = drand_bundle()[1]


def bundle_on(directory: Path) -> Path:
    """Write the bundle of a draw with a round, its log signed, as a ZIP."""
    files, log = drand_bundle()
    log.signed(KEY)
    path = directory / "bundle.zip"
    path.write_bytes(packed(with_log(files, log)))
    return path


def checked(tmp_path: Path, data: bytes, *keys: str) -> Ran:
    beside = tmp_path / "cosigned.json"
    beside.write_bytes(data)
    return run(bundle_on(tmp_path), beside, *(keys or KEYS), "--json")


def said(ran: Ran) -> list[tuple[str, str]]:
    return [(each["state"], each["en"]) for each in ran.report["steps"] if each["step"] == "cosigned"]


def test_a_commitment_cosigned_before_its_round_is_said_to_be_so(tmp_path: Path) -> None:
    ran = checked(tmp_path, cosigned(LOG, KEY, WITNESS, at=PUBLISHED - 1))
    assert ran.status == 0, ran.refusals
    ((state, sentence),) = said(ran)
    assert state == "held"
    assert sentence.startswith(f"The witness {WITNESS.name} cosigned the commitment at {PUBLISHED - 1}, before")


def test_it_is_read_in_a_directory_as_well(tmp_path: Path) -> None:
    files, log = drand_bundle()
    log.signed(KEY)
    told = {"cosigned.json": cosigned(log, KEY, WITNESS)}
    ran = run(written(tmp_path / "draw", with_log(files, log) | told), *KEYS, "--json")
    assert [state for state, _ in said(ran)] == ["held"]


def test_without_it_the_time_rests_on_the_bureaus_word(tmp_path: Path) -> None:
    ran = run(bundle_on(tmp_path), *KEYS, "--json")
    assert ran.status == 0
    assert [(state, "rests on the bureau's word" in sentence) for state, sentence in said(ran)] == [("unchecked", True)]


def test_witnesses_that_nobody_named_and_heads_without_a_key_are_not_checked(tmp_path: Path) -> None:
    for keys in (("--key", KEY.vkey), ("--key", KEY.vkey, "--key", OTHER.vkey), ("--quiet",)):
        ran = checked(tmp_path, cosigned(LOG, KEY, WITNESS), *keys)
        assert ran.status == 0, ran.refusals
        assert [state for state, _ in said(ran)] == ["unchecked"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (cosigned(LOG, KEY, WITNESS, at=PUBLISHED), "which is not before the round's"),
        (cosigned(LOG, KEY, WITNESS, entry=1, size=9), "has not the entry of this commitment, and it alone"),
        (cosigned(LOG, STRANGER, WITNESS), "is signed by none of the log keys given"),
        (cosigned(LOG, WITNESS), "is not a signed note"),
        (b"{}", "must have exactly these keys"),
    ],
)
def test_what_shows_something_else_is_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    ran = checked(tmp_path, data)
    assert ran.status == 1
    (refusal,) = ran.refusals
    assert refusal.startswith("cosigned.json")
    assert sentence in refusal


def test_two_histories_of_one_size_are_refused(tmp_path: Path) -> None:
    other = drand_bundle()[1]
    other.changes["draw.executed"] = {"seed": "0" * 64}
    ran = checked(tmp_path, cosigned(other, KEY, WITNESS, size=len(LOG.entries()) - LOG.before))
    assert "another root: two histories" in ran.refusals[0]


def test_a_draw_without_a_round_has_none(tmp_path: Path) -> None:
    files, log = bundle()
    (tmp_path / "bundle.zip").write_bytes(packed(files))
    (tmp_path / "cosigned.json").write_bytes(cosigned(log, KEY, WITNESS))
    ran = run(tmp_path / "bundle.zip", tmp_path / "cosigned.json", "--json")
    assert "names no round of drand" in ran.refusals[0]


def test_nothing_else_stands_beside_a_bundle(tmp_path: Path) -> None:
    path = bundle_on(tmp_path)
    (tmp_path / "notes.json").write_bytes(b"{}")
    assert run(path, tmp_path / "notes.json").status == 2
    assert run(path, tmp_path / "cosigned.json").status == 2, "it is not there"
    (tmp_path / "replacements.json").write_bytes(b"{}")
    twice = run(path, tmp_path / "replacements.json", tmp_path / "replacements.json", "--json")
    assert twice.refusals == ["replacements.json: is given twice"]
