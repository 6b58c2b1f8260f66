"""The log is served as tiles and bundles, each once and for ever."""

import gzip

import pytest

from app.own_log import keep_signed
from publicity import sequencer
from publicity.tlog.tiles import EntryBundle, bundle_entries, tile_hashes, tiles_of
from sampling.merkle import leaf_hash, tree_root
from tests.desks import made
from tests.signing import checkpoint, fill
from tests.workshop import Opening


def test_the_whole_tree_can_be_built_from_tiles_and_bundles(opening_anywhere: Opening) -> None:
    """Every entry hashes to its place in a tile, every tile follows from those below, all lead to the signed root."""
    bureau = opening_anywhere("published")
    fill(bureau, 300)
    keep_signed(bureau.service)
    head = checkpoint(bureau)
    entries: list[bytes] = []
    hashes: dict[tuple[int, int], bytes] = {}
    for tile in tiles_of(head.size):
        answer = bureau.public.get(f"/log/{tile.path}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        row = tile_hashes(answer.content, tile.width)
        hashes |= {(tile.level, tile.index * 256 + place): each for place, each in enumerate(row)}
        if tile.level == 0:
            bundle = bureau.public.get(f"/log/{EntryBundle(tile.index, tile.width).path}")
            entries += bundle_entries(bundle.content, tile.width)
    assert [leaf_hash(entry) for entry in entries] == [hashes[0, index] for index in range(head.size)]
    assert tree_root(entries[:256]) == hashes[1, 0]
    assert tree_root(entries) == head.root
    assert entries[-3:] == [
        bureau.public.get(f"/log/entries/{index}").content for index in range(head.size - 3, head.size)
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/log/tile/0/001",
        "/log/tile/0/000.p/250",
        "/log/tile/1/000",
        "/log/tile/0/0",
        "/log/tile/0/x000/000",
        "/log/tile/0/000.p/0",
        "/log/tile/0/000.p/256",
        "/log/tile/64/000",
        "/log/tile/-1/000",
        "/log/tile/0/%D9%A0%D9%A0%D9%A0",
        "/log/tile/entries/001",
        "/log/tile/entries/000.p/00",
        "/log/tile/0/x999/x999/x999/x999/x999/x999/999",
        "/log/tile/0/" + "x999/" * 30 + "999",
        "/log/tile/",
        "/log/tile/0/000/",
    ],
)
def test_what_is_no_tile_of_this_log_is_not_there(opening: Opening, path: str) -> None:
    answer = opening("staffed").public.get(path)
    assert answer.status_code == 404, answer.text
    assert answer.json()["detail"]


def test_a_partial_tile_is_there_for_every_size_the_log_has_had(opening: Opening) -> None:
    bureau = opening("staffed")
    size = made(bureau.public.get("/log/head"))["size"]
    for width in range(1, size + 1):
        assert len(bureau.public.get(f"/log/tile/0/000.p/{width}").content) == 32 * width
        answer = bureau.public.get(f"/log/tile/entries/000.p/{width}")
        assert len(bundle_entries(answer.content, width)) == width


def test_tiles_and_checkpoints_are_not_sent_twice(opening: Opening) -> None:
    bureau = opening("staffed")
    keep_signed(bureau.service)
    for path in ("/log/checkpoint", "/log/tile/0/000.p/3", "/log/tile/entries/000.p/3"):
        first = bureau.public.get(path)
        again = bureau.client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert "immutable" not in bureau.public.get("/log/checkpoint").headers["cache-control"]


def test_bundles_of_entries_are_packed_for_whoever_unpacks(opening: Opening) -> None:
    bureau = opening("staffed")
    with bureau.client.stream("GET", "/log/tile/entries/000.p/5", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        packed = b"".join(answer.iter_raw())
    plain = bureau.client.get("/log/tile/entries/000.p/5", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content


def test_a_tile_costs_one_query_however_wide_it_is(opening: Opening) -> None:
    bureau = opening("staffed")
    fill(bureau, 300)
    with bureau.service.database.reading() as session:
        nodes = sequencer.TreeReader(session)
        nodes.load(0, 0, 256)
        read = [nodes(0, index) for index in range(256)]
    assert b"".join(read) == bureau.public.get("/log/tile/0/000").content
