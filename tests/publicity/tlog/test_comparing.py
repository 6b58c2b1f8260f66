"""Whoever kept a head finds out whether today's log extends it; nothing else than an extension passes."""

import pytest

from publicity.tlog.checkpoints import Checkpoint, cosign_checkpoint, sign_checkpoint
from publicity.tlog.comparing import NotExtendedError, check_extends, read_old_head
from publicity.tlog.errors import CheckpointFormError, NoteError, UntrustedNoteError
from publicity.tlog.keys import SigningKey, Use
from publicity.tlog.merkle import consistency_proof, root
from tests.publicity.tlog.store import BIG, Store, leaf

ORIGIN = "log.example/log"
LOG = SigningKey(ORIGIN, Use.SIGNATURE, bytes(range(32)))
WITNESS = SigningKey("witness.example/a", Use.COSIGNATURE, bytes(range(1, 33)))
OTHER = SigningKey(ORIGIN, Use.SIGNATURE, bytes(range(2, 34)))
FORKED = Store(leaf(number) if number != 3 else b"changed" for number in range(40))


def head(size: int, store: Store = BIG) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root(size, store.node))


def proof(old: int, new: int) -> list[bytes]:
    return consistency_proof(old, new, BIG.node)


NOTE = cosign_checkpoint(sign_checkpoint(head(7), [LOG]), WITNESS, at=1).to_bytes().decode()


@pytest.mark.parametrize(
    "text",
    [
        NOTE,
        head(7).text,
        head(7).text.rstrip("\n"),
        NOTE.replace("\n", "\r\n"),
        "\ufeff" + NOTE + "\n\n",
        "".join(f"  {line}  \n" for line in head(7).text.splitlines()),
    ],
)
def test_a_head_is_read_from_a_note_or_from_its_three_lines_as_they_were_kept(text: str) -> None:
    assert read_old_head(text) == head(7)


def test_with_a_key_only_a_head_that_it_signed_is_read() -> None:
    assert read_old_head(NOTE, [LOG.verifier]) == head(7)
    with pytest.raises(UntrustedNoteError):
        read_old_head(NOTE, [OTHER.verifier])
    with pytest.raises(NoteError):
        read_old_head(head(7).text, [LOG.verifier])


@pytest.mark.parametrize("text", ["", "\n", "nothing\n", f"{ORIGIN}\n7\n", f"{ORIGIN}\n07\nAAAA\n", "a\nb\nc\n"])
def test_what_is_no_head_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(CheckpointFormError, match="no checkpoint"):
        read_old_head(text)


@pytest.mark.parametrize("old", range(41))
def test_every_extension_passes(old: int) -> None:
    for new in range(old, 41):
        check_extends(head(old), new, head(new).root, proof)


@pytest.mark.parametrize("old", range(4, 40))
def test_no_log_passes_in_which_an_older_entry_was_changed(old: int) -> None:
    for new in range(old, 40):
        for offered in (proof, lambda before, after: consistency_proof(before, after, FORKED.node)):
            with pytest.raises(NotExtendedError, match="NOT EXTENDED"):
                check_extends(head(old), new, head(new, FORKED).root, offered)


def test_a_log_that_became_shorter_does_not_extend() -> None:
    with pytest.raises(NotExtendedError, match="shorter"):
        check_extends(head(7), 6, head(6).root, proof)
