"""The names of the protocol: its files, its identifiers, and what may stand in them.

An identifier names a unit, an inspector, a stratum, a department, a party, a draw or a reason. It is ASCII, so that
sorting by bytes and sorting by characters are the same thing everywhere.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NewType

from sampling.errors import Fault, RefusedError

UnitId = NewType("UnitId", str)
InspectorId = NewType("InspectorId", str)
Stratum = NewType("Stratum", str)
Department = NewType("Department", str)
Party = NewType("Party", str)
DrawId = NewType("DrawId", str)
Area = NewType("Area", str)

FRAME: Final = "frame.csv"
EXCLUSIONS: Final = "exclusions.csv"
INSPECTORS: Final = "inspectors.csv"
RECUSALS: Final = "recusals.csv"
COMMITMENT: Final = "commitment.json"
REVEAL: Final = "reveal.json"
DRAWN: Final = "drawn.csv"
TEAMS: Final = "teams.csv"
REPLACEMENTS: Final = "replacements.json"
LOG: Final = "log.json"
COSIGNED: Final = "cosigned.json"
"""Beside the bundle: the commitment's entry, in the form of ``log.json``, under the head that was cosigned in time."""

INPUT_FILES: Final = (COMMITMENT, FRAME, EXCLUSIONS, INSPECTORS, RECUSALS, REVEAL)
"""The six files that are the whole input of a draw, in the order in which they are checked."""

IDENTIFIER: Final = r"[0-9A-Za-z._-]{1,64}"
AREA: Final = r"(?:[0-9]{2}){0,2}(?!00)[0-9]{2}"
"""Two, four or six digits; not ending in ``00``. GB/T 2260 without its trailing ``00`` pairs."""

_identifier = re.compile(IDENTIFIER)
_digest = re.compile(r"[0-9a-f]{64}")


def check_identifier(value: str, *path: str | int) -> None:
    """Refuse what is not 1 to 64 of ``0-9 A-Z a-z . _ -``.

    Raises:
        RefusedError: at ``path``.
    """
    if not _identifier.fullmatch(value):
        raise RefusedError(Fault.IDENTIFIER, path, value=value)


def check_hex64(value: str, *path: str | int) -> None:
    """Refuse what is not 64 lowercase hex digits: a digest, a secret, a drand randomness.

    Raises:
        RefusedError: at ``path``; the value is not repeated, for it may be a secret.
    """
    if not _digest.fullmatch(value):
        raise RefusedError(Fault.HEX64, path)


def twin_positions(names: Sequence[str]) -> tuple[int, int] | None:
    """Return the positions of the first two *different* names that differ in case only, or None.

    "First" is by the later one of the two. Equal names are no twins: whether a name may repeat is another
    rule. Names have no line ends in them.
    """
    distinct = set(names)
    if len(set("\n".join(distinct).lower().split("\n"))) == len(distinct):
        return None
    seen: dict[str, int] = {}
    for position, name in enumerate(names):
        earlier = seen.setdefault(name.lower(), position)
        if names[earlier] != name:
            return earlier, position
    return None


def check_no_twins(names: Iterable[str], *path: str | int) -> None:
    """Refuse names of one kind that differ in case only.

    Raises:
        RefusedError: at ``path``, naming both.
    """
    listed = list(names)
    twins = twin_positions(listed)
    if twins:
        raise RefusedError(Fault.TWINS, path, first=listed[twins[0]], second=listed[twins[1]])
