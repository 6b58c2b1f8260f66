"""What verify.py asks of log.json: the draw's own entries, in this very tree, under a head that a given key signed."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import files_in_memory
from tests.verifiers.cases import ODD_VALUES, Dice, canonical, places
from tests.verifiers.logs import ORIGIN, DrawnLog, Signer, bundle, path_of, root_of, with_log
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


# ---------- entries


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, bytes]:
    value = json.loads(FILES["log.json"])
    change(value)
    return FILES | {"log.json": canonical(value)}


def says(kind: str, **public: object) -> dict[str, bytes]:
    """Return a bundle whose log truly holds an entry that says otherwise."""
    made = log()
    made.changes[kind] = public
    return with_log(FILES, made)


def entry_says(kind: str, /, **changes: object) -> dict[str, bytes]:
    """Return a bundle whose log truly holds an entry with something else beside its public part."""
    made = log()
    steps = [step | (changes if step["kind"] == kind else {}) for step in made.steps()]
    made.steps = lambda: steps  # type: ignore[method-assign]
    return with_log(FILES, made)


def unsaid(kind: str, key: str) -> dict[str, bytes]:
    """Return a bundle whose log truly holds an entry that leaves something out."""
    made = log()
    steps = made.steps()
    for step in steps:
        if step["kind"] == kind:
            del step["public"][key]
    made.steps = lambda: steps  # type: ignore[method-assign]
    return with_log(FILES, made)


BAD_LOGS: dict[str, tuple[Callable[[], dict[str, bytes]], str]] = {
    "an entry changed": (
        lambda: changed(lambda v: v["entries"][0].update(entry=v["entries"][0]["entry"].replace("2020", "2021"))),
        "log.json #500: its inclusion proof fails",
    ),
    "a proof changed": (
        lambda: changed(lambda v: v["entries"][1]["proof"].__setitem__(0, "0" * 64)),
        "its inclusion proof fails",
    ),
    "a proof cut": (lambda: changed(lambda v: v["entries"][1]["proof"].pop()), "its inclusion proof fails"),
    "a proof made longer": (
        lambda: changed(lambda v: v["entries"][1]["proof"].append("0" * 64)),
        "its inclusion proof fails",
    ),
    "another root": (lambda: changed(lambda v: v.update(root="0" * 64)), "its inclusion proof fails"),
    "another size": (lambda: changed(lambda v: v.update(size=600)), "its inclusion proof fails"),
    "a size too small": (lambda: changed(lambda v: v.update(size=2)), "must be an integer from 0 to 1"),
    "another index": (lambda: changed(lambda v: v["entries"][0].update(index=501)), "log.json #501"),
    "the execution left out": (lambda: changed(lambda v: v["entries"].pop()), "has not one entry each"),
    "the commitment left out": (lambda: changed(lambda v: v["entries"].pop(0)), "has not one entry each"),
    "an entry twice": (
        lambda: changed(lambda v: v["entries"].append(v["entries"][1])),
        "is there twice or out of order",
    ),
    "entries turned round": (lambda: changed(lambda v: v["entries"].reverse()), "is there twice or out of order"),
    "no entry": (lambda: changed(lambda v: v.update(entries=[])), "must be a list with something in it"),
    "another key": (lambda: changed(lambda v: v.update(x=1)), "must have exactly these keys"),
    "another commitment": (lambda: says("draw.committed", commitment="0" * 64), "says another commitment"),
    "another seed": (lambda: says("draw.executed", seed="0" * 64), "says another seed"),
    "another list": (lambda: says("draw.executed", drawn="0" * 64), "says another drawn"),
    "other teams": (lambda: says("draw.executed", teams="0" * 64), "says another teams"),
    "other secrets": (lambda: says("draw.executed", reveal="0" * 64), "says another reveal"),
    "another draw": (lambda: says("draw.committed", draw_id="other"), "is an entry of another draw"),
    "a commitment that names none": (lambda: unsaid("draw.committed", "commitment"), "lacks a digest"),
    "an execution without a root": (lambda: unsaid("draw.executed", "outcome_root"), "lacks a digest"),
    "another digest of a commitment": (
        lambda: entry_says("draw.committed", digest="F" * 64),
        "64 lowercase hex digits",
    ),
    "a time that is no text": (lambda: entry_says("draw.executed", at=1), "is not an entry"),
    "no public part": (lambda: entry_says("draw.executed", public=None), "is not an entry"),
    "a list for a public part": (lambda: entry_says("draw.executed", public=[]), "is not an entry"),
    "a text for a public part": (lambda: entry_says("draw.committed", public="x"), "is not an entry"),
    "another version": (lambda: entry_says("draw.committed", v=2), "names another index or version"),
    "a version that is true": (lambda: entry_says("draw.committed", v=True), "names another index or version"),
    "another index inside": (lambda: entry_says("draw.committed", index=501), "names another index or version"),
    "a key more inside": (lambda: entry_says("draw.committed", more=1), "must have exactly these keys"),
    "a number out of range": (lambda: says("draw.executed", x=2**53), "has a number out of range"),
    "a number below zero": (lambda: says("draw.executed", x=-1), "has a number out of range"),
    "a fraction": (lambda: says("draw.executed", x=0.5), "has a number that is not whole"),
    "secrets that were never published": (lambda: unsaid("draw.executed", "reveal"), "says which secrets"),
}


@pytest.mark.parametrize("name", BAD_LOGS)
def test_bad_log_is_refused(name: str, tmp_path: Path) -> None:
    make, sentence = BAD_LOGS[name]

    report, refused = checked(tmp_path, make())

    assert len(refused) == 1
    assert sentence in refused[0]
    assert not report.holds


def test_a_log_that_keeps_the_outcome_to_itself_is_said_to_do_so(tmp_path: Path) -> None:
    """Of a draw whose strata are withheld the log says the secrets' digest alone."""
    report, refused = checked(tmp_path, unsaid("draw.executed", "drawn"))

    assert refused == []
    assert [state for state, _sentence in said(report, "log")] == ["held", "unchecked"]


def test_commitment_that_came_before_its_register_is_refused(tmp_path: Path) -> None:
    """The commitment rests on the first log_size entries (166 here), so it cannot be one of them."""
    made = log()
    made.before = 166
    assert checked(tmp_path, with_log(FILES, made))[1] == []
    made.before = 165
    (refusal,) = checked(tmp_path, with_log(FILES, made))[1]
    assert refusal == "log.json: has the commitment before the register that it rests on"


def test_no_mangled_log_is_accepted(tmp_path: Path) -> None:
    """One byte of log.json or some of them, anywhere: refused, whatever it was."""
    made = log()
    made.signed(LOG)
    good = canonical(made.value())
    assert checked(tmp_path, FILES | {"log.json": good}, LOG)[1] == []
    outcome = verify.recompute(files_in_memory(FILES), verify.Progress(None))
    trusted = verify.Trusted((verify.parse_key(LOG.vkey),))

    def check(data: bytes) -> None:
        value = verify.read_canonical("log.json", data)
        found = verify.read_log("log.json", value)
        verify.check_entries("log.json", found, outcome, made.reveal)
        verify.check_checkpoint("log.json", value, found, trusted, verify.Report())

    check(good)
    for number in range(1_500):
        dice = Dice(f"log {number}")
        data = bytearray(good)
        at = dice.below(len(data))
        if dice.chance(2):
            data[at] ^= 1 << dice.below(8)
        else:
            del data[at : at + 1 + dice.below(3)]
        if bytes(data) != good:
            with pytest.raises(verify.RefusedError):
                check(bytes(data))


def mangled_log(dice: Dice) -> bytes:
    """Return a log that truly holds entries of which one or two were changed, with proofs of what it holds now."""
    made = log()
    made.sealed = dice.chance(3)
    entries: list[dict[str, Any]] = [json.loads(entry) for entry in made.entries()]
    mine = [at for at, entry in enumerate(entries) if entry["kind"].startswith("draw.")]
    for _ in range(dice.one_of([1, 1, 2])):
        at = dice.one_of(mine)
        if dice.chance(6):
            other = dice.below(len(entries))
            entries[other] = json.loads(canonical(entries[at] | {"index": other}))
            mine = sorted({*mine, other})
        else:
            _mangle(dice, made, entries[at])
    data = [canonical(entry) for entry in entries]
    leaves = [hashlib.sha256(b"\x00" + each).digest() for each in data]
    held = [
        {
            "index": at,
            "entry": data[at].decode("utf-8", "surrogatepass"),
            "proof": [h.hex() for h in path_of(leaves, at)],
        }
        for at in mine
    ]
    root = root_of(leaves).hex()
    return canonical({"size": len(data), "root": root, "entries": held, "checkpoint": None, "cosignatures": []})


KINDS = ("draw.committed", "draw.executed", "draw.opened", "draw.voided")
SAID = ("x", "seed", "drawn", "teams", "reveal", "commitment", "rows_root", "outcome_root", "draw_id")


def _mangle(dice: Dice, made: DrawnLog, entry: dict[str, Any]) -> None:
    """Give an entry an odd value, a key less, or a key more with a value that may be the right one."""
    public = entry.get("public")
    there = dice.one_of([entry, public]) if isinstance(public, dict) else entry
    how = dice.below(5)
    if how < 3 or not there:
        spots = list(places(entry))
        if spots:
            container, key = dice.one_of(spots)
            container[key] = dice.one_of([*ODD_VALUES, *KINDS])
    elif how == 3:
        del there[dice.one_of(sorted(there))]
    else:
        right = [made.commitment, made.seed, made.drawn, made.teams, made.reveal, made.draw_id]
        there[dice.one_of(SAID)] = dice.one_of([*right, "0" * 64, 1, None, -1, 2**53, 0.5])


# ---------- the public value


BAD_VALUES: dict[str, tuple[dict[str, object], str]] = {
    "another value": ({"value": "1" * 30}, "is not the value that was used"),
    "another event": ({"what": "twenty dice"}, "is of another source"),
    "another alphabet": ({"alphabet": "1234567"}, "is of another source"),
    "another length": ({"length": 31}, "is of another source"),
    "a kind of its own": ({"kind": "drand"}, "is of another source"),
    "witnesses as a text": ({"witnesses": "甲"}, "is not a list of names"),
    "a witness without a name": ({"witnesses": [""]}, "is not a list of names"),
    "simulated or not": ({"simulated": "no"}, "is neither true nor false"),
    "a key more": ({"extra": 1}, "must have exactly these keys"),
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_bad_public_value_is_refused(name: str, tmp_path: Path) -> None:
    change, sentence = BAD_VALUES[name]
    value = json.loads(FILES["public_value.json"]) | change

    refused = checked(tmp_path, FILES | {"public_value.json": canonical(value)})[1]

    assert len(refused) == 1
    assert sentence in refused[0]


def test_witnesses_are_named_and_not_believed_for_us(tmp_path: Path) -> None:
    report, _refused = checked(tmp_path, FILES)

    assert said(report, "public_value")[1] == (
        "unchecked",
        "Whether the value came about so in public rests on the witnesses: 甲、乙",
    )


def test_a_simulated_value_is_said_to_prove_nothing(tmp_path: Path) -> None:
    value = json.loads(FILES["public_value.json"]) | {"simulated": True, "witnesses": []}
    report, _refused = checked(tmp_path, FILES | {"public_value.json": canonical(value)})

    assert said(report, "public_value")[1] == ("unchecked", "The public value was simulated and adds no proof.")
