"""The operators: tickets decide, and nothing else does."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from sampling.bundle import execute, replay
from sampling.commitment import commit
from sampling.draw import Drawing, draw_units, list_alternates
from sampling.frame import Inputs, Unit
from sampling.names import Stratum
from sampling.quotas import Count, Quotas, Ratio, Rule
from sampling.seed import Reveal
from sampling.tickets import ticket
from tests.sampling.builders import LAWS, SECRET, bundle, inputs, key, quotas, rules, tables, unit, units


def drawn(frame: list[Unit], rule: Rule, number: int = 0) -> Drawing:
    return draw_units(frame, Quotas(rule), subject_key=key(number), hash_name="sha256")


def test_ticket_is_what_sha256sum_says_by_hand() -> None:
    (row,) = drawn([unit("91140100MA3GA2T087")], Count(1)).drawn

    assert row.ticket == hashlib.sha256(f"{key(0)}:91140100MA3GA2T087".encode()).hexdigest()
    assert row.ticket == ticket(key(0), row.unit_id, "sha256")


def test_half_of_53_is_27() -> None:
    assert len(drawn(units(53), Ratio("0.5")).drawn) == 27


def test_each_stratum_has_its_own_rule_and_counts_its_own_ranks() -> None:
    frame = [unit(f"{stratum}{at}", stratum=stratum) for stratum in "abc" for at in range(10)]
    rule = Quotas(Ratio("0.2"), {Stratum("b"): Count(7), Stratum("c"): Ratio("1")})

    drawing = draw_units(frame, rule, subject_key=key(0), hash_name="sha256")

    ranks = {name: [row.rank for row in drawing.drawn if row.stratum == name] for name in "abc"}
    assert ranks == {"a": [1, 2], "b": list(range(1, 8)), "c": list(range(1, 11))}
    assert [(entry.stratum, entry.units, entry.drawn, entry.certain) for entry in drawing.strata] == [
        ("a", 10, 2, False),
        ("b", 10, 7, False),
        ("c", 10, 10, True),
    ]


def test_drawn_order_is_by_ticket_over_all_strata() -> None:
    frame = [unit(f"{stratum}{at}", stratum=stratum) for stratum in "ab" for at in range(10)]

    tickets = [row.ticket for row in drawn(frame, Ratio("0.5")).drawn]

    assert tickets == sorted(tickets)
    assert len(tickets) == 10


def test_cut_off_tells_by_one_hash_who_was_drawn() -> None:
    frame = units(40)
    drawing = drawn(frame, Count(9))
    (stratum,) = drawing.strata
    chosen = {row.unit_id for row in drawing.drawn}

    below = {place.unit_id for place in frame if ticket(key(0), place.unit_id, "sha256") <= stratum.cut_off}

    assert below == chosen


def test_rows_read_alike_one_by_one_and_as_a_slice() -> None:
    rows = drawn(units(10), Count(6)).drawn

    assert list(rows) == [rows[at] for at in range(6)]
    assert list(rows[2:4]) == [rows[2], rows[3]]
    assert rows[-1].rank == len(rows) == 6


@LAWS
@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 30), st.integers(0, 1000))
def test_larger_quota_extends_the_smaller(size: int, one: int, other: int, number: int) -> None:
    smaller, larger = sorted((one, other))
    frame = units(size) + [unit(f"b{at}", stratum="b") for at in range(size // 2)]

    few, many = (list(drawn(frame, Count(count), number).drawn) for count in (smaller, larger))

    for stratum in ("all", "b"):
        of_few, of_many = ([row for row in rows if row.stratum == stratum] for rows in (few, many))
        assert of_many[: len(of_few)] == of_few


@LAWS
@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 1000))
def test_alternates_are_who_a_larger_quota_would_draw_next(size: int, count: int, number: int) -> None:
    frame = units(size)
    everyone = [row.unit_id for row in drawn(frame, Ratio("1"), number).drawn]

    drawing = drawn(frame, Count(count), number)
    alternates = list_alternates(frame, drawing, subject_key=key(number), hash_name="sha256")

    assert [row.unit_id for row in drawing.drawn] + alternates[Stratum("all")] == everyone


def test_replayed_alternates_are_listed_for_every_stratum() -> None:
    tables_ = inputs([unit("a1", stratum="a"), unit("b1", stratum="b"), unit("b2", stratum="b")])

    outcome = execute(commit(tables_, rules(), log_size=1), tables_, Reveal(None, (SECRET,)))

    assert {name: len(rest) for name, rest in outcome.alternates().items()} == {"a": 0, "b": 1}


@LAWS
@given(tables(), quotas(), st.data())
def test_row_order_of_what_feeds_the_files_changes_nothing(
    given_tables: Inputs, rule: Quotas, data: st.DataObject
) -> None:
    shuffled = inputs(
        data.draw(st.permutations(given_tables.frame.rows)),
        [],
        data.draw(st.permutations(given_tables.inspectors.rows)),
        data.draw(st.permutations(given_tables.recusals.rows)),
    )

    given_files, shuffled_files = (bundle(each, quotas=rule) for each in (given_tables, shuffled))

    assert shuffled_files == given_files
    assert replay(shuffled_files).outcome == replay(given_files).outcome


@LAWS
@given(st.permutations(range(12)), st.integers(0, 1000))
def test_row_order_in_memory_changes_nothing(order: list[int], number: int) -> None:
    frame = [unit(f"u{at}", stratum="ab"[at % 2]) for at in range(12)]

    assert drawn([frame[at] for at in order], Ratio("0.5"), number) == drawn(frame, Ratio("0.5"), number)
