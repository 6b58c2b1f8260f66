"""Checkpoints: what a log says of itself in three lines, signed: its origin, its size, its root.

A reader pins the origin and the log's key (during a rotation, both keys), and takes sizes and roots from nowhere else.
Lines after the third are well formed by the specification and mean nothing here; a checkpoint with any is refused when
it is opened, because nobody could audit what they say.

Source: C2SP tlog-checkpoint, tlog-cosignature; the root of size 0 as in C2SP tlog-witness.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from publicity.tlog.errors import CheckpointFormError, KeyPurposeError, OriginError, UntrustedNoteError
from publicity.tlog.keys import SigningKey, Use, VerifierKey, decode, encode, is_surrogate
from publicity.tlog.notes import Note, Verified, open_note, sign_note
from publicity.tlog.proofs import HASH_SIZE
from sampling.merkle import EMPTY_ROOT
from sampling.wording import Words

LARGEST = 2**63 - 1
"""The most leaves that a checkpoint can speak of here; what the readers in Go can hold."""
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")

LINES: Words = (
    "应至少有三行：名称、大小、根哈希，每行以换行符结尾",
    "it must have three lines at least, each with its line end",
)
ORIGIN: Words = ("第一行（日志名称）是空的或含有控制字符", "its first line, the origin, is empty or has a control sign")
SIZE: Words = (
    "第二行应为日志大小，0 至 2^63-1 的十进制数，没有前导零",
    "its second line must be the size, a decimal number from 0 to 2^63-1 without leading zeros",
)
ROOT: Words = ("第三行应为 32 字节根哈希的 Base64", "its third line must be Base64 of a root of 32 bytes")
EMPTY: Words = ("空日志的根哈希应为空串的 SHA-256", "the root of an empty log must be the SHA-256 of nothing")
EXTENSION: Words = ("第三行之后的行不得为空或含有控制字符", "a line after the third is empty or has a control sign")
EXTENDED: Words = (
    "第三行之后还有内容，本日志从不写入",
    "it says something after its third line, which this log never does",
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log as its signer states it; ``root`` has 32 bytes. Raises CheckpointFormError."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _line_is_sound(self.origin):
            raise _malformed(ORIGIN)
        if not 0 <= self.size <= LARGEST:
            raise _malformed(SIZE)
        if len(self.root) != HASH_SIZE:
            raise _malformed(ROOT)
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise _malformed(EMPTY)
        if not all(_line_is_sound(line) for line in self.extensions):
            raise _malformed(EXTENSION)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint, without signatures. Raises CheckpointFormError."""
        lines = text.split("\n")
        if len(lines) < len(("origin", "size", "root", "")) or lines.pop():
            raise _malformed(LINES)
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise _malformed(SIZE)
        try:
            return cls(origin, int(size), decode(root), tuple(extensions))
        except ValueError as error:
            raise _malformed(ROOT) from error

    @property
    def text(self) -> str:
        """Return what is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, encode(self.root), *self.extensions))


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint that at least one pinned key of its log signed; ``signed`` by these, ``cosigned`` by those.

    How many cosignatures are enough, and how old they may be, is for whoever asks.
    """

    checkpoint: Checkpoint
    signed: tuple[Verified, ...]
    cosigned: tuple[Verified, ...]


def sign_checkpoint(checkpoint: Checkpoint, keys: Iterable[SigningKey]) -> Note:
    """Return the checkpoint signed by each key of its log: two of them while one takes the other's place.

    Whether it extends what was signed before is the signer's to check. Raises KeyPurposeError, NoteFormError.
    """
    keys = list(keys)
    _check_use((key.verifier for key in keys), Use.SIGNATURE)
    return sign_note(checkpoint.text, keys)


def cosign_checkpoint(note: Note, key: SigningKey, *, at: int) -> Note:
    """Return the note with a witness's cosignature of the second ``at``; the witness has opened and checked it.

    Raises KeyPurposeError, CheckpointFormError.
    """
    _check_use([key.verifier], Use.COSIGNATURE)
    Checkpoint.parse(note.text)
    return note.signed_by(key, at=at)


def open_checkpoint(
    data: bytes, origin: str, *, log_keys: Iterable[VerifierKey], witnesses: Iterable[VerifierKey] = ()
) -> SignedCheckpoint:
    """Return the checkpoint that one of the log's keys signed, and which of the witnesses cosigned it.

    Raises NoteError of every kind, KeyPurposeError, AmbiguousKeyError.
    """
    log_keys, witnesses = list(log_keys), list(witnesses)
    _check_use(log_keys, Use.SIGNATURE)
    _check_use(witnesses, Use.COSIGNATURE)
    opened = open_note(data, [*log_keys, *witnesses])
    signed = tuple(each for each in opened.verified if each.key.use is Use.SIGNATURE)
    if not signed:
        raise UntrustedNoteError(names=", ".join(each.key.name for each in opened.verified))
    checkpoint = Checkpoint.parse(opened.text)
    if checkpoint.origin != origin:
        raise OriginError(found=checkpoint.origin, expected=origin)
    if checkpoint.extensions:
        raise _malformed(EXTENDED)
    cosigned = tuple(each for each in opened.verified if each.key.use is Use.COSIGNATURE)
    return SignedCheckpoint(checkpoint, signed, cosigned)


def _check_use(keys: Iterable[VerifierKey], use: Use) -> None:
    for key in keys:
        if key.use is not use:
            raise KeyPurposeError(name=key.name, key_id=key.key_id.hex())


def _line_is_sound(line: str) -> bool:
    return bool(line) and not any(sign < " " or is_surrogate(sign) for sign in line)


def _malformed(words: Words) -> CheckpointFormError:
    return CheckpointFormError(problem_zh=words[0], problem_en=words[1])
