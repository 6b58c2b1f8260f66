"""The protocol page and the program name the same files, columns, keys and constants."""

import json
import re
from pathlib import Path

from sampling import draw, sources, teams
from tests.sampling.builders import bundle

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def section(number: int) -> str:
    return PAGE.split(f"\n## {number}. ")[1].split("\n## ")[0]


def first_cells(text: str) -> list[list[str]]:
    """Return the names in code marks of the first two cells of each row of a table."""
    cells = re.findall(r"^\| (`[^|]*?) \| ([^|]*?) \|", text, re.MULTILINE)
    return [re.findall(r"`([^`]+)`", left) + re.findall(r"`([^`]+)`", right)[:1] for left, right in cells]


def test_tables_have_the_columns_of_the_page() -> None:
    files = bundle()
    told = dict(first_cells(section(1)))

    assert len(told) == 4
    assert {name: files[name].decode().split("\n")[0] for name in told} == told


def test_commitment_has_the_keys_of_the_page() -> None:
    rows = re.findall(r"^\| (`[^|]*?) \|", section(2), re.MULTILINE)
    told = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]

    assert sorted(told) == sorted(json.loads(bundle()["commitment.json"]))


def test_outcome_has_the_columns_of_the_page() -> None:
    assert f"`drawn.csv`: `{draw.HEADER}`" in section(4)
    assert f"`teams.csv`: `{teams.HEADER}`" in section(5)


def test_drand_chain_is_that_of_the_page() -> None:
    assert f"{sources.QUICKNET_GENESIS} + {sources.QUICKNET_PERIOD}(n − 1)" in section(2)
    assert f"`{sources.QUICKNET_CHAIN[:8]}…{sources.QUICKNET_CHAIN[-4:]}`" in section(2)
