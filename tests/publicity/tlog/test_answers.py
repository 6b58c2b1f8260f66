"""A signed answer is believed under the key of the log alone, as it was handed out and not with one thing changed."""

import json
from dataclasses import replace
from typing import Any

import pytest

from publicity.checking.answers import verify_answer
from publicity.tlog import merkle
from publicity.tlog.answers import DECLARED, MAX_BYTES, SignedAnswer, answer_text
from publicity.tlog.checkpoints import Checkpoint, sign_checkpoint
from publicity.tlog.errors import ReceiptFormError
from publicity.tlog.keys import SigningKey, Use
from publicity.tlog.notes import sign_note
from publicity.verify import Report, State, Trusted
from sampling.canonical import jcs
from tests.publicity.tlog.signing import LOG, ORIGIN, STRANGER, key
from tests.publicity.tlog.store import Store, leaf

PLACE, SIZE = 5, 11
OWN = key(f"{ORIGIN}/answers")
TRUSTED = Trusted.of((LOG.verifier,), None)


def entry(*, declares: object = str(OWN.verifier), **changes: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return the entry that declares a key."""
    whole: dict[str, Any] = {"at": "2026-01-01T00:00:00Z", "digest": "0" * 64, "index": PLACE, "kind": DECLARED, "v": 1}
    return jcs(whole | {"public": {"key": declares}} | changes)


def signed(
    declared: bytes | None = None, *, by: SigningKey = OWN, log: SigningKey = LOG, size: int = SIZE, **changes: object
) -> SignedAnswer:
    """Return a signed answer at a small log that holds the entry; ``changes`` are to the answer."""
    entry_text = entry() if declared is None else declared
    store = Store(entry_text if number == PLACE else leaf(number) for number in range(SIZE))
    root = merkle.root(size, store.node)
    answer: dict[str, Any] = {
        "answers": [],
        "as_of": "2026-01-02",
        "log_root": root.hex(),
        "log_size": size,
        "note": "",
        "note_en": "",
    }
    return SignedAnswer(
        note=sign_note(answer_text(OWN.name, answer | changes), [by]).to_bytes(),
        index=PLACE,
        entry=entry_text,
        proof=tuple(merkle.inclusion_proof(PLACE, size, store.node)),
        checkpoint=sign_checkpoint(Checkpoint(ORIGIN, size, root), [log]).to_bytes(),
    )


def checked(found: SignedAnswer, trusted: Trusted = TRUSTED) -> Report:
    return verify_answer(found.to_bytes(), trusted)


def test_it_holds_under_the_key_of_the_log_alone_and_not_without() -> None:
    report = checked(signed())
    assert [step.name for step in report.steps] == ["key", "answer", "head", "signature"]
    assert report.verdict is State.HELD
    assert report.shows
    assert checked(signed(), Trusted.of((), None)).verdict is State.UNCHECKED


def test_written_again_it_is_the_same_bytes() -> None:
    assert SignedAnswer.parse(signed().to_bytes()) == signed()


OTHER_TEXT = sign_note("other\ntext\n{}\n", [OWN]).to_bytes()
TWO_LINES = sign_note(f"{OWN.name}\n{{}}\n", [OWN]).to_bytes()
NOT_CANONICAL = sign_note(answer_text(OWN.name, {}).replace("{}", "{ }"), [OWN]).to_bytes()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (signed(log=STRANGER), "None of the trusted keys"),
        (signed(by=STRANGER), "None of the trusted keys"),
        (signed(by=key(OWN.name, number=2)), "None of the trusted keys"),
        (signed(by=LOG), "None of the trusted keys"),
        (replace(signed(), note=signed(as_of="2026-01-03").note[:-80] + signed().note[-80:]), "does not hold"),
        (signed(log_size=SIZE + 1), "another size or root"),
        (signed(log_root="0" * 64), "another size or root"),
        (replace(signed(), checkpoint=signed(size=8).checkpoint), "need"),
        (replace(signed(), index=PLACE + 1), "leads to the root"),
        (replace(signed(), proof=signed().proof[::-1]), "leads to the root"),
        (replace(signed(), entry=entry(at="2026-01-02T00:00:00Z")), "leads to the root"),
        (signed(entry(kind="log.keys_changed")), "none of a log"),
        (signed(entry(index=PLACE + 1)), "none of a log"),
        (signed(entry(v=2)), "none of a log"),
        (signed(entry(more=1)), "none of a log"),
        (signed(entry(public=[])), "none of a log"),
        (signed(entry(declares=None)), "none of a log"),
        (signed(entry(declares="no key")), "none of a log"),
        (signed(entry(declares=str(LOG.verifier)), by=LOG), "none of a log"),
        (signed(entry(declares=str(key(OWN.name, Use.COSIGNATURE).verifier))), "none of a log"),
        (signed(b"no entry"), "none of a log"),
        (replace(signed(), note=OTHER_TEXT), "three lines"),
        (replace(signed(), note=TWO_LINES), "three lines"),
        (replace(signed(), note=NOT_CANONICAL), "three lines"),
    ],
)
def test_what_was_put_together_otherwise_is_refused(found: SignedAnswer, words: str) -> None:
    report = checked(found)
    assert report.verdict is State.REFUSED
    assert report.shows == ()
    assert words in report.steps[-1].words[1]


GOOD: dict[str, Any] = json.loads(signed().to_bytes())
WRONG: tuple[object, ...] = (None, {}, True, [1])


@pytest.mark.parametrize(
    "data",
    [
        *(jcs(GOOD | {name: value}) for name in GOOD for value in WRONG),
        *(jcs({name: value for name, value in GOOD.items() if name != left}) for left in GOOD),
        *(jcs(GOOD | {"proof": [value]}) for value in ("", "ab", "zz" * 32, "AB" * 32, 1)),
        jcs(GOOD | {"more": 1}),
        jcs(GOOD | {"form": "double-random/answer/2"}),
        json.dumps(GOOD).encode(),
        b"[]",
        b"",
        b" " * (MAX_BYTES + 1),
    ],
)
def test_what_has_another_form_is_none(data: bytes) -> None:
    with pytest.raises(ReceiptFormError):
        SignedAnswer.parse(data)
