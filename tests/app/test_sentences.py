"""Every value that the edge refuses is answered with what is wrong and what to do, in the language of who asks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

import app.main
from app.sentences import UNTOLD, WORDS, explain
from app.wire.base import Request

FOREIGN = re.compile(r"datetime|\\bor\\b|\\band\\b|should|valid|[{}]")
WRONG: tuple[Any, ...] = (
    *(None, True, 0, 2, -1, 10**30, 1.5, float("nan"), "", "甲 乙", "\x00", "\ud83d", "x" * 60_001, "+7", "07"),
    *("9" * 5000, [], {}, {"无此项": 1}, [None], [{}], [""], [-1], ["a", "a"], ["a"] * 20_001),
    *("2020-13-45", "1999-01-01", "3000-01-01", "2020-09-01"),
    *("2020-09-01T10:00:00", "1999-09-01T10:00:00Z", "2020-09-01T99:00:00+08:00"),
)
"""Of every way in which a value can be wrong, one at least."""


def requests(whole: type[Request] = Request) -> Iterator[type[Request]]:
    """Yield every body that the service takes."""
    for each in whole.__subclasses__():
        yield each
        yield from requests(each)


@pytest.fixture(scope="module")
def refusals() -> dict[tuple[str, str], dict[str, Any]]:
    """Return one error of each kind and bound that any field of any body raises on what is wrong."""
    assert app.main.ROUTERS, "every body is known once the routes are"
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for body in set(requests()):
        for sent in (*WRONG, *({name: wrong} for name in body.model_fields for wrong in WRONG)):
            try:
                body.model_validate(sent)
            except ValidationError as refused:
                for each in refused.errors(include_url=False):
                    of_text = isinstance(each["input"], str)
                    found[each["type"], f"{each.get('ctx')}{of_text}"] = dict(each)
    return found


def test_every_refusal_has_a_problem_and_a_remedy_in_both_languages(
    refusals: dict[tuple[str, str], dict[str, Any]],
) -> None:
    assert len({kind for kind, _ in refusals}) > 20
    assert {kind for kind, _ in refusals} - set(WORDS) == set()
    for error in refusals.values():
        problem, mend = explain(error)
        assert all((*problem, *mend)), error
        said = re.sub(r"须符合 .*|ctx.*", "", problem[0] + mend[0]).replace(" true 或者 false", "").replace("JSON", "")
        assert not FOREIGN.search(said), said
        assert "datetime" not in mend[1], mend


def test_a_bound_is_said_as_people_write_it(refusals: dict[tuple[str, str], dict[str, Any]]) -> None:
    """A day as a day, choices by a comma of the language, the length of a text in characters."""
    said = {explain(error)[1] for error in refusals.values()}
    assert ("不得小于 2000-01-01。", "Give 2000-01-01 at least.") in said
    assert ("只能填：abnormal、serious。", "Give one of: abnormal, serious.") in said
    assert ("至多填 50000 个字符。", "Give 50000 characters at most.") in said
    assert ("至多填 200 项。", "Give 200 at most.") in said


def test_what_has_no_sentence_is_answered_all_the_same() -> None:
    assert explain({"type": "new_in_some_release", "msg": "Input should be odd", "loc": ()}) == UNTOLD
