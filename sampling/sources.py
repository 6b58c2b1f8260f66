"""The public source of a draw: a value that nobody has when the draw is committed and anyone can look up later.

Two kinds: a round of the drand beacon (League of Entropy, chain quicknet), or an event with witnesses, described
exactly. Here is what may be named and what form the value has. Whether a drand randomness carries the beacon's
signature is decided in ``sampling.beacon``: the signature is no part of the six files.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from sampling.errors import Fault, RefusedError, within
from sampling.names import check_hex64
from sampling.shape import Node
from sampling.values import check_prose, check_range

QUICKNET_CHAIN: Final = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
QUICKNET_GENESIS: Final = 1692803367
"""Unix time of round 1, in seconds. Source: the chain's information, ``genesis_time``."""
QUICKNET_PERIOD: Final = 3
"""Seconds from one round to the next. Source: the chain's information, ``period``."""

MIN_VALUES: Final = 2**64
"""As many values a witnessed event must be able to take, so that nobody can prepare for all of them."""


@dataclass(frozen=True, slots=True)
class Drand:
    """The randomness of one round of the beacon."""

    round: int

    def __post_init__(self) -> None:
        """Check the range."""
        check_range(self.round, 1, "round")

    @classmethod
    def first_from(cls, instant: datetime) -> Self:
        """Return the first round that is published at an instant or later.

        >>> Drand.first_from(datetime(2023, 8, 23, 15, 59, 22, tzinfo=UTC)).round
        1000
        """
        waited = _unix_seconds(instant) - QUICKNET_GENESIS
        return cls(max(-(-waited // QUICKNET_PERIOD), 0) + 1)

    @property
    def published_at(self) -> int:
        """Return when the round is published, in Unix seconds."""
        return QUICKNET_GENESIS + QUICKNET_PERIOD * (self.round - 1)

    def check_times(self, committed_at: datetime, execute_by: datetime) -> None:
        """Refuse a round that is published by the commitment, or not before the draw has to be executed."""
        if self.published_at <= _unix_seconds(committed_at):
            raise RefusedError(Fault.ROUND_KNOWN, ("round",), round=self.round)
        if self.published_at >= _unix_seconds(execute_by):
            raise RefusedError(Fault.ROUND_LATE, ("round",), round=self.round)

    def check_value(self, value: str) -> None:
        """Refuse a value that is not in the form of a randomness: 64 lowercase hex digits."""
        check_hex64(value)

    def value(self) -> dict[str, object]:
        """Return the source as it stands in the commitment."""
        return {"kind": "drand", "round": self.round}


@dataclass(frozen=True, slots=True)
class Witnessed:
    """An event before witnesses: what exactly, and ``length`` characters of ``alphabet`` that will be read off it."""

    what: str
    alphabet: str
    length: int

    def __post_init__(self) -> None:
        """Check the text, the alphabet, and that too many values are possible to prepare for."""
        check_prose(self.what, "what")
        letters = self.alphabet
        if not (letters.isascii() and letters.isprintable() and len(set(letters)) == len(letters) > 1):
            raise RefusedError(Fault.ALPHABET, ("alphabet",))
        check_range(self.length, 1, "length")
        if len(letters) ** min(self.length, MIN_VALUES.bit_length()) < MIN_VALUES:  # never a power of a huge length
            raise RefusedError(Fault.ALPHABET_WEAK, ("length",))

    def check_times(self, committed_at: datetime, execute_by: datetime) -> None:
        """Accept any times: when the event takes place is in its description."""

    def check_value(self, value: str) -> None:
        """Refuse a value of another length or with other characters; spaces and spellings are not forgiven."""
        if len(value) != self.length or not set(value) <= set(self.alphabet):
            raise RefusedError(Fault.VALUE_FORM, length=self.length, alphabet=self.alphabet)

    def value(self) -> dict[str, object]:
        """Return the source as it stands in the commitment."""
        return {"kind": "witnessed", "what": self.what, "alphabet": self.alphabet, "length": self.length}


PublicSource = Drand | Witnessed


def read_source(node: Node) -> PublicSource | None:
    """Read null, ``{"kind": "drand", …}`` or ``{"kind": "witnessed", …}``.

    Raises:
        RefusedError: at the key that is wrong.
    """
    if node.value is None:
        return None
    kind = node.mapping().get("kind")
    if kind is None:
        raise RefusedError(Fault.KEY_MISSING, node.path, key="kind")
    if kind.text() == "drand":
        _, number = node.members("kind", "round")
        with within(*node.path):
            return Drand(number.integer())
    if kind.text() == "witnessed":
        return _read_witnessed(node)
    raise RefusedError(Fault.SOURCE_KIND, kind.path, value=kind.text())


def _read_witnessed(node: Node) -> Witnessed:
    _, what, alphabet, length = node.members("kind", "what", "alphabet", "length")
    values = what.text(), alphabet.text(), length.integer()
    with within(*node.path):
        return Witnessed(*values)


def _unix_seconds(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
