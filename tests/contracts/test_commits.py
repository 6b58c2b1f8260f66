"""Nothing but the edge commits: registry and publicity change what they are handed, and one module decides it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "migrations", "publicity", "registry", "sampling")
ALLOWED = {
    "app/record.py": {"commit"},  # one transaction per command
    "app/schema.py": {"begin"},  # migrations, in one transaction
}
ENDS = {"commit", "begin", "begin_nested", "begin_twophase", "autocommit"}
"""Calls that end or open a transaction by themselves."""


def found_in(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_bytes())))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {alias.asname or alias.name for node in imports for alias in node.names}
    methods = [node.func for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    # A function of a module is no method of a session: sampling's commitment.commit commits to a draw.
    calls = {each.attr for each in methods if not (isinstance(each.value, ast.Name) and each.value.id in modules)}
    words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return (calls & ENDS) | {"autocommit" for word in words if word.upper() == "AUTOCOMMIT"}


def test_only_the_edge_commits() -> None:
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    assert len(files) > 70
    ends = {path.relative_to(ROOT).as_posix(): found_in(path) for path in files}
    assert {path: names for path, names in ends.items() if names} == ALLOWED
