"""Relays of drand for the tests: HTTP servers on the loopback address that answer well, wrongly, late or for ever."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CHAIN: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "external" / "drand_beacons.json").read_bytes()
)["chains"][0]
ROUNDS = {each["round"]: each for each in CHAIN["beacons"]}
SECOND_SIGNATURE: str = CHAIN["must_reject"][0]["signature_hex"]
"""Of round 1000: a bare pairing check takes it, and it would give another randomness."""

WAIT_SECONDS = 20
"""Longer than any relay is waited for; a server that is stopped waits no longer."""


def answer_of(number: int, **changes: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return what an honest relay says of a round, changed."""
    known = ROUNDS[number]
    told = {"round": number, "randomness": known["randomness_hex"], "signature": known["signature_hex"]}
    return json.dumps(told | changes).encode()


@dataclass
class Relay:
    """A server and what it was asked for."""

    address: str
    stopped: threading.Event
    asked: list[str] = field(default_factory=list)


Play = Callable[[BaseHTTPRequestHandler, threading.Event], None]


def says(body: bytes, status: int = 200, **headers: str) -> Play:
    """Answer with a body."""

    def play(request: BaseHTTPRequestHandler, _: threading.Event) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return play


def drips(body: bytes) -> Play:
    """Answer a byte at a time, so slowly that no single wait is long and the whole takes for ever."""

    def play(request: BaseHTTPRequestHandler, stopped: threading.Event) -> None:
        request.send_response(200)
        request.end_headers()
        for byte in body:
            if stopped.wait(0.2):
                return
            request.wfile.write(bytes([byte]))

    return play


def silent() -> Play:
    """Take the request and say nothing."""
    return lambda _, stopped: (stopped.wait(WAIT_SECONDS), None)[1]


def endless() -> Play:
    """Answer without end."""

    def play(request: BaseHTTPRequestHandler, stopped: threading.Event) -> None:
        request.send_response(200)
        request.end_headers()
        while not stopped.is_set():
            request.wfile.write(b" " * 65_536)

    return play


@contextmanager
def relay(play: Play) -> Iterator[Relay]:
    """Run a relay."""
    found = Relay(address="", stopped=threading.Event())

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_GET(self) -> None:
            """Note what was asked for, and answer."""
            found.asked.append(self.path)
            try:
                play(self, found.stopped)
            except (BrokenPipeError, ConnectionResetError):
                return  # whoever asked has left

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        found.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


def nowhere() -> str:
    """Return the address of a relay that is not there any more."""
    with relay(says(b"")) as gone:
        return gone.address
