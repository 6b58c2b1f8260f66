"""The browser reads a log, its head and its signatures to the edge of each rule, and says which one was broken."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from tests.verifiers.bundles import KEY, STRANGER, WITNESS
from tests.verifiers.cases import canonical
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import ORIGIN, DrawnLog, Signer, bundle, path_of, root_of, with_log

FILES, LOG = bundle()
CHECKPOINT = "log.json checkpoint"
NO_HEAD = "it is not the head that the proofs lead to"
NO_NOTE = "it is no signed note: text, blank line, signatures"
NOT_BY_IT = f"none of the keys given signed it for {ORIGIN}"


def told(verifier: BrowserVerifier, made: list[tuple[dict[str, bytes], tuple[str, ...]]]) -> list[tuple[str, str]]:
    """Return what is said of the last of the steps about the log of each bundle: the log itself, or its head."""
    said = verifier.checked(([*files.items()], keys) for files, keys in made)
    found = []
    for each in said:
        *_, last = [(state, en) for step, state, _zh, en in each["steps"] if step in ("log", "checkpoint")]
        found.append(last)
    return found


def log(change: Callable[[DrawnLog], object]) -> dict[str, bytes]:
    """Return the bundle with another log."""
    made = bundle()[1]
    change(made)
    return with_log(FILES, made)


def with_steps(*kinds: str) -> dict[str, bytes]:
    """Return the bundle with a log that truly holds entries of these kinds."""
    public = {step["kind"]: step["public"] for step in LOG.steps()}

    def change(made: DrawnLog) -> None:
        steps = [{"kind": kind, "public": public[kind]} for kind in kinds]
        made.steps = lambda: steps  # type: ignore[method-assign]

    return log(change)


def with_public(said: object) -> dict[str, bytes]:
    """Return the bundle with a log whose entry of execution truly says something else."""

    def change(made: DrawnLog) -> None:
        steps = [made.steps()[0], made.steps()[1] | {"public": said}]
        made.steps = lambda: steps  # type: ignore[method-assign]

    return log(change)


def cosigned_twice(made: DrawnLog) -> None:
    """Have the witness sign the head in the note, and at another time beside it."""
    made.signed(KEY, WITNESS)
    made.cosignatures = [WITNESS.line(made.text(), at=5)]


def written(change: Callable[[dict[str, Any]], object]) -> dict[str, bytes]:
    """Return the bundle with a log changed and written again."""
    value = json.loads(FILES["log.json"])
    change(value)
    return FILES | {"log.json": canonical(value)}


def noted(change: Callable[[DrawnLog], tuple[str | None, list[str]]]) -> dict[str, bytes]:
    """Return the bundle with another note and other lines beside it."""

    def into(made: DrawnLog) -> None:
        made.note, made.cosignatures = change(made)

    return log(into)


def headed(text: Callable[[str], str], *signers: Signer, origin: str = ORIGIN) -> dict[str, bytes]:
    """Return the bundle with a head of another text, truly signed."""
    return log(lambda made: made.signed(*signers, text=text(made.text(origin=origin))))


def test_log_that_breaks_a_rule_is_refused_with_the_place(verifier: BrowserVerifier) -> None:
    first = "the first is not the commitment, or there are two"
    entries = "log.json “entries.{}”"
    cases: list[tuple[dict[str, bytes], str]] = [
        (written(lambda v: v.pop("size")), "log.json: “size” is missing"),
        (written(lambda v: v.update(size=0)), "log.json “size”: it is no integer of the range"),
        (written(lambda v: v.update(root="x")), "log.json “root”: it is not 64 lowercase hex digits"),
        (written(lambda v: v.update(cosignatures=["x"])), "log.json “cosignatures”: there is no head to cosign"),
        (
            written(lambda v: v.update(cosignatures=["x", "x\ny"])),
            "log.json “cosignatures.1”: one line is wanted",
        ),
        (written(lambda v: v.update(checkpoint=5)), "log.json “checkpoint”: a text is wanted"),
        (written(lambda v: v["entries"].reverse()), f"{entries.format(1)}: out of order"),
        (written(lambda v: v["entries"].append(v["entries"][1])), f"{entries.format(2)}: out of order"),
        (written(lambda v: v["entries"].clear()), "log.json “entries”: it must not be empty"),
        (
            written(lambda v: v["entries"][1].update(index=3)),
            "log.json “entries.1.proof”: its inclusion proof does not hold: it is not in the log",
        ),
        (with_steps("draw.executed", "draw.committed"), f"log.json: {first}"),
        (with_steps("draw.committed", "draw.committed", "draw.executed"), f"log.json: {first}"),
        (with_steps("draw.committed"), "log.json: the execution is not among them, once"),
        (with_steps("draw.committed", *["draw.executed"] * 2), "log.json: the execution is not among them, once"),
    ]
    odd: tuple[Any, ...] = (None, [], "draw_id", {})
    cases += [(with_public(each), f"{entries.format('1.entry.public')}: “draw_id” is missing") for each in odd]
    assert told(verifier, [(files, ()) for files, _words in cases]) == [("bad", words) for _files, words in cases]


def test_log_of_one_entry_is_read(verifier: BrowserVerifier) -> None:
    """The first entry there is, under a tree of it alone or of two; its proof is empty, or one hash."""
    read = """texts => texts.map(text => {
        try { return readLog(bytesOfText(text), "f").entries.map(({index}) => index); }
        catch (fault) { if (fault instanceof Refused) return fault.message; throw fault; }
    })"""
    public = {"draw_id": "d"}
    entry = {"at": "now", "digest": "f" * 64, "index": 0, "kind": "draw.committed", "public": public, "v": 1}
    text = canonical(entry).decode()
    leaves = [hashlib.sha256(b"\x00" + text.encode()).digest(), bytes(32)]
    texts = []
    for size in (1, 2):
        proof = [each.hex() for each in path_of(leaves[:size], 0)]
        value: dict[str, Any] = {
            "size": size,
            "root": root_of(leaves[:size]).hex(),
            "checkpoint": None,
            "cosignatures": [],
        }
        said = {"index": 0, "entry": text, "proof": proof}
        texts += [canonical(value | {"entries": [said] * number}).decode() for number in (1, 2)]
    assert verifier.call(read, texts) == [[0], "f “entries.1”: out of order"] * 2


def test_head_is_the_one_that_the_proofs_lead_to_signed_as_the_log(verifier: BrowserVerifier) -> None:
    """A witness whose name is the log's is no log; signatures in the list alone make no note of a text."""
    keys = (KEY.vkey, WITNESS.vkey)
    like_the_log = Signer(ORIGIN, kind=4, seed=b"l" * 32)
    other = Signer("log.example/other", seed=b"o" * 32)
    lines = [KEY.line(LOG.text()), WITNESS.line(LOG.text()), WITNESS.line(LOG.text())]
    unsigned = f"The head of {ORIGIN} is what the proofs lead to; no key was given, so its signature was not checked."
    by_both = f"Signed by {ORIGIN}、{WITNESS.name} (2023-11-14T22:13:20.000Z)."
    signed = headed(str, KEY)
    cases: list[tuple[dict[str, bytes], tuple[str, ...], str, str]] = [
        (signed, keys, "good", f"Signed by {ORIGIN}."),
        (signed, (), "open", unsigned),
        (FILES, (), "open", "The bundle has no signed head: the time of commitment rests on the bureau's word."),
        (
            FILES,
            keys[:1],
            "bad",
            "checkpoint: The bundle has no signed head: the time of commitment rests on the bureau's word.",
        ),
        (
            {name: data for name, data in FILES.items() if name != "log.json"},
            keys[:1],
            "bad",
            "log.json: it is missing, so no key can check anything",
        ),
        (noted(lambda made: (made.text() + "\n" + lines[0] + "\n", lines[1:])), keys, "good", by_both),
        (noted(lambda made: (made.text() + "\n", lines)), keys, "bad", f"{CHECKPOINT}: {NO_NOTE}"),
        (headed(lambda text: text.replace("507", "508", 1), KEY), keys, "bad", f"{CHECKPOINT}: {NO_HEAD}"),
        (
            headed(lambda text: "\n".join([*text.split("\n")[:2], base64.b64encode(bytes(32)).decode(), ""]), KEY),
            keys,
            "bad",
            f"{CHECKPOINT}: {NO_HEAD}",
        ),
        (headed(str, like_the_log), (like_the_log.vkey,), "bad", f"{CHECKPOINT}: {NOT_BY_IT}"),
        (headed(str, other), (KEY.vkey, other.vkey), "bad", f"{CHECKPOINT}: {NOT_BY_IT}"),
        (headed(str, STRANGER), keys, "bad", f"{CHECKPOINT}: {NOT_BY_IT}"),
        (signed, ("no key",), "bad", "vkey: it is no verifier key (name+number+key)"),
        (
            log(cosigned_twice),
            keys,
            "bad",
            f"{CHECKPOINT}: there are two signatures of {WITNESS.name}",
        ),
        (
            noted(lambda made: (made.text() + "\n" + lines[0] + "\n", [WITNESS.line("another text\n")])),
            keys,
            "bad",
            f"{CHECKPOINT}: the signature of {WITNESS.name} does not hold",
        ),
    ]
    found = told(verifier, [(files, given) for files, given, _state, _words in cases])
    assert found == [(state, words) for _files, _keys, state, words in cases]


def vkey(name: str, material: bytes) -> str:
    """Return a verifier key whose number is that of its name and key."""
    number = hashlib.sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{number}+{base64.b64encode(material).decode()}"


def test_verifier_key_has_one_form(verifier: BrowserVerifier) -> None:
    material = base64.b64decode(KEY.vkey.split("+", 2)[2])
    no_key = "vkey: it is no verifier key (name+number+key)"
    cases = {
        KEY.vkey: "",
        vkey("n", material): "",
        vkey("n", b"\x04" + material[1:]): "",
        "x+" + KEY.vkey: no_key,
        "+" + KEY.vkey: no_key,
        KEY.vkey + "\n": no_key,
        KEY.vkey + "\nmore": no_key,
        vkey("n", material + b"\x00"): no_key,
        vkey("n", material[:-1]): no_key,
        vkey("n", b"\x02" + material[1:]): no_key,
        vkey("a name", material): no_key,
        vkey("a\x07b", material): no_key,
        vkey("", material): no_key,
        KEY.vkey.replace(ORIGIN, "another"): "vkey: its number is not that of its name and key",
    }
    read = """texts => texts.map(text => {
        try { readVerifierKey(text); return ""; }
        catch (fault) { if (fault instanceof Refused) return fault.message; throw fault; }
    })"""
    assert dict(zip(cases, verifier.call(read, list(cases)), strict=True)) == cases


def test_note_is_its_text_a_blank_line_and_lines_of_signatures(verifier: BrowserVerifier) -> None:
    """The last blank line parts them; what is refused is refused for what is wrong with it."""
    line = KEY.line("x\n") + "\n"
    malformed = "f: a signature line is malformed"
    cases: dict[str, object] = {
        f"a\n\n{line}": ["a\n", 1],
        f"a\n\nb\n\n{line}": ["a\n\nb\n", 1],
        f"a\n\n\n{line}": ["a\n\n", 1],
        f"\n\n{line}": ["\n", 1],
        f"a\n\n{line * 100}": ["a\n", 100],
        f"a\n\n{line * 101}": f"f: {NO_NOTE}",
        f"a\n\n{line[:-1]}": f"f: {NO_NOTE}",
        f"a{line}": f"f: {NO_NOTE}",
        f"a\n{line}": f"f: {NO_NOTE}",
        line: f"f: {NO_NOTE}",
        "a\n\n": f"f: {NO_NOTE}",
        "": f"f: {NO_NOTE}",
        f"a\tb\n\n{line}": "f: its text has a control character",
        f"a\x1fb\n\n{line}": "f: its text has a control character",
        f"a\x00\n\n{line}": "f: its text has a control character",
        f"a\n\n{line[:-1]} more\n": malformed,
        f"a\n\nx{line}": malformed,
        f"a\n\n{line}x\n": malformed,
    }
    read = """texts => texts.map(text => {
        try { const note = readNote(bytesOfText(text), "f"); return [note.text, note.signatures.length]; }
        catch (fault) { if (fault instanceof Refused) return fault.message; throw fault; }
    })"""
    assert dict(zip(cases, verifier.call(read, list(cases)), strict=True)) == cases


def test_signature_is_of_the_key_that_bears_its_name_and_its_number(verifier: BrowserVerifier) -> None:
    """Either alone is a stranger's; a time is eight bytes and the signature sixty-four."""
    text = "a\n"
    line = KEY.line(text)
    renamed = line.replace(KEY.name, "another.example")
    head, raw = line.rsplit(" ", 1)
    renumbered = f"{head} {base64.b64encode(b'0000' + base64.b64decode(raw)[4:]).decode()}"
    head, raw = WITNESS.line(text).rsplit(" ", 1)
    cosignature = base64.b64decode(raw)
    short = f"{head} {base64.b64encode(cosignature[:4] + cosignature[12:]).decode()}"
    lines = [[line], [renamed], [renumbered], [renamed, renumbered, line], [head + " " + raw], [short]]
    opened = """([text, lines, keys]) => lines.map(lines => {
        const note = readNote(bytesOfText(`${text}\\n${lines.map(line => `${line}\\n`).join("")}`), "f");
        try { return openNote(note, keys.map(readVerifierKey), "f").map(({key, at}) => [key.name, String(at)]); }
        catch (fault) { if (fault instanceof Refused) return fault.message; throw fault; }
    })"""
    assert verifier.call(opened, (text, lines, [KEY.vkey, WITNESS.vkey])) == [
        [[KEY.name, "null"]],
        [],
        [],
        [[KEY.name, "null"]],
        [[WITNESS.name, "1700000000"]],
        f"f: the signature of {WITNESS.name} does not hold",
    ]
