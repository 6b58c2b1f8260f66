"""Those who watch a made-up log, and its newest head."""

from datetime import timedelta

from publicity.pages.cosigners import CosignerLine
from publicity.pages.witnesses import HeadSheet, WitnessesPage, WitnessRow
from publicity.tlog.checkpoints import Checkpoint, sign_checkpoint
from publicity.tlog.keys import SigningKey, Use
from publicity.tlog.witnesses import signature_line
from tests.publicity.samples.case import START, hexadecimal, site

ORIGIN = "log.example/records"
NAMES = ("witness.example/a", "witness.example/b", "witness.example/c")
HEAD = Checkpoint(ORIGIN, 1_234_067, bytes.fromhex(hexadecimal("log root")))


def key_of(name: str) -> SigningKey:
    """Return a witness's key."""
    return SigningKey(name, Use.COSIGNATURE, bytes.fromhex(hexadecimal("witness", name)))


def witnesses() -> WitnessesPage:
    """Return three witnesses: one at the newest head, one behind, one that never cosigned."""
    sizes = (HEAD.size, HEAD.size - 1, None)
    return WitnessesPage(
        site=site("/log/witnesses"),
        quorum=2,
        signed_size=HEAD.size,
        signed_at=START,
        rows=[
            WitnessRow(name=name, key=str(key_of(name).verifier), size=size, cosigned_at=START if size else None)
            for name, size in zip(NAMES, sizes, strict=True)
        ],
    )


def sheet(lines: int = 1) -> HeadSheet:
    """Return a head with so many cosignatures, to print."""
    names = [f"witness.example/{number}" for number in range(lines)]
    at = START + timedelta(minutes=1)
    return HeadSheet(
        site=site("/log/head.html"),
        origin=ORIGIN,
        size=HEAD.size,
        root=HEAD.root.hex(),
        signed_at=START,
        note=sign_checkpoint(HEAD, [SigningKey(ORIGIN, Use.SIGNATURE, bytes(32))]).to_bytes().decode(),
        cosigners=[CosignerLine(name=name, cosigned_at=at) for name in names],
        lines=[signature_line(key_of(name).sign(HEAD.text.encode(), at=int(at.timestamp()))) for name in names],
    )
