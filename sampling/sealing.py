"""Sealed draws (密封, section 6 of the protocol): a commitment to the outcome that gives nothing away.

One leaf a drawn unit, in drawn order; the leaf data is ``SHA-256(0x02 ‖ salt ‖ row)``, SHA-256 whatever hash the draw
uses. The tree is the one of RFC 6962, which hashes the leaf data once more with its own prefix. Salt and audit path
of one row prove at the door that this operator was drawn and these inspectors were sent, and tell nothing of others.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from sampling.errors import Fault, RefusedError
from sampling.merkle import tree_root

SALT_PREFIX: Final = b"\x02"
SALT_BYTES: Final = 32


def outcome_rows(drawn_csv: bytes, teams_csv: bytes) -> list[bytes]:
    """Return the row of each drawn unit: its line of ``drawn.csv``, then its lines of ``teams.csv``, with line ends.

    The files are those of one draw, so the lines of ``teams.csv`` come in the same order of units, the same number
    for each.
    """
    _, *drawn = drawn_csv.splitlines(keepends=True)
    _, *teams = teams_csv.splitlines(keepends=True)
    seats = len(teams) // len(drawn)
    return [line + b"".join(teams[at * seats : (at + 1) * seats]) for at, line in enumerate(drawn)]


def leaf_data(salt: bytes, row: bytes) -> bytes:
    """Return the 32 bytes that stand in the tree for one row.

    Raises:
        RefusedError: when the salt has not 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise RefusedError(Fault.SALTS, expected=1)
    return hashlib.sha256(SALT_PREFIX + salt + row).digest()


def outcome_leaves(rows: Sequence[bytes], salts: Sequence[bytes]) -> list[bytes]:
    """Return the leaf data of all rows, each with a salt of its own, given in the same order.

    Raises:
        RefusedError: when there are not as many different salts of 32 bytes as rows.
    """
    if len(set(salts)) != len(rows) or len(salts) != len(rows):
        raise RefusedError(Fault.SALTS, expected=len(rows))
    return [leaf_data(salt, row) for salt, row in zip(salts, rows, strict=True)]


def outcome_root(rows: Sequence[bytes], salts: Sequence[bytes]) -> bytes:
    """Return the 32 bytes that the log gets at execution.

    Raises:
        RefusedError: as :func:`outcome_leaves`.
    """
    return tree_root(outcome_leaves(rows, salts))
