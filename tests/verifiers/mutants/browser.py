"""The browser's scripts as the subject: the tests of Chromium, with node in its place, which starts in a moment.

Node is given no more of a page than those tests ask for. ``curves.js`` and ``ed25519.js`` are others' work, and
``page.js`` draws what the worker says: none of them is mutated.
"""

import functools
import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import pytest

from publicity import single_file
from tests.verifiers import in_browser
from tests.verifiers.mutants.judging import Subject
from tests.verifiers.mutants.mutant import Mutant

NODE: Final = Path(__file__).with_name("node.js")
OTHERS_WORK: Final = frozenset({"curves.js", "ed25519.js"})
MUTATED: Final = sorted(
    single_file.SCRIPTS / name for name in {*single_file.worker_scripts(), single_file.WORKER} - OTHERS_WORK
)

R = TypeVar("R")


class NodePage:
    """As much of Playwright's browser, context and page as the tests use, over one process of node."""

    def __init__(self, browser: "NodeBrowser") -> None:
        self._browser = browser
        self._process: subprocess.Popen[str] | None = None

    def new_page(self) -> Self:
        """Return the one page."""
        return self

    def route(self, *_: object) -> None:
        """Nothing is fetched: the scripts are read where they are."""

    def goto(self, _address: str) -> None:
        """Load the worker, which loads the others, and the curves, if that was not done; a mutant in its place."""
        if self._process is not None:
            return
        options = ["--cover"] if self._browser.covering else []
        self._process = subprocess.Popen(
            ["node", "--stack-size=900", str(NODE), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        changed = self._browser.mutant
        if changed is not None:
            self._ask({"instead": str(changed.path), "text": changed.applied().decode()})
        for name in (single_file.WORKER, "curves.js"):
            self._ask({"load": str(single_file.SCRIPTS / name)})
        self._ask({"own": in_browser._OWN})  # noqa: SLF001 - what the tests call

    def _ask(self, question: dict[str, Any]) -> Any:  # noqa: ANN401 - what the function returns
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        if "fault" in said:
            raise RuntimeError(said["fault"])
        return said["value"]

    def evaluate(self, function: str, argument: object = None) -> Any:  # noqa: ANN401 - what the function returns
        """Return what a function makes of an argument."""
        return self._ask({"call": function, "argument": argument})

    def close(self) -> None:
        """End the process; first ask what of the scripts was run, if that is wanted. A mutant's goes on."""
        if self._process is None or self._browser.mutant is not None:
            return
        if self._browser.covering:
            for path, ranges in self._ask({"covered": True}).items():
                self._browser.covered.append((path, tuple(map(tuple, ranges))))
        self._process.communicate()


class NodeBrowser:
    """What the tests have for a browser."""

    def __init__(self) -> None:
        self.covering = False
        self.covered: list[tuple[str, tuple[tuple[int, int, bool], ...]]] = []
        self.mutant: Mutant | None = None
        self._page: NodePage | None = None

    def new_context(self) -> NodePage:
        """Return a page of its own; of a mutant one for all tests, which ends with the process that judges it."""
        if self.mutant is None:
            return NodePage(self)
        self._page = self._page or NodePage(self)
        return self._page


class Scripts(Subject):
    """The scripts of the browser's verifier. What is reached are pieces of them."""

    def __init__(self) -> None:
        self.browser = NodeBrowser()
        self._offsets: dict[Path, list[int]] = {}

    def prepare(self, session: pytest.Session) -> None:
        """Give the tests node for a browser, and remember what the other verifiers say of a case."""
        session.config.pluginmanager.register(self)
        for module in {item.module for item in session.items if isinstance(item, pytest.Function)}:
            for name in {"by_service", "by_verifier"} & vars(module).keys():
                setattr(module, name, _remembered(getattr(module, name)))
            if "HOSTILE" in vars(module):
                hostile = {name: (_remembered(change), said) for name, (change, said) in module.HOSTILE.items()}
                module.HOSTILE = hostile

    def pytest_fixture_setup(self, fixturedef: Any, request: pytest.FixtureRequest) -> object:  # noqa: ANN401 - pytest's
        """Put node in the place of Chromium."""
        if fixturedef.argname != "browser":
            return None
        fixturedef.cached_result = (self.browser, fixturedef.cache_key(request), None)
        return self.browser

    def watch(self) -> None:
        """Begin to ask each page what was run."""
        self.browser.covering, self.browser.covered = True, []

    def reached(self) -> frozenset[Any]:
        """Return the pieces."""
        self.browser.covering = False
        return frozenset(self.browser.covered)

    def concerns(self, reached: frozenset[Any], mutant: Mutant) -> bool:
        """Return whether the innermost piece around the place was run, or the one before it, which it may belong to.

        An operator is told as a part of what stands on its right, which is run or not as it decides.
        """
        before = mutant.source[: mutant.start].decode()
        places = {len(text.encode("utf-16-le")) // 2 - back for text, back in ((before, 0), (before.rstrip(), 1))}
        return any(
            _ran(ranges, at) for path, ranges in reached if path == mutant.path.as_uri() for at in places if at >= 0
        )

    def become(self, mutant: Mutant) -> None:
        """Have every page from now on load the mutant."""
        self.browser.mutant = mutant


def _ran(ranges: Iterable[tuple[int, int, bool]], at: int) -> bool:
    around = [(end - start, ran) for start, end, ran in ranges if start <= at < end]
    return not around or min(around)[1]


def _remembered(function: Callable[[dict[str, bytes]], R]) -> Callable[[dict[str, bytes]], R]:
    """Return a function of files that is asked once for the same ones."""
    known: dict[tuple[tuple[str, bytes], ...], R] = {}

    @functools.wraps(function)
    def ask(files: dict[str, bytes]) -> R:
        key = tuple(sorted(files.items()))
        if key not in known:
            known[key] = function(files)
        return known[key]

    return ask
