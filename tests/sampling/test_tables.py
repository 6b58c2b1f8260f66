"""The four files: one way to write given rows, and nothing else is read."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.errors import Fault, RefusedError
from sampling.frame import (
    Unit,
    read_exclusions,
    read_frame,
    read_inspectors,
    read_recusals,
    write_exclusions,
    write_frame,
    write_inspectors,
    write_recusals,
)
from tests.sampling.builders import LAWS, attempt, exclusion, inspector, recusal, unit, units

FRAME = b"unit_id,stratum,area\nA-1,s,14\nB.2,s,1401\nb_3,t,140105\n"
EXCLUSIONS = b"unit_id,reason\nC,inspected_this_year\nD,not_trading\n"
INSPECTORS = b"inspector_id,department,area\n000257,market,1406\n009901,cyber,14\n"
RECUSALS = b"inspector_id,unit_id\n000257,A-1\n000257,B.2\n009901,A-1\n"

PIECES = [b"\n", b"\r\n", b",", b'"', b"\xef\xbb\xbf", b"0", b"A", b"\xe5"]

FILES: dict[str, tuple[bytes, Callable[[bytes], object], Callable[..., bytes]]] = {
    "frame.csv": (FRAME, read_frame, write_frame),
    "exclusions.csv": (EXCLUSIONS, read_exclusions, write_exclusions),
    "inspectors.csv": (INSPECTORS, read_inspectors, write_inspectors),
    "recusals.csv": (RECUSALS, read_recusals, write_recusals),
}


def refusal(data: bytes, read: Callable[[bytes], object] = read_frame) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        read(data)
    return refused.value


@pytest.mark.parametrize("name", FILES)
def test_what_was_written_is_read_and_written_again(name: str) -> None:
    data, read, write = FILES[name]

    assert write(read(data)) == data


@pytest.mark.parametrize("name", FILES)
def test_file_may_have_no_rows(name: str) -> None:
    data, read, write = FILES[name]
    header = data.split(b"\n")[0] + b"\n"

    assert read(header) == ()
    assert write([]) == header


def test_rows_are_sorted_by_the_bytes_of_their_key() -> None:
    written = write_recusals([recusal("b", "1"), recusal("B", "2"), recusal("a-", "1"), recusal("a", "9")])

    assert written == b"inspector_id,unit_id\nB,2\na,9\na-,1\nb,1\n"


@pytest.mark.parametrize(
    ("data", "fault", "row"),
    [
        (b"", Fault.HEADER, 1),
        (b"\n", Fault.HEADER, 1),
        (b"unit_id,stratum,area", Fault.LAST_LINE_END, 1),
        (b"unit_id,stratum\nA,s\n", Fault.HEADER, 1),
        (b"unit_id,stratum,area,x\n", Fault.HEADER, 1),
        (b"Unit_id,stratum,area\nA,s,14\n", Fault.HEADER, 1),
        (b"\xef\xbb\xbf" + FRAME, Fault.BYTE_ORDER_MARK, 1),
        (FRAME.replace(b"\n", b"\r\n"), Fault.CARRIAGE_RETURN, 1),
        (FRAME.replace(b"s,1401\n", b"s,1401\r\n"), Fault.CARRIAGE_RETURN, 3),
        (FRAME.replace(b",s,1401", b',"s",1401'), Fault.QUOTED, 3),
        (FRAME[:-1], Fault.LAST_LINE_END, 4),
        (FRAME + b"\n", Fault.BLANK_LINE, 5),
        (FRAME.replace(b"14\nB", b"14\n\nB"), Fault.BLANK_LINE, 3),
        (FRAME.replace(b"B.2,s,1401", b"B.2,s"), Fault.FIELDS, 3),
        (FRAME.replace(b"B.2,s,1401", b"B.2,s,1401,"), Fault.FIELDS, 3),
        (FRAME.replace(b"B.2", b""), Fault.FIELD_IDENTIFIER, 3),
        (FRAME.replace(b"B.2", b"B 2"), Fault.FIELD_IDENTIFIER, 3),
        (FRAME.replace(b"B.2", b" B.2"), Fault.FIELD_IDENTIFIER, 3),
        (FRAME.replace(b"B.2", b"B" * 65), Fault.FIELD_IDENTIFIER, 3),
        (FRAME.replace(b"B.2", "太原".encode()), Fault.FIELD_IDENTIFIER, 3),
        (FRAME.replace(b"B.2", b"B\x00"), Fault.FIELD_IDENTIFIER, 3),
        (FRAME.replace(b"B.2", "B\u0662".encode()), Fault.FIELD_IDENTIFIER, 3),
        (FRAME.replace(b"B.2", b"B\xff"), Fault.NOT_UTF8, 3),
        (FRAME.replace(b"B.2", b"B\xed\xa0\x80"), Fault.NOT_UTF8, 3),
        (FRAME.replace(b",1401\n", b",140\n"), Fault.FIELD_AREA, 3),
        (FRAME.replace(b",1401\n", b",1400\n"), Fault.FIELD_AREA, 3),
        (FRAME.replace(b",1401\n", b",00\n"), Fault.FIELD_AREA, 3),
        (FRAME.replace(b",1401\n", b",\n"), Fault.FIELD_AREA, 3),
        (FRAME.replace(b",1401\n", b",14010501\n"), Fault.FIELD_AREA, 3),
        (FRAME.replace(b",1401\n", ",14\u0660\u0661\n".encode()), Fault.FIELD_AREA, 3),
        (FRAME.replace(b"B.2", b"A-1"), Fault.TWICE, 3),
        (FRAME.replace(b"B.2", b"A"), Fault.ORDER, 3),
    ],
)
def test_broken_file_is_refused_at_the_first_broken_row(data: bytes, fault: Fault, row: int) -> None:
    refused = refusal(data)

    assert (refused.file, refused.fault, refused.row) == ("frame.csv", fault, row)
    assert f"frame.csv, row {row}: " in str(refused)


def test_two_rows_of_one_pair_are_refused_but_one_half_may_repeat() -> None:
    assert refusal(RECUSALS + b"009901,A-1\n", read_recusals).fault is Fault.TWICE
    assert refusal(RECUSALS + b"009900,Z\n", read_recusals).fault is Fault.ORDER
    assert len(read_recusals(RECUSALS)) == 3


def test_longest_identifier_has_64_characters() -> None:
    long = "x" * 64

    assert read_frame(write_frame([unit(long)])) == (unit(long),)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([unit("A,s,14\nB")], Fault.TWO_ROWS),
        ([unit("A", area="14\nB,s,14")], Fault.TWO_ROWS),
        ([unit("A,s")], Fault.FIELDS),
        ([unit("")], Fault.FIELD_IDENTIFIER),
        ([unit("A", area="1400")], Fault.FIELD_AREA),
        ([unit("\ud800")], Fault.NOT_UTF8),
        ([unit("A"), unit("A", stratum="t")], Fault.TWICE),
    ],
)
def test_rows_that_would_not_be_read_back_are_not_written(rows: list[Unit], fault: Fault) -> None:
    with pytest.raises(RefusedError) as refused:
        write_frame(rows)

    assert refused.value.fault is fault
    assert refused.value.file == "frame.csv"


@pytest.mark.parametrize("name", FILES)
@LAWS
@given(data=st.data())
def test_no_damage_to_a_file_goes_unnoticed(name: str, data: st.DataObject) -> None:
    """Whatever bytes are accepted are the one way to write the rows that were read; the rest is refused by place."""
    whole, read, write = FILES[name]
    at = data.draw(st.integers(0, len(whole)))
    piece = data.draw(st.binary(max_size=3) | st.sampled_from(PIECES))
    damaged = whole[:at] + piece + whole[at + data.draw(st.integers(0, 3)) :]

    rows = attempt(read, damaged)

    if isinstance(rows, RefusedError):
        assert rows.text("zh").startswith(f"{name} 第 {rows.row} 行：")
    else:
        assert write(rows) == damaged


@LAWS
@given(st.lists(st.sampled_from(units(8)), unique=True), st.data())
def test_rows_come_back_sorted_whatever_their_order(rows: list[Unit], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))

    assert write_frame(shuffled) == write_frame(rows)
    assert read_frame(write_frame(shuffled)) == tuple(sorted(rows))


def test_every_table_writes_its_columns_in_the_order_of_the_page() -> None:
    assert write_frame([unit("A")]) == b"unit_id,stratum,area\nA,all,1401\n"
    assert write_exclusions([exclusion("A")]) == b"unit_id,reason\nA,not_trading\n"
    assert write_inspectors([inspector("1")]) == b"inspector_id,department,area\n1,market,14\n"
    assert write_recusals([recusal("1", "A")]) == b"inspector_id,unit_id\n1,A\n"
