"""What the service keeps secret, and where its randomness comes from: the operating system, never a generator.

The key file is created on first start with mode 0600 in the data directory, outside the database. It encrypts the
service's own secret of each draw until execution. Who holds both the file and the database can look at an outcome
before it is announced; a second party's secret removes that (protocol, section 8).
"""

import hashlib
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
KEY_CHECK = b"double-random key check\n"
NONCE_BYTES = 12
KEY_PREFIX = "dr"


class SecretBox:
    """Encrypts short secrets with AES-256-GCM under the key of one file; ``about`` is bound in as associated data."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self.fingerprint = hashlib.sha256(KEY_CHECK + key).hexdigest()[:32]
        """Tells this key from another without telling the key."""

    @classmethod
    def at(cls, path: Path) -> "SecretBox":
        """Open the key file, creating it with mode 0600 when there is none."""
        return cls(own_bytes(path))

    def seal(self, text: str, *, about: str) -> bytes:
        """Encrypt a text: nonce ‖ ciphertext."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())

    def unseal(self, sealed: bytes, *, about: str) -> str:
        """Decrypt what ``seal`` made for the same ``about``. Raises cryptography's InvalidTag for anything else."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode()).decode()


def renew_bytes(path: Path) -> None:
    """Put new bytes in the place of a key file, whole or not at all."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    own_bytes(fresh)
    fresh.replace(path)


def own_bytes(path: Path) -> bytes:
    """Return the 32 bytes of a key file, made from the operating system's randomness when there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()


def new_secret() -> str:
    """Return a draw secret: 32 bytes from the operating system as 64 hex digits."""
    return secrets.token_hex(32)


def new_seed() -> bytes:
    """Return the seed of an Ed25519 key: 32 bytes from the operating system."""
    return secrets.token_bytes(32)


def new_salt() -> bytes:
    """Return a 32-byte salt from the operating system."""
    return secrets.token_bytes(32)


def new_roster_numbers(count: int) -> list[str]:
    """Return ``count`` distinct roster numbers of six digits (or as many as the count needs), in random order."""
    width = max(6, len(str(count * 10)))
    return [f"{number:0{width}d}" for number in secrets.SystemRandom().sample(range(10**width), count)]


def new_api_key() -> tuple[str, str]:
    """Return (key id, key): the key is shown once, and only its digest is kept."""
    key_id = secrets.token_hex(8)
    return key_id, f"{KEY_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"


def key_digest(key: str) -> str:
    """Return the digest that is kept of an API key. The key has 256 random bits, so a plain SHA-256 suffices."""
    return hashlib.sha256(key.encode()).hexdigest()
