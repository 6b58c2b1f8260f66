"""Signed answers (查询回执): what a service answered, signed with a key that an entry of its log declares.

The answer is the text of a signed note under a key for answers alone, whose name is the log's with ``/answers`` after
it. Beside it stand the entry that declares the key, its proof, and the signed head that the answer was made at, so that
who pins the log's key needs nothing else. One form (RFC 8785); whoever changes a byte is found out.

``{"answer": signed note, "checkpoint": signed note, "entry": text, "form": …, "index": n,
"proof": [hex, leaf upwards]}``

The text of the note is three lines: the key's name, the form, the answer as JSON in canonical form.
"""

from dataclasses import dataclass
from typing import Any, Final

from publicity.tlog.errors import KeyFormError, ReceiptEntryError, ReceiptFormError
from publicity.tlog.keys import Use, VerifierKey
from publicity.tlog.proofs import HASH_SIZE, verify_inclusion
from publicity.tlog.receipts import ENTRY_MEMBERS, ENTRY_VERSION
from sampling.canonical import jcs, parse_jcs
from sampling.errors import RefusedError
from sampling.merkle import leaf_hash
from sampling.wording import Words

FORM: Final = "double-random/answer/1"
MEMBERS: Final = frozenset({"answer", "checkpoint", "entry", "form", "index", "proof"})
DECLARED: Final = "answers.key_declared"
REVOKED: Final = "answers.key_revoked"
SUFFIX: Final = "/answers"
MAX_BYTES: Final = 4 * 2**20

NOT_JSON: Words = ("不是规范形式的 JSON（RFC 8785）", "it is not JSON in canonical form (RFC 8785)")
NOT_FORM: Words = (f"应恰有 {FORM} 的各项", f"it must have the members of {FORM} and no others")
LENGTH: Words = (f"超过 {MAX_BYTES} 字节", f"it has more than {MAX_BYTES} bytes")
TEXT: Words = (
    "签名文本应为三行：公钥名称、格式、规范形式的 JSON",
    "the signed text must be three lines: the key's name, the form, JSON in canonical form",
)
HEAD: Words = (
    "答复所写的日志大小和根哈希与日志头不符",
    "the answer names another size or root than the head of the log",
)


def answers_name(origin: str) -> str:
    """Return the name of the key for answers of a log."""
    return origin + SUFFIX


def answer_text(name: str, answer: dict[str, Any]) -> str:
    """Return the text that is signed."""
    return f"{name}\n{FORM}\n{jcs(answer).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAnswer:
    """A signed answer as it was handed out: that it is well formed says nothing about whom to believe.

    ``note`` and ``checkpoint`` are signed notes; ``entry`` are the bytes of entry ``index``, ``proof`` its hashes.
    """

    note: bytes
    index: int
    entry: bytes
    proof: tuple[bytes, ...]
    checkpoint: bytes

    @classmethod
    def parse(cls, data: bytes) -> "SignedAnswer":
        """Read a signed answer; written again it is the same bytes. Raises ReceiptFormError."""
        if len(data) > MAX_BYTES:
            raise malformed(LENGTH)
        found = _object(data)
        if found is None:
            raise malformed(NOT_JSON)
        if found.keys() != MEMBERS or found["form"] != FORM:
            raise malformed(NOT_FORM)
        note, entry, checkpoint, proof = (found[name] for name in ("answer", "entry", "checkpoint", "proof"))
        texts = isinstance(note, str) and isinstance(entry, str) and isinstance(checkpoint, str)
        if not (texts and type(found["index"]) is int and isinstance(proof, list)):
            raise malformed(NOT_FORM)
        return cls(
            note=note.encode(),
            index=found["index"],
            entry=entry.encode(),
            proof=tuple(_hash(each) for each in proof),
            checkpoint=checkpoint.encode(),
        )

    def to_bytes(self) -> bytes:
        """Return the signed answer as it is handed out."""
        return jcs(
            {
                "answer": self.note.decode(),
                "checkpoint": self.checkpoint.decode(),
                "entry": self.entry.decode(),
                "form": FORM,
                "index": self.index,
                "proof": [each.hex() for each in self.proof],
            }
        )

    def check_inclusion(self, size: int, root: bytes) -> None:
        """Return if the proof shows the entry in the log of that size and root. Raises ProofError, TreeRangeError."""
        verify_inclusion(leaf_hash(self.entry), self.index, size, self.proof, root)

    def declared_key(self, origin: str) -> VerifierKey:
        """Return the key for the answers of a log that the entry declares. Raises ReceiptEntryError."""
        said = _object(self.entry)
        if said is None or said.keys() != ENTRY_MEMBERS or said["v"] != ENTRY_VERSION:
            raise ReceiptEntryError
        if said["kind"] != DECLARED or said["index"] != self.index:
            raise ReceiptEntryError
        public = said["public"]
        text = public.get("key") if isinstance(public, dict) else None
        try:
            key = VerifierKey.parse(text) if isinstance(text, str) else None
        except KeyFormError as wrong:
            raise ReceiptEntryError from wrong
        if key is None or key.name != answers_name(origin) or key.use is not Use.SIGNATURE:
            raise ReceiptEntryError
        return key


def read_answer(text: str, name: str) -> dict[str, Any]:
    """Return the answer that a signed text holds, once its signature was checked. Raises ReceiptFormError."""
    lines = text.split("\n")
    answer = _object(lines[2].encode()) if len(lines) == len(("name", "form", "answer", "")) else None
    if answer is None or lines[:2] != [name, FORM] or lines[3]:
        raise malformed(TEXT)
    return answer


def malformed(words: Words) -> ReceiptFormError:
    """Return the error that says what is wrong with its form."""
    return ReceiptFormError(problem_zh=words[0], problem_en=words[1])


def _object(data: bytes) -> dict[str, Any] | None:
    """Return a JSON object in canonical form, or None."""
    try:
        found = parse_jcs(data, file="answer")
    except RefusedError:
        return None
    return found if isinstance(found, dict) else None


def _hash(value: object) -> bytes:
    try:
        found = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        found = b""
    if len(found) != HASH_SIZE or found.hex() != value:
        raise malformed(NOT_FORM)
    return found
