"""Tiles: the tree as files of up to 256 hashes and the entries in bundles of as many, to be fetched and cached.

A tile of level L holds nodes of the tree's level 8·L; every proof can be computed from tiles. What a tile or a bundle
says is not to be believed before its hashes lead to the root of a checkpoint.

An entry of a bundle has at most 65,535 bytes: its length is written in two. So ``check_entry`` is asked before an entry
is written, and a longer one never comes into the log; a log that had one could not be served whole.

Source: C2SP tlog-tiles.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from publicity.tlog.errors import EntryLengthError, TileFormError, TilePathError
from publicity.tlog.merkle import NodeReader
from publicity.tlog.proofs import HASH_SIZE
from sampling.wording import Words

HEIGHT = 8
WIDTH = 1 << HEIGHT
HIGHEST = 63
MAX_ENTRY_BYTES = 0xFFFF
LENGTH_BYTES = 2
_ELEMENT = 1_000
_PATH = re.compile(
    r"tile/(?P<level>[0-9]{1,2}|entries)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)
"""Six elements with an x and one without: no tree of 2⁶³ leaves has more."""

PATH: Words = ("“{path}”不是分块的地址", "“{path}” is not the path of one")
PLACE: Words = (
    "层级应在 0 到 63 之间，编号不小于 0，宽度在 1 到 256 之间",
    "its level must be from 0 to 63, its index no less than 0, its width from 1 to 256",
)
ABSENT: Words = ("大小为 {size} 的日志没有这一块", "a log of {size} entries has no such tile")
BYTES: Words = ("内容与 {width} 项不符", "its bytes are not {width} of them")


@dataclass(frozen=True, slots=True)
class Tile:
    """Nodes ``index · 256 …`` of the tree's level 8·``level``, ``width`` of them. Raises TilePathError."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not 0 <= self.level <= HIGHEST or self.index < 0 or not 1 <= self.width <= WIDTH:
            raise _nowhere(PLACE)

    @property
    def path(self) -> str:
        """Return its address under the log's prefix."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"

    @property
    def nodes(self) -> tuple[int, int, int]:
        """Return (level, first index, how many) of the tree's complete nodes that it holds."""
        return self.level * HEIGHT, self.index * WIDTH, self.width

    @property
    def end(self) -> int:
        """Return how many leaves a tree must have to hold all of it."""
        return (self.index * WIDTH + self.width) << (self.level * HEIGHT)


@dataclass(frozen=True, slots=True)
class EntryBundle:
    """Entries ``index · 256 …``, ``width`` of them. Raises TilePathError."""

    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if self.index < 0 or not 1 <= self.width <= WIDTH:
            raise _nowhere(PLACE)

    @property
    def path(self) -> str:
        """Return its address under the log's prefix."""
        return f"tile/entries/{_place(self.index, self.width)}"

    @property
    def first(self) -> int:
        """Return the index of its first entry."""
        return self.index * WIDTH

    @property
    def end(self) -> int:
        """Return how many leaves a tree must have to hold all of it."""
        return self.first + self.width


def parse_path(path: str) -> Tile | EntryBundle:
    """Read an address under the log's prefix, in its one form. Raises TilePathError."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise _nowhere(PATH, path=path[:80])
    index = int(found["index"].replace("/", "").replace("x", ""))
    width = WIDTH if found["width"] is None else int(found["width"])
    if found["level"] == "entries":
        tile: Tile | EntryBundle = EntryBundle(index, width)
    else:
        tile = Tile(int(found["level"]), index, width)
    if tile.path != path:
        raise _nowhere(PATH, path=path[:80])
    return tile


def tile_bytes(tile: Tile, size: int, node: NodeReader) -> bytes:
    """Return the hashes of a tile of the log of ``size`` entries, one after the other. Raises TilePathError."""
    check_present(tile, size)
    level, first, count = tile.nodes
    return b"".join(node(level, first + place) for place in range(count))


def tile_hashes(data: bytes, width: int) -> list[bytes]:
    """Return the hashes of a tile that was fetched. Raises TileFormError."""
    if len(data) != width * HASH_SIZE:
        raise TileFormError(problem_zh=BYTES[0].format(width=width), problem_en=BYTES[1].format(width=width))
    return [data[start : start + HASH_SIZE] for start in range(0, len(data), HASH_SIZE)]


def bundle_bytes(entries: Iterable[bytes]) -> bytes:
    """Return entries as a bundle: the length in two bytes, most significant first, then the entry. EntryLengthError."""
    return b"".join(check_entry(entry).to_bytes(LENGTH_BYTES) + entry for entry in entries)


def bundle_entries(data: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle that was fetched. Raises TileFormError."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + LENGTH_BYTES
        at = start + int.from_bytes(data[at:start])
        entries.append(data[start:at])
    if len(entries) != width or at != len(data):
        raise TileFormError(problem_zh=BYTES[0].format(width=width), problem_en=BYTES[1].format(width=width))
    return entries


def check_entry(entry: bytes) -> int:
    """Return an entry's length. Raises EntryLengthError when no bundle could carry it."""
    if len(entry) > MAX_ENTRY_BYTES:
        raise EntryLengthError(found=len(entry), most=MAX_ENTRY_BYTES)
    return len(entry)


def check_present(tile: Tile | EntryBundle, size: int) -> None:
    """Return if a log of ``size`` entries has the tile or bundle whole. Raises TilePathError."""
    if tile.end > size:
        raise _nowhere(ABSENT, size=size)


def tiles_of(size: int) -> Sequence[Tile]:
    """Return every tile of a log of ``size`` entries, the widest of each place, level by level.

    >>> [tile.path for tile in tiles_of(256 * 2 + 1)]
    ['tile/0/000', 'tile/0/001', 'tile/0/002.p/1', 'tile/1/000.p/2']
    """
    tiles: list[Tile] = []
    level, nodes = 0, size
    while nodes:
        full, rest = divmod(nodes, WIDTH)
        tiles += [Tile(level, index) for index in range(full)]
        tiles += [Tile(level, full, rest)] if rest else []
        level, nodes = level + 1, full
    return tiles


def _place(index: int, width: int) -> str:
    """Return the last part of a path: 1234067 is ``x001/x234/067``."""
    path = f"{index % _ELEMENT:03d}"
    while index := index // _ELEMENT:
        path = f"x{index % _ELEMENT:03d}/{path}"
    return path if width == WIDTH else f"{path}.p/{width}"


def _nowhere(words: Words, **data: object) -> TilePathError:
    return TilePathError(problem_zh=words[0].format(**data), problem_en=words[1].format(**data))
