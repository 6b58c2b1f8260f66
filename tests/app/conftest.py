"""Bureaus for the tests of the application: on SQLite, or on both databases where the database decides."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.own_log import keep_signed
from sampling.stages import Stage
from tests.building import Bureau
from tests.postgres import Cluster
from tests.watching import Watched, watching
from tests.workshop import Opening, PostgresShelf, SqliteShelf, Workshop, opening_of


@pytest.fixture(scope="session")
def sqlite_workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Return the session's templates on SQLite."""
    directory = tmp_path_factory.mktemp("sqlite")
    workshop = Workshop(SqliteShelf(directory), directory)
    with workshop.stack:
        yield workshop


@pytest.fixture(scope="session")
def postgres_workshop(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Return the session's templates on PostgreSQL."""
    workshop = Workshop(PostgresShelf(cluster), tmp_path_factory.mktemp("postgres"))
    with workshop.stack:
        yield workshop


@pytest.fixture(scope="module")
def played(sqlite_workshop: Workshop) -> Iterator[Bureau]:
    """Return a rehearsal that was played to its end; nothing is changed in it."""
    with sqlite_workshop.bureau("published", kind=Stage.REHEARSAL) as bureau:
        yield bureau


@pytest.fixture
def opening(sqlite_workshop: Workshop) -> Iterator[Opening]:
    """Return a function that opens a bureau at a stage, on SQLite."""
    with ExitStack() as stack:
        yield opening_of(sqlite_workshop, stack.enter_context)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def opening_anywhere(request: pytest.FixtureRequest) -> Iterator[Opening]:
    """Return a function that opens a bureau at a stage; the test runs once on each database."""
    workshop: Workshop = request.getfixturevalue(f"{request.param}_workshop")
    with ExitStack() as stack:
        yield opening_of(workshop, stack.enter_context)


@pytest.fixture
def watched(opening: Opening, tmp_path: Path) -> Iterator[Watched]:
    """Return a bureau on SQLite with one witness."""
    with watching(opening("staffed"), tmp_path / "witness") as found:
        keep_signed(found.service)
        yield found
