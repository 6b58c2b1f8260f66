"""A log around a draw: entries, proofs by the recursive definition of RFC 6962, notes signed by another library."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.verifiers.agreement import by_verifier
from tests.verifiers.cases import canonical, digest
from tests.verifiers.running import VECTORS, files_of

ORIGIN = "log.example/draws"
OTHERS = 5
"""Entries of others between the commitment and the execution."""


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of leaf hashes; one that was asked for lately is remembered, as logs share what others wrote."""
    return _root(tuple(leaves))


@lru_cache(maxsize=20_000)
def _root(leaves: tuple[bytes, ...]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _root(leaves[:half]) + _root(leaves[half:])).digest()


def path_of(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the path of a leaf to the root, leaf upwards."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*path_of(leaves[:half], index), root_of(leaves[half:])]
    return [*path_of(leaves[half:], index - half), root_of(leaves[:half])]


@cache
def entry_of_others(index: int) -> bytes:
    """Return the entry that somebody else's command left at a place."""
    return entry_at(index, {"kind": "operators.imported", "public": {"rows": index}})


def entry_at(index: int, said: dict[str, Any]) -> bytes:
    """Return an entry as it is written at a place."""
    return canonical({"at": "2020-08-31T01:00:00Z", "digest": "f" * 64, "index": index, "v": 1, **said})


def leaves_of(entries: Sequence[bytes]) -> list[bytes]:
    """Return the leaf hashes of entries."""
    return [_leaf(entry) for entry in entries]


@lru_cache(maxsize=20_000)
def _leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


@dataclass(frozen=True)
class Signer:
    """A key of a log (1) or of a witness (4)."""

    name: str
    kind: int = 1
    seed: bytes = bytes(range(32))

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def _material(self) -> bytes:
        return bytes([self.kind]) + self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def _id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self._material).digest()[:4]

    @property
    def vkey(self) -> str:
        """Return the key to check with."""
        return f"{self.name}+{self._id.hex()}+{base64.b64encode(self._material).decode()}"

    def line(self, text: str, *, at: int = 1_700_000_000) -> str:
        """Return the signature line for a text, a witness's with its time."""
        if self.kind == 1:
            made = self._key.sign(text.encode())
        else:
            made = at.to_bytes(8, "big") + self._key.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        return f"— {self.name} {base64.b64encode(self._id + made).decode()}"


@dataclass
class DrawnLog:
    """The log of one draw, which can still be changed before it is written."""

    commitment: str
    seed: str
    drawn: str
    teams: str
    reveal: str
    draw_id: str
    sealed: bool = False
    before: int = 500
    """Entries of others before the commitment."""
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By kind of entry: what its public part says otherwise."""
    note: str | None = None
    outcome: dict[str, bytes] = field(default_factory=dict)
    """The two files of the outcome."""
    cosignatures: list[str] = field(default_factory=list)

    def steps(self) -> list[dict[str, Any]]:
        """Return the kinds and public parts of the draw's own entries."""
        digests = {"seed": self.seed, "reveal": self.reveal, "drawn": self.drawn, "teams": self.teams}
        executed = {"draw_id": self.draw_id, "outcome_root": "0" * 64}
        found = [("draw.committed", {"draw_id": self.draw_id, "commitment": self.commitment})]
        if self.sealed:
            found += [("draw.executed", executed), ("draw.opened", {"draw_id": self.draw_id} | digests)]
        else:
            found += [("draw.executed", executed | digests)]
        return [{"kind": kind, "public": public | self.changes.get(kind, {})} for kind, public in found]

    def entries(self) -> list[bytes]:
        """Return every entry of the log, those of others among them."""
        made: list[bytes] = []
        for step in [*[None] * self.before, self.steps()[0], *[None] * OTHERS, *self.steps()[1:]]:
            made.append(entry_of_others(len(made)) if step is None else entry_at(len(made), step))
        return made

    def value(self) -> dict[str, Any]:
        """Return log.json before it is written."""
        entries = self.entries()
        leaves = leaves_of(entries)
        mine = [index for index, entry in enumerate(entries) if b'"kind":"draw.' in entry]
        return {
            "size": len(entries),
            "root": root_of(leaves).hex(),
            "entries": [
                {
                    "index": index,
                    "entry": entries[index].decode(),
                    "proof": [each.hex() for each in path_of(leaves, index)],
                }
                for index in mine
            ],
            "checkpoint": self.note,
            "cosignatures": self.cosignatures,
        }

    def text(self, *, origin: str = ORIGIN) -> str:
        """Return the text of the checkpoint of this tree."""
        value = self.value()
        root = base64.b64encode(bytes.fromhex(value["root"])).decode()
        return f"{origin}\n{value['size']}\n{root}\n"

    def signed(self, *signers: Signer, origin: str = ORIGIN, text: str | None = None) -> None:
        """Put a signed checkpoint in."""
        said = text or self.text(origin=origin)
        self.note = said + "\n" + "".join(signer.line(said) + "\n" for signer in signers)


WITNESSED = {
    "alphabet": "123456",
    "kind": "witnessed",
    "length": 30,
    "simulated": False,
    "value": "352614163425616263541325246135",
    "what": "thirty dice thrown in public on 2020-09-01 at 10:00, read left to right",
    "witnesses": ["甲", "乙"],
}
CHAIN = json.loads((VECTORS / "external" / "drand_beacons.json").read_text(encoding="utf-8"))["chains"][0]
_FIRST = next(each for each in CHAIN["beacons"] if each["round"] == 1000)
ROUND = {
    "kind": "drand",
    "chain": CHAIN["chain_hash"],
    "round": 1000,
    "signature": _FIRST["signature_hex"],
    "randomness": _FIRST["randomness_hex"],
}
PUBLISHED = 1692803367 + 3 * 999
"""When that round was published, in Unix seconds."""


def bundle(name: str = "shanxi-2020", value: dict[str, Any] = WITNESSED) -> tuple[dict[str, bytes], DrawnLog]:
    """Return a whole bundle made of a vector, and its log."""
    files = files_of(VECTORS / "draw" / "accept" / name)
    del files["expected.json"]
    log = log_of(files)
    return files | {"public_value.json": canonical(value), "log.json": canonical(log.value())}, log


def log_of(files: dict[str, bytes]) -> DrawnLog:
    """Return the log of a lawful draw with its outcome."""
    commitment, said = json.loads(files["commitment.json"]), by_verifier(files)
    drawn, teams, reveal = (digest(commitment, each) for each in (said.drawn, said.teams, files["reveal.json"]))
    log = DrawnLog(said.commitment, said.seed, drawn, teams, reveal, draw_id=commitment["draw_id"])
    log.outcome = {"drawn.csv": said.drawn, "teams.csv": said.teams}
    log.before = max(log.before, commitment["register"]["log_size"])
    return log


def drand_bundle() -> tuple[dict[str, bytes], DrawnLog]:
    """Return a whole bundle of a draw with a round of drand, in whose files no byte is free, and its log."""
    return bundle("drand", ROUND)


def cosigned(log: DrawnLog, *signers: Signer, at: int = PUBLISHED - 60, entry: int = 0, size: int = 2) -> bytes:
    """Return ``cosigned.json``: an entry of the draw under a head ``size`` entries after the commitment.

    The logs among the signers sign the head, the witnesses cosign it at a second.
    """
    entries = log.entries()
    mine = [index for index, each in enumerate(entries) if b'"kind":"draw.' in each]
    leaves = leaves_of(entries[: mine[0] + size])
    text = f"{ORIGIN}\n{len(leaves)}\n{base64.b64encode(root_of(leaves)).decode()}\n"
    return canonical(
        {
            "size": len(leaves),
            "root": root_of(leaves).hex(),
            "entries": [
                {
                    "index": mine[entry],
                    "entry": entries[mine[entry]].decode(),
                    "proof": [each.hex() for each in path_of(leaves, mine[entry])],
                }
            ],
            "checkpoint": text + "\n" + "".join(f"{each.line(text)}\n" for each in signers if each.kind == 1),
            "cosignatures": [each.line(text, at=at) for each in signers if each.kind == 4],
        }
    )


def with_log(files: dict[str, bytes], log: DrawnLog) -> dict[str, bytes]:
    """Return a bundle with its log as it is now."""
    return files | {"log.json": canonical(log.value())}
