"""The service of a demonstration: a new database that is marked, and a server on the loopback address."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from app.auth import issue_key
from app.clock import DemoClock
from app.demo import case
from app.demo.directory import DATABASE
from app.founding import found_database
from app.main import create_app, open_service
from app.own_log import announce, signing
from app.record import SYSTEM
from app.service import Service
from app.settings import Settings
from registry.people import Role, add_person
from sampling.stages import Stage

START_SECONDS = 30


def open_marked(directory: Path, clock: DemoClock) -> tuple[Service, str]:
    """Make and mark the database, and add the first administrator; return the service and the administrator's key."""
    settings = Settings(
        database_url=f"sqlite:///{(directory / DATABASE).resolve()}",
        data_dir=directory.resolve(),
        authority=case.AUTHORITY,
        region="140000",
        party="bureau",
    )
    found_database(settings.database_url, Stage.DEMONSTRATION, clock)
    service = open_service(settings, clock)
    announce(service)
    person = service.recorder.record(
        SYSTEM,
        lambda act: add_person(act, name="示例·administrator", department=None, roles=[Role.ADMINISTRATOR]).person_id,
    ).body
    return service, service.recorder.record(SYSTEM, lambda act: issue_key(act, person)[1]).body


@contextmanager
def serving(service: Service, port: int) -> Iterator[tuple[threading.Thread, str]]:
    """Run the service in a thread on the loopback address until the block ends."""
    listener = socket.create_server(("127.0.0.1", port))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="warning", server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        _until_ready(address)
        with signing(service):
            yield thread, address
    finally:
        server.should_exit = True
        thread.join()


def _until_ready(address: str) -> None:
    for _ in range(START_SECONDS * 10):
        try:
            if httpx.get(f"{address}/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    msg = f"the service did not start within {START_SECONDS} s"
    raise TimeoutError(msg)


def wait(server: threading.Thread) -> None:
    """Wait until the server ends, or until somebody interrupts."""
    try:
        while server.is_alive():
            server.join(1)
    except KeyboardInterrupt:
        print()
