"""A small mail server for the tests: SMTP (RFC 5321) on the loopback address, which keeps what it is given."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass
class Postbox:
    """What came in: the envelope's sender and recipients and the message, byte for byte.

    ``refuses`` a recipient; ``tls`` is spoken from the first byte with ``at_once``, else after STARTTLS; ``logins`` are
    what AUTH PLAIN brought, in Base64, and whether it came over TLS.
    """

    port: int = 0
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    logins: list[tuple[str, bool]] = field(default_factory=list)
    refuses: str = ""
    tls: ssl.SSLContext | None = None
    at_once: bool = False


class _Connection(socketserver.StreamRequestHandler):
    """One connection to a box."""

    box: Postbox
    safe = False

    def setup(self) -> None:
        """Begin with TLS where it is spoken from the first byte."""
        if self.box.at_once:
            self.protect()
        super().setup()

    def protect(self) -> None:
        """Speak TLS from here on."""
        assert self.box.tls is not None
        self.request = self.box.tls.wrap_socket(self.request, server_side=True)
        self.safe = True

    def finish(self) -> None:
        """Close what was opened, however the talk ended."""
        try:
            super().finish()
        finally:
            self.request.close()

    def handle(self) -> None:
        """Answer command by command."""
        self.say("220 ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            if line.upper().startswith("QUIT"):
                self.say("221 bye")
                return
            self.say(self.obey(line))
            if line.upper().startswith("STARTTLS"):
                self.protect()
                super().setup()

    def obey(self, line: str) -> str:
        """Return what a command is answered with."""
        verb = line[:4].upper()
        if verb == "EHLO":
            return "250-box\r\n250-AUTH PLAIN\r\n250 " + ("STARTTLS" if self.box.tls and not self.safe else "OK")
        if verb == "STAR":
            return "220 go on"
        if verb == "AUTH":
            self.box.logins.append((line.rsplit(maxsplit=1)[-1], self.safe))
            return "235 welcome"
        if verb == "RCPT" and self.box.refuses and self.box.refuses in line:
            return "550 no such box"
        if verb == "DATA":
            self.say("354 go on")
            self.take()
        elif verb in ("MAIL", "RCPT"):
            (self.box.senders if verb == "MAIL" else self.box.recipients).append(between(line))
        return "250 ok"

    def take(self) -> None:
        """Read a message to the line with the dot."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.box.messages.append(b"".join(lines))

    def say(self, text: str) -> None:
        """Answer."""
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    """Takes connections and says nothing of those that break off."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that does not trust the certificate leaves."""


@contextmanager
def postbox(refuses: str = "", tls: ssl.SSLContext | None = None, *, at_once: bool = False) -> Iterator[Postbox]:
    """Run a server for the length of the block."""
    found = Postbox(refuses=refuses, tls=tls, at_once=at_once)
    handler = type("Connection", (_Connection,), {"box": found})
    with _Server((HOST, 0), handler) as server:
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def certified(directory: Path, now: datetime) -> tuple[ssl.SSLContext, Path]:
    """Return a server's context with a certificate of its own for the loopback address, and that certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "postbox")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = directory / "certificate.pem", directory / "private.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context, certificate


def between(line: str) -> str:
    """Return the address between angle brackets."""
    return line.partition("<")[2].partition(">")[0]
