"""Addresses that an answer leads to: the links of a page, the paths in a JSON value."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

import httpx

LOG = (
    *("/log/head", "/log.json", "/log/entry/0.json", "/log/tile/0/000.p/1", "/log/tile/entries/000.p/1"),
    *("/log/proof/consistency?old=1", "/log/proof/inclusion?index=0"),
)
"""Addresses of the log that tools read and no page leads to."""


class Links(HTMLParser):
    """Collects the addresses that a page leads to or needs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Note what an element links to, and what can be linked to."""
        for name, value in attrs:
            if name in ("href", "src", "action") and value is not None:
                self.found.append(value)
            if name == "id" and value is not None:
                self.anchors.add(value)


def read_all(client: httpx.Client, first: Iterable[str]) -> dict[str, httpx.Response]:
    """Return the answer of every address that the first ones lead to, themselves included."""
    answers: dict[str, httpx.Response] = {}
    waiting = list(first)
    while waiting:
        path = waiting.pop()
        if path not in answers:
            answers[path] = client.get(path)
            waiting += [each for each in leads(answers[path]) if each not in answers]
    return answers


def leads(answer: httpx.Response) -> Iterator[str]:
    """Yield the addresses of this site that an answer names, without the anchor."""
    media_type = answer.headers.get("content-type", "")
    if media_type.startswith("text/html"):
        links = Links()
        links.feed(answer.text)
        found = links.found
    elif media_type == "application/json" and not answer.url.path.startswith(("/log/", "/openapi.json")):
        found = [value for value in strings(answer.json()) if re.fullmatch(r"/[\x21-\x7e]*", value)]
    else:
        found = []
    for each in found:
        place = str(answer.url.join(each)).partition("#")[0]
        if place.startswith(str(answer.url.join("/"))):
            yield place.removeprefix(str(answer.url.join("/")).removesuffix("/"))


def strings(value: object) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def unread(templates: Iterable[str], paths: Iterable[str]) -> list[str]:
    """Return the templates of routes, such as ``/draws/{draw_id}``, of which no path was read."""
    read = [path.partition("?")[0] for path in paths]
    return [each for each in templates if not any(map(_form(each).fullmatch, read))]


def _form(template: str) -> re.Pattern[str]:
    """Return what the paths of a route look like; a parameter ``path`` alone may hold slashes."""
    return re.compile(re.sub(r"{(\w+)}", lambda found: ".+" if found[1] == "path" else "[^/]+", template))
