"""A mutant: a file with one place changed. Digests decide in which order they are tried: any beginning is a sample."""

import difflib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mutant:
    """One place of a file, in bytes, and what stands there instead."""

    path: Path
    source: bytes
    start: int
    end: int
    new: bytes
    how: str
    lines: tuple[int, int] | None = None
    """First and last line of the statement it stands in; None where it is run as the file is loaded."""

    def applied(self) -> bytes:
        """Return the file with the change in it."""
        return self.source[: self.start] + self.new + self.source[self.end :]

    def difference(self) -> str:
        """Return what is changed as the lines before and after, numbered."""
        before, after = (data.decode().splitlines() for data in (self.source, self.applied()))
        line = self.source[: self.start].count(b"\n") + 1
        changed = [each for each in difflib.ndiff(before, after) if each[:2] in {"- ", "+ "}]
        return "\n".join([f"{self.path.name}:{line} ({self.how})", *changed])


def in_order_of_tickets(mutants: Iterable[Mutant], seed: str) -> list[Mutant]:
    """Return the mutants in the order of their digests under a seed: the first so many are a sample."""

    def ticket(mutant: Mutant) -> bytes:
        name = f"{seed}:{mutant.path.name}:{mutant.start}:{mutant.end}:".encode()
        return hashlib.sha256(name + mutant.new).digest()

    return sorted(mutants, key=ticket)
