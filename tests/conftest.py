"""Fixtures for all tests: databases of both kinds, a browser, and a plain word about what was not tested.

A machine without PostgreSQL, Chromium, LibreOffice or curl skips what needs them, and the last lines say so. With
``DOUBLE_RANDOM_REQUIRE_POSTGRES=1``, ``…_BROWSER=1``, ``…_LIBREOFFICE=1`` and ``…_CURL=1``, as in ``.ci/run``, it fails
instead.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tests.chromium import FLAGS, find_chromium
from tests.libreoffice import Office, find_libreoffice
from tests.postgres import Cluster, find_postgres, running_cluster

NEEDS = {"cluster": "postgres", "browser": "browser", "office": "libreoffice", "curl": "curl"}
"""Fixture -> marker of the tests that use it, so that a marker is never forgotten."""

NAMES = {"postgres": "PostgreSQL", "browser": "Chromium", "libreoffice": "LibreOffice", "curl": "curl"}
_numbers = count(1)

# No test is judged by a clock: machines are noisy, and a slow example is not a wrong one.
settings.register_profile("double-random", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("double-random")


def unavailable(marker: str, hint: str) -> NoReturn:
    """Skip the test, or fail it where the switch of this marker requires what is missing."""
    text = f"no {NAMES[marker]} on this machine: {hint}"
    if os.environ.get(f"DOUBLE_RANDOM_REQUIRE_{marker.upper()}") == "1":
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a running PostgreSQL server, one for each worker."""
    binaries = find_postgres()
    if binaries is None:
        unavailable("postgres", "install Debian's postgresql, or put initdb and pg_ctl on PATH")
    with running_cluster(binaries) as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a fresh, empty database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'double-random.db'}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = f"empty_{next(_numbers)}"
    yield server.create_database(name)
    server.drop_database(name)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium, one for each module: while it lives, no other test here can run an event loop."""
    path = find_chromium()
    if path is None:
        unavailable("browser", "install Debian's chromium and fonts-noto-cjk")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return LibreOffice, which opens workbooks."""
    program = find_libreoffice()
    if program is None:
        unavailable("libreoffice", "install Debian's libreoffice-calc-nogui")
    return Office(program, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def curl() -> str:
    """Return the path of curl, with which the API pages are run."""
    found = shutil.which("curl")
    if found is None:
        unavailable("curl", "install Debian's curl")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the fixtures it uses."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in NEEDS:
                item.add_marker(NEEDS[fixture])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which promises this run did not test, so that a green line is not read for more than it is."""
    skipped = terminalreporter.stats.get("skipped", [])
    for marker, name in NAMES.items():
        if number := sum(marker in report.keywords for report in skipped):
            terminalreporter.section(f"NOT TESTED: {number} tests need {name}", sep="!", yellow=True, bold=True)
