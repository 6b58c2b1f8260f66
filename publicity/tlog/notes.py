"""Signed notes: a text, a blank line, and who signed it. Opened only with the keys that the reader pins.

Nothing of a note may be used before ``open_note`` returned it. Signatures of keys that the reader does not know are
ignored, as the specification demands: it is how witnesses and new keys come in. A signature that bears a known key's
name and number must hold, or the whole note is refused. A line that is there twice counts once; two different
signatures of one known key are refused.

Source: C2SP signed-note. It asks for a limit of no less than 16 signatures, one of which may have 5 kB.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from publicity.tlog.errors import (
    AmbiguousKeyError,
    DuplicateSignatureError,
    NoteFormError,
    NoteSizeError,
    UntrustedNoteError,
)
from publicity.tlog.keys import (
    KEY_ID_BYTES,
    Signature,
    SigningKey,
    VerifierKey,
    decode,
    encode,
    is_surrogate,
    name_is_sound,
)
from sampling.wording import Words

MAX_BYTES = 1_000_000
MAX_SIGNATURES = 100
DASH = "— "

NOT_UTF8: Words = ("不是有效的 UTF-8", "it is not valid UTF-8")
CONTROL: Words = ("含有换行以外的控制字符", "it has a control sign other than the line end")
TEXT_END: Words = ("正文的最后一行没有换行符", "the last line of its text has no line end")
NO_SIGNATURE: Words = ("没有签名", "it has no signature")
SIGNATURE_LINE: Words = (
    "签名行应为“— 名称 Base64”，其中 Base64 为四字节编号加签名：{line}",
    "a signature line must be “— name Base64”, the Base64 of a number of four bytes and a signature: {line}",
)
LAST_LINE: Words = ("最后一行没有换行符", "its last line has no line end")


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signature lines, in order; that it is well formed says nothing about whom to believe.

    Raises NoteFormError, NoteSizeError.
    """

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise _malformed(TEXT_END)
        if any(sign < " " and sign != "\n" for sign in self.text):
            raise _malformed(CONTROL)
        if any(is_surrogate(sign) for sign in self.text):
            raise _malformed(NOT_UTF8)
        if not self.signatures:
            raise _malformed(NO_SIGNATURE)
        if len(self.signatures) > MAX_SIGNATURES:
            raise NoteSizeError(found=len(self.signatures), most=MAX_SIGNATURES, unit_zh="个签名", unit_en="signatures")
        for each in self.signatures:
            if not name_is_sound(each.name) or len(each.key_id) != KEY_ID_BYTES or not each.value:
                raise _malformed(SIGNATURE_LINE, line=each.name)

    @classmethod
    def parse(cls, data: bytes) -> "Note":
        """Read a note; written again it is the same bytes. Raises NoteFormError, NoteSizeError."""
        if len(data) > MAX_BYTES:
            raise NoteSizeError(found=len(data), most=MAX_BYTES, unit_zh="字节", unit_en="bytes")
        try:
            whole = data.decode()
        except UnicodeDecodeError as error:
            raise _malformed(NOT_UTF8) from error
        head, blank, tail = whole.rpartition("\n\n")  # the text may have empty lines of its own: the last one counts
        if not blank or not tail:
            raise _malformed(NO_SIGNATURE)
        lines = tail.removesuffix("\n").split("\n")
        note = cls(head + "\n", tuple(_signature(line) for line in lines))
        if note.to_bytes() != data:
            raise _malformed(LAST_LINE)
        return note

    def to_bytes(self) -> bytes:
        """Return the note as it is stored and sent."""
        lines = (f"{DASH}{each.name} {encode(each.key_id + each.value)}\n" for each in self.signatures)
        return "".join((self.text, "\n", *lines)).encode()

    def signed_by(self, key: SigningKey, *, at: int = 0) -> "Note":
        """Return the note with one signature more, after the others. Raises NoteSizeError."""
        return replace(self, signatures=(*self.signatures, key.sign(self.text.encode(), at=at)))


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that was checked and holds; ``at`` is the second that a cosignature names, None otherwise."""

    key: VerifierKey
    signature: Signature
    at: int | None


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A text that at least one of the reader's keys signed, by whom, and the signatures that nobody looked at."""

    text: str
    verified: tuple[Verified, ...]
    ignored: tuple[Signature, ...]


def sign_note(text: str, keys: Iterable[SigningKey], *, at: int = 0) -> Note:
    """Return the text signed by each key, in order. Raises NoteFormError, NoteSizeError."""
    return Note(text, tuple(key.sign(text.encode(errors="surrogatepass"), at=at) for key in keys))


def open_note(data: bytes, keys: Iterable[VerifierKey]) -> OpenedNote:
    """Return what the note says and which of these keys signed it.

    Raises NoteFormError, NoteSizeError, AmbiguousKeyError, SignatureError, DuplicateSignatureError, UntrustedNoteError.
    """
    pinned = _pinned(keys)
    note = Note.parse(data)
    text = note.text.encode()
    verified: dict[VerifierKey, Verified] = {}
    ignored: list[Signature] = []
    for signature in dict.fromkeys(note.signatures):
        key = pinned.get((signature.name, signature.key_id))
        if key is None:
            ignored.append(signature)
        elif key in verified:
            raise DuplicateSignatureError(name=key.name, key_id=key.key_id.hex())
        else:
            verified[key] = Verified(key, signature, key.verify(text, signature.value))
    if not verified:
        raise UntrustedNoteError(names=", ".join(f"{each.name} ({each.key_id.hex()})" for each in ignored))
    return OpenedNote(note.text, tuple(verified.values()), tuple(ignored))


def _pinned(keys: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    """Return the keys by what signature lines name them by."""
    pinned: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if (key.name, key.key_id) in pinned:
            raise AmbiguousKeyError(name=key.name, key_id=key.key_id.hex())
        pinned[key.name, key.key_id] = key
    return pinned


def _signature(line: str) -> Signature:
    """Read one signature line, without its line end."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        raw = decode(encoded)
    except ValueError as error:
        raise _malformed(SIGNATURE_LINE, line=line[:80]) from error
    if f"{dash} " != DASH:
        raise _malformed(SIGNATURE_LINE, line=line[:80])
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def _malformed(words: Words, **data: str) -> NoteFormError:
    return NoteFormError(problem_zh=words[0].format(**data), problem_en=words[1].format(**data))
