"""The mutants of the verifiers are what they are said to be: one place changed, words left out, the same every time."""

import ast
from pathlib import Path

from publicity.offline import verify
from tests.verifiers.mutants import of_javascript, of_python
from tests.verifiers.mutants.browser import Scripts
from tests.verifiers.mutants.mutant import Mutant, in_order_of_tickets

PYTHON = '''"""A head."""

def refuse(where: str, zh: str, en: str) -> None: ...

def most(place: str, numbers: list[int]) -> int:
    """Say it."""
    place = f"{place} most"
    if not numbers or len(numbers) > 9:
        refuse(f"{place}.{len(numbers)}", "太多", f"too many: {len(numbers) + 1}")
    return max(numbers) if b"a{2}" else -1
'''
SCRIPT = """"use strict";
// a remark
const FORM = /^[a-z]{1,64}$/;
function most(place, numbers) {
  if (!FORM.test(place) || numbers.length > 9) place.refuse("太多", `too many: ${numbers.length + 1}`);
  const en = "the most";
  numbers.sort();
  return `${numbers[0] + 1} of ${{ a: 1 }.a}` + "a";
}
"""


def changes(mutants: list[Mutant]) -> set[tuple[str, str]]:
    """Return what is written instead of what."""
    return {(each.source[each.start : each.end].decode(), each.new.decode()) for each in mutants}


def test_mutants_of_python_change_one_place_and_no_word(tmp_path: Path) -> None:
    path = tmp_path / "most.py"
    path.write_text(PYTHON, encoding="utf-8")
    assert changes(of_python.mutants_of(path)) == {
        ("not numbers or len(numbers) > 9", "True"),
        ("not numbers or len(numbers) > 9", "False"),
        ("not", ""),
        ("not numbers", "False"),
        ("len(numbers) > 9", "False"),
        ("or", "and"),
        (">", ">="),
        ("9", "10"),
        ("9", "8"),
        ('refuse(f"{place}.{len(numbers)}", "太多", f"too many: {len(numbers) + 1}")', "pass"),
        ('max(numbers) if b"a{2}" else -1', "None"),
        ("max", "min"),
        ('b"a{2}"', "True"),
        ('b"a{2}"', "False"),
        ('"', 'X"'),
        ("2", "3"),
        ("2", "1"),
        ("-", ""),
        ("1", "2"),
        ("1", "0"),
    }


def test_mutants_of_javascript_change_one_place_and_no_word(tmp_path: Path) -> None:
    path = tmp_path / "most.js"
    path.write_text(SCRIPT, encoding="utf-8")
    assert changes(of_javascript.mutants_of(path)) == {
        ("^", ""),
        ("$", ""),
        ("1", "2"),
        ("1", "0"),
        ("64", "65"),
        ("64", "63"),
        ("!FORM.test(place) || numbers.length > 9", "true"),
        ("!FORM.test(place) || numbers.length > 9", "false"),
        ("!FORM.test(place)", "false"),
        ("numbers.length > 9", "false"),
        ("!", ""),
        ("||", "&&"),
        (">", ">="),
        ("9", "10"),
        ("9", "8"),
        ("refuse", "valueOf"),
        ("numbers.sort()", ""),
        ("sort", "slice"),
        ("`", "X`"),
        ('"', 'X"'),
        ("0", "1"),
        ("+", "-"),
    }


def test_every_mutant_of_the_file_of_python_is_python() -> None:
    mutants = of_python.mutants_of(Path(verify.__file__))
    assert len(mutants) > 2_000
    for mutant in in_order_of_tickets(mutants, "1")[:100]:
        ast.parse(mutant.applied())
        assert mutant.applied() != mutant.source


def test_order_of_mutants_is_decided_by_the_seed_alone() -> None:
    mutants = of_python.mutants_of(Path(verify.__file__))
    order = in_order_of_tickets(mutants, "1")
    assert order == in_order_of_tickets(reversed(mutants), "1")
    assert order != in_order_of_tickets(mutants, "2")
    assert sorted(order, key=lambda each: (each.start, each.end, each.new)) == mutants


def test_operator_is_judged_by_what_stands_before_it_or_behind(tmp_path: Path) -> None:
    """What ran is told in pieces, and an operator as a part of what stands on its right, which may not have run."""
    path = tmp_path / "either.js"
    path.write_text("a(one || two);", encoding="utf-8")
    at, end = len("a(one "), len("a(one || two")
    mutants = {each.new: each for each in of_javascript.mutants_of(path)}
    never = frozenset({(path.as_uri(), ((0, 14, True), (at, end, False)))})
    assert Scripts().concerns(never, mutants[b"&&"])
    assert not Scripts().concerns(frozenset({(path.as_uri(), ((0, 14, False),))}), mutants[b"&&"])
    assert not Scripts().concerns(frozenset({("another", ((0, 14, True),))}), mutants[b"&&"])
