"""A draw of more operators than go on a page: every page is short, together they are all of it, once."""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from publicity.views.drawn import PAGE_ROWS
from sampling.bundle import replay
from sampling.names import INPUT_FILES
from tests.app.test_replacements import ask_unit, decide
from tests.building import Bureau
from tests.desks import made
from tests.rosters import operator, operators_csv
from tests.workshop import Workshop

OPERATORS = range(100, 600)
COUNTIES = ("140105", "140106")
PAGE_BYTES = 300_000
"""What the page of a draw may have in JSON, however many were drawn; most of it is who was sent."""
PAGE_BYTES_PACKED = 60_000
"""The same as HTML, as it travels."""


@pytest.fixture(scope="module")
def bureau(sqlite_workshop: Workshop) -> Iterator[Bureau]:
    """Return a bureau that drew half of five hundred operators of two counties."""
    rows = [operator(number, area=COUNTIES[number % 2]) for number in OPERATORS]
    with sqlite_workshop.bureau("approved") as found:
        made(found.desk("registrar").post("/api/v1/imports/operators", operators_csv(rows)))
        found.notes.task_no = found.another_batch(stratify="county", quotas={"default": {"ratio": "0.5"}})
        found.committed()
        found.executed()
        yield found


def path_of(bureau: Bureau, name: str = "") -> str:
    return f"/draws/{bureau.notes.draw_id}{name}"


def walked(bureau: Bureau, path: str) -> Iterator[Mapping[str, Any]]:
    """Yield the pages of a list, from the first on, each held against what its paging says."""
    first: str | None = path
    address = first
    while address is not None:
        name, mark, query = address.partition("?")
        page = made(bureau.public.get(f"{name}.json{mark}{query}"))
        assert bureau.public.get(address).status_code == 200
        assert page["paging"]["shown"] == len(page["rows"]) <= PAGE_ROWS
        assert page["paging"]["first_path"] == (None if address == first else first)
        yield page
        address = page["paging"]["next_path"]


def rows_of(bureau: Bureau, path: str) -> list[dict[str, Any]]:
    pages = list(walked(bureau, path))
    rows = [row for page in pages for row in page["rows"]]
    assert {page["paging"]["total"] for page in pages} == {len(rows)}
    return rows


def test_a_large_draw_is_told_whole_on_short_pages(bureau: Bureau) -> None:
    files = {name: bureau.public.get(path_of(bureau, f"/files/{name}")).content for name in (*INPUT_FILES, "drawn.csv")}
    outcome = replay(files)
    fallen = [next(row.unit_id for row in outcome.drawing.drawn if row.stratum == county) for county in COUNTIES]
    numbers = {row.unit_id: at for at, row in enumerate(outcome.drawing.drawn, start=1)}
    came = []
    for unit_id in fallen:
        decided = made(decide(bureau, ask_unit(bureau, f"{bureau.notes.draw_id}-{numbers[unit_id]:02d}")))
        came.append(decided["came"][0]["unit_id"])
    rest = {name: list(units) for name, units in outcome.alternates().items()}
    assert came == [rest[county].pop(0) for county in rest]

    drawn = rows_of(bureau, path_of(bureau, "/drawn"))
    lines = [f"{row['code']},{row['stratum']},{row['rank']},{row['ticket']}" for row in drawn]
    assert lines[:-2] == files["drawn.csv"].decode().splitlines()[1:]
    assert [row["code"] for row in drawn[-2:]] == came
    assert [row["code"] for row in drawn if row["alternate"]] == came
    assert [row["code"] for row in drawn if row["outcome"] == "replaced"] == sorted(fallen, key=numbers.__getitem__)
    assert all(len(row["team"]) == 4 for row in drawn)

    alternates = rows_of(bureau, path_of(bureau, "/alternates"))
    in_order = [(name, unit_id) for name, units in rest.items() for unit_id in units]
    assert [(row["stratum"], row["code"]) for row in alternates] == in_order
    for county in rest:
        of_one = rows_of(bureau, path_of(bureau, f"/alternates?stratum={county}"))
        assert of_one == [row for row in alternates if row["stratum"] == county]
    assert bureau.public.get(path_of(bureau, "/alternates?stratum=140107")).status_code == 404

    answer = bureau.public.get(path_of(bureau, ".json"))
    page = made(answer)["outcome"]
    assert (page["drawn"], page["alternates"]) == (drawn[:PAGE_ROWS], alternates[:PAGE_ROWS])
    assert (page["drawn_paging"]["total"], page["alternates_paging"]["total"]) == (len(drawn), len(alternates))
    assert len(answer.content) < PAGE_BYTES
    html = bureau.public.get(path_of(bureau)).text
    assert len(gzip.compress(html.encode())) < PAGE_BYTES_PACKED
    replaced = made(bureau.public.get(path_of(bureau, "/replacements.json")))["rows"]
    assert [(row["out"], row["came"][0]["code"], row["came_total"]) for row in replaced] == [
        (gone, code, 1) for gone, code in zip(fallen, came, strict=True)
    ]
    assert page["replacements"] == replaced
    assert made(bureau.public.get(path_of(bureau, "/replacements.json?after=1")))["rows"] == replaced[1:]
    assert bureau.public.get(replaced[0]["entry_path"]).status_code == 200
    for each in ("/drawn", "/alternates", "/replacements"):
        assert html.count(f'href="{path_of(bureau, each)}"') == 1
        assert f'href="{path_of(bureau)}#drawn"' in bureau.public.get(path_of(bureau, each)).text
    sheet = made(bureau.public.get(path_of(bureau, "/certificate.json")))
    assert 0 < sheet["listed"] < PAGE_ROWS
    assert f"其余 {len(drawn) - sheet['listed']} 户没有印出" in bureau.public.get(path_of(bureau, "/certificate")).text


def test_files_are_what_the_page_says_before_it_reads_them(bureau: Bureau) -> None:
    """Sizes and digests on the page, the bundle that supervisors get, and no byte for a reader who has it."""
    listed = made(bureau.public.get(path_of(bureau, ".json")))["outcome"]["files"]
    assert {"frame.csv", "drawn.csv", "teams.csv", "reveal.json", "log.json"} <= {each["name"] for each in listed}
    for each in listed:
        data = bureau.public.get(each["path"]).content
        assert (len(data), hashlib.sha256(data).hexdigest()) == (each["size"], each["digest"]), each["name"]
    own = bureau.desk("supervisor").get(f"/api/v1{path_of(bureau, '/bundle.zip')}").content
    for name in ("/bundle.zip", "/files/frame.csv", "/files/log.json"):
        path = path_of(bureau, name)
        first, again = bureau.public.get(path), bureau.public.get(path)
        assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])
        assert int(first.headers["content-length"]) == len(first.content)
        known = bureau.client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
        assert first.content == own or name != "/bundle.zip"
