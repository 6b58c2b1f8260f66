"""Whoever kept a head finds out whether today's log extends it; nothing else than an extension passes."""

import pytest

from publicity.tlog.checkpoints import Checkpoint, cosign_checkpoint, sign_checkpoint
from publicity.tlog.comparing import NotExtendedError, Proof, check_extends, read_old_head
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


def said(old: int, new: Checkpoint, offered: Proof = proof) -> tuple[str, str]:
    """Return what is said in Chinese and in English of a log that does not extend an old head."""
    with pytest.raises(NotExtendedError) as caught:
        check_extends(head(old), new.size, new.root, offered)
    return caught.value.text("zh"), caught.value.text("en")


def test_the_refusal_tells_both_heads_and_why_in_both_languages() -> None:
    """It is what somebody takes to the supervisors: sizes and roots of both, and one sentence that ends once."""
    old, new = head(7).root.hex(), head(6).root.hex()
    zh, en = said(7, head(6))
    assert zh == (
        f"不接续：旧日志头有 7 条（根 {old}），现在的日志有 6 条（根 {new}）：日志变短了。"
        "日志被删改过，或者有两套日志。请保存两份日志头并报告监督机关。"
    )
    assert en == (
        f"NOT EXTENDED: the old head has 7 entries (root {old}), and the log today 6 (root {new}): the log became "
        "shorter. The log was changed, or there are two of them. Keep both heads and report it."
    )
    zh, en = said(7, head(9), lambda _old, _new: [])
    assert "：证明有 0 个哈希，按日志大小应有 5 个。证明不成立；请重新取得证明。日志被删改过" in zh
    assert ": The proof has 0 hashes, but these sizes need 5. It proves nothing; fetch the proof again. The log" in en


def test_no_proof_is_asked_for_where_nothing_was_added() -> None:
    def none(_old: int, _new: int) -> list[bytes]:
        raise AssertionError

    check_extends(head(7), 7, head(7).root, none)
    check_extends(head(0), 7, head(7).root, none)
