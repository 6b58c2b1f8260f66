"""What the browser's verifier is built of: made files are what their sources make, vendored ones are what is listed."""

import hashlib
import re
from pathlib import Path

import pytest

from publicity import single_file

ROOT = Path(__file__).parents[2]
LISTED = ROOT / "docs" / "vendored.md"
MADE = single_file.made_files()


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_built_files_are_what_their_sources_make(path: Path) -> None:
    assert path.read_text() == MADE[path], "run python -m publicity.single_file"


def test_vendored_files_are_listed_with_their_digests_and_licences() -> None:
    listed = dict(re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", LISTED.read_text(), re.MULTILINE))
    files = {
        path.relative_to(single_file.VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in single_file.VENDOR.rglob("*")
        if path.is_file()
    }
    assert listed == files
    packages = {name.partition("/")[0] for name in files}
    assert packages == {name.partition("/")[0] for name in files if name.endswith("/LICENSE")}


def test_worker_loads_every_script_but_the_page_and_the_curves() -> None:
    own = {path.name for path in single_file.SCRIPTS.glob("*.js")}
    assert {*single_file.worker_scripts(), "curves.js", single_file.WORKER, "page.js"} == own


def test_every_script_is_strict_and_reaches_no_network_but_the_page() -> None:
    for path in single_file.SCRIPTS.glob("*.js"):
        text = path.read_text()
        assert text.startswith('"use strict";\n'), path.name
        assert (re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon", text) is None) is (path.name != "page.js")
        assert "innerHTML" not in text, path.name
