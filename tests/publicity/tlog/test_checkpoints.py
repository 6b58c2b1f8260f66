"""A checkpoint is believed for its origin and its keys alone: the published ones, good and bad, rotation, witnesses."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from publicity.tlog.checkpoints import (
    LARGEST,
    Checkpoint,
    cosign_checkpoint,
    open_checkpoint,
    sign_checkpoint,
)
from publicity.tlog.errors import (
    AmbiguousKeyError,
    CheckpointFormError,
    KeyPurposeError,
    NoteFormError,
    OriginError,
    SignatureError,
    UntrustedNoteError,
)
from publicity.tlog.keys import Signature, encode
from publicity.tlog.merkle import root
from publicity.tlog.notes import Note, sign_note
from sampling.merkle import EMPTY_ROOT
from tests.publicity.tlog.signing import LOG, NEXT, ORIGIN, OTHER_WITNESS, STRANGER, WITNESS, speaks_chinese
from tests.publicity.tlog.store import BIG, MANY

EXTERNAL = Path(__file__).parents[2] / "vectors" / "external"
PUBLISHED: dict[str, Any] = json.loads((EXTERNAL / "checkpoint.json").read_text(encoding="utf-8"))
HEAD = Checkpoint(ORIGIN, MANY, root(MANY, BIG.node))
ROOT = encode(HEAD.root)
KEYS = [LOG.verifier]


@pytest.mark.parametrize("case", PUBLISHED["format"], ids=lambda case: case["origin"])
def test_published_checkpoint_is_read_and_written_again(case: dict[str, Any]) -> None:
    found = Checkpoint.parse(case["text"])
    assert found == Checkpoint(case["origin"], case["size"], base64.b64decode(case["root_b64"]))
    assert found.text == case["text"]


@pytest.mark.parametrize("text", PUBLISHED["reject_published"] + PUBLISHED["reject_from_spec_text"])
def test_published_junk_is_refused(text: str) -> None:
    with pytest.raises(CheckpointFormError):
        Checkpoint.parse(text)


def test_the_empty_log_has_the_published_root() -> None:
    case = PUBLISHED["empty_tree"]
    empty = Checkpoint(ORIGIN, case["size"], base64.b64decode(case["root_b64"]))
    assert empty.root == EMPTY_ROOT
    assert Checkpoint.parse(empty.text) == empty
    with pytest.raises(CheckpointFormError, match="root of an empty log"):
        Checkpoint(ORIGIN, 0, HEAD.root)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "three lines"),
        ("\n", "three lines"),
        (f"{ORIGIN}\n1\n", "three lines"),
        (f"{ORIGIN}\n1\n{ROOT}", "three lines"),
        (f"{ORIGIN}\n1\n{ROOT}\nmore", "three lines"),
        (f"\n1\n{ROOT}\n", "origin"),
        (f"a\tb\n1\n{ROOT}\n", "origin"),
        (f"a\x1fb\n1\n{ROOT}\n", "origin"),
        (f"a\ud800b\n1\n{ROOT}\n", "origin"),
        (f"{ORIGIN}\n\n{ROOT}\n", "must be the size"),
        (f"{ORIGIN}\n00\n{ROOT}\n", "must be the size"),
        (f"{ORIGIN}\n01\n{ROOT}\n", "must be the size"),
        (f"{ORIGIN}\n1 \n{ROOT}\n", "must be the size"),
        (f"{ORIGIN}\n1_0\n{ROOT}\n", "must be the size"),
        (f"{ORIGIN}\n١\n{ROOT}\n", "must be the size"),
        (f"{ORIGIN}\n1.0\n{ROOT}\n", "must be the size"),
        (f"{ORIGIN}\n{LARGEST + 1}\n{ROOT}\n", "must be the size"),
        (f"{ORIGIN}\n{'9' * 5000}\n{ROOT}\n", "must be the size"),
        (f"{ORIGIN}\n1\n\n", "root of 32 bytes"),
        (f"{ORIGIN}\n1\n{ROOT}=\n", "root of 32 bytes"),
        (f"{ORIGIN}\n1\n{ROOT}\r\n", "root of 32 bytes"),
        (f"{ORIGIN}\n1\n{ROOT[:-2]}B=\n", "root of 32 bytes"),
        (f"{ORIGIN}\n1\n{HEAD.root.hex()}\n", "root of 32 bytes"),
        (f"{ORIGIN}\n1\n{encode(bytes(31))}\n", "root of 32 bytes"),
        (f"{ORIGIN}\n1\n{encode(bytes(33))}\n", "root of 32 bytes"),
        (f"{ORIGIN}\n1\n{ROOT}\n\n", "after the third"),
        (f"{ORIGIN}\n1\n{ROOT}\nmore\n\nmore\n", "after the third"),
        (f"{ORIGIN}\n1\n{ROOT}\na\x01b\n", "after the third"),
    ],
)
def test_what_is_not_a_checkpoint_byte_for_byte_is_refused_with_a_reason(text: str, problem: str) -> None:
    with pytest.raises(CheckpointFormError, match=problem) as refused:
        Checkpoint.parse(text)
    assert refused.value.text("zh").startswith("检查点格式不符：")
    assert speaks_chinese(refused.value.data["problem_zh"])


@pytest.mark.parametrize("size", [-1, LARGEST + 1])
def test_a_size_that_no_log_has_is_not_stated(size: int) -> None:
    with pytest.raises(CheckpointFormError, match="must be the size"):
        Checkpoint(ORIGIN, size, HEAD.root)
    assert Checkpoint.parse(Checkpoint(ORIGIN, LARGEST, HEAD.root).text).size == 2**63 - 1


def test_a_signed_checkpoint_is_opened_by_its_logs_key_and_origin() -> None:
    data = sign_checkpoint(HEAD, [LOG]).to_bytes()
    opened = open_checkpoint(data, ORIGIN, log_keys=KEYS)
    assert opened.checkpoint == HEAD
    assert [each.key for each in opened.signed] == KEYS
    assert opened.cosigned == ()


def test_another_logs_checkpoint_is_refused_though_the_key_is_right() -> None:
    data = sign_checkpoint(Checkpoint("log.example/other", 1, HEAD.root), [LOG]).to_bytes()
    with pytest.raises(OriginError) as refused:
        open_checkpoint(data, ORIGIN, log_keys=KEYS)
    assert refused.value.data == {"found": "log.example/other", "expected": ORIGIN}


def test_a_strangers_checkpoint_is_refused_though_the_origin_is_right() -> None:
    data = sign_checkpoint(HEAD, [STRANGER]).to_bytes()
    with pytest.raises(UntrustedNoteError):
        open_checkpoint(data, ORIGIN, log_keys=KEYS)


def test_a_changed_size_or_root_is_refused() -> None:
    signed = sign_checkpoint(HEAD, [LOG])
    for other in (Checkpoint(ORIGIN, MANY - 1, HEAD.root), Checkpoint(ORIGIN, MANY, EMPTY_ROOT)):
        with pytest.raises(SignatureError):
            open_checkpoint(Note(other.text, signed.signatures).to_bytes(), ORIGIN, log_keys=KEYS)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(CheckpointFormError, match="three lines"):
        open_checkpoint(sign_note("hello\n", [LOG]).to_bytes(), ORIGIN, log_keys=KEYS)
    with pytest.raises(NoteFormError):
        open_checkpoint(HEAD.text.encode(), ORIGIN, log_keys=KEYS)


def test_what_nobody_can_audit_is_refused_though_it_is_well_formed() -> None:
    extended = Checkpoint(ORIGIN, 1, HEAD.root, ("more", "and more"))
    assert Checkpoint.parse(extended.text) == extended
    with pytest.raises(CheckpointFormError, match="after its third line, which this log never does"):
        open_checkpoint(sign_checkpoint(extended, [LOG]).to_bytes(), ORIGIN, log_keys=KEYS)


def test_a_new_key_takes_the_old_ones_place_while_both_sign() -> None:
    """Who pins either opens what both sign; who pins the old one alone no longer opens what the new one signs alone."""
    both = sign_checkpoint(HEAD, [LOG, NEXT]).to_bytes()
    for pinned in ([LOG], [NEXT], [LOG, NEXT]):
        opened = open_checkpoint(both, ORIGIN, log_keys=[each.verifier for each in pinned])
        assert len(opened.signed) == len(pinned)
    alone = sign_checkpoint(HEAD, [NEXT]).to_bytes()
    assert open_checkpoint(alone, ORIGIN, log_keys=[LOG.verifier, NEXT.verifier]).checkpoint == HEAD
    with pytest.raises(UntrustedNoteError):
        open_checkpoint(alone, ORIGIN, log_keys=[LOG.verifier])


def test_a_witness_cosigns_and_is_counted_with_its_second() -> None:
    note = cosign_checkpoint(sign_checkpoint(HEAD, [LOG]), WITNESS, at=1679315147)
    note = cosign_checkpoint(note, OTHER_WITNESS, at=1679315148)
    witnesses = [WITNESS.verifier, OTHER_WITNESS.verifier]
    opened = open_checkpoint(note.to_bytes(), ORIGIN, log_keys=KEYS, witnesses=witnesses)
    assert [(each.key, each.at) for each in opened.cosigned] == list(
        zip(witnesses, (1679315147, 1679315148), strict=True)
    )
    assert [each.key for each in opened.signed] == KEYS
    assert open_checkpoint(note.to_bytes(), ORIGIN, log_keys=KEYS).cosigned == ()


def test_a_witness_without_the_log_is_not_enough() -> None:
    signed = (WITNESS.sign(HEAD.text.encode(), at=1), OTHER_WITNESS.sign(HEAD.text.encode(), at=1))
    data = Note(HEAD.text, signed).to_bytes()
    with pytest.raises(UntrustedNoteError, match=f"{WITNESS.name}, {OTHER_WITNESS.name}\\."):
        open_checkpoint(data, ORIGIN, log_keys=KEYS, witnesses=[WITNESS.verifier, OTHER_WITNESS.verifier])


def test_a_forged_cosignature_of_a_pinned_witness_spoils_the_checkpoint() -> None:
    forged = Signature(WITNESS.name, WITNESS.verifier.key_id, bytes(72))
    data = Note(HEAD.text, (*sign_checkpoint(HEAD, [LOG]).signatures, forged)).to_bytes()
    with pytest.raises(SignatureError):
        open_checkpoint(data, ORIGIN, log_keys=KEYS, witnesses=[WITNESS.verifier])
    assert open_checkpoint(data, ORIGIN, log_keys=KEYS).checkpoint == HEAD


def test_a_log_key_is_no_witness_and_a_witness_no_log() -> None:
    data = sign_checkpoint(HEAD, [LOG]).to_bytes()
    with pytest.raises(KeyPurposeError, match=LOG.verifier.key_id.hex()):
        open_checkpoint(data, ORIGIN, log_keys=KEYS, witnesses=[LOG.verifier])
    with pytest.raises(KeyPurposeError, match=WITNESS.name):
        open_checkpoint(data, ORIGIN, log_keys=[LOG.verifier, WITNESS.verifier])
    with pytest.raises(KeyPurposeError):
        sign_checkpoint(HEAD, [WITNESS])
    with pytest.raises(KeyPurposeError):
        cosign_checkpoint(sign_checkpoint(HEAD, [LOG]), LOG, at=1)
    with pytest.raises(AmbiguousKeyError):
        open_checkpoint(data, ORIGIN, log_keys=[LOG.verifier, LOG.verifier])


def test_a_witness_cosigns_checkpoints_alone() -> None:
    with pytest.raises(CheckpointFormError):
        cosign_checkpoint(sign_note("hello\n", [LOG]), WITNESS, at=1)


def test_keys_may_come_from_any_iterable() -> None:
    note = cosign_checkpoint(sign_checkpoint(HEAD, iter([LOG, NEXT])), WITNESS, at=1)
    assert len(note.signatures) == 3
    opened = open_checkpoint(note.to_bytes(), ORIGIN, log_keys=iter(KEYS), witnesses=iter([WITNESS.verifier]))
    assert (len(opened.signed), len(opened.cosigned)) == (1, 1)
