"""One unit's place in a draw, looked up: the same as the draw that is recomputed whole gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.bundle import replay
from sampling.frame import write_exclusions, write_frame
from sampling.names import INPUT_FILES, UnitId
from sampling.places import OrderedFrame, Place, SortedRows
from sampling.tickets import ticket
from tests.sampling.builders import LAWS, exclusion, key, unit, units
from tests.sampling.test_vectors import ACCEPT, VECTORS, read


@pytest.mark.parametrize("name", ACCEPT)
def test_every_unit_of_every_vector_stands_where_the_draw_puts_it(name: str) -> None:
    files = read(VECTORS / "accept" / name)
    outcome = replay({each: files[each] for each in INPUT_FILES})
    hash_name, subject_key = outcome.commitment.hash_name, outcome.seed.subject_key
    frame = OrderedFrame(files["frame.csv"], subject_key=subject_key, hash_name=hash_name)
    sizes = {entry.stratum: entry for entry in outcome.drawing.strata}
    ranks = {row.unit_id: row.rank for row in outcome.drawing.drawn}
    for stratum, rest in outcome.alternates().items():
        ranks |= {unit_id: rank for rank, unit_id in enumerate(rest, start=sizes[stratum].drawn + 1)}

    assert len(frame) == len(ranks) == len(outcome.inputs.frame.rows)
    for at, row in enumerate(outcome.inputs.frame.rows, start=1):
        own = ticket(subject_key, row.unit_id, hash_name)
        place = Place(at, row.stratum, ranks[row.unit_id], own)
        assert frame.find(row.unit_id) == place
        assert frame.unit_at(row.stratum, place.rank) == (row.unit_id, place)
    for entry in outcome.drawing.strata:
        assert frame.units(entry.stratum) == entry.units
        assert frame.cut_off(entry.stratum, entry.drawn) == entry.cut_off


@LAWS
@given(st.sets(st.text("0aZ._-", min_size=1, max_size=4), min_size=1), st.text("0aZ._-", min_size=1, max_size=4))
def test_a_row_is_found_exactly_where_it_is(names: set[str], other: str) -> None:
    """Names that begin others, and marks that sort before and after the comma, are told apart."""
    rows = SortedRows(write_exclusions(exclusion(each, reason=f"r{len(each)}") for each in names))
    assert len(rows) == len(names)
    for at, each in enumerate(sorted(names), start=1):
        assert rows.find(each) == (at, [each, f"r{len(each)}"])
    assert (rows.find(other) is None) is (other not in names)


def test_a_table_without_rows_has_none() -> None:
    assert SortedRows(write_exclusions([])).find("u1") is None


def test_a_unit_outside_the_frame_has_no_place() -> None:
    frame = OrderedFrame(write_frame(units(4)), subject_key=key(1), hash_name="sha256")
    assert frame.find(UnitId("u0000004")) is None


def test_ranks_are_counted_in_each_stratum() -> None:
    rows = [unit(f"u{at}", stratum="ab"[at % 2]) for at in range(9)]
    frame = OrderedFrame(write_frame(rows), subject_key=key(1), hash_name="sm3")
    found = [frame.find(each.unit_id) for each in rows]
    for stratum, size in (("a", 5), ("b", 4)):
        places = [each for each in found if each is not None and each.stratum == stratum]
        assert sorted(each.rank for each in places) == list(range(1, size + 1))
        assert sorted(places, key=lambda each: each.rank) == sorted(places, key=lambda each: each.ticket)


def test_a_large_frame_is_ordered_as_a_small_one_is() -> None:
    """Past the size from which tickets are sorted in another way."""
    frame = OrderedFrame(write_frame(units(30_000)), subject_key=key(3), hash_name="sha256")
    tickets = sorted(ticket(key(3), each.unit_id, "sha256") for each in units(30_000))
    for each in units(30_000)[::997]:
        place = frame.find(each.unit_id)
        assert place is not None
        assert tickets[place.rank - 1] == place.ticket
        assert frame.unit_at(place.stratum, place.rank) == (each.unit_id, place)
