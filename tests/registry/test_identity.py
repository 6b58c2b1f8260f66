"""Identity numbers are recognised, whatever their dress, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identity import check_character, is_identity_number

FIRST17 = "14010519491231002"
NUMBER = FIRST17 + check_character(FIRST17)


def test_standards_own_example_checks() -> None:
    """GB 11643-1999, annex."""
    assert check_character("11010519491231002") == "X"


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        NUMBER.lower(),
        f" {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
        "".join(chr(ord(each) + 0xFEE0) for each in NUMBER),
        "140105491231002",
    ],
)
def test_identity_number_is_recognised(text: str) -> None:
    """Eighteen characters or the old fifteen, in full width, in lower case, with spaces."""
    assert is_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "140000R0000001",
        "91350100M000100Y43",
        "911400001123599660",
        NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"),
        "14010519491331002X",
        "140105491331002",
        "140105000000002",
    ],
)
def test_register_numbers_and_credit_codes_are_not(text: str) -> None:
    """A check character that does not fit, and days that no calendar has."""
    assert not is_identity_number(text)


@given(st.text(max_size=20))
def test_any_text_is_judged(text: str) -> None:
    """Nothing is raised."""
    assert is_identity_number(text) in (True, False)
