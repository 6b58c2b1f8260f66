"""The workshop: bureaus at every stage, each played once a session and kept as a template.

A test gets a copy of the template's database and key file, with a clock that the test sets.
"""

import json
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Protocol

from app.db import Database
from app.founding import found_database
from app.main import create_app, open_service
from app.record import Recorder
from app.schema import migrate
from app.service import Service
from app.settings import Settings
from sampling.stages import Stage
from tests.building import STAGES, Bureau, Notes
from tests.desks import SetClock
from tests.postgres import Cluster

with warnings.catch_warnings():
    # Starlette would rather have a successor of httpx that this project does not use.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient
AUTHORITY = "测试市场监督管理局"
LEAP_DAYS = 100_000
"""The tests' clock leaps over years; what a leap holds up is in tests/app/test_clock_guard.py."""
_names = count(1)


class Shelf(Protocol):
    """Where databases come from: templates and their copies."""

    def copy(self, template: str | None, name: str) -> str:
        """Make a database, empty or as a copy, and return its address."""
        ...

    def drop(self, name: str) -> None:
        """Drop a copy."""
        ...


@dataclass(frozen=True)
class SqliteShelf:
    """Databases as files of one directory."""

    directory: Path

    def copy(self, template: str | None, name: str) -> str:
        """Copy a file that nobody has open."""
        path = self.directory / f"{name}.db"
        if template:
            shutil.copyfile(self.directory / f"{template}.db", path)
        return f"sqlite:///{path}"

    def drop(self, name: str) -> None:
        """Delete the file."""
        for path in self.directory.glob(f"{name}.db*"):
            path.unlink()


@dataclass(frozen=True)
class PostgresShelf:
    """Databases of one cluster."""

    cluster: Cluster

    def copy(self, template: str | None, name: str) -> str:
        """Copy a database that nobody is connected to."""
        return self.cluster.create_database(name, template)

    def drop(self, name: str) -> None:
        """Drop the database."""
        self.cluster.drop_database(name)


@dataclass
class Workshop:
    """Templates of every stage, each made when it is first asked for, and copies of them."""

    shelf: Shelf
    directory: Path
    templates: dict[tuple[str, bool, Stage], tuple[str, str]] = field(default_factory=dict)
    clients: dict[Stage, list[TestClient]] = field(default_factory=dict)
    """Applications that no bureau uses now; they are handed on, as making the routes takes a tenth of a second."""
    stack: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def bureau(self, stage: str, *, sealed: bool = False, kind: Stage = Stage.REAL) -> Iterator[Bureau]:
        """Open a copy of a template; it is gone afterwards."""
        template, notes = self._template(stage, sealed=sealed, kind=kind)
        name = f"{template}_{next(_names)}"
        with self._open(name, template, Notes(**json.loads(notes))) as found:
            yield found
        self.shelf.drop(name)

    def _template(self, stage: str, *, sealed: bool, kind: Stage) -> tuple[str, str]:
        if (stage, sealed, kind) not in self.templates:
            name = f"{kind.value}_{'sealed' if sealed else 'plain'}_{stage}"
            place = STAGES.index(stage)
            before, notes = self._template(STAGES[place - 1], sealed=sealed, kind=kind) if place else (None, "{}")
            with self._open(name, before, replace(Notes(**json.loads(notes)), sealed=sealed), kind) as bureau:
                if place:
                    getattr(bureau, stage)()
                bureau.notes.instant = bureau.clock.instant.isoformat()
                kept = json.dumps(vars(bureau.notes))
            self.templates[stage, sealed, kind] = (name, kept)
        return self.templates[stage, sealed, kind]

    @contextmanager
    def _open(self, name: str, template: str | None, notes: Notes, kind: Stage = Stage.REAL) -> Iterator[Bureau]:
        settings = Settings(
            database_url=self.shelf.copy(template, name),
            data_dir=self.directory / name,
            authority=AUTHORITY,
            clock_leap_days=LEAP_DAYS,
        )
        settings.data_dir.mkdir()
        clock = SetClock(datetime.fromisoformat(notes.instant))
        if template:
            shutil.copy2(self.directory / template / "service.key", settings.data_dir)
        elif kind.is_real:
            fresh = Database(settings.database_url)
            migrate(fresh)
            fresh.close()
        else:
            found_database(settings.database_url, kind, clock)
        service = service_over(settings, clock)
        waiting = self.clients.setdefault(service.stage, [])  # its document says of which stage it is
        client = waiting.pop() if waiting else self._client(service)
        client.app.state.service = service  # type: ignore[attr-defined]
        try:
            yield Bureau(service, clock, client, notes)
        finally:
            service.database.close()
            waiting.append(client)

    def _client(self, service: Service) -> TestClient:
        return self.stack.enter_context(client_over(service))


def client_over(service: Service) -> TestClient:
    """Return a client of the application over a service; as a context it starts the application and stops it."""
    return TestClient(create_app(service), raise_server_exceptions=False)


def service_over(settings: Settings, clock: SetClock) -> Service:
    """Return a service as the program opens it, but with the test's clock."""
    service = open_service(settings)
    return replace(service, clock=clock, recorder=Recorder(service.database, clock))


Opening = Callable[..., Bureau]
"""``opening(stage, sealed=False, kind=Stage.REAL)``: a bureau for the length of one test."""


def opening_of(workshop: Workshop, enter: Callable[[AbstractContextManager[Bureau]], Bureau]) -> Opening:
    """Return a function that opens bureaus and leaves closing them to ``enter``'s stack."""
    return lambda stage, *, sealed=False, kind=Stage.REAL: enter(workshop.bureau(stage, sealed=sealed, kind=kind))
