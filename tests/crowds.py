"""Many at once: a bureau served as the program serves it, and requests that are let go at one moment."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import uvicorn

from app.main import create_app
from tests.building import Bureau


@contextmanager
def serving(bureau: Bureau) -> Iterator[str]:
    """Serve a bureau on the loopback address, as the program does, and return the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(bureau.service), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def at_once(address: str, requests: Sequence[httpx.Request]) -> list[httpx.Response]:
    """Send every request from a client and a thread of its own, all let go at the same moment."""
    gate = threading.Barrier(len(requests))
    trust = ssl.create_default_context()  # made once: to read the machine's certificates 64 times takes seconds

    def send(request: httpx.Request) -> httpx.Response:
        with httpx.Client(timeout=120, verify=trust) as client:
            request.url = httpx.URL(address).join(request.url.path)
            request.headers["Host"] = request.url.netloc.decode()
            gate.wait()
            return client.send(request)

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, requests))
