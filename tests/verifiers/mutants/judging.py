"""The tests as judges of mutants: collected once, then each mutant in a process of its own that runs what it concerns.

A first run without a change tells which lines each test reaches and how long it takes; a test that fails there judges
nobody. A mutant is found when a test fails, when it cannot be loaded, or when a test does not end (in five times as
long as it takes without a change, and five seconds). The tests that found most of those before it are asked first, then
the quick ones: the order decides how long it takes and nothing else.
"""

import contextlib
import os
import resource
import select
import signal
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Final

import pytest

from tests.verifiers.mutants.mutant import Mutant

MEMORY: Final = 6 * 2**30
"""Bytes of address space of a process that runs a mutant."""
PATIENCE: Final = 5
"""Times as long as a test takes without a change, and as many seconds, before a mutant is said not to end."""


class Verdict(Enum):
    """What became of a mutant."""

    FOUND = "found"
    ENDLESS = "never ended"
    LIVES = "lives"


class Subject(ABC):
    """What is mutated: how a mutant of it is put in place, and which of its places a test reaches."""

    @abstractmethod
    def watch(self) -> None:
        """Begin to note what is reached."""

    @abstractmethod
    def reached(self) -> frozenset[Any]:
        """Return what was reached since, and end."""

    @abstractmethod
    def concerns(self, reached: frozenset[Any], mutant: Mutant) -> bool:
        """Return whether a test that reaches this could see the mutant."""

    @abstractmethod
    def become(self, mutant: Mutant) -> None:
        """Put the mutant in the place of what it was made of; in this process, for good."""

    def prepare(self, session: pytest.Session) -> None:  # noqa: B027 - most need nothing
        """Make the collected tests ready, once."""


class Judge:
    """A pytest plugin that runs no test for its own sake: it asks them about every mutant."""

    def __init__(self, subject: Subject, mutants: Sequence[Mutant], tell: Callable[[str], None]) -> None:
        self._subject, self._mutants, self._tell = subject, mutants, tell
        self._failed: str | None = None
        self._kills: Counter[tuple[str, str]] = Counter()
        self.verdicts: list[tuple[Mutant, Verdict]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first failure."""
        if report.failed and self._failed is None:
            self._failed = str(report.longrepr).splitlines()[-1]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Ask the tests about every mutant instead of running them."""
        self._subject.prepare(session)
        plugins = session.config.pluginmanager
        plugins.unregister(plugins.getplugin("terminalreporter"))
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # noqa: SLF001 - once, before the forks
        self._items = list(session.items)
        seen = self._without_a_change()
        for number, mutant in enumerate(self._mutants, start=1):
            concerned = [at for at, (reached, _took) in seen.items() if self._subject.concerns(reached, mutant)]
            verdict = self._judged(mutant, concerned, seen)
            self.verdicts.append((mutant, verdict))
            if verdict is Verdict.LIVES:
                self._tell(mutant.difference())
            if number % 100 == 0:
                lives = sum(each is Verdict.LIVES for _mutant, each in self.verdicts)
                self._tell(f"# {number} of {len(self._mutants)}, {lives} live")
        return True

    def _run(self, at: int) -> bool:
        """Run one test, with all its fixtures, and return whether it passed."""
        item, self._failed = self._items[at], None
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return self._failed is None

    def _without_a_change(self) -> dict[int, tuple[frozenset[Any], float]]:
        """Return what each test reaches and how many seconds it takes, of those that pass and reach something."""
        found: dict[int, tuple[frozenset[Any], float]] = {}
        for at, item in enumerate(self._items):
            self._subject.watch()
            started = time.monotonic()
            passed = self._run(at)
            took, reached = time.monotonic() - started, self._subject.reached()
            if not passed:
                self._tell(f"# judges nobody, for it fails without a change: {item.nodeid}: {self._failed}")
            elif reached:
                found[at] = reached, took
        seconds = sum(took for _reached, took in found.values())
        self._tell(f"# {len(found)} of {len(self._items)} tests judge; all of them take {seconds:.0f} s")
        return found

    def _judged(self, mutant: Mutant, concerned: list[int], seen: dict[int, tuple[frozenset[Any], float]]) -> Verdict:
        where = f"{mutant.path.name} {mutant.lines}"

        def promising(at: int) -> tuple[int, int, float]:
            name = self._items[at].nodeid
            return -self._kills[where, name], -self._kills["", name], seen[at][1]

        order = sorted(concerned, key=promising)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            self._in_the_child(mutant, order, writer)
        os.close(writer)
        passed, ended = _watched(child, reader, [PATIENCE * (1 + seen[at][1]) for at in order])
        os.close(reader)
        if not ended:
            return Verdict.ENDLESS
        if passed == len(order):
            return Verdict.LIVES
        killer = self._items[order[passed]].nodeid
        self._kills[where, killer] += 1
        self._kills["", killer] += 1
        return Verdict.FOUND

    def _in_the_child(self, mutant: Mutant, order: list[int], writer: int) -> None:
        """Become the mutant and run the tests in order, with a sign for each that passes, up to one that fails."""
        try:
            os.setsid()
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            self._subject.become(mutant)
            for at in order:
                if not self._run(at):
                    break
                os.write(writer, b".")
        finally:  # whatever was raised, the mutant was found
            os._exit(0)


def _watched(child: int, reader: int, patience: list[float]) -> tuple[int, bool]:
    """Return how many tests passed in a process, and whether it ended by itself; nothing it started is left behind."""
    passed, ended = 0, True
    while True:
        left = patience[passed] if passed < len(patience) else PATIENCE
        ready, _, _ = select.select([reader], [], [], left)
        said = os.read(reader, 4096) if ready else b""
        if not said:
            ended = bool(ready)
            break
        passed += len(said)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return passed, ended


def judge(subject: Subject, mutants: Sequence[Mutant], tests: Sequence[str | Path], *options: str) -> Judge:
    """Return the judge after it judged every mutant by these tests."""
    started = sys.stdout
    found = Judge(subject, mutants, lambda text: print(text, file=started, flush=True))
    arguments = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "tmp_path_retention_policy=none"]
    with tempfile.TemporaryDirectory() as scratch:
        arguments += ["--basetemp", str(Path(scratch) / "tests")]
        pytest.main([*arguments, *options, *map(str, tests)], plugins=[found])
    return found
