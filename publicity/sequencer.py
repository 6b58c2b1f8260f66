"""From facts to log: each fact of a command becomes one leaf of the RFC 6962 tree, in the command's own transaction.

``lock_head`` is the first statement of every command, so commands run one after another on either database: what a
command reads is exactly the state that the first ``size`` entries make, and times in the log never go back.
``append_pending`` is the last one. A crash between the two leaves nothing: facts, leaves and head are one transaction.

An entry is stored byte for byte as hashed and never serialised again. Its form (JCS):
``{"at": "2020-08-31T01:00:00Z", "digest": salted digest of the body, "index": n, "kind": k, "public": {…}, "v": 1}``.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import LargeBinary, TextClause, bindparam, text, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, Session, col, select

from publicity.errors import PublicityError
from publicity.tlog import merkle, tiles
from registry.base import Record, UtcDateTime
from registry.bulk import insert_rows, table_of
from registry.journal import Fact, seal_facts
from sampling.canonical import jcs
from sampling.merkle import EMPTY_ROOT, leaf_hash

ENTRY_VERSION = 1
HEAD_ID = 1
EIGHT = 8


class Entry(Record, table=True):
    """One leaf: the bytes that were hashed, and the fact they speak of."""

    __tablename__ = "log_entries"

    index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)
    entry: bytes = Field(sa_type=LargeBinary)


class TreeNode(Record, table=True):
    """The hash of one complete subtree; level 0 holds the leaf hashes."""

    __tablename__ = "log_nodes"

    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(sa_type=LargeBinary)


class Head(Record, table=True):
    """The one row that says how far the log goes; its lock puts commands in order."""

    __tablename__ = "log_head"

    head_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int
    root: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=UtcDateTime)


class NoSuchEntryError(PublicityError):
    """The log has no such entry yet."""

    nature = "absent"
    zh = "日志没有第 {index} 条：现有 {size} 条，编号从 0 起。"
    en = "The log has no entry {index}: it holds {size}, counted from 0."


class ClockBehindError(PublicityError):
    """The clock stands before the newest entry."""

    nature = "unready"
    zh = "服务器时钟（{now}）早于日志最新一条（{head}）。未作任何改动；请校准时钟。"
    en = "The clock ({now}) is behind the newest log entry ({head}). Nothing was changed; set the clock right."


def lock_head(session: Session) -> Head:
    """Take the one lock that orders commands and return the head, as of which the command reads."""
    return session.exec(select(Head).where(Head.head_id == HEAD_ID).with_for_update()).one()


def read_head(session: Session) -> Head:
    """Return the head without locking it."""
    return session.exec(select(Head).where(Head.head_id == HEAD_ID)).one()


def append_pending(session: Session, head: Head) -> Head:
    """Seal and append every fact that this transaction wrote, in order, and move the locked head.

    Raises ClockBehindError, EntryLengthError.
    """
    facts = seal_facts(session)
    nodes = TreeReader(session)
    nodes.fetch(lambda node: (merkle.append(head.size, EMPTY_ROOT, node), merkle.root(head.size + 1, node)))
    entries: list[tuple[int, int, bytes]] = []
    made: list[merkle.Node] = []
    size, at = head.size, head.at
    for fact in facts:
        if fact.at < at:
            raise ClockBehindError(now=fact.at.isoformat(), head=at.isoformat())
        entry = entry_bytes(fact, size)
        tiles.check_entry(entry)
        entries.append((size, fact.fact_id or 0, entry))
        for node in merkle.append(size, leaf_hash(entry), nodes):
            made.append(node)
            nodes.remember(node)
        size, at = size + 1, fact.at
    insert_rows(session, table_of(Entry), ("index", "fact_id", "entry"), entries)
    insert_rows(session, table_of(TreeNode), ("level", "index", "hash"), ((n.level, n.index, n.hash) for n in made))
    moved = {"size": size, "at": at, "root": merkle.root(size, nodes)}
    session.connection().execute(_MOVED, moved)
    for name, value in moved.items():
        set_committed_value(head, name, value)
    return head


_MOVED = (
    update(table_of(Head))
    .where(table_of(Head).c.head_id == HEAD_ID)
    .values({name: bindparam(name) for name in ("size", "at", "root")})
)


def entry_bytes(fact: Fact, index: int) -> bytes:
    """Return the leaf data of a fact at its place in the log."""
    at = fact.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    public = json.loads(fact.public)
    kind = str(fact.kind)
    return jcs({"at": at, "digest": fact.digest, "index": index, "kind": kind, "public": public, "v": ENTRY_VERSION})


def read_entry(session: Session, index: int) -> bytes:
    """Return the bytes of one entry. Raises NoSuchEntryError."""
    size = read_head(session).size
    if not 0 <= index < size:  # before the database is asked: no number is too large for it then
        raise NoSuchEntryError(index=index, size=size)
    return session.get_one(Entry, index).entry


def read_tile(session: Session, tile: tiles.Tile) -> bytes:
    """Return the hashes of one tile, read in one query. Raises TilePathError."""
    nodes = TreeReader(session)
    size = read_head(session).size
    tiles.check_present(tile, size)
    nodes.load(*tile.nodes)
    return tiles.tile_bytes(tile, size, nodes)


def read_bundle(session: Session, bundle: tiles.EntryBundle) -> bytes:
    """Return the entries of one bundle, read in one query. Raises TilePathError."""
    tiles.check_present(bundle, read_head(session).size)
    query = select(Entry.entry).where(col(Entry.index) >= bundle.first, col(Entry.index) < bundle.end)
    return tiles.bundle_bytes(session.exec(query.order_by(col(Entry.index))))


def entry_indexes(session: Session, facts: list[int]) -> dict[int, int]:
    """Return fact id → index in the log."""
    return dict(session.exec(select(Entry.fact_id, Entry.index).where(col(Entry.fact_id).in_(facts))).all())


@cache
def _look_up(count: int) -> TextClause:
    """Return the query for so many nodes: one look-up by the key for each.

    A list of pairs would read the whole table on SQLite; places are filled up to eights, so that the queries are few.
    """
    each = " OR ".join(f'(level = :l{n} AND "index" = :i{n})' for n in range(count))
    return text(f'SELECT level, "index", hash FROM log_nodes WHERE {each}')  # noqa: S608 - of numbers alone


class TreeReader:
    """Reads complete subtrees from the table, and keeps those it has seen for the length of one command."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: dict[tuple[int, int], bytes] = {}

    def fetch(self, ask: Callable[[merkle.NodeReader], object]) -> None:
        """Read at once the nodes that a question will need: it is put once for its places and later for its answer."""
        wanted: set[tuple[int, int]] = set()

        def noted(level: int, index: int) -> bytes:
            wanted.add((level, index))
            return EMPTY_ROOT

        ask(noted)
        places = sorted(wanted - self._seen.keys())
        if not places:
            return
        places += [places[-1]] * (-len(places) % EIGHT)
        given = {f"{name}{n}": value for n, place in enumerate(places) for name, value in zip("li", place, strict=True)}
        found = self._session.connection().execute(_look_up(len(places)), given)
        self._seen |= {(level, index): node for level, index, node in found}

    def load(self, level: int, first: int, count: int) -> None:
        """Read a row of nodes at once."""
        query = select(TreeNode.index, TreeNode.hash).where(
            TreeNode.level == level, col(TreeNode.index) >= first, col(TreeNode.index) < first + count
        )
        self._seen |= {(level, index): found for index, found in self._session.exec(query)}

    def remember(self, node: merkle.Node) -> None:
        """Keep a node that was just made."""
        self._seen[node.level, node.index] = node.hash

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree."""
        if (level, index) not in self._seen:
            found = self._session.get(TreeNode, (level, index))
            if found is None:
                msg = f"the log lacks its node {level}/{index}: the table was cut; restore it and run fsck"
                raise LookupError(msg)
            self._seen[level, index] = found.hash
        return self._seen[level, index]
