"""What ``sampling`` may import at all: a list of what is allowed, where pyproject.toml's contracts forbid."""

import ast
import sys
from pathlib import Path

import app
import publicity
import registry
import sampling

ALLOWED = {"sampling", "numpy"}
PAIRINGS = "pyblst"
"""The curves of BLS signatures: a recomputation from the six files does without."""


def imported_by(path: Path) -> set[str]:
    """Return the top-level modules that a file imports, at its head or anywhere below."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names.add(str(node.module))
    return {name.partition(".")[0] for name in names}


def test_sampling_needs_nothing_but_the_standard_library_and_numpy() -> None:
    files = sorted(Path(sampling.__file__).parent.rglob("*.py"))
    found = {name for path in files for name in imported_by(path)}
    assert "hashlib" in found, "nothing was read"
    assert found - ALLOWED - {PAIRINGS} - sys.stdlib_module_names == set()


def test_the_library_of_pairings_is_the_beacons_alone() -> None:
    packages = [Path(str(each.__file__)).parent for each in (app, publicity, registry, sampling)]
    users = [path for package in packages for path in package.rglob("*.py") if PAIRINGS in imported_by(path)]
    handed_out = Path(str(publicity.__file__)).parent / "offline" / "verify.py"  # uses it where it is installed
    assert users == [handed_out, Path(str(sampling.__file__)).with_name("beacon.py")]
