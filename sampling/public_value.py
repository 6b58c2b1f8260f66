"""``public_value.json``: what verifies the public value of a draw, beside the six files (protocol, section 7).

The outcome does not rest on this file: ``sampling.bundle.replay`` makes it of the six. What is checked here is that the
value in ``reveal.json`` is the one that the commitment announced: for drand the randomness of the very round, by its
signature; for an event before witnesses, that both files say the same. Whether witnesses saw it no file can show.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sampling import canonical
from sampling.commitment import Commitment
from sampling.errors import Fault, RefusedError, within
from sampling.names import REVEAL
from sampling.seed import Reveal
from sampling.shape import Node
from sampling.sources import QUICKNET_CHAIN, Drand, Witnessed

PUBLIC_VALUE: Final = "public_value.json"


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Who saw the value, as the file says, and whether a program made it up."""

    witnesses: tuple[str, ...]
    simulated: bool


def drand_document(source: Drand, signature: str, randomness: str) -> bytes:
    """Return ``public_value.json`` of a draw with a round of drand."""
    return canonical.jcs(source.value() | {"chain": QUICKNET_CHAIN, "signature": signature, "randomness": randomness})


def witnessed_document(source: Witnessed, value: str | None, witnesses: list[str], *, simulated: bool) -> bytes:
    """Return ``public_value.json`` of a draw with an event: the value, who saw it, and whether it was simulated."""
    return canonical.jcs(source.value() | {"value": value, "witnesses": witnesses, "simulated": simulated})


def no_document() -> bytes:
    """Return ``public_value.json`` of a draw without a public value."""
    return canonical.jcs({"kind": "none"})


def check_public_value(commitment: Commitment, reveal: Reveal, data: bytes) -> Witnessing | None:
    """Check ``public_value.json`` against what was committed to and handed in.

    Return who is said to have seen it, of an event before witnesses.

    Raises:
        RefusedError: at the key that is wrong.
    """
    source = commitment.rules.public_source
    document = Node(canonical.parse_jcs(data, file=PUBLIC_VALUE))
    with within(file=PUBLIC_VALUE):
        if isinstance(source, Witnessed):
            return _check_witnessed(document, source, reveal)
        if isinstance(source, Drand):
            _check_drand(document, source, reveal)
        else:
            (kind,) = document.members("kind")
            _same(kind, "none")
        return None


def check_directory(commitment: Commitment, directory: Path) -> None:
    """Check ``public_value.json`` of a directory whose draw was recomputed; without the file there is nothing to check.

    Raises:
        RefusedError: at the key that is wrong, or when the file cannot be read.
    """
    path = directory / PUBLIC_VALUE
    if path.is_file():
        try:
            reveal, data = (directory / REVEAL).read_bytes(), path.read_bytes()
        except OSError as error:
            raise RefusedError(Fault.UNREADABLE, file=PUBLIC_VALUE, reason=error.strerror or error) from None
        check_public_value(commitment, Reveal.from_bytes(reveal), data)


def _check_drand(document: Node, source: Drand, reveal: Reveal) -> None:
    from sampling.beacon import Beacon  # noqa: PLC0415 - the curves are loaded for a draw that has a beacon

    kind, chain, number, signature, randomness = document.members("kind", "chain", "round", "signature", "randomness")
    _same(kind, "drand")
    _same(chain, QUICKNET_CHAIN)
    _same(number, source.round)
    found = Beacon.of(source, signature.text()).randomness
    _same(randomness, found)
    _same(randomness, reveal.public_value)


def _check_witnessed(document: Node, source: Witnessed, reveal: Reveal) -> Witnessing:
    stated = {**source.value(), "value": reveal.public_value}
    *nodes, witnesses, simulated = document.members(*stated, "witnesses", "simulated")
    for node, expected in zip(nodes, stated.values(), strict=True):
        _same(node, expected)
    for name in witnesses.entries():
        if not name.text():
            raise RefusedError(Fault.NO_NAME, name.path)
    return Witnessing(tuple(name.text() for name in witnesses.entries()), simulated.flag())


def _same(node: Node, expected: object) -> None:
    if type(node.value) is not type(expected) or node.value != expected:
        raise RefusedError(Fault.VALUE_SOURCE, node.path, expected=expected, found=node.value)
