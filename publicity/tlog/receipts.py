"""Receipts (回执): one entry of the log, the text behind its digest, and the proof that a signed head holds it.

A receipt holds nothing that it does not prove, and has one form (RFC 8785), so that none is believed which was changed
in a single byte. What is in it belongs to whoever may read the text: it opens that one body and no other.

``{"body": text, "checkpoint": signed note, "entry": text, "form": …, "index": n, "origin": name of the log,
"proof": [hex, leaf upwards], "salt": hex}``
"""

from dataclasses import dataclass
from typing import Final

from publicity.tlog.errors import ReceiptBodyError, ReceiptEntryError, ReceiptFormError
from publicity.tlog.proofs import HASH_SIZE, verify_inclusion
from sampling.canonical import jcs, parse_jcs
from sampling.errors import RefusedError
from sampling.merkle import leaf_hash
from sampling.sealing import SALT_BYTES, leaf_data
from sampling.wording import Words

FORM: Final = "double-random/receipt/1"
MEMBERS: Final = frozenset({"body", "checkpoint", "entry", "form", "index", "origin", "proof", "salt"})
ENTRY_MEMBERS: Final = frozenset({"at", "digest", "index", "kind", "public", "v"})
ENTRY_VERSION: Final = 1
MAX_BYTES: Final = 256 * 2**20
"""The body of an import lists every record of a province by its digest: some thirty megabytes."""

NOT_JSON: Words = ("不是规范形式的 JSON（RFC 8785）", "it is not JSON in canonical form (RFC 8785)")
NOT_FORM: Words = (f"应恰有 {FORM} 的各项", f"it must have the members of {FORM} and no others")
LENGTH: Words = (f"超过 {MAX_BYTES} 字节", f"it has more than {MAX_BYTES} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an entry says in clear: when, of what kind, what is public of it; ``digest`` hides the rest, in hex."""

    at: str
    digest: str
    index: int
    kind: str
    public: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as it was handed out: that it is well formed says nothing about whom to believe.

    ``entry`` are the bytes that were hashed, ``proof`` the hashes leaf upwards, ``checkpoint`` a signed note.
    """

    origin: str
    index: int
    entry: bytes
    salt: bytes
    body: bytes
    proof: tuple[bytes, ...]
    checkpoint: bytes

    @classmethod
    def parse(cls, data: bytes) -> "Receipt":
        """Read a receipt; written again it is the same bytes. Raises ReceiptFormError."""
        if len(data) > MAX_BYTES:
            raise _malformed(LENGTH)
        try:
            found = parse_jcs(data, file="receipt")
        except RefusedError as error:
            raise _malformed(NOT_JSON) from error
        if not isinstance(found, dict) or found.keys() != MEMBERS or found["form"] != FORM:
            raise _malformed(NOT_FORM)
        origin, entry, body, checkpoint = (found[name] for name in ("origin", "entry", "body", "checkpoint"))
        index, proof = found["index"], found["proof"]
        texts = isinstance(origin, str) and isinstance(entry, str) and isinstance(body, str)
        if not (texts and isinstance(checkpoint, str) and type(index) is int and isinstance(proof, list)):
            raise _malformed(NOT_FORM)
        return cls(
            origin=origin,
            index=index,
            entry=entry.encode(),
            salt=_hex(found["salt"], SALT_BYTES),
            body=body.encode(),
            proof=tuple(_hex(each, HASH_SIZE) for each in proof),
            checkpoint=checkpoint.encode(),
        )

    def to_bytes(self) -> bytes:
        """Return the receipt as it is handed out."""
        return jcs(
            {
                "body": self.body.decode(),
                "checkpoint": self.checkpoint.decode(),
                "entry": self.entry.decode(),
                "form": FORM,
                "index": self.index,
                "origin": self.origin,
                "proof": [each.hex() for each in self.proof],
                "salt": self.salt.hex(),
            }
        )

    def read_entry(self) -> Entry:
        """Return what the entry says, which must be of this place in the log. Raises ReceiptEntryError."""
        try:
            said = parse_jcs(self.entry, file="entry")
        except RefusedError as error:
            raise ReceiptEntryError from error
        if not isinstance(said, dict) or said.keys() != ENTRY_MEMBERS or said["v"] != ENTRY_VERSION:
            raise ReceiptEntryError
        at, digest, kind, public = (said[name] for name in ("at", "digest", "kind", "public"))
        texts = isinstance(at, str) and isinstance(digest, str) and isinstance(kind, str)
        if not (texts and isinstance(public, dict)) or said["index"] != self.index:
            raise ReceiptEntryError
        return Entry(at=at, digest=digest, index=self.index, kind=kind, public=public)

    def check_body(self) -> None:
        """Return if body and salt are what the entry's digest was made of. Raises ReceiptEntryError, ReceiptBodyError.

        The digest is the one that hides a drawn unit's row: SHA-256(0x02 ‖ salt ‖ body).
        """
        digest = leaf_data(self.salt, self.body).hex()
        stated = self.read_entry().digest
        if digest != stated:
            raise ReceiptBodyError(digest=digest, stated=stated)

    def check_inclusion(self, size: int, root: bytes) -> None:
        """Return if the proof shows the entry in the log of that size and root. Raises ProofError, TreeRangeError."""
        verify_inclusion(leaf_hash(self.entry), self.index, size, self.proof, root)


def _hex(value: object, length: int) -> bytes:
    """Return bytes from lower-case hex of exactly that length. Raises ReceiptFormError."""
    try:
        found = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        found = b""
    if len(found) != length or found.hex() != value:
        raise _malformed(NOT_FORM)
    return found


def _malformed(words: Words) -> ReceiptFormError:
    return ReceiptFormError(problem_zh=words[0], problem_en=words[1])
