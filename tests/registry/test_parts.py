"""The parts of a fact: packed while they are gathered, and the body that lists them is canonical."""

import hashlib
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from registry.journal import PACK, Parts, _whole, salted_digest
from sampling.canonical import jcs

KEYS = st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable())


def salts() -> Parts:
    numbers = count()
    return Parts(lambda: hashlib.sha256(str(next(numbers)).encode()).digest())


@given(st.lists(st.tuples(KEYS, st.dictionaries(KEYS, KEYS, max_size=3)), max_size=20))
def test_parts_come_back_as_they_went_in_and_are_listed_in_order(records: list[tuple[str, dict[str, str]]]) -> None:
    parts = salts()
    for key, record in records:
        parts.add(key, record)
    rows = list(parts.rows())
    assert [(key, text) for key, _, text in rows] == [(key, jcs(record)) for key, record in records]
    listed = [[key, salted_digest(salt, text)] for key, salt, text in rows]
    body = {"rows": 3, "actor": "p0001", "zeit": "ü", "left_out": [2, 5]}
    whole = body | {"parts": listed} if listed else body
    assert _whole(body, parts.listed) == jcs(whole)


def test_more_records_than_are_packed_together_keep_their_order() -> None:
    parts = salts()
    for number in range(2 * PACK + 5):
        parts.add(str(number), b"x" * (number % 7))
    assert [(key, len(text)) for key, _, text in parts.rows()] == [(str(n), n % 7) for n in range(2 * PACK + 5)]
