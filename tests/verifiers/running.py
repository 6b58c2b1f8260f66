"""Running verify.py as a stranger does: the file alone, another interpreter, no packages, an empty environment."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from publicity.offline import verify

FILE = Path(verify.__file__)
VECTORS = Path(__file__).parents[1] / "vectors"


class Ran(NamedTuple):
    """What a run ended with, and said."""

    status: int
    said: str
    complained: str

    @property
    def report(self) -> dict[str, Any]:
        """Return the report of ``--json``."""
        found: dict[str, Any] = json.loads(self.said)
        return found

    @property
    def refusals(self) -> list[str]:
        """Return the sentences of what was refused, in English."""
        return [step["en"] for step in self.report["steps"] if step["state"] == "refused"]


def run(*arguments: str | Path) -> Ran:
    """Run the file with no environment, no site-packages and none of this project on its path."""
    return as_a_program(list(map(str, arguments)))


def as_a_program(arguments: list[str]) -> Ran:
    """Start the file as a program. The judge of mutants puts a call in this process here."""
    command = [sys.executable, "-I", "-S", str(FILE), *arguments]
    done = subprocess.run(command, env={}, capture_output=True, check=False, timeout=300)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def files_of(directory: Path) -> dict[str, bytes]:
    """Return the files of a directory by name."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def written(directory: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a directory, which need not be there, and return it."""
    directory.mkdir(exist_ok=True)
    for name, data in files.items():
        (directory / name).write_bytes(data)
    return directory
