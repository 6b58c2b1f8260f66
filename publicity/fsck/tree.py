"""The tree, rebuilt from the entries: every node, the head, and every older head that somebody kept.

Leaves and nodes are kept as bytes, 64 for each entry: a million entries are 64 MB.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Executable, func
from sqlalchemy import select as sql
from sqlmodel import Session, col, select

from publicity.fsck.report import Code, OlderHead, Report
from publicity.sequencer import HEAD_ID, Entry, Head, TreeNode
from publicity.tlog import merkle
from registry.bulk import table_of
from registry.journal import Fact
from sampling.merkle import leaf_hash, node_hash

HASH = 32
STREAMED = 5_000
"""Rows read at once."""
STREAMING = {"yield_per": STREAMED}


def streamed(session: Session, query: Executable) -> Iterator[Any]:
    """Yield the rows of a query, a few thousand at once; the cursor is closed wherever the reader stops."""
    with session.execute(query, execution_options=STREAMING) as rows:
        yield from rows


class Rebuilt:
    """The complete subtrees over leaves that came one after another."""

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[bytearray] = []

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree."""
        return bytes(self._levels[level][index * HASH : (index + 1) * HASH])

    def add(self, entry: bytes) -> None:
        """Append one leaf."""
        own = leaf_hash(entry)
        for level in count():
            if level == len(self._levels):
                self._levels.append(bytearray())
            nodes = self._levels[level]
            nodes += own
            if len(nodes) // HASH % 2:
                break
            own = node_hash(bytes(nodes[-2 * HASH : -HASH]), own)
        self.size += 1

    def has(self, level: int, index: int) -> bool:
        """Return whether there is such a subtree."""
        return level < len(self._levels) and 0 <= index < len(self._levels[level]) // HASH

    @property
    def nodes(self) -> int:
        """Return how many subtrees there are."""
        return sum(len(level) // HASH for level in self._levels)


def check_tree(session: Session, report: Report, older: Sequence[OlderHead]) -> None:
    """Hash every entry, and compare nodes, head and older heads with the tree that they make."""
    rebuilt = Rebuilt()
    own = table_of(Entry).c
    for index, entry in streamed(session, sql(own["index"], own.entry).order_by(own["index"])):
        if index != rebuilt.size:
            report.differs(Code.ENTRY_MISSING, ("log_entries", rebuilt.size), log=rebuilt.size, found=index)
            break
        rebuilt.add(entry)
    report.entries = rebuilt.size
    _check_nodes(session, report, rebuilt)
    _check_head(session, report, rebuilt)
    for each in older:
        report.heads += 1
        _check_older(report, rebuilt, each)


def _check_nodes(session: Session, report: Report, rebuilt: Rebuilt) -> None:
    own = table_of(TreeNode).c
    nodes = sql(own.level, own["index"], own.hash).order_by(own.level, own["index"])
    for level, index, stored in streamed(session, nodes):
        report.nodes += 1
        made = rebuilt(level, index) if rebuilt.has(level, index) else b""
        if made != stored:
            place = ("log_nodes", f"{level}/{index}")
            report.differs(Code.NODE, place, "hash", log=made.hex() or "—", found=stored.hex())
    if report.nodes < rebuilt.nodes:
        report.differs(Code.NODE, ("log_nodes", ""), log=f"{rebuilt.nodes} nodes", found=f"{report.nodes} nodes")


def _check_head(session: Session, report: Report, rebuilt: Rebuilt) -> None:
    heads = session.exec(select(Head)).all()
    if [head.head_id for head in heads] != [HEAD_ID]:
        found = [head.head_id for head in heads]
        report.differs(Code.HEAD, ("log_head", ""), "head_id", log=[HEAD_ID], found=found)
    for head in heads:
        if head.size != rebuilt.size:
            report.differs(Code.HEAD, ("log_head", head.head_id), "size", log=rebuilt.size, found=head.size)
        newest = session.exec(
            select(Fact.at).join(Entry, col(Entry.fact_id) == col(Fact.fact_id)).where(Entry.index == rebuilt.size - 1)
        ).first()
        if newest is not None and head.at != newest:
            report.differs(Code.HEAD, ("log_head", head.head_id), "at", log=newest, found=head.at)
        root = merkle.root(rebuilt.size, rebuilt)
        if head.root != root:
            report.differs(Code.HEAD, ("log_head", head.head_id), "root", log=root.hex(), found=head.root.hex())
    count = session.exec(select(func.count()).select_from(Entry)).one()
    if count != rebuilt.size:
        report.differs(Code.ENTRY_MISSING, ("log_entries", ""), log=f"{rebuilt.size} in a row", found=count)


def _check_older(report: Report, rebuilt: Rebuilt, older: OlderHead) -> None:
    place = (older.source, older.size)
    if older.size > rebuilt.size:
        report.differs(Code.OLDER_HEAD, place, "size", log=f"{older.size} entries", found=f"{rebuilt.size} entries")
        return
    root = merkle.root(older.size, rebuilt)
    if root != older.root:
        report.differs(Code.OLDER_HEAD, place, "root", log=older.root.hex(), found=root.hex())
