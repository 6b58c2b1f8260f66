"""Keys of signed notes: their text forms, the numbers that signatures name them by, and Ed25519 under them.

A verifier key (vkey) is public and pinned by whoever checks. A signing key's text form is a secret; its ``repr`` does
not show it. Two uses are known and no others: a log's signature over the text of a note, and a witness's cosignature,
whose message begins with a line and a time of its own, so that neither can be taken for the other.

Source: C2SP signed-note (verifier keys, key IDs, Ed25519), C2SP tlog-cosignature (Ed25519 cosignatures), RFC 8032. The
form of a private key is that of golang.org/x/mod/sumdb/note, so that existing tools read it.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from publicity.tlog.errors import KeyFormError, SecretKeyFormError, SignatureError
from sampling.wording import Words

KEY_ID_BYTES = 4
KEY_BYTES = 32
"""Bytes of an Ed25519 public key, and of the seed of a private one (RFC 8032)."""
SIGNATURE_BYTES = 64
TIME_BYTES = 8
LATEST = 2**63 - 1
"""The last second that a cosignature may name."""
PRIVATE_FORM = "PRIVATE+KEY+"
COSIGNATURE_HEADER = b"cosignature/v1\n"

NAME: Words = ("名称是空的，或者含有空格、加号或控制字符", "its name is empty or has a space, a plus or a control sign")
PARTS: Words = ("应为“名称+编号+公钥”三段", "it must have three parts, name+number+key")
NUMBER: Words = (
    "编号与名称和公钥不符，应为 {expected}",
    "its number is not that of its name and key, which is {expected}",
)
MATERIAL: Words = (
    "末段应为 33 字节的 Base64：一字节种类（1 或 4）和 32 字节密钥",
    "its last part must be Base64 of 33 bytes, the kind (1 or 4) and 32 bytes of key",
)


class Use(IntEnum):
    """What a key signs; the number is the signature type of C2SP."""

    SIGNATURE = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note: who says to have signed, with which key, and the bytes."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its owner's name and its one use. Raises KeyFormError when it is none."""

    name: str
    use: Use
    public: bytes

    def __post_init__(self) -> None:
        if problem := _problem(self.name, self.public):
            raise KeyFormError(key=self.name, problem_zh=problem[0], problem_en=problem[1])

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read ``name+number+key``. Raises KeyFormError."""
        parsed = _parse(text)
        if isinstance(parsed, tuple):
            raise KeyFormError(key=text, problem_zh=parsed[0], problem_en=parsed[1])
        key = cls(parsed.name, parsed.use, parsed.material)
        if str(key) != text:
            zh, en = (words.format(expected=key.key_id.hex()) for words in NUMBER)
            raise KeyFormError(key=text, problem_zh=zh, problem_en=en)
        return key

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which signature lines name this key; an identifier, not a commitment."""
        named = self.name.encode() + b"\n" + bytes([self.use]) + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode(bytes([self.use]) + self.public)}"

    def verify(self, text: bytes, value: bytes) -> int | None:
        """Return if the value is this key's signature over a note's text: the second that a cosignature names.

        Of a plain signature None. Raises SignatureError.
        """
        at = None
        message = text
        if self.use is Use.COSIGNATURE:
            at, value = int.from_bytes(value[:TIME_BYTES]), value[TIME_BYTES:]
            message = cosigned_message(text, at)
        if len(value) != SIGNATURE_BYTES or (at or 0) > LATEST:
            raise SignatureError(name=self.name, key_id=self.key_id.hex())
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
        except InvalidSignature as error:
            raise SignatureError(name=self.name, key_id=self.key_id.hex()) from error
        return at


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its owner's name and its one use. Raises SecretKeyFormError when it is none."""

    name: str
    use: Use
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if problem := _problem(self.name, self.seed):
            raise SecretKeyFormError(problem_zh=problem[0], problem_en=problem[1])

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Read ``PRIVATE+KEY+name+number+key``. Raises SecretKeyFormError."""
        parsed = _parse(text.removeprefix(PRIVATE_FORM))
        if isinstance(parsed, tuple):
            raise SecretKeyFormError(problem_zh=parsed[0], problem_en=parsed[1])
        key = cls(parsed.name, parsed.use, parsed.material)
        if key.secret_text() != text:
            zh, en = (words.format(expected=key.verifier.key_id.hex()) for words in NUMBER)
            raise SecretKeyFormError(problem_zh=zh, problem_en=en)
        return key

    def secret_text(self) -> str:
        """Return the text form, which is as secret as the key."""
        number = self.verifier.key_id.hex()
        return f"{PRIVATE_FORM}{self.name}+{number}+{encode(bytes([self.use]) + self.seed)}"

    @property
    def verifier(self) -> VerifierKey:
        """Return the public key."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.use, public)

    def sign(self, text: bytes, *, at: int = 0) -> Signature:
        """Sign a note's text; ``at``, 0 to 2⁶³ - 1, is the second that a cosignature names, and not used otherwise."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.use is Use.COSIGNATURE:
            value = at.to_bytes(TIME_BYTES) + private.sign(cosigned_message(text, at))
        else:
            value = private.sign(text)
        return Signature(self.name, self.verifier.key_id, value)


def cosigned_message(text: bytes, at: int) -> bytes:
    """Return what a cosignature of the second ``at`` signs: a header, the time, the whole text of the checkpoint."""
    return COSIGNATURE_HEADER + f"time {at}\n".encode() + text


def encode(data: bytes) -> str:
    """Return standard Base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    """Return the bytes of standard Base64, in the one form that ``encode`` gives. Raises ValueError."""
    data = base64.b64decode(text)
    if encode(data) != text:
        message = f"{text!r} is not standard Base64"
        raise ValueError(message)
    return data


def name_is_sound(name: str) -> bool:
    """Return whether a key may bear this name: something, in UTF-8, without spaces, plus or control signs."""
    return bool(name) and not any(sign.isspace() or sign == "+" or sign < " " or is_surrogate(sign) for sign in name)


def is_surrogate(sign: str) -> bool:
    """Return whether a sign has no UTF-8."""
    return "\ud800" <= sign <= "\udfff"


@dataclass(frozen=True, slots=True)
class _Parsed:
    name: str
    use: Use
    material: bytes


def _parse(text: str) -> _Parsed | Words:
    """Return the parts of a key's text but the number, which the caller compares; or what is wrong with it."""
    parts = text.split("+", 2)  # the last part is Base64, which has plus signs of its own
    if len(parts) != len(("name", "number", "key")):
        return PARTS
    try:
        material = decode(parts[2])
        return _Parsed(parts[0], Use(material[0]), material[1:])
    except (ValueError, IndexError):
        return MATERIAL


def _problem(name: str, material: bytes) -> Words | None:
    if not name_is_sound(name):
        return NAME
    return None if len(material) == KEY_BYTES else MATERIAL
