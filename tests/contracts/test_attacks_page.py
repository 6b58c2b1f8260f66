"""The page of attacks names tests that are there and run on both databases, and every attack that was asked for."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| ")]
ATTACKS = [row for row in ROWS[1:] if not row[0].startswith("**")]
MEASURED = {"through the time an answer takes"}
"""What a test cannot assert, and a benchmark measures."""

KNOWN = (
    *("draw again until it suits", "between look and lock", "recuse everyone but a friend", "choose the round"),
    *("another spelling of the dice", "a second throw", "abort after computing", "the last party stays silent"),
    *("two commitments with one secret", "two parallel commitments", "a vague exclusion", "a ghost unit"),
    *("informal swap", "an early ticket", "a witness list edited later", "set the clock back"),
    *("through a route, file", "through an error", "through the time", "through a log entry", "through a backup"),
    *("no feed and no metric",),
)
"""The ways that are known to aim, peek at, repeat or bury a draw."""


def written() -> dict[str, str]:
    """Return every test with its parameters."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return dict(re.findall(r"^def (test_\w+)\((.*?)\) -> None:", sources, re.MULTILINE | re.DOTALL))


def test_every_known_attack_is_on_the_page() -> None:
    assert [each for each in KNOWN if each not in PAGE] == []
    assert len(ATTACKS) > 40


def test_every_attack_names_tests_that_exist_and_run_on_both_databases() -> None:
    there = written()
    for attack, _, shown in ATTACKS:
        named = re.findall(r"`(test_\w+)`", shown)
        assert named or attack in MEASURED, attack
        assert [name for name in named if name not in there] == [], attack
        assert [name for name in named if "opening: Opening" in there[name]] == [], f"{attack}: on one database alone"


def test_every_test_of_attacks_is_on_the_page() -> None:
    """Nobody tries something that the page does not tell of."""
    module = (ROOT / "tests" / "app" / "test_attacks.py").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"^def (test_\w+)\(", module, re.MULTILINE) if name not in PAGE] == []
