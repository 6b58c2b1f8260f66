"""Both READMEs name every command of the command line, and no other, in their table of commands."""

import re
from pathlib import Path

import pytest
import typer.main

from app.cli import app

ROOT = Path(__file__).parent.parent.parent
HEADINGS = {"README.md": "## Commands", "README.zh-CN.md": "## 命令"}


@pytest.mark.parametrize("page", sorted(HEADINGS))
def test_readme_names_every_command_and_no_other(page: str) -> None:
    section = (ROOT / page).read_text(encoding="utf-8").split(f"\n{HEADINGS[page]}\n")[1].split("\n## ")[0]
    table = "\n".join(line for line in section.splitlines() if line.startswith("|"))
    named = {words.split()[0] for words in re.findall(r"`([^`]+)`", table)}
    assert named == set(typer.main.get_group(app).commands)
