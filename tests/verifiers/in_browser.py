"""The browser's verifier in a real browser: its scripts as they are served, loaded in one page, asked in batches."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from playwright.sync_api import Browser, Page, Route

from publicity import single_file
from tests.verifiers.agreement import Said

ADDRESS: Final = "http://verifier.example/"
"""Plain http and no name of this machine: there the browser offers no cryptography of its own."""
BATCH: Final = 200

_REPLAYED: Final = """cases => cases.map(files => {
  files = unpacked(files);
  try {
    const outcome = replay(files);
    for (const [name, made] of [["drawn.csv", outcome.drawn], ["teams.csv", outcome.seats]]) {
      if (files.has(name) && textOf(files.get(name), name) !== made) refuse({file: name}, "不同", "it differs");
    }
    if (files.has("replacements.json")) replayReplacements(files.get("replacements.json"), outcome);
    return [true, outcome.made.digest, outcome.keys.seed, outcome.drawn, outcome.seats, ""];
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    return [false, "", "", "", "", fault.message];
  }
})"""

_VERIFIED: Final = """cases => cases.map(([parts, keys]) => {
  const said = [];
  const told = parts.map(([name, data]) => ({name, bytes: bytesOf(data)}));
  try {
    const end = verifyFiles(filesOf(told), keys, message => {
      if (message.kind === "step") said.push([message.id, message.state, message.zh, message.en]);
    });
    return {ok: end.ok, zh: end.zh, en: end.en, steps: said};
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    return {ok: false, zh: fault.zh, en: fault.en, steps: said};
  }
})"""

_OWN: Final = """
const bytesOf = text => Uint8Array.from(atob(text), sign => sign.charCodeAt(0));
const unpacked = files => new Map(Object.entries(files).map(([name, data]) => [name, bytesOf(data)]));
const refuses = act => { try { act(); return false; } catch (fault) {
  if (fault instanceof Refused) return true; throw fault; } };
"""


class BrowserVerifier:
    """One page with all scripts of the verifier and no worker, so that a test can call what it is about."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context()
        self.tab: Page = self._context.new_page()
        self.tab.route("**/*", _serve)
        self.tab.goto(ADDRESS)

    def close(self) -> None:
        """Close the page."""
        self._context.close()

    def call(self, function: str, argument: object = None) -> Any:  # noqa: ANN401 - what the function returns
        """Return what a function of JavaScript makes of an argument."""
        return self.tab.evaluate(function, argument)

    def replayed(self, cases: Iterable[Mapping[str, bytes]]) -> list[Said]:
        """Return what the verifier says of each set of files, without log and public value."""
        packed = [{name: _text(data) for name, data in files.items()} for files in cases]
        found = [said for batch in _batches(packed) for said in self.call(_REPLAYED, batch)]
        return [
            Said(ok, digest, seed, drawn.encode(), teams.encode(), why) for ok, digest, seed, drawn, teams, why in found
        ]

    def verified(self, cases: Iterable[Sequence[tuple[str, bytes]]], *keys: str) -> list[dict[str, Any]]:
        """Return the report on each: parts as a reader chooses them, by name, an archive among them or not."""
        return self.checked((parts, keys) for parts in cases)

    def checked(self, cases: Iterable[tuple[Sequence[tuple[str, bytes]], Sequence[str]]]) -> list[dict[str, Any]]:
        """Return the report on each, under the keys of its own."""
        packed = [([(name, _text(data)) for name, data in parts], list(keys)) for parts, keys in cases]
        return [said for batch in _batches(packed) for said in self.call(_VERIFIED, batch)]


def _batches(cases: Sequence[Any]) -> Iterator[list[Any]]:
    for at in range(0, len(cases), BATCH):
        yield list(cases[at : at + BATCH])


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _serve(route: Route) -> None:
    """Answer with the page or one of its scripts; nothing else is there."""
    name = route.request.url.removeprefix(ADDRESS)
    names = [*single_file.worker_scripts(), "curves.js"]
    if name == "own.js":
        route.fulfill(body=_OWN, content_type="text/javascript")
    elif name in [*names, single_file.WORKER]:
        route.fulfill(path=single_file.SCRIPTS / name, content_type="text/javascript")
    else:
        tags = "".join(f"<script src={json.dumps(each)}></script>" for each in [*names, single_file.WORKER, "own.js"])
        route.fulfill(body=f"<!doctype html><title>verifier</title>{tags}", content_type="text/html; charset=utf-8")
