"""The repository does what its first page says, from a clean clone, with nothing unpinned."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import app

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PACKAGES = ("app", "migrations", "publicity", "registry", "sampling")
TARGETS = {"bench", "demo", "format", "help", "lint", "lock", "serve", "test"}
"""What a newcomer is promised; the Makefile may have more."""

_PIN = re.compile(r"([a-z0-9-]+)==([0-9A-Za-z.]+)(?: ; [^\\]+)? \\")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
_HELP = re.compile(r"^(\S+): [^#\n]*## (\S.*)$|^(\S+):[^=#\n]*$", re.MULTILINE)


def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins(lock: Path) -> dict[str, set[str]]:
    """Return package -> versions of a lock; two versions where they depend on the Python."""
    found: dict[str, set[str]] = {}
    for name, version in _PIN.findall(lock.read_text()):
        found.setdefault(name, set()).add(version)
    return found


def targets() -> dict[str, str]:
    """Return target -> its line of help, which may be empty, as the Makefile has them."""
    lines = _HELP.findall((ROOT / "Makefile").read_text())
    return {named or bare: text for named, text, bare in lines if not (named or bare).startswith(".")}


def test_there_is_a_lock_to_run_and_one_to_develop() -> None:
    assert [path.name for path in LOCKS] == ["dev.txt", "run.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_is_pins_and_hashes_and_no_address(lock: Path) -> None:
    strange = [line for line in lock.read_text().splitlines() if not (_PIN.fullmatch(line) or _HASH.fullmatch(line))]
    assert strange == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_has_the_build_backend_and_every_dependency(lock: Path) -> None:
    declared = project()["project"]["dependencies"] + project()["build-system"]["requires"]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in declared}
    assert names
    assert names - set(pins(lock)) == set()


def test_what_is_tested_is_what_runs() -> None:
    run, dev = (pins(ROOT / "requirements" / name) for name in ("run.txt", "dev.txt"))
    assert {name: dev.get(name) for name in run} == run


def test_packages_are_listed_by_name_and_all_of_them() -> None:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    found = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in files}
    assert set(project()["tool"]["setuptools"]["packages"]) == found


def test_every_file_that_is_not_python_is_package_data() -> None:
    data = project()["tool"]["setuptools"]["package-data"]
    packed = {path for package, globs in data.items() for each in globs for path in (ROOT / package).glob(each)}
    tracked = subprocess.run(["git", "ls-files", "-z", *PACKAGES], cwd=ROOT, capture_output=True, check=True)
    files = {ROOT / name for name in tracked.stdout.decode().split("\0") if name and not name.endswith(".py")}
    assert files, "nothing was found"
    assert files - packed == set()


def test_version_is_the_same_wherever_it_stands() -> None:
    assert project()["project"]["version"] == app.__version__


def test_makefile_has_the_promised_targets_and_help_for_each() -> None:
    found = targets()
    assert set(found) >= TARGETS
    assert [name for name, text in found.items() if not text] == []


def test_help_lists_every_target() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {line.split()[0] for line in said.stdout.splitlines()} == set(targets())


@pytest.mark.parametrize("page", sorted(ROOT.glob("README*.md")), ids=lambda path: path.name)
def test_readme_names_targets_that_exist(page: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b", page.read_text()))
    assert {"demo", "test"} <= named
    assert named - set(targets()) == set()


def test_vectors_keep_their_bytes() -> None:
    path = "tests/vectors/draw/refuse/frame-crlf/frame.csv"
    said = subprocess.run(
        ["git", "check-attr", "text", "--", path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.rstrip().endswith("text: unset")
    assert b"\r\n" in (ROOT / path).read_bytes()
