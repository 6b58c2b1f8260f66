"""What the entries of a log say is what was recomputed."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import files_in_memory
from tests.verifiers.cases import Dice, canonical
from tests.verifiers.logs import DrawnLog, path_of, root_of, with_log
from tests.verifiers.mangling import ODD_VALUES, places
from tests.verifiers.test_log import FILES, LOG, checked, log, said


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
