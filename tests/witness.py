"""A small witness for the tests: an HTTP server of its own that speaks C2SP tlog-witness, with its state on disk.

It reads requests, notes and signature lines by itself, so that what the service writes is read by somebody else. Only
the proof is checked with the project's own ``verify_consistency``, which the vectors of RFC 6962 hold.

Source: C2SP tlog-witness (``add-checkpoint``), signed-note, tlog-cosignature.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from publicity.tlog.errors import TlogError
from publicity.tlog.proofs import verify_consistency

SIZE_TYPE = "text/x.tlog.size"
MOST_HASHES = 63
NOW = 1_700_000_000.0
"""The second of a witness that no test gave a clock."""


@dataclass(frozen=True)
class Said:
    """An answer: its status, its body, and of what type that is."""

    status: int
    body: bytes
    media_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """A request in its parts: what the client says it has, its proof, the text and the signature lines of the note."""

    old: int
    proof: list[bytes]
    text: bytes
    signatures: list[tuple[str, bytes]]
    """Name, then number and signature together."""


class RefusalError(Exception):
    """What a witness answers instead of a cosignature."""

    def __init__(self, status: int, text: str, media_type: str = "text/plain; charset=utf-8") -> None:
        super().__init__(text)
        self.said = Said(status, f"{text}\n".encode(), media_type)


@dataclass
class Witness:
    """A key, the logs it knows (origin → verifier keys), and a file that remembers the newest head of each."""

    directory: Path
    name: str = "witness.example/w1"
    logs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    clock: Callable[[], float] = lambda: NOW
    asked: list[bytes] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    instead: Callable[[bytes, Callable[[bytes], Said]], Said] | None = None
    """What this witness does instead of answering honestly; it is handed the honest way to answer."""

    @property
    def private(self) -> Ed25519PrivateKey:
        """Return the key, which follows from the name: these are tests."""
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.name.encode()).digest())

    @property
    def vkey(self) -> str:
        """Return the verifier key as the witness publishes it."""
        public = b"\x04" + self.private.public_key().public_bytes_raw()
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(public).decode()}"

    @property
    def key_id(self) -> bytes:
        """Return the number of the key."""
        public = b"\x04" + self.private.public_key().public_bytes_raw()
        return hashlib.sha256(self.name.encode() + b"\n" + public).digest()[:4]

    def newest(self, origin: str) -> tuple[int, bytes]:
        """Return size and root of the newest head cosigned; 0 before the first."""
        path = self._state(origin)
        if not path.exists():
            return 0, b""
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept["size"], bytes.fromhex(kept["root"])

    def remember(self, origin: str, size: int, root: bytes) -> None:
        """Keep a head, whole or not at all."""
        path = self._state(origin)
        new = path.with_suffix(".new")
        new.write_text(json.dumps({"size": size, "root": root.hex()}), encoding="utf-8")
        new.replace(path)

    def answer(self, body: bytes) -> Said:
        """Answer one request, in whichever way this witness does."""
        self.asked.append(body)
        return self.add_checkpoint(body) if self.instead is None else self.instead(body, self.add_checkpoint)

    def add_checkpoint(self, body: bytes) -> Said:
        """Answer as the specification says."""
        try:
            with self.lock:
                return Said(200, self._cosigned(_read(body)))
        except RefusalError as refused:
            return refused.said

    def cosign(self, text: bytes, at: int) -> bytes:
        """Return the signature line for a checkpoint, whatever it says."""
        signature = self.private.sign(b"cosignature/v1\ntime %d\n" % at + text)
        value = self.key_id + at.to_bytes(8, "big") + signature
        return f"— {self.name} {base64.b64encode(value).decode()}\n".encode()

    def _cosigned(self, seen: Seen) -> bytes:
        origin = seen.text.split(b"\n", 1)[0].decode()
        if origin not in self.logs:
            raise RefusalError(404, "unknown log")
        if not any(_holds(vkey, seen) for vkey in self.logs[origin]):
            raise RefusalError(403, "invalid signature: none of the keys of this log")
        size, root = _head(seen.text)
        if seen.old > size:
            raise RefusalError(400, "invalid input: the old size is larger than the checkpoint")
        known, known_root = self.newest(origin)
        if seen.old != known:
            raise RefusalError(409, str(known), SIZE_TYPE)
        if known == size and known and root != known_root:
            raise RefusalError(409, "another root at this size")
        _check(seen, size, known_root, root)
        self.remember(origin, size, root)
        return self.cosign(seen.text, int(self.clock()))

    def _state(self, origin: str) -> Path:
        return self.directory / hashlib.sha256(f"{self.name}\n{origin}".encode()).hexdigest()


def _check(seen: Seen, size: int, old_root: bytes, root: bytes) -> None:
    if seen.old in (0, size):
        if seen.proof:
            raise RefusalError(422, "the consistency proof should be empty")
        return
    try:
        verify_consistency(seen.old, size, seen.proof, old_root, root)
    except TlogError as wrong:
        raise RefusalError(422, f"consistency proof: {wrong.text('en')}") from wrong


def _read(body: bytes) -> Seen:
    """Take a request apart; nothing in it is repaired."""
    head, blank, note = body.partition(b"\n\n")
    first, *hashes = head.split(b"\n")
    old = re.fullmatch(rb"old (0|[1-9][0-9]{0,18})", first)
    if not blank or old is None or len(hashes) > MOST_HASHES:
        raise RefusalError(400, "invalid input: old size, proof, empty line")
    proof = [_base64(line) for line in hashes]
    if any(len(each) != 32 for each in proof):
        raise RefusalError(400, "invalid input: a hash has 32 bytes")
    text, blank, tail = note.rpartition(b"\n\n")
    lines = tail.split(b"\n")
    if not blank or not text or lines.pop() != b"" or not lines:
        raise RefusalError(400, "invalid input: no signed note")
    return Seen(int(old[1]), proof, text + b"\n", [_signature(line) for line in lines])


def _signature(line: bytes) -> tuple[str, bytes]:
    found = re.fullmatch("— ([^ +]+) ([0-9A-Za-z+/]+=*)".encode(), line)
    if found is None:
        raise RefusalError(400, "invalid input: signature line")
    # the reader in Go lets the last bits of a signature's Base64 be anything, and a vector has some: 403 and not 400
    try:
        return found[1].decode(), base64.b64decode(found[2], validate=True)
    except ValueError:
        raise RefusalError(400, "invalid input: signature line") from None


def _holds(vkey: str, seen: Seen) -> bool:
    """Return whether a key of the log signed the note; a signature that bears its number must hold."""
    name, number, public = vkey.split("+", 2)
    key = Ed25519PublicKey.from_public_bytes(_base64(public.encode())[1:])
    for signer, value in seen.signatures:
        if signer == name and value[:4].hex() == number:
            try:
                key.verify(value[4:], seen.text)
            except InvalidSignature:
                raise RefusalError(403, "invalid signature") from None
            return True
    return False


def _head(text: bytes) -> tuple[int, bytes]:
    lines = text.split(b"\n")
    if len(lines) < 4 or re.fullmatch(rb"0|[1-9][0-9]{0,18}", lines[1]) is None:
        raise RefusalError(400, "invalid checkpoint")
    return int(lines[1]), _base64(lines[2])


def _base64(data: bytes) -> bytes:
    try:
        found = base64.b64decode(data, validate=True)
    except ValueError:
        raise RefusalError(400, "invalid input: Base64") from None
    if base64.b64encode(found) != data:
        raise RefusalError(400, "invalid input: Base64")
    return found


@contextmanager
def serving(witness: Witness) -> Iterator[str]:
    """Serve a witness and yield its submission prefix."""

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            """Take a checkpoint."""
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            said = witness.answer(body) if self.path == "/add-checkpoint" else Said(404, b"no such page\n")
            try:
                self.send_response(said.status)
                self.send_header("Content-Type", said.media_type)
                self.send_header("Content-Length", str(len(said.body)))
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.body)
            except (BrokenPipeError, ConnectionResetError):
                return  # whoever asked has left

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
