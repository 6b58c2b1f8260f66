"""What a log says to a witness and what it believes of the answer: the forms of C2SP tlog-witness, without a network.

A witness keeps the newest head of each log that it knows, and cosigns another only when a proof shows that it extends
that one. Of what it answers, the one thing believed is a cosignature of its pinned key over the very text that was
sent. The size that it answers instead is a hint where to begin the proof.

Source: C2SP tlog-witness (``add-checkpoint``).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from publicity.tlog.checkpoints import LARGEST
from publicity.tlog.errors import KeyPurposeError, NoteError, TlogError, TreeRangeError
from publicity.tlog.keys import Signature, Use, VerifierKey, encode
from publicity.tlog.notes import DASH, Note, Verified, open_note

SIZE_TYPE = "text/x.tlog.size"
MOST_HASHES = 63
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class CosignedTextError(NoteError):
    """A witness's answer would move the end of the text that was signed."""

    zh = "见证人的答复不是签名行。没有采信，没有收存；请向见证人核实。"
    en = "The witness's answer is no list of signature lines. It was not believed or stored; ask the witness."


class WitnessSizeError(TlogError):
    """A witness's answer with status 409 is not the size it has."""

    zh = "见证人的 409 答复不是日志大小。没有采信；请向见证人核实。"
    en = "The witness's answer 409 is no size of a log. It was not believed; ask the witness."


def request_body(old: int, proof: Sequence[bytes], note: Note) -> bytes:
    """Return what is posted: the size the witness has, the proof from there, an empty line, the signed checkpoint.

    ``proof`` is empty from size 0. Raises TreeRangeError.
    """
    if len(proof) > MOST_HASHES:
        raise TreeRangeError(name="proof", value=len(proof), low=0, high=MOST_HASHES)
    lines = "".join(f"{encode(each)}\n" for each in proof)
    return f"old {old}\n{lines}\n".encode() + note.to_bytes()


def read_cosignature(text: str, answer: bytes, key: VerifierKey) -> Verified:
    """Return the cosignature of a checkpoint's text that an answer gives, checked; lines of other keys are ignored.

    Raises CosignedTextError, KeyPurposeError and what ``open_note`` raises.
    """
    if key.use is not Use.COSIGNATURE:
        raise KeyPurposeError(name=key.name, key_id=key.key_id.hex())
    opened = open_note(text.encode() + b"\n" + answer, [key])
    if opened.text != text:
        raise CosignedTextError
    return opened.verified[0]


def read_size(answer: bytes) -> int:
    """Return the size that a witness says it has. Raises WitnessSizeError."""
    found = _SIZE.fullmatch(answer)
    if found is None or int(found[1]) > LARGEST:
        raise WitnessSizeError
    return int(found[1])


def signature_line(signature: Signature) -> str:
    """Return a signature as it stands in a note, without its line end."""
    return f"{DASH}{signature.name} {encode(signature.key_id + signature.value)}"


def with_lines(note: bytes, lines: Sequence[str]) -> bytes:
    """Return a note with more signature lines after its own, each once. Raises NoteFormError, NoteSizeError."""
    read = Note.parse(note)
    if not lines:
        return note
    more = Note.parse(read.text.encode() + b"\n" + "".join(f"{line}\n" for line in lines).encode())
    return replace(read, signatures=tuple(dict.fromkeys((*read.signatures, *more.signatures)))).to_bytes()
