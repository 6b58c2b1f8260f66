"""A bureau whose log is signed, by the service itself or by a process apart."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from app.main import create_app, open_service
from app.record import SYSTEM
from app.service import Service
from app.signer import Signer
from publicity.tlog.checkpoints import Checkpoint, open_checkpoint
from registry.journal import Kind, write
from tests.building import Bureau
from tests.demonstration import free_port

ORIGIN = "127.0.0.1:8000/log"


def signer_of(service: Service) -> Signer:
    assert service.log.signer is not None
    return service.log.signer


def checkpoint(bureau: Bureau) -> Checkpoint:
    """Return the newest signed head as an outsider reads it, with the key pinned."""
    answer = bureau.public.get("/log/checkpoint")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    pinned = bureau.service.log.keys
    return open_checkpoint(answer.content, pinned.origin, log_keys=pinned.keys).checkpoint


@contextmanager
def served(bureau: Bureau, keys: str) -> Iterator[tuple[Service, str]]:
    """Serve a bureau's database over HTTP with another signer's keys configured."""
    settings = bureau.service.settings.model_copy(
        update={"log_keys": keys, "data_dir": bureau.service.settings.data_dir}
    )
    service = open_service(settings)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(service), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            time.sleep(0.05)
        yield service, f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def fill(bureau: Bureau, count: int) -> None:
    """Add entries to the log in one command."""

    def command(act: object) -> str:
        for number in range(count):
            write(act, Kind.DEPARTMENT_ADDED, subject=f"d{number}", body={"number": number})  # type: ignore[arg-type]
        return ""

    bureau.service.recorder.record(SYSTEM, command)
