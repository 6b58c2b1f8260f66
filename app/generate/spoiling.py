"""How a row is spoilt: each function takes lots, a row and a column, and returns the columns that change.

None means that this row cannot have it: nothing stands in the column, or nothing in it can be mistaken so.
"""

from collections.abc import Callable, Mapping
from datetime import date
from string import ascii_letters, digits

from app.generate.cells import Cell
from app.generate.lots import Lots
from app.generate.operators import Row
from registry.credit_code import ALPHABET, check_digit
from registry.identity import check_character

Changes = Mapping[str, Cell] | None
Spoil = Callable[[Lots, Row, str], Changes]

FULL_WIDTH = {ord(each): chr(ord(each) + 0xFEE0) for each in digits + ascii_letters}
LOOK_ALIKES = {"1": "I", "0": "O", "5": "S", "2": "Z"}


def changed(change: Callable[[str], str]) -> Spoil:
    """Return a way to change the text of a cell that is not empty."""
    return lambda _lots, row, column: {column: change(row[column])} if row[column] else None


def with_text(template: str) -> Spoil:
    """Return a way to put text around what stands in a cell."""
    return changed(template.format)


def put(text: str) -> Spoil:
    """Return a way to put other text into a cell that is not empty."""
    return changed(lambda _: text)


full_width = changed(lambda text: text.translate(FULL_WIDTH))
lower_case = changed(str.lower)
blank = put("")
slashed_date = changed(lambda text: "{}/{}/{}".format(*_numbers(text)))
dotted_date = changed(lambda text: "{}.{}.{}".format(*_numbers(text)))
written_date = changed(lambda text: "{}年{}月{}日".format(*_numbers(text)))
compact_date = changed(lambda text: text.replace("-", ""))
written_month = changed(lambda text: "{}年{}月".format(*_numbers(text)))
short_month = compact_date
one_character_less = changed(lambda text: text[:-1])


def spaced(space: str) -> Spoil:
    """Return a way to put a space between the first two characters and the rest, as a name is set to fill a line."""
    return changed(lambda text: text[:1] + space + text[1:])


def said_otherwise(words: Mapping[str, str]) -> Spoil:
    """Return a way to say a word as other offices say it."""
    return lambda _lots, row, column: {column: words[row[column]]} if row[column] in words else None


def blank_where(which: str, value: str) -> Spoil:
    """Return a way to leave a cell empty in rows that have a value in another column."""
    return lambda _lots, row, column: {column: ""} if row[which] == value and row[column] else None


def as_date_cell(_lots: Lots, row: Row, column: str) -> Changes:
    """Return a date as a cell of the type date."""
    return {column: date.fromisoformat(row[column])} if row[column] else None


def as_number(_lots: Lots, row: Row, column: str) -> Changes:
    """Return digits as a number."""
    return {column: int(row[column])} if row[column] else None


def excel_number(lots: Lots, row: Row, column: str) -> Changes:
    """Return a code of digits only as the number that Excel makes of it; its last digits are lost."""
    return {column: int(f"91{row['area']}{lots.below(10**7):07d}000")} if row[column] else None


def one_wrong_character(lots: Lots, row: Row, column: str) -> Changes:
    """Return a code with another character in the organisation's part; its check character then tells."""
    code = row[column]
    if not code:
        return None
    place = lots.between(12, 16)
    other = lots.one_of([each for each in ALPHABET if each != code[place]])
    return {column: code[:place] + other + code[place + 1 :]}


def look_alike(lots: Lots, row: Row, column: str) -> Changes:
    """Return a code with a letter that does not occur where its twin should be."""
    code = row[column]
    places = [place for place, each in enumerate(code) if each in LOOK_ALIKES]
    if not places:
        return None
    place = lots.one_of(places)
    return {column: code[:place] + LOOK_ALIKES[code[place]] + code[place + 1 :]}


def swapped(lots: Lots, row: Row, column: str) -> Changes:
    """Return a code with two neighbours of the organisation's part in each other's place."""
    code = row[column]
    places = [place for place in range(12, 16) if code and code[place] != code[place + 1]]
    if not places:
        return None
    place = lots.one_of(places)
    return {column: code[:place] + code[place + 1] + code[place] + code[place + 2 :]}


def identity_number(lots: Lots, row: Row, column: str) -> Changes:
    """Return an identity number where a register number belongs: of an area that does not exist, so nobody's."""
    if row["credit_code"]:
        return None
    first17 = f"99999919000101{lots.below(1000):03d}"
    return {column: first17 + check_character(first17)}


def other_house(lots: Lots, row: Row, column: str) -> Changes:
    """Return the same operator at another house number."""
    return {column: f"{row[column]}附{lots.between(1, 99)}号"} if row["credit_code"] else None


def other_credit_code(_lots: Lots, row: Row, column: str) -> Changes:
    """Return another valid code that no fictional operator has: FAKU in the place of FAKE."""
    if not row[column]:
        return None
    first17 = row[column][:-1].replace("FAKE", "FAKU")
    return {column: first17 + check_digit(first17)}


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split("-")]
