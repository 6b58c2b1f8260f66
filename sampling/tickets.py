"""Tickets, and the n smallest of them.

``ticket(u) = H(subject_key + ":" + unit_id)``: anyone recomputes one with ``printf %s "$key:$unit_id" | sha256sum``.

Why the n smallest can be had without sorting: tickets are uniform, so the n-th of N lies near n/N, with a standard
deviation of sqrt(n (N - n) / N) tickets. One pass takes every ticket below n/N - 8σ, sets aside those within 8σ of
n/N, and forgets the rest. Tickets taken come before those set aside, and those before the forgotten ones; so if no
more than n were taken, and taken and set aside are n or more, then the n smallest are those taken and the first of
those set aside, exactly. If not, which no one will ever see, everything is set aside and sorted. What the prediction
is worth decides the time, never the outcome.
"""

from collections.abc import Sequence
from math import isqrt
from typing import Final

from sampling.canonical import hash_function
from sampling.names import UnitId

Tickets = tuple[list[bytes], list[UnitId]]
"""Tickets, 32 bytes each, and the units that they belong to, in the same order."""

SIGMAS: Final = 8
LARGE: Final = 20_000
"""From so many tickets on, numpy sorts them faster than it takes to import it."""

_ALL: Final = b"\xff" * 33
"""A bound that every ticket of 32 bytes lies below."""


def ticket(subject_key: str, unit_id: UnitId, hash_name: str) -> str:
    """Return the ticket of one unit, 64 lowercase hex digits."""
    return hash_function(hash_name)(f"{subject_key}:{unit_id}".encode()).hexdigest()


def choose(unit_ids: Sequence[UnitId], count: int, *, subject_key: str, hash_name: str) -> Tickets:
    """Return the ``count`` units with the smallest (ticket, unit_id), in no particular order.

    Ids are distinct. Memory is needed for the chosen ones alone.

    Raises:
        ValueError: when ``count`` is below 0 or above ``len(unit_ids)``.
    """
    total = len(unit_ids)
    if not 0 <= count <= total:
        message = f"cannot choose {count} of {total}"
        raise ValueError(message)
    return _choose(unit_ids, count, _predict(count, total), f"{subject_key}:".encode(), hash_name)


def drawn_order(tickets: Tickets) -> list[int]:
    """Return the positions of the tickets in order of (ticket, unit_id)."""
    values, unit_ids = tickets
    if len(values) >= LARGE:
        import numpy as np  # noqa: PLC0415 - importing it takes longer than a small draw

        heads = np.frombuffer(b"".join(values), dtype=">u8")[::4].astype(np.uint64)
        order = np.argsort(heads, kind="stable")
        if bool((np.diff(heads[order]) != 0).all()):  # else two tickets agree in 64 bits
            positions: list[int] = order.tolist()
            return positions
    return sorted(range(len(values)), key=lambda at: (values[at], unit_ids[at]))


def _choose(
    unit_ids: Sequence[UnitId], count: int, bounds: tuple[bytes, bytes], prefix: bytes, hash_name: str
) -> Tickets:
    """Choose with given bounds; where they do not hold the n-th ticket, once more with bounds that hold all."""
    (values, chosen), aside = _pass(unit_ids, bounds, prefix, hash_name)
    missing = count - len(values)
    if not 0 <= missing <= len(aside):
        return _choose(unit_ids, count, (b"", _ALL), prefix, hash_name)
    nearest = sorted(aside)[:missing]
    return values + [value for value, _ in nearest], chosen + [unit_id for _, unit_id in nearest]


def _pass(
    unit_ids: Sequence[UnitId], bounds: tuple[bytes, bytes], prefix: bytes, hash_name: str
) -> tuple[Tickets, list[tuple[bytes, UnitId]]]:
    """Return what lies below the bounds, and what lies between them."""
    low, high = bounds
    start = hash_function(hash_name)(prefix).copy
    taken: Tickets = [], []
    aside: list[tuple[bytes, UnitId]] = []
    take, take_id = taken[0].append, taken[1].append
    for unit_id in unit_ids:
        state = start()
        state.update(unit_id.encode())
        value = state.digest()
        if value < low:
            take(value)
            take_id(unit_id)
        elif value < high:
            aside.append((value, unit_id))
    return taken, aside


def _predict(count: int, total: int) -> tuple[bytes, bytes]:
    """Return the bounds (count ± 8σ) / total as 32-byte fractions, in integers throughout."""
    width = SIGMAS * (isqrt(count * (total - count) // max(total, 1)) + 1)
    return _fraction(count - width, total), _fraction(count + width, total)


def _fraction(part: int, total: int) -> bytes:
    if part <= 0:
        return b""
    return _ALL if part >= total else ((part << 256) // total).to_bytes(32)
