"""The service as a process of its own over the database of a bureau: the installed program, killed and begun again."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.settings import Settings
from tests.demonstration import PROGRAM, environment

ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+")
PATIENCE = 60


@dataclass
class Served:
    """A running service: where it answers now, and the file of all that it has ever written about itself."""

    settings: Settings
    said: Path
    process: subprocess.Popen[bytes]
    address: str

    def killed_and_begun_again(self) -> None:
        """Kill the process without a word, and start another over what it left."""
        self.process.kill()
        self.process.wait()
        self.process, self.address = _begun(self.settings, self.said)


@contextmanager
def served(settings: Settings, said: Path) -> Iterator[Served]:
    """Run the service on a free port until the block ends."""
    running = Served(settings, said, *_begun(settings, said))
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def _begun(settings: Settings, said: Path) -> tuple[subprocess.Popen[bytes], str]:
    given: dict[str, str | Path] = {"database_url": settings.database_url, "data_dir": settings.data_dir, "port": "0"}
    before = said.stat().st_size if said.exists() else 0
    with said.open("ab") as out:
        process = subprocess.Popen(
            [PROGRAM, "serve"], env=environment(given), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if found := ADDRESS.search(said.read_bytes()[before:].decode()):
            return process, found[0]
        time.sleep(0.05)
    process.kill()
    process.wait()
    raise RuntimeError(said.read_bytes()[before:].decode())
