"""The Atom feed: what the standard asks of one, the same lines as for machines, and nothing of what is gone."""

from datetime import datetime
from xml.etree import ElementTree as ET

from tests.app.test_following import followed
from tests.building import Bureau
from tests.listings import enter
from tests.punishing import end, punished
from tests.workshop import Opening

ATOM = "{http://www.w3.org/2005/Atom}"


def read(bureau: Bureau, path: str) -> ET.Element:
    answer = bureau.public.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    return ET.fromstring(answer.content)  # noqa: S314 - our own answer


def linked(element: ET.Element) -> dict[str, str]:
    return {each.attrib["rel"]: each.attrib["href"] for each in element.findall(f"{ATOM}link")}


def text(element: ET.Element, name: str) -> str:
    (found,) = element.findall(f"{ATOM}{name}")
    assert found.text
    return found.text


def checked(feed: ET.Element) -> list[ET.Element]:
    """Hold a feed against RFC 4287: 4.1.1 and 4.1.2 say which elements there are once, 4.1.3 what content wants."""
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert {"self", "alternate", "first"} <= linked(feed).keys()
    for each in (feed, *entries):
        assert text(each, "id").startswith("urn:uuid:")
        assert text(each, "title")
        assert datetime.fromisoformat(text(each, "updated")).tzinfo is not None
        assert linked(each)["alternate"].startswith("http")
    for entry in entries:
        (content,) = entry.findall(f"{ATOM}content")
        assert content.attrib.get("type", "text") == "text"
    assert list(feed)[len(feed) - len(entries) :] == entries, "what is of the feed comes first"
    return entries


def walked(bureau: Bureau, limit: int) -> list[ET.Element]:
    """Read a feed from its newest entry back to the first."""
    found: list[ET.Element] = []
    path = f"/changes.atom?limit={limit}"
    while path:
        feed = read(bureau, path)
        found += checked(feed)
        path = linked(feed).get("next", "")
    return found


def told(entries: list[ET.Element]) -> list[tuple[str, str]]:
    return [(term(each), text(each, "title").split()[-1]) for each in entries]


def term(entry: ET.Element) -> str:
    (category,) = entry.findall(f"{ATOM}category")
    return category.attrib["term"]


def test_its_pages_together_are_what_machines_are_told_the_newest_first(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("published")
    enter(bureau, 8)
    lines = followed(bureau, 100)
    entries = walked(bureau, 100)
    assert told(entries) == [(each["change"], each["record_id"]) for each in reversed(lines)]
    ids = [text(each, "id") for each in entries]
    assert len(set(ids)) == len(ids)
    assert [text(each, "id") for each in walked(bureau, 1)] == [text(each, "id") for each in walked(bureau, 2)] == ids


def test_an_empty_feed_is_one_too(opening: Opening) -> None:
    bureau = opening("staffed")
    assert checked(read(bureau, "/changes.atom")) == checked(read(bureau, "/changes.atom?before=0")) == []


def test_what_has_ended_leads_nowhere_and_its_entries_stay_the_same_ones(opening: Opening) -> None:
    """A reader that knows the entry sees it anew, told to delete what it kept; no name was ever in it."""
    bureau = opening("published")
    key = punished(bureau)
    name = bureau.public.get(f"/records/{key}.json").json()["penalty"]["operator_name"]
    before = {text(each, "id"): each for each in walked(bureau, 10)}
    end(bureau, key)
    after = {text(each, "id"): each for each in walked(bureau, 10)}
    (new,) = after.keys() - before.keys()
    assert told([after[new]]) == [("ended", key)]
    (own,) = [each for each in before if told([before[each]]) == [("published", key)]]
    assert linked(before[own])["alternate"].endswith(f"/records/{key}")
    assert "/records/" not in linked(after[own])["alternate"]
    assert "请删除" in text(after[own], "content")
    assert name not in bureau.public.get("/changes.atom").text


def test_who_has_the_newest_is_told_so(opening: Opening) -> None:
    bureau = opening("published")
    first = bureau.public.get("/changes.atom")
    again = bureau.public.get("/changes.atom", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert '<link rel="alternate" type="application/atom+xml"' in bureau.public.get("/results").text
