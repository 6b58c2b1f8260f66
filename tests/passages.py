"""Passages: written in the style of decisions, with what is private in them marked, and what only looks so left plain.

A passage a line of ``tests/publicity/passages``; ``⟦kind|words⟧`` marks private words, a backslash and an n are a line
end. All persons, numbers and places are invented.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from publicity.proposals import Proposal
from publicity.redaction import propose
from registry.redactions import PrivateKind

DIRECTORY = Path(__file__).parent / "publicity" / "passages"
MARKED = re.compile(r"⟦(\w+)\|([^⟧]+)⟧")


@dataclass(frozen=True)
class Passage:
    """One passage without its marks, and the stretches that were marked: start, end (exclusive), kind."""

    text: str
    private: tuple[tuple[int, int, PrivateKind], ...]


@dataclass(frozen=True)
class Score:
    """How a kind was recognised: marked stretches, those covered whole, proposals, those mostly within a mark."""

    marked: int
    covered: int
    proposed: int
    right: int

    @property
    def recall(self) -> float:
        """Return which part of what is marked was covered whole."""
        return self.covered / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        """Return which part of what was proposed is marked."""
        return self.right / self.proposed if self.proposed else 1.0


def read_passage(line: str) -> Passage:
    """Return a passage from its line."""
    text, private, at = "", [], 0
    line = line.replace("\\n", "\n")
    for mark in MARKED.finditer(line):
        text += line[at : mark.start()]
        private.append((len(text), len(text) + len(mark[2]), PrivateKind(mark[1])))
        text += mark[2]
        at = mark.end()
    return Passage(text=text + line[at:], private=tuple(private))


def passages(*names: str) -> list[Passage]:
    """Return the passages of some files, by default of all."""
    paths = [DIRECTORY / f"{name}.txt" for name in names] or sorted(DIRECTORY.glob("*.txt"))
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [read_passage(line) for line in lines if line and not line.startswith("#")]


def score(kind: PrivateKind, found: Sequence[tuple[Passage, Sequence[Proposal]]]) -> Score:
    """Return how a kind was recognised; what was proposed as another kind covers, but is right for its own alone."""
    marked = [(passage, own, proposals) for passage, proposals in found for own in passage.private if own[2] is kind]
    covered = sum(covers(proposals, own[0], own[1]) for _, own, proposals in marked)
    mine = [(passage, each) for passage, proposals in found for each in proposals if each.kind is kind]
    right = sum(is_right(passage, each) for passage, each in mine)
    return Score(marked=len(marked), covered=covered, proposed=len(mine), right=right)


def covers(proposals: Iterable[Proposal], start: int, end: int) -> bool:
    """Return whether every character of a stretch is proposed for removal."""
    return set(range(start, end)) <= {at for each in proposals for at in range(each.start, each.end)}


def is_right(passage: Passage, proposal: Proposal) -> bool:
    """Return whether at least half of the characters of a proposal are marked."""
    marked = {at for start, end, _ in passage.private for at in range(start, end)}
    own = set(range(proposal.start, proposal.end))
    return len(own & marked) * 2 >= len(own)


def judged(found: Iterable[Passage]) -> Iterator[tuple[Passage, list[Proposal]]]:
    """Yield each passage with what is proposed for it."""
    for each in found:
        yield each, propose(each.text)
