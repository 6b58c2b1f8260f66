"""Whether today's log extends a head that somebody kept: on paper, in a mail, in a file.

Pure: head and proof are handed in. An old head is a signed note, or the three lines of its text alone, as they are read
off a sheet.
"""

from collections.abc import Callable, Iterable, Sequence

from publicity.tlog.checkpoints import Checkpoint
from publicity.tlog.errors import NoteFormError, ProofError, TlogError
from publicity.tlog.keys import VerifierKey
from publicity.tlog.notes import Note, open_note
from publicity.tlog.proofs import verify_consistency

Proof = Callable[[int, int], Sequence[bytes]]
"""``proof(old, new)``: what the log offers to show that its first ``old`` entries begin its first ``new``."""


class NotExtendedError(TlogError):
    """Today's log is not what an old head was the head of."""

    nature = "conflict"
    zh = (
        "不接续：旧日志头有 {old} 条（根 {old_root}），现在的日志有 {new} 条（根 {new_root}）：{why_zh}。"
        "日志被删改过，或者有两套日志。请保存两份日志头并报告监督机关。"
    )
    en = (
        "NOT EXTENDED: the old head has {old} entries (root {old_root}), and the log today {new} (root {new_root}): "
        "{why_en}. The log was changed, or there are two of them. Keep both heads and report it."
    )


def read_old_head(text: str, keys: Iterable[VerifierKey] = ()) -> Checkpoint:
    """Return the head that a text holds; with keys, one of them must have signed it.

    Raises CheckpointFormError, NoteError.
    """
    keys = tuple(keys)
    lines = text.strip("\ufeff \t\r\n").replace("\r\n", "\n").split("\n")
    plain = "\n".join(line.strip() for line in lines) + "\n"
    if keys:
        return Checkpoint.parse(open_note(plain.encode(), keys).text)
    try:
        return Checkpoint.parse(Note.parse(plain.encode()).text)
    except NoteFormError:
        return Checkpoint.parse(plain)


def check_extends(old: Checkpoint, size: int, root: bytes, proof: Proof) -> None:
    """Return if the log of this size and root begins with the old head. Raises NotExtendedError."""
    told = {"old": old.size, "old_root": old.root.hex(), "new": size, "new_root": root.hex()}
    if size < old.size:
        raise NotExtendedError(**told, why_zh="日志变短了", why_en="the log became shorter")
    if old.size == 0:
        return
    try:
        verify_consistency(old.size, size, proof(old.size, size) if size > old.size else (), old.root, root)
    except ProofError as error:
        why = (error.text("zh").rstrip("。"), error.text("en").rstrip("."))
        raise NotExtendedError(**told, why_zh=why[0], why_en=why[1]) from error
