"""The API pages, run by bash from top to bottom as a reader would who has nothing but them: Chinese and English."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.demonstration import ENVIRONMENT, PROGRAM, free_port

ROOT = Path(__file__).parents[1]
PORT = "8765"
REFUSED = ["same_person", "draw_state"]
"""What the pages have the service refuse, in their order; everything else that they ask for is granted."""
PAGE_SECONDS = 300


@pytest.mark.usefixtures("curl")
@pytest.mark.parametrize("page", ["api.md", "api.en.md"])
def test_every_command_of_the_page_does_what_it_says(page: str, tmp_path: Path) -> None:
    """One shell runs all blocks: a command that fails, a name that is unset or a service that is away ends it."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    said, status = run("set -eu\n" + "".join(blocks).replace(PORT, str(free_port())), tmp_path)
    assert status == 0, said[-3000:]
    assert re.findall(r"urn:double-random:error:(\w+)", said) == REFUSED


def run(script: str, home: Path) -> tuple[str, int]:
    """Run a script in the directory of the code; whatever it started is stopped with it."""
    surroundings = ENVIRONMENT | {"PATH": f"{PROGRAM.parent}:{ENVIRONMENT['PATH']}", "TMPDIR": str(home)}
    told = home / "told.txt"
    with told.open("wb") as out:
        shell = subprocess.Popen(
            ["bash", "-c", script], cwd=ROOT, env=surroundings, stdout=out, stderr=out, start_new_session=True
        )
        try:
            status = shell.wait(timeout=PAGE_SECONDS)
        finally:
            os.killpg(shell.pid, signal.SIGTERM)
    return told.read_text(encoding="utf-8"), status
