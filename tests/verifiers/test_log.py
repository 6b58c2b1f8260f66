"""What verify.py asks of log.json: the draw's own entries, in this very tree, under a head that a given key signed."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from publicity.offline import verify
from tests.verifiers.logs import ORIGIN, DrawnLog, Signer, bundle, with_log
from tests.verifiers.running import written

LOG = Signer(ORIGIN)
NEXT = Signer(ORIGIN, seed=b"n" * 32)
STRANGER = Signer(ORIGIN, seed=b"s" * 32)
WITNESS = Signer("witness.example/w1", kind=4, seed=b"w" * 32)
FILES, _LOG = bundle()


def log() -> DrawnLog:
    return bundle()[1]


def checked(
    tmp_path: Path, files: dict[str, bytes], *signers: Signer, origin: str | None = None
) -> tuple[verify.Report, list[str]]:
    """Return the report of a bundle and what was refused in it."""
    keys = tuple(verify.parse_key(signer.vkey) for signer in signers)
    path = written(tmp_path / "bundle", files)
    report = verify.verify(str(path), verify.Options(trusted=verify.Trusted(keys, origin)))
    return report, [step.en for step in report.steps if step.state == verify.REFUSED]


def said(report: verify.Report, step: str) -> list[tuple[str, str]]:
    return [(each.state, each.en) for each in report.steps if each.step == step]


def test_entries_of_the_draw_are_shown_to_be_in_the_log(tmp_path: Path) -> None:
    report, refused = checked(tmp_path, FILES)

    assert refused == []
    assert said(report, "log") == [("held", "2 entries are in the log of 507 and say what was recomputed.")]
    ((state, sentence),) = said(report, "checkpoint")
    assert (state, sentence[:35]) == ("unchecked", "The head of the log is not signed: ")


def test_sealed_draw_is_shown_by_its_opening(tmp_path: Path) -> None:
    made = log()
    made.sealed = True
    report, refused = checked(tmp_path, with_log(FILES, made))

    assert refused == []
    assert said(report, "log")[0][1].startswith("3 entries")


def test_checkpoint_without_a_key_is_not_checked_and_a_sentence_says_so(tmp_path: Path) -> None:
    made = log()
    made.signed(LOG)
    report, refused = checked(tmp_path, with_log(FILES, made))

    assert refused == []
    ((state, sentence),) = said(report, "checkpoint")
    assert state == "unchecked"
    assert f"--key (origin {ORIGIN})" in sentence


def test_checkpoint_is_signed_by_the_key_that_the_one_who_checks_gives(tmp_path: Path) -> None:
    made = log()
    made.signed(STRANGER, LOG)
    report, refused = checked(tmp_path, with_log(FILES, made), LOG)

    assert refused == []
    assert said(report, "checkpoint") == [("held", f"The checkpoint is signed by {ORIGIN}.")]


def test_while_keys_change_either_is_enough(tmp_path: Path) -> None:
    made = log()
    made.signed(LOG, NEXT)
    for given in ([LOG], [NEXT], [LOG, NEXT]):
        assert checked(tmp_path, with_log(FILES, made), *given)[1] == []


def test_witness_cosigns_with_its_time_in_the_note_or_beside_it(tmp_path: Path) -> None:
    held = ("held", "The witness witness.example/w1 cosigned it at Unix time 1700000000.")
    within, beside = log(), log()
    within.signed(LOG, WITNESS)
    beside.signed(LOG)
    beside.cosignatures = [WITNESS.line(beside.text())]
    for made in (within, beside):
        report, refused = checked(tmp_path, with_log(FILES, made), LOG, WITNESS)
        assert refused == []
        assert said(report, "cosignature") == [held]


def test_a_witness_that_did_not_cosign_is_named(tmp_path: Path) -> None:
    made = log()
    made.signed(LOG)
    report, refused = checked(tmp_path, with_log(FILES, made), LOG, WITNESS)

    assert refused == []
    assert said(report, "cosignature") == [("unchecked", "The witness witness.example/w1 did not cosign it.")]


def test_origin_may_be_given_where_it_is_not_the_keys_name(tmp_path: Path) -> None:
    made = log()
    made.signed(LOG, origin="another.example/log")
    files = with_log(FILES, made)

    assert checked(tmp_path, files, LOG, origin="another.example/log")[1] == []
    (refusal,) = checked(tmp_path, files, LOG)[1]
    assert refusal == "log.json checkpoint: its origin is another.example/log, not the log given"


def forged(made: DrawnLog) -> str:
    made.signed(LOG)
    note = str(made.note)
    head, line = note.rsplit(" ", 1)
    data = bytearray(base64.b64decode(line))
    data[-1] ^= 1
    return f"{head} {base64.b64encode(data).decode()}\n"


def of_an_older_tree(made: DrawnLog) -> str:
    root = base64.b64encode(bytes(32)).decode()
    made.signed(LOG, text=f"{ORIGIN}\n506\n{root}\n")
    return str(made.note)


def of_another_tree(made: DrawnLog) -> str:
    root = base64.b64encode(bytes(32)).decode()
    made.signed(LOG, text=f"{ORIGIN}\n507\n{root}\n")
    return str(made.note)


def by(*signers: Signer) -> Callable[[DrawnLog], str]:
    def note(made: DrawnLog) -> str:
        made.signed(*signers)
        return str(made.note)

    return note


def text_alone(made: DrawnLog) -> str:
    return made.text()


def with_a_line_put_in(made: DrawnLog) -> str:
    made.signed(LOG)
    return str(made.note).replace("\n\n", "\nextension\n\n", 1)


def spelled(old: str, new: str) -> Callable[[DrawnLog], str]:
    def note(made: DrawnLog) -> str:
        made.signed(LOG)
        return str(made.note).replace(old, new, 1)

    return note


BAD_NOTES: dict[str, tuple[Callable[[DrawnLog], str], str]] = {
    "a forged signature": (forged, f"the signature of {ORIGIN} is not valid"),
    "an older head": (of_an_older_tree, "is of another tree than the proofs"),
    "another root": (of_another_tree, "is of another tree than the proofs"),
    "another key": (by(STRANGER), "is signed by none of the log keys given"),
    "a witness alone": (by(WITNESS), "is signed by none of the log keys given"),
    "no signature": (text_alone, "is not a signed note"),
    "a line put in": (with_a_line_put_in, "is not valid"),
    "another dash": (spelled("— ", "- "), "has a signature line of another form"),
    "a return": (spelled("\n507", "\r\n507"), "is not a signed note"),
    "a size with a zero": (spelled("\n507", "\n0507"), "is not a checkpoint"),
    "a size with a sign": (spelled("\n507", "\n+507"), "is not a checkpoint"),
    "a blank before the size": (spelled("\n507", "\n 507"), "is not a checkpoint"),
    "no line end": (lambda made: by(LOG)(made)[:-1], "is not a signed note"),
    "a line end more": (lambda made: by(LOG)(made) + "\n", ""),
    "text behind": (lambda made: by(LOG)(made) + "x\n", "has a signature line of another form"),
    "101 signatures": (by(*[LOG] * 101), "is not a signed note"),
}


@pytest.mark.parametrize("name", BAD_NOTES)
def test_bad_checkpoint_is_refused(name: str, tmp_path: Path) -> None:
    make, sentence = BAD_NOTES[name]
    made = log()
    made.note = make(made)

    report, refused = checked(tmp_path, with_log(FILES, made), LOG)

    assert len(refused) == 1
    assert sentence in refused[0]
    assert report.result == {}


def test_a_key_that_can_check_nothing_is_no_acceptance(tmp_path: Path) -> None:
    """Whoever gives a key asks for a signed head: a bundle without one is refused, and so is one without a log."""
    assert checked(tmp_path, FILES, LOG)[1] == ["log.json checkpoint: is not there, so no key can check it"]
    without = {name: data for name, data in FILES.items() if name != "log.json"}
    (tmp_path / "else").mkdir()
    assert checked(tmp_path / "else", without, LOG)[1][0].startswith("log.json: is missing")


def test_signatures_of_any_length_by_strangers_are_passed_over(tmp_path: Path) -> None:
    """Other kinds of keys sign at other lengths; what bears no more than a key's number is no signature."""
    made = log()
    made.signed(LOG)
    note = str(made.note)
    for length, accepted in ((3, False), (4, False), (5, True), (2424, True)):
        made.note = note + f"— stranger.example {base64.b64encode(bytes(length)).decode()}\n"
        assert (checked(tmp_path, with_log(FILES, made), LOG)[1] == []) is accepted, length


def test_a_key_that_signs_twice_signs_the_same(tmp_path: Path) -> None:
    """The same line twice counts once; two times of one witness are a witness with two stories."""
    made = log()
    made.signed(LOG, LOG, WITNESS, WITNESS)
    assert checked(tmp_path, with_log(FILES, made), LOG, WITNESS)[1] == []
    made.cosignatures = [WITNESS.line(made.text(), at=1_700_000_001)]
    assert "signed it twice, differently" in checked(tmp_path, with_log(FILES, made), LOG, WITNESS)[1][0]


def test_head_of_one_log_is_not_shown_by_the_key_of_another(tmp_path: Path) -> None:
    """Of two logs that are trusted, each speaks for itself alone; an origin that is asked for is the one asked for."""
    other = Signer("other.example/log", seed=b"o" * 32)
    made = log()
    made.signed(other)
    files = with_log(FILES, made)
    assert checked(tmp_path, files, LOG, other)[1] == ["log.json checkpoint: is signed by none of the log keys given"]
    assert checked(tmp_path, files, LOG, other, origin=ORIGIN)[1] == []


def test_a_cosignature_that_does_not_verify_is_refused(tmp_path: Path) -> None:
    made = log()
    made.signed(LOG)
    made.cosignatures = [WITNESS.line("another text\n")]
    assert "is not valid" in checked(tmp_path, with_log(FILES, made), LOG, WITNESS)[1][0]
    made.cosignatures = ["— x"]
    assert "another form" in checked(tmp_path, with_log(FILES, made), LOG)[1][0]
