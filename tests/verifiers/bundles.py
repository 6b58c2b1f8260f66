"""Random whole bundles, good and mangled: the files of a random draw with its log, its public value, its witnesses.

Mangled ones are changed anywhere: a byte of a file, a value of its JSON, what the log truly holds, who signed it, or a
byte of the archive. What a change leaves lawful is as telling as what it breaks: the verifiers have to say the same.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.verifiers.cases import Dice, canonical, good_case
from tests.verifiers.logs import ORIGIN, PUBLISHED, DrawnLog, Signer, cosigned, drand_bundle, log_of
from tests.verifiers.mangling import ODD_VALUES, odd_value, places

EARLY = (1980, 1, 1, 0, 0, 0)
KEY = Signer(ORIGIN)
STRANGER = Signer(ORIGIN, seed=b"s" * 32)
WITNESS = Signer("witness.example/w1", kind=4, seed=b"w" * 32)
BESIDE = ("cosigned.json", "replacements.json")


@dataclass(frozen=True)
class Handed:
    """What a reader has in hand: an archive or nothing, files by name, and the keys they trust."""

    archive: bytes | None
    files: Mapping[str, bytes]
    keys: tuple[str, ...] = (KEY.vkey, WITNESS.vkey)

    @property
    def parts(self) -> list[tuple[str, bytes]]:
        """Return it as a reader chooses it in a browser."""
        return ([] if self.archive is None else [("bundle.zip", self.archive)]) + [*self.files.items()]


def packed(files: Mapping[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an ordinary archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, EARLY), data, how)
    return made.getvalue()


def handed(dice: Dice, files: Mapping[str, bytes]) -> Handed:
    """Return files as they are handed on: in an archive with what stands beside it, or one by one."""
    if not dice.chance(3):
        inside = {name: data for name, data in files.items() if name not in BESIDE}
        how = dice.one_of([zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
        return Handed(packed(inside, how=how), {name: files[name] for name in BESIDE if name in files})
    return Handed(None, files)


def good_files(dice: Dice) -> tuple[dict[str, bytes], DrawnLog]:
    """Return a lawful bundle and its log, signed: of a random draw, or now and then one with a round of drand."""
    if dice.chance(6):
        files, log = drand_bundle()
        if dice.chance(2):
            at = PUBLISHED - dice.one_of([1, 60, 3600])
            files |= {"cosigned.json": cosigned(log, KEY, *[WITNESS][dice.below(2) :], at=at)}
    else:
        files, log = _random_files(dice)
    log.signed(*dice.one_of([(KEY,), (KEY, WITNESS), (STRANGER, KEY)]))
    if dice.chance(3):
        log.cosignatures = [WITNESS.line(log.text())]
    return files | {"log.json": canonical(log.value())}, log


def _random_files(dice: Dice) -> tuple[dict[str, bytes], DrawnLog]:
    case = good_case(dice)
    while (case.commitment["public_source"] or {}).get("kind") == "drand":
        case = good_case(dice)
    files = case.files()
    log = log_of(files)
    log.before = case.commitment["register"]["log_size"]
    log.sealed = dice.chance(2)
    value: dict[str, Any] = {"kind": "none"}
    if case.commitment["public_source"] is not None:
        further = {"value": case.reveal["public_value"], "witnesses": ["甲"], "simulated": dice.chance(2)}
        value = case.commitment["public_source"] | further
    return files | log.outcome | {"public_value.json": canonical(value)}, log


def good_bundle(dice: Dice) -> Handed:
    """Return a lawful bundle as it is handed on."""
    return handed(dice, good_files(dice)[0])


def mangled_bundle(dice: Dice) -> Handed:
    """Return a bundle with something changed in it; the change may leave it lawful."""
    files, log = good_files(dice)
    change = dice.one_of(CHANGES)
    return change(dice, files, log)


def a_byte_of_a_file(dice: Dice, files: dict[str, bytes], _log: DrawnLog) -> Handed:
    name = dice.one_of(sorted(files))
    return handed(dice, files | {name: mangled_bytes(dice, files[name])})


def a_value_of_a_file(dice: Dice, files: dict[str, bytes], _log: DrawnLog) -> Handed:
    """Another value somewhere in the JSON of the log, the public value or the witnesses."""
    name = dice.one_of([each for each in ("log.json", "public_value.json", "cosigned.json") if each in files])
    value = json.loads(files[name])
    container, key = dice.one_of(list(places(value)))
    if dice.chance(4):
        del container[key]
    else:
        container[key] = odd_value(dice)
    return handed(dice, files | {name: canonical(value)})


def a_list_of_the_log(dice: Dice, files: dict[str, bytes], _log: DrawnLog) -> Handed:
    """An entry, a hash or a signature twice, moved or left out."""
    value = json.loads(files["log.json"])
    entries = dice.one_of([value["entries"], value["cosignatures"], value["entries"][0]["proof"]])
    if entries:
        at, other = dice.below(len(entries)), dice.below(len(entries))
        dice.one_of([lambda: entries.insert(other, entries[at]), lambda: entries.pop(at), entries.reverse])()
    return handed(dice, files | {"log.json": canonical(value)})


def what_the_log_says(dice: Dice, files: dict[str, bytes], log: DrawnLog) -> Handed:
    """The log truly holds an entry that says otherwise, under a head that is truly signed."""
    kind = dice.one_of(["draw.committed", "draw.executed", "draw.opened"])
    key = dice.one_of(["draw_id", "commitment", "seed", "reveal", "drawn", "teams", "outcome_root", "other"])
    log.changes[kind] = {key: dice.one_of([*ODD_VALUES[:3], "0" * 64, log.commitment, log.draw_id])}
    log.before -= dice.below(2)
    log.signed(KEY)
    log.cosignatures = []
    return handed(dice, files | {"log.json": canonical(log.value())})


def who_signed(dice: Dice, files: dict[str, bytes], log: DrawnLog) -> Handed:
    """A head of another log, by another key, with lines that hold or do not."""
    origin = dice.one_of([ORIGIN, ORIGIN, "log.example/other", ORIGIN + " "])
    text = dice.one_of([None, None, log.text(origin=origin) + "more\n", log.text().replace("\n", "\n0", 1)])
    log.signed(*[dice.one_of([KEY, STRANGER, WITNESS]) for _ in range(dice.below(4))], origin=origin, text=text)
    line = WITNESS.line(log.text())
    log.cosignatures = dice.one_of(
        [[], [line], [line, line], [line + "\n"], [WITNESS.line("x\n")], ["x"], [KEY.line(log.text())]]
    )
    if dice.chance(5):
        log.note = None
    return handed(dice, files | {"log.json": canonical(log.value())})


def what_witnesses_said(dice: Dice, _files: dict[str, bytes], _log: DrawnLog) -> Handed:
    """Of another entry, too late, of another history or by somebody else."""
    files, log = drand_bundle()
    log.signed(KEY)
    files |= {"log.json": canonical(log.value())}
    other = log_of(files)
    other.before += dice.below(2)
    if dice.chance(2):
        other.changes["draw.executed"] = {"seed": "0" * 64}
    made = cosigned(
        dice.one_of([log, other]),
        *dice.one_of([(KEY, WITNESS), (KEY,), (WITNESS,), (STRANGER, WITNESS)]),
        at=PUBLISHED + dice.one_of([-60, -1, 0, 1]),
        entry=dice.one_of([0, 0, 0, 1]),
        size=dice.one_of([1, 2, 7]),
    )
    return handed(dice, files | {"cosigned.json": made})


def a_byte_of_the_archive(dice: Dice, files: dict[str, bytes], _log: DrawnLog) -> Handed:
    inside = {name: data for name, data in files.items() if name not in BESIDE}
    return Handed(mangled_archive(dice, packed(inside)), {})


def mangled_archive(dice: Dice, data: bytes) -> bytes:
    """Return an archive with some of its bytes changed, left out or put in."""
    changed = bytearray(data)
    for _ in range(dice.one_of([1, 1, 2, 8])):
        # half of them where an archive says what is in it, which is little of it
        at = dice.below(len(changed)) if dice.chance(2) else len(changed) - 1 - dice.below(min(700, len(changed)))
        how = dice.below(4)
        if how < 2:
            changed[at] ^= 1 << dice.below(8)
        elif how == 2:
            del changed[at : at + 1 + dice.below(40)]
        else:
            changed[at:at] = bytes(1 + dice.below(9))
    return bytes(changed)


def mangled_bytes(dice: Dice, data: bytes) -> bytes:
    """Return a file with something of it changed, put in, left out or written in another way."""
    at = dice.below(max(len(data), 1))
    lines = data.splitlines(keepends=True)
    return dice.one_of(
        [
            data[:at] + bytes([(data[at] if data else 0) ^ 1 << dice.below(8)]) + data[at + 1 :],
            data[:at] + data[at + 1 :],
            data[:-1],
            data + b"\n",
            data + b"".join(lines[-1:]),
            b"".join(lines[:-1]),
            data.replace(b"\n", b"\r\n"),
            b"",
        ]
    )


CHANGES: tuple[Callable[[Dice, dict[str, bytes], DrawnLog], Handed], ...] = (
    a_byte_of_a_file,
    a_byte_of_a_file,
    a_value_of_a_file,
    a_value_of_a_file,
    a_list_of_the_log,
    what_the_log_says,
    what_the_log_says,
    who_signed,
    who_signed,
    what_witnesses_said,
    a_byte_of_the_archive,
    a_byte_of_the_archive,
)
