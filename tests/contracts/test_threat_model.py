"""The threat model speaks of every table, role and caveat there is, and of no test that does not exist."""

import re
from pathlib import Path

from app.models import METADATA
from publicity import proof
from registry.people import ROLE_WORDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")


def named(pattern: str) -> set[str]:
    return set(re.findall(pattern, PAGE))


def test_every_table_is_spoken_of_once_and_no_other() -> None:
    tables = re.findall(r"`([a-z_]+)`", PAGE.partition("| store |")[0].partition("| tables |")[2].partition("\n\n")[0])
    mentioned = [name for name in tables if not name.startswith("test_")]
    firsts = {name for name in mentioned if name in METADATA.tables}
    assert firsts == set(METADATA.tables)
    assert set(mentioned) - firsts == set()


def test_every_role_is_spoken_of() -> None:
    assert [word for word in ROLE_WORDS.values() if word.partition("（")[0] not in PAGE] == []


def test_every_test_that_is_named_exists() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)\(", sources, re.MULTILINE))
    said = named(r"`(test_\w+)`")
    assert len(said) > 40
    assert said - there == set()


def test_words_of_the_page_stand_there_as_the_page_says_them() -> None:
    words = {name: value for name, value in vars(proof).items() if name.isupper() and isinstance(value, str)}
    assert len(words) > 12
    assert [name for name, value in words.items() if value not in PAGE] == []


def test_every_link_to_another_page_leads_there() -> None:
    assert [link for link in named(r"\]\(([^)#]+)\)") if not (ROOT / "docs" / link).exists()] == []
