"""verify.py is one file of Python 3.8: grammar, modules and names; nothing of this project and nothing to install."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.verifiers.running import FILE, VECTORS

TREE = ast.parse(FILE.read_bytes(), feature_version=(3, 8))

MODULES = {
    *("__future__", "argparse", "base64", "binascii", "bisect", "contextlib", "datetime", "hashlib", "json", "math"),
    *("os", "re", "stat", "struct", "sys", "typing", "unicodedata", "zipfile", "zlib"),
}
OPTIONAL = {"pyblst"}
NAMES = {
    "argparse": {"ArgumentParser"},
    "base64": {"b64decode", "b64encode"},
    "binascii": {"Error"},
    "hashlib": {"new", "sha256", "sha512"},
    "json": {"dumps", "loads"},
    "math": {"isqrt"},  # since 3.8
    "os": {"path", "lstat", "SEEK_END"},
    "re": {"compile", "Match", "Pattern"},
    "stat": {"S_IFMT", "S_IFREG", "S_ISREG"},
    "struct": {"error"},
    "sys": {"exit", "stderr", "stdout"},
    "unicodedata": {"category", "normalize"},
    "zipfile": {"BadZipFile", "ZIP_DEFLATED", "ZIP_STORED", "ZipFile", "ZipInfo"},
    "zlib": {"crc32", "decompressobj", "error"},
    "bisect": {"bisect_left"},
    "contextlib": {"closing"},
    "datetime": {"date"},
    "__future__": {"annotations"},
    "typing": {
        *("IO", "Any", "Callable", "Dict", "Iterable", "Iterator", "List", "NamedTuple", "NoReturn", "Optional"),
        *("Sequence", "Set", "Tuple"),
    },
}
"""Every name that is used of every module, each looked up in the documentation of Python 3.8."""
NEWER = {
    *(
        "removeprefix",
        "removesuffix",
        "bit_count",
        "is_relative_to",
        "with_stem",
        "with_segments",
        "readlink",
        "pairwise",
    ),
    *(
        "batched",
        "file_digest",
        "randbytes",
        "lcm",
        "nextafter",
        "cache",
        "zoneinfo",
        "tomllib",
        "walk",
        "fromisoformat",
    ),
    *(
        "hardlink_to",
        "add_note",
        "aiter",
        "anext",
        "ExceptionGroup",
        "KW_ONLY",
        "StrEnum",
        "chdir",
        "TypeAlias",
        "Self",
    ),
}
"""Methods and names that came after 3.8, or take more than they took then."""


def test_it_imports_the_standard_library_of_its_time_and_nothing_of_ours() -> None:
    found: dict[str, set[str]] = {}
    for node in ast.walk(TREE):
        if isinstance(node, ast.Import):
            for alias in node.names:
                assert alias.asname is None
                found.setdefault(alias.name, set())
        elif isinstance(node, ast.ImportFrom):
            found.setdefault(str(node.module), set()).update(alias.name for alias in node.names)
    assert set(found) - OPTIONAL == MODULES
    for node in ast.walk(TREE):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in found:
            found[node.value.id].add(node.attr)
    for name in OPTIONAL:
        found.pop(name)
    assert found == NAMES


def test_it_uses_nothing_newer() -> None:
    used = {node.attr for node in ast.walk(TREE) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(TREE) if isinstance(node, ast.Name)}
    used |= {word.arg for node in ast.walk(TREE) if isinstance(node, ast.Call) for word in node.keywords if word.arg}
    assert len(used) > 300
    assert used & (NEWER | {"strict"}) == set()


def test_numbers_become_bytes_with_length_and_order_spelt_out() -> None:
    """Both have defaults since 3.11 only."""
    calls = [node for node in ast.walk(TREE) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    made = [len(call.args) for call in calls if call.func.attr in {"to_bytes", "from_bytes"}]  # type: ignore[attr-defined]
    assert len(made) > 8
    assert set(made) == {2}


def test_types_are_combined_at_run_time_as_3_8_can() -> None:
    """Aliases are evaluated, annotations are not: ``X | Y`` and ``list[int]`` may stand in neither, to be sure."""
    for node in ast.walk(TREE):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            assert node.value.id not in {"list", "dict", "set", "tuple", "frozenset", "type"}, node.lineno


def test_it_runs_from_anywhere_alone_and_leaves_nothing(tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "verify.py").write_bytes(FILE.read_bytes())
    command = [sys.executable, "-I", "-S", "verify.py", str(VECTORS / "draw" / "accept" / "one-unit")]

    done = subprocess.run(command, cwd=alone, env={}, capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert [path.name for path in alone.iterdir()] == ["verify.py"]
