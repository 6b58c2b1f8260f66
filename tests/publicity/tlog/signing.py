"""Keys for the tests: of a log, of the key that takes its place, of a witness, of a stranger."""

import hashlib

from publicity.tlog.keys import SigningKey, Use

ORIGIN = "log.example/records"


def key(name: str, use: Use = Use.SIGNATURE, *, number: int = 1) -> SigningKey:
    """Return the ``number``-th key of that name and use, always the same."""
    return SigningKey(name, use, hashlib.sha256(f"{name} {use} {number}".encode()).digest())


LOG = key(ORIGIN)
NEXT = key(ORIGIN, number=2)
WITNESS = key("witness.example/w1", Use.COSIGNATURE)
OTHER_WITNESS = key("witness.example/w2", Use.COSIGNATURE)
STRANGER = key("stranger.example")


def speaks_chinese(problem: object) -> bool:
    """Return whether what was wrong is said in Chinese, as the rest of the sentence is."""
    return any("一" <= sign <= "鿿" for sign in str(problem))
