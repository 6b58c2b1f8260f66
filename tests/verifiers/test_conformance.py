"""The kit for a stranger's verifier: it gives verify.py the full score, and none to one that recomputes nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.running import FILE, VECTORS

ROOT = Path(__file__).parents[2]
KIT = ROOT / "docs" / "conformance" / "run.py"


def score(*command: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(KIT), "--json", str(VECTORS), "--", *command],
        capture_output=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


@pytest.mark.slow
def test_the_verifier_keeps_every_vector() -> None:
    status, said = score(sys.executable, "-I", "-S", str(FILE), "--quiet")

    assert (status, said["missed"]) == (0, [])
    assert said["vectors"] == said["kept"] > 160


def test_a_verifier_that_says_the_same_to_everything_is_told_what_it_missed() -> None:
    for command, wanted in (("true", 1), ("false", 0)):
        status, said = score(command)
        assert status == 1
        assert {miss["wanted"] for miss in said["missed"]} == {wanted}
    status, said = score("/nowhere/no-such-verifier")
    assert (status, said["kept"]) == (1, 0)


def test_the_page_names_the_commands_and_places_there_are() -> None:
    page = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")

    assert "python3 docs/conformance/run.py tests/vectors -- python3 publicity/offline/verify.py" in page
    for place in ("draw/accept", "draw/refuse", "replacement/accept", "replacement/refuse", "external"):
        assert f"tests/vectors/{place}/" in page
        assert (VECTORS / place).is_dir()
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(FILE), str(VECTORS / "draw" / "accept" / "one-unit"), "--json"],
        capture_output=True,
        check=True,
    )
    assert [key for key in json.loads(done.stdout)["result"] if f"`{key}`" not in page] == []
