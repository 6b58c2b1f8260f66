"""The demonstration as tests use it: played once in a process, by the installed program, and served when asked."""

import atexit
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("double-random")
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
"""All that a program started by a test finds around it: no setting reaches it unless the test gives it."""

PLAY_SECONDS = 120
START_SECONDS = 30


def run(*arguments: str | Path, **settings: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program; ``settings`` are those of the service, by their names in ``app.settings``."""
    return subprocess.run(
        [PROGRAM, *arguments],
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PLAY_SECONDS,
        check=False,
    )


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def environment(settings: Mapping[str, str | Path]) -> dict[str, str]:
    """Return the clean environment with these settings."""
    return ENVIRONMENT | {f"DOUBLE_RANDOM_{name.upper()}": str(value) for name, value in settings.items()}


@cache
def played() -> Path:
    """Return the directory of a demonstration; tests read it and change nothing in it."""
    home = Path(tempfile.mkdtemp(prefix="demonstration-"))
    atexit.register(shutil.rmtree, home)
    done = run("demo", "--no-serve", "--dir", home / "demo")
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return home / "demo"


def settings_of(directory: Path) -> dict[str, str | Path]:
    """Return the settings with which a demonstration's directory is served."""
    return {"database_url": f"sqlite:///{directory / 'double-random.db'}", "data_dir": directory, "port": "0"}


@contextmanager
def serving(directory: Path) -> Iterator[str]:
    """Run ``double-random serve`` over a directory, on a free port, and give its address."""
    server = subprocess.Popen(
        [PROGRAM, "serve"],
        env=environment(settings_of(directory)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address(server)
    finally:
        server.terminate()
        server.communicate(timeout=START_SECONDS)


def _address(server: subprocess.Popen[str]) -> str:
    said = []
    assert server.stderr is not None
    for line in server.stderr:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:[0-9]+", line):
            return found[0]
    raise RuntimeError("".join(said))
