"""The n smallest tickets: the predicted cut-off gives what sorting everything gives."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.canonical import hash_function
from sampling.names import UnitId
from sampling.tickets import LARGE, choose, drawn_order
from tests.sampling.builders import LAWS, key


def ids(number: int) -> list[UnitId]:
    return [UnitId(f"u{at:07d}") for at in range(number)]


def by_sorting(unit_ids: list[UnitId], count: int, number: int) -> list[tuple[bytes, UnitId]]:
    prefix = key(number)
    return sorted((hashlib.sha256(f"{prefix}:{name}".encode()).digest(), name) for name in unit_ids)[:count]


def chosen(unit_ids: list[UnitId], count: int, number: int) -> list[tuple[bytes, UnitId]]:
    values, names = choose(unit_ids, count, subject_key=key(number), hash_name="sha256")
    return list(zip(values, names, strict=True))


@LAWS
@given(st.integers(0, 60), st.data(), st.integers(0, 1000))
def test_chosen_are_the_smallest_of_a_full_sort(size: int, data: st.DataObject, number: int) -> None:
    count = data.draw(st.integers(0, size))

    assert sorted(chosen(ids(size), count, number)) == by_sorting(ids(size), count, number)


@pytest.mark.parametrize("count", [1, 2, 99, 5_000, 20_000, 49_000, 49_999, 50_000])
def test_predicted_cut_off_equals_the_full_sort_on_a_large_frame(count: int) -> None:
    assert sorted(chosen(ids(50_000), count, 1)) == by_sorting(ids(50_000), count, 1)


def test_frame_that_beats_the_prediction_is_chosen_right_all_the_same() -> None:
    """Units picked so that all tickets are low: the prediction takes far too many and has to give way."""
    low = [name for name in ids(4_000) if hashlib.sha256(f"{key(2)}:{name}".encode()).digest() < b"\x20"]
    assert 400 < len(low) < 600

    assert sorted(chosen(low, 100, 2)) == by_sorting(low, 100, 2)


def test_frame_that_stays_behind_the_prediction_is_chosen_right_all_the_same() -> None:
    high = [name for name in ids(4_000) if hashlib.sha256(f"{key(2)}:{name}".encode()).digest() > b"\xe0"]
    assert 400 < len(high) < 600

    assert sorted(chosen(high, 100, 2)) == by_sorting(high, 100, 2)


def test_no_more_can_be_chosen_than_there_are() -> None:
    with pytest.raises(ValueError, match="cannot choose 3 of 2"):
        chosen(ids(2), 3, 0)


def test_sm3_tickets_are_chosen_like_any_other() -> None:
    values, names = choose(ids(300), 20, subject_key=key(3), hash_name="sm3")

    make = hash_function("sm3")
    everyone = sorted((make(f"{key(3)}:{name}".encode()).digest(), name) for name in ids(300))
    assert sorted(zip(values, names, strict=True)) == everyone[:20]


@pytest.mark.parametrize("size", [0, 1, 50, LARGE - 1, LARGE, LARGE + 1])
def test_drawn_order_is_that_of_ticket_and_id(size: int) -> None:
    names = ids(size)
    values = [hashlib.sha256(name.encode()).digest() for name in names]

    order = drawn_order((values, names))

    assert [(values[at], names[at]) for at in order] == sorted(zip(values, names, strict=True))


@pytest.mark.parametrize("size", [40, LARGE + 40])
def test_equal_tickets_are_broken_by_unit_id(size: int) -> None:
    names = ids(size)[::-1]
    values = [hashlib.sha256(str(at // 2).encode()).digest() for at in range(size)]

    order = drawn_order((values, names))

    assert [(values[at], names[at]) for at in order] == sorted(zip(values, names, strict=True))


def test_tickets_that_agree_in_their_first_64_bits_are_ordered_by_the_rest() -> None:
    size = LARGE + 2
    names = ids(size)
    values = [hashlib.sha256(name.encode()).digest() for name in names]
    values[0], values[1] = bytes(8) + b"\x02" + bytes(23), bytes(8) + b"\x01" + bytes(23)

    assert drawn_order((values, names))[:2] == [1, 0]
