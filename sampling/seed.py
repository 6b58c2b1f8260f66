"""Secrets, the reveal, and the seed that they make together with the commitment and the public value.

Nothing here makes a secret: each party brings its own, 32 bytes of its operating system as 64 lowercase hex digits,
made on its own device before the commitment.
"""

from dataclasses import dataclass, field
from typing import Final, Self

from sampling import canonical
from sampling.canonical import digest
from sampling.commitment import Commitment
from sampling.errors import Fault, RefusedError, within
from sampling.names import REVEAL, DrawId, Party, check_hex64
from sampling.shape import Node
from sampling.sources import PublicSource

KEY_DIGITS: Final = 32
"""With a colon and an 18-digit credit code 51 bytes: one block of SHA-256."""


@dataclass(frozen=True, slots=True)
class Reveal:
    """What ``reveal.json`` says: the public value, and the secrets in the order of the commitment."""

    public_value: str | None
    secrets: tuple[str, ...] = field(repr=False)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read ``reveal.json``.

        Raises:
            RefusedError: at the key that is wrong; whether it fits the commitment is seen by :func:`derive`.
        """
        document = Node(canonical.parse_jcs(data, file=REVEAL))
        with within(file=REVEAL):
            public_value, secrets = document.members("public_value", "secrets")
            return cls(public_value.text_or_none(), tuple(entry.text() for entry in secrets.entries()))

    def to_bytes(self) -> bytes:
        """Return ``reveal.json``: canonical form, without a last line end."""
        return canonical.jcs({"public_value": self.public_value, "secrets": self.secrets})


@dataclass(frozen=True, slots=True)
class Seed:
    """The seed (64 hex digits), and the keys of units and inspectors (32 hex digits each) that follow from it."""

    seed: str
    subject_key: str
    team_key: str


def secret_digest(draw_id: DrawId, party: Party, secret: str, hash_name: str) -> str:
    """Return the digest that a party publishes in place of its secret; it serves this draw and this party only.

    Raises:
        RefusedError: when the secret is not 64 lowercase hex digits.
    """
    check_hex64(secret)
    return digest(f"double-random/1 secret\n{draw_id}\n{party}\n{secret}\n".encode(), hash_name)


def derive(commitment: Commitment, reveal: Reveal) -> Seed:
    """Return the seed of a draw.

    Raises:
        RefusedError: for a secret too many or too few, of another form, not matching its digest, or handed in twice;
            a public value that is missing, unasked for, or of another form.
    """
    with within(file=REVEAL):
        _check_secrets(commitment, reveal.secrets)
        with within("public_value"):
            _check_value(commitment.rules.public_source, reveal.public_value)
    hash_name = commitment.hash_name
    lines = ["double-random/1 seed", commitment.digest, *reveal.secrets, reveal.public_value or ""]
    seed = digest("".join(f"{line}\n" for line in lines).encode(), hash_name)
    return Seed(seed, _key("subjects", seed, hash_name), _key("teams", seed, hash_name))


def _key(purpose: str, seed: str, hash_name: str) -> str:
    return digest(f"double-random/1 {purpose}\n{seed}".encode(), hash_name)[:KEY_DIGITS]


def _check_secrets(commitment: Commitment, secrets: tuple[str, ...]) -> None:
    committed = commitment.rules.secrets
    if len(secrets) != len(committed):
        raise RefusedError(Fault.SECRETS_COUNT, ("secrets",), expected=len(committed), found=len(secrets))
    seen: set[str] = set()
    for at, (entry, secret) in enumerate(zip(committed, secrets, strict=True)):
        with within("secrets", at):
            found = secret_digest(commitment.draw_id, entry.party, secret, commitment.hash_name)
            if found != entry.digest:
                raise RefusedError(Fault.SECRET_DIGEST, party=entry.party)
            if secret in seen:
                raise RefusedError(Fault.SECRET_SHARED)
        seen.add(secret)


def _check_value(source: PublicSource | None, value: str | None) -> None:
    if source is None:
        if value is not None:
            raise RefusedError(Fault.VALUE_UNASKED)
    elif value is None:
        raise RefusedError(Fault.VALUE_MISSING)
    else:
        source.check_value(value)
