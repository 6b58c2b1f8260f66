"""A small mail server for the tests: SMTP (RFC 5321) on the loopback address, which keeps what it is given."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Postbox:
    """What came in: the envelope's sender and recipients and the message, byte for byte; ``refuses`` a recipient."""

    port: int = 0
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    refuses: str = ""


class _Connection(socketserver.StreamRequestHandler):
    """One connection to a box."""

    box: Postbox

    def handle(self) -> None:
        """Answer command by command."""
        self.say(220, "ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            if line.upper().startswith("QUIT"):
                self.say(221, "bye")
                return
            self.say(*self.obey(line))

    def obey(self, line: str) -> tuple[int, str]:
        """Return what a command is answered with."""
        verb = line[:4].upper()
        if verb == "RCPT" and self.box.refuses and self.box.refuses in line:
            return 550, "no such box"
        if verb == "DATA":
            self.say(354, "go on")
            self.take()
        elif verb in ("MAIL", "RCPT"):
            (self.box.senders if verb == "MAIL" else self.box.recipients).append(between(line))
        return 250, "ok"

    def take(self) -> None:
        """Read a message to the line with the dot."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.box.messages.append(b"".join(lines))

    def say(self, code: int, text: str) -> None:
        """Answer."""
        self.wfile.write(f"{code} {text}\r\n".encode())


@contextmanager
def postbox(refuses: str = "") -> Iterator[Postbox]:
    """Run a server for the length of the block."""
    found = Postbox(refuses=refuses)
    handler = type("Connection", (_Connection,), {"box": found})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def between(line: str) -> str:
    """Return the address between angle brackets."""
    return line.partition("<")[2].partition(">")[0]
