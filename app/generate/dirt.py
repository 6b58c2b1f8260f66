"""What real rosters look like: each kind of dirt in a number that is known, each spoilt row with what was done to it.

A kind is put into its share of the rows, at least one where any row can have it, each row has one kind at most, and
none goes into an operator with several rows, which would then contradict one another.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from app.generate.cells import Cell, SheetRow, Spoilt
from app.generate.lots import Lots
from app.generate.operators import Row, make_operator
from app.generate.province import Province
from app.generate.spoiling import (
    as_date_cell,
    as_number,
    blank,
    blank_where,
    changed,
    compact_date,
    dotted_date,
    excel_number,
    full_width,
    identity_number,
    look_alike,
    lower_case,
    one_character_less,
    one_wrong_character,
    other_credit_code,
    other_house,
    put,
    said_otherwise,
    short_month,
    slashed_date,
    spaced,
    swapped,
    with_text,
    written_date,
    written_month,
)
from app.generate.staff import make_inspector

PER_TEN_THOUSAND = 4
"""Rows of each kind in ten thousand: some thirty kinds, so about one row in eighty is not as it should be."""

REPAIRED, REFUSED, DUPLICATE, TAKEN = "repaired", "refused", "duplicate", "taken"
"""What an import is to make of it: put it right; refuse it; show it for a decision; read it, wrong as it is."""

Spoil = Callable[[Lots, Row, str], Mapping[str, Cell] | None]
"""(lots, row, column) → the columns that change, or None where this row cannot have it."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of dirt; where ``added``, the spoilt copy comes after the row instead of in its place."""

    name: str
    outcome: str
    column: str
    spoil: Spoil
    added: bool = False


def _kind(name: str, outcome: str, column: str, spoil: Spoil) -> Kind:
    return Kind(name=name, outcome=outcome, column=column, spoil=spoil)


def _added(name: str, column: str, spoil: Spoil) -> Kind:
    return Kind(name=name, outcome=DUPLICATE, column=column, spoil=spoil, added=True)


OPERATOR_DIRT = (
    _kind("full_width_code", REPAIRED, "credit_code", full_width),
    _kind("lower_case_code", REPAIRED, "credit_code", lower_case),
    _kind("space_around_code", REPAIRED, "credit_code", with_text("\u00a0{}\u3000")),
    _kind("full_width_phone", REPAIRED, "contact_phone", full_width),
    _kind("space_in_name", REPAIRED, "name", spaced("\u3000")),
    _kind("zero_width_in_name", REPAIRED, "name", spaced("\u200b")),
    _kind("slashed_date", REPAIRED, "status_on", slashed_date),
    _kind("dotted_date", REPAIRED, "last_inspected_on", dotted_date),
    _kind("written_date", REPAIRED, "status_on", written_date),
    _kind("compact_date", REPAIRED, "last_inspected_on", compact_date),
    _kind("date_cell", REPAIRED, "status_on", as_date_cell),
    _kind("written_month", REPAIRED, "risk_month", written_month),
    _kind("compact_month", REPAIRED, "risk_month", short_month),
    _kind("area_as_number", REPAIRED, "area", as_number),
    _kind(
        "other_word_for_kind", REPAIRED, "kind", said_otherwise({"平台内经营者": "网店", "自建网站经营者": "自营网站"})
    ),
    _kind("other_word_for_status", REPAIRED, "status", said_otherwise({"存续": "在业", "吊销": "吊销未注销"})),
    _kind("tick_for_yes", REPAIRED, "trading", said_otherwise({"是": "√", "否": "N"})),
    _kind("one_wrong_character", REFUSED, "credit_code", one_wrong_character),
    _kind("look_alike", REFUSED, "credit_code", look_alike),
    _kind("swapped_characters", REFUSED, "credit_code", swapped),
    _kind("one_character_less", REFUSED, "credit_code", one_character_less),
    _kind("code_as_number", REFUSED, "credit_code", excel_number),
    _kind("identity_number", REFUSED, "register_no", identity_number),
    _kind("no_name", REFUSED, "name", blank),
    _kind("no_address", REFUSED, "address", blank),
    _kind("no_kind", REFUSED, "kind", blank),
    _kind("no_platform", REFUSED, "platform_name", blank_where("kind", "平台内经营者")),
    _kind("no_domain", REFUSED, "domain", blank_where("kind", "自建网站经营者")),
    _kind("area_in_words", REFUSED, "area", put("太原市")),
    _kind("area_of_no_province", REFUSED, "area", put("160105")),
    _kind("letter_in_area", REFUSED, "area", put("14O105")),
    _kind("unknown_status", REFUSED, "status", put("情况不明")),
    _kind("date_as_serial", REFUSED, "status_on", put("44075")),
    _kind("day_that_is_none", REFUSED, "last_inspected_on", put("2025-02-30")),
    _kind("control_character", REFUSED, "address", with_text("{}\u0007")),
    _kind("line_break", REFUSED, "address", with_text("{}\n（原址已拆）")),
    _kind("formula_as_text", REFUSED, "name", with_text('=HYPERLINK("https://formula.example","{}")')),
    _kind("too_long", REFUSED, "address", changed(lambda text: text * (1 + 500 // len(text)))),
    _kind("phone_in_name", TAKEN, "name", put("000-00000000")),
    _added("row_twice", "credit_code", lambda _lots, row, _column: {} if row["credit_code"] else None),
    _added("same_key_other_address", "address", other_house),
    _added("same_name_and_address_other_code", "credit_code", other_credit_code),
)

INSPECTOR_DIRT = (
    _kind("space_in_name", REPAIRED, "name", spaced("\u3000")),
    _kind("full_width_number", REPAIRED, "inspector_no", full_width),
    _kind("slashed_date", REPAIRED, "certificate_until", slashed_date),
    _kind("written_date", REPAIRED, "certificate_from", written_date),
    _kind("area_as_number", REPAIRED, "area", as_number),
    _kind("no_certificate", REFUSED, "certificate_no", blank),
    _kind("ends_before_it_begins", REFUSED, "certificate_until", put("1999-12-31")),
    _kind("unknown_department", REFUSED, "department", put("nowhere")),
    _kind("unknown_status", REFUSED, "status", put("情况不明")),
    _kind("control_character", REFUSED, "name", with_text("{}\u0007")),
    _added("row_twice", "inspector_no", lambda _lots, _row, _column: {}),
)


def dirty_operator_rows(province: Province) -> Iterator[SheetRow]:
    """Yield the roster of operators with its dirt."""

    def rows(number: int) -> Sequence[Row]:
        return make_operator(province, number).rows()

    return _spoilt_rows(rows, province.operators, OPERATOR_DIRT, Lots(province.seed, "dirt among operators"))


def dirty_inspector_rows(province: Province) -> Iterator[SheetRow]:
    """Yield the roster of inspectors with its dirt."""

    def rows(number: int) -> Sequence[Row]:
        return [make_inspector(province, number)]

    return _spoilt_rows(rows, province.inspectors, INSPECTOR_DIRT, Lots(province.seed, "dirt among inspectors"))


def _spoilt_rows(
    rows_of: Callable[[int], Sequence[Row]], count: int, kinds: Sequence[Kind], lots: Lots
) -> Iterator[SheetRow]:
    where = _places(rows_of, count, kinds, lots)
    for number in range(1, count + 1):
        rows = rows_of(number)
        if number not in where:
            yield from ((row, None) for row in rows)
            continue
        kind, changes = where[number]
        row = rows[0]
        if kind.added:
            yield row, None
        spoilt = Spoilt(kind=kind.name, outcome=kind.outcome, column=kind.column, before=row[kind.column])
        yield {**row, **changes}, spoilt


def _places(
    rows_of: Callable[[int], Sequence[Row]], count: int, kinds: Sequence[Kind], lots: Lots
) -> dict[int, tuple[Kind, Mapping[str, Cell]]]:
    """Return number → the kind of dirt it has and the columns that change.

    From a lot on, all numbers are tried in steps that pass through each once, since those of a kind stand together.
    """
    found: dict[int, tuple[Kind, Mapping[str, Cell]]] = {}
    each = max(1, count * PER_TEN_THOUSAND // 10_000)
    stride = next(step for step in range(1 + count * 5 // 8, count + 2) if gcd(step, count) == 1) if count else 1
    for kind in kinds:
        for _ in range(each if count else 0):
            start = lots.below(count)
            for step in range(count):
                number = 1 + (start + step * stride) % count
                if number in found:
                    continue
                rows = rows_of(number)
                changes = kind.spoil(lots, rows[0], kind.column) if len(rows) == 1 else None
                if changes is not None:
                    found[number] = kind, changes
                    break
    return found
