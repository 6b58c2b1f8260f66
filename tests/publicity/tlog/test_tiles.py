"""The tree as tiles: their addresses in one form, their bytes as specified, every proof computed from them again."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from publicity.tlog import merkle
from publicity.tlog.errors import EntryLengthError, TileFormError, TilePathError
from publicity.tlog.tiles import (
    MAX_ENTRY_BYTES,
    EntryBundle,
    Tile,
    bundle_bytes,
    bundle_entries,
    check_entry,
    check_present,
    parse_path,
    tile_bytes,
    tile_hashes,
    tiles_of,
)
from sampling.merkle import leaf_hash, tree_root
from tests.publicity.tlog.signing import speaks_chinese
from tests.publicity.tlog.store import Store, leaf

EXTERNAL = Path(__file__).parents[2] / "vectors" / "external"
PUBLISHED: dict[str, Any] = json.loads((EXTERNAL / "checkpoint.json").read_text(encoding="utf-8"))["tile_paths"]
SIZE = 256 * 3 + 44
WIDE = Store(leaf(number) for number in range(SIZE))


def test_published_index_has_its_address() -> None:
    assert Tile(0, 1234067).path == f"tile/0/{PUBLISHED['index_1234067']}" == "tile/0/x001/x234/067"
    assert parse_path("tile/0/x001/x234/067") == Tile(0, 1234067)


@pytest.mark.parametrize("size", [70_000, 256])
def test_published_trees_have_their_tiles(size: int) -> None:
    found: dict[str, int] = {}
    for tile in tiles_of(size):
        if tile.width == 256:
            found[f"L{tile.level}_full"] = found.get(f"L{tile.level}_full", 0) + 1
        else:
            found[f"L{tile.level}_partial"] = tile.width
    assert found == PUBLISHED[f"tree_{size}"]


@pytest.mark.parametrize("case", PUBLISHED["golang_height_form"], ids=lambda case: case[0])
def test_published_addresses_of_another_height_are_read_or_refused_alike(case: list[Any]) -> None:
    """The older form names the height; without it, index and width are the same."""
    path = re.sub(r"^tile/[0-9]+/", "tile/", case[0])
    if case[1] == "reject":
        with pytest.raises(TileFormError):
            parse_path(path)
    else:
        _, level, index, width = case[1]
        assert parse_path(path) == Tile(level, index, width if ".p/" in path else 256)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(1, 999_999, 255), "tile/1/x999/999.p/255"),
        (Tile(63, 1_000_000, 1), "tile/63/x001/x000/000.p/1"),
        (Tile(0, 10**21 - 1), "tile/0/x999/x999/x999/x999/x999/x999/999"),
        (EntryBundle(0), "tile/entries/000"),
        (EntryBundle(0, 1), "tile/entries/000.p/1"),
        (EntryBundle(1000, 7), "tile/entries/x001/000.p/7"),
    ],
)
def test_a_tile_has_one_address(tile: Tile | EntryBundle, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/X001/000",
        "tile/0/x001/x000",
        "tile/0/x1/000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/99/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/-01",
        "tile/0/٠٠٠",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/999",
        "tile/0/000.p/1000",
        "tile/0/000.p/1/",
        "tile/0/000p/1",
        "tile/0/000\n",
        "tile/0/000/../001",
        "tile/entries",
        "tile/entries/0",
        "tile/entries/000.p/256",
        "tile/entry/000",
        "Tile/0/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/" + "x999/" * 2000 + "999",
        "tile/0/" + "9" * 5000,
    ],
)
def test_any_other_address_is_refused(path: str) -> None:
    with pytest.raises(TilePathError) as refused:
        parse_path(path)
    assert "日志分块不符" in refused.value.text("zh")
    assert speaks_chinese(refused.value.data["problem_zh"])
    assert len(str(refused.value)) < 250


def test_a_refused_address_is_repeated() -> None:
    with pytest.raises(TilePathError, match="“tile/0/x000/000” is not the path of one"):
        parse_path("tile/0/x000/000")
    with pytest.raises(TilePathError) as refused:
        parse_path("tile/0/" + "9" * 5000)
    assert "tile/0/" + "9" * 73 + "”" in str(refused.value)
    with pytest.raises(TilePathError) as refused:
        parse_path("tile/0/" + "x999/" * 6 + "000.p/" + "0" * 50)
    assert len(str(refused.value.data["problem_en"])) < 120


@pytest.mark.parametrize(
    ("level", "index", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257), (0, 0, -1)]
)
def test_a_tile_outside_every_tree_is_refused(level: int, index: int, width: int) -> None:
    with pytest.raises(TilePathError, match="its level must be"):
        Tile(level, index, width)
    if level == 0:
        with pytest.raises(TilePathError, match="its level must be"):
            EntryBundle(index, width)


def test_a_tile_is_the_hashes_of_the_definition() -> None:
    """MTH(D[(n·256 + i)·256^l : (n·256 + i + 1)·256^l]), for every tile of a tree of 812 leaves."""
    data = [leaf(number) for number in range(SIZE)]
    tiles = tiles_of(SIZE)
    assert [(tile.level, tile.index, tile.width) for tile in tiles] == [
        (0, 0, 256),
        (0, 1, 256),
        (0, 2, 256),
        (0, 3, 44),
        (1, 0, 3),
    ]
    for tile in tiles:
        span = 256**tile.level
        starts = [(tile.index * 256 + place) * span for place in range(tile.width)]
        expected = [tree_root(data[start : start + span]) for start in starts]
        assert tile_hashes(tile_bytes(tile, SIZE, WIDE.node), tile.width) == expected


def test_every_proof_can_be_computed_from_tiles_alone() -> None:
    """What a monitor does: fetch tiles, hash inside them, and prove whatever it wants under the checkpoint's root."""
    fetched = {(tile.level, tile.index): tile_hashes(tile_bytes(tile, SIZE, WIDE.node), tile.width) for tile in TILES}

    def node(level: int, index: int) -> bytes:
        above = level % 8
        row = fetched[level // 8, (index << above) >> 8]
        start = (index << above) % 256
        hashes = row[start : start + (1 << above)]
        while len(hashes) > 1:
            hashes = [hashlib.sha256(b"\x01" + hashes[at] + hashes[at + 1]).digest() for at in range(0, len(hashes), 2)]
        return hashes[0]

    assert merkle.root(SIZE, node) == merkle.root(SIZE, WIDE.node)
    for index in (0, 255, 256, 700, SIZE - 1):
        assert merkle.inclusion_proof(index, SIZE, node) == merkle.inclusion_proof(index, SIZE, WIDE.node)
    assert merkle.consistency_proof(300, SIZE, node) == merkle.consistency_proof(300, SIZE, WIDE.node)


TILES = tiles_of(SIZE)


@pytest.mark.parametrize(
    ("tile", "size"),
    [
        (Tile(0, 0), 255),
        (Tile(0, 0, 5), 4),
        (Tile(0, 3, 45), SIZE),
        (Tile(0, 4, 1), SIZE),
        (Tile(1, 0, 4), SIZE),
        (Tile(1, 0, 1), 255),
        (Tile(2, 0, 1), SIZE),
        (Tile(63, 0, 1), 2**63 - 1),
        (EntryBundle(0), 255),
        (EntryBundle(3, 45), SIZE),
        (EntryBundle(10**20), SIZE),
    ],
)
def test_a_tile_that_the_log_does_not_fill_is_refused(tile: Tile | EntryBundle, size: int) -> None:
    with pytest.raises(TilePathError, match=f"a log of {size} entries has no such tile"):
        check_present(tile, size)
    if isinstance(tile, Tile):
        with pytest.raises(TilePathError):
            tile_bytes(tile, size, WIDE.node)


def test_a_tile_is_there_as_soon_as_the_log_fills_it() -> None:
    for tile in (Tile(0, 0), Tile(0, 0, 5), Tile(1, 0, 3), EntryBundle(2), EntryBundle(3, 44)):
        check_present(tile, tile.end)
        with pytest.raises(TilePathError):
            check_present(tile, tile.end - 1)
    assert [Tile(1, 0, 3).end, Tile(0, 2, 7).end, EntryBundle(3, 44).end] == [768, 519, SIZE]
    assert Tile(1, 2, 3).nodes == (8, 512, 3)
    assert EntryBundle(3, 44).first == 768


def test_the_empty_log_has_no_tiles() -> None:
    assert tiles_of(0) == []
    assert [tile.path for tile in tiles_of(1)] == ["tile/0/000.p/1"]


@pytest.mark.parametrize("length", [0, 31, 33, 31 * 32, 33 * 32])
def test_a_tile_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(TileFormError, match="its bytes are not 32 of them") as refused:
        tile_hashes(bytes(length), 32)
    assert "内容与 32 项不符" in refused.value.text("zh")
    assert tile_hashes(bytes(32) + bytes([1]) * 32, 2) == [bytes(32), bytes([1]) * 32]


def test_entries_are_read_again_as_they_were_written() -> None:
    entries = [b"", b"x", leaf(3), bytes(MAX_ENTRY_BYTES)]
    data = bundle_bytes(entries)
    assert data[:5] == b"\x00\x00\x00\x01x"
    assert bundle_entries(data, 4) == entries
    assert [leaf_hash(entry) for entry in bundle_entries(data, 4)] == [leaf_hash(entry) for entry in entries]
    assert bundle_entries(b"", 0) == []


@pytest.mark.parametrize(
    ("data", "width"),
    [
        (b"", 1),
        (b"\x00", 1),
        (b"\x00\x01", 1),
        (b"\x00\x02x", 1),
        (b"\x00\x01x\x00", 1),
        (b"\x00\x01x\x00", 2),
        (b"\x00\x01x", 2),
        (b"\x00\x01x\x00\x01y", 1),
        (b"\x00\x00", 0),
    ],
)
def test_a_bundle_of_another_number_of_entries_is_refused(data: bytes, width: int) -> None:
    with pytest.raises(TileFormError, match=f"its bytes are not {width} of them") as refused:
        bundle_entries(data, width)
    assert f"内容与 {width} 项不符" in refused.value.text("zh")


def test_an_entry_that_no_bundle_can_carry_is_refused() -> None:
    assert check_entry(bytes(65_535)) == 65_535
    with pytest.raises(EntryLengthError) as refused:
        check_entry(bytes(65_536))
    assert refused.value.data == {"found": 65_536, "most": 65_535}
    with pytest.raises(EntryLengthError):
        bundle_bytes([b"x", bytes(65_536)])
