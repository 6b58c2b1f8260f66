"""Credit codes are those of GB 32100-2015, and a refusal says which character is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.credit_code import ALPHABET, CreditCodeError, check_digit, normalise_credit_code, parse_credit_code
from registry.errors import RegistryError

VALID = ["911400001123599660", "911400001101008977", "91330100799655058B", "91350100M000100Y43"]
OTHERS = st.sampled_from(ALPHABET)


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """Any code with the right form and check character."""
    area = draw(st.text("0123456789", min_size=6, max_size=6))
    rest = draw(st.text(ALPHABET, min_size=9, max_size=9))
    first17 = draw(OTHERS) + draw(OTHERS) + area + rest
    return first17 + check_digit(first17)


@pytest.mark.parametrize("code", VALID)
def test_a_real_code_is_accepted_as_it_is(code: str) -> None:
    """Codes of real enterprises and the standard's own example."""
    assert parse_credit_code(code) == code


@pytest.mark.parametrize("code", ["91140000112359985H", "913301005526808698"])
def test_a_code_that_does_not_check_is_refused(code: str) -> None:
    """The sentence tells the character that would fit, and that it is right only if the other 17 are."""
    with pytest.raises(CreditCodeError) as refused:
        parse_credit_code(code)
    assert "末位校验码与前 17 位不符" in refused.value.text("zh")
    assert "does not check the other 17" in refused.value.text("en")
    assert f"如果前 17 位都对，末位应为 {check_digit(code[:-1])}" in refused.value.text("zh")
    assert f"It would be {check_digit(code[:-1])} if the other 17 are right" in refused.value.text("en")
    assert refused.value.data["places"] == ()


@pytest.mark.parametrize(("letter", "twin"), [("I", "1"), ("O", "0"), ("S", "5"), ("V", "U"), ("Z", "2")])
def test_the_five_letters_that_do_not_occur_are_named_with_what_they_may_be(letter: str, twin: str) -> None:
    """Place and look-alike."""
    with pytest.raises(CreditCodeError) as refused:
        parse_credit_code("91350100M0001" + letter + "0Y43")
    assert refused.value.data["places"] == (14,)
    assert f"第 14 位是“{letter}”" in refused.value.text("zh")
    assert f"可能是 {twin}" in refused.value.text("zh")
    assert f"perhaps it is {twin}" in refused.value.text("en")


def test_every_impossible_character_is_marked_at_once() -> None:
    """Place by place with its look-alike, so that a code is compared with the licence once."""
    with pytest.raises(CreditCodeError) as refused:
        parse_credit_code("9I3A0100MO00100Y-3")
    assert refused.value.data["places"] == (2, 4, 10, 17)
    words = refused.value.text("zh")
    assert "第 2 位是“I”" in words
    assert "第 4 位是“A”，第 3 至 8 位是行政区划" in words
    assert "第 10 位是“O”，代码不使用 I、O、S、V、Z（可能是 0）" in words
    assert "第 17 位是“-”" in words


@pytest.mark.parametrize(
    ("text", "shown"), [("91350100M0001-0Y43", "-"), ("91350100M0001\u200b0Y43", "U+200B"), ("91350100M0001①0Y43", "①")]
)
def test_a_character_outside_the_alphabet_is_shown_by_name_when_it_cannot_be_seen(text: str, shown: str) -> None:
    """Also characters that Unicode would fold into digits."""
    with pytest.raises(CreditCodeError) as refused:
        parse_credit_code(text)
    assert f"第 14 位是“{shown}”" in refused.value.text("zh")


@pytest.mark.parametrize("text", ["", " ", "91350100M000100Y4", "91350100M000100Y433", "91350100M000100Y\ufb00"])
def test_a_code_has_eighteen_characters(text: str) -> None:
    """The sentence says how many there are; a ligature is one, though upper() would make it two."""
    with pytest.raises(CreditCodeError) as refused:
        parse_credit_code(text)
    assert f"现为 {len(text.strip())} 位" in refused.value.text("zh")


@pytest.mark.parametrize(("first17", "place"), [("91A50100M000100Y4", 3), ("9135010AM000100Y4", 8)])
def test_the_area_within_a_code_is_digits(first17: str, place: int) -> None:
    """Characters 3 to 8, even when the last one checks."""
    with pytest.raises(CreditCodeError) as refused:
        parse_credit_code(first17 + check_digit(first17))
    assert refused.value.data["places"] == (place,)
    assert "只能是数字" in refused.value.text("zh")


WIDE = "".join(chr(ord(character) + 0xFEE0) for character in "91350100M000100Y43")


@pytest.mark.parametrize("text", ["  91350100m000100y43\n", WIDE, f"\u3000{WIDE.lower()}\u3000"])
def test_blanks_case_and_width_are_normalised(text: str) -> None:
    """What people paste."""
    assert normalise_credit_code(text) == "91350100M000100Y43"
    assert parse_credit_code(text) == "91350100M000100Y43"


@given(credit_codes(), st.integers(0, 17), OTHERS)
def test_one_wrong_character_is_always_found(code: str, place: int, other: str) -> None:
    """31 is prime and no weight is 0 modulo it, so no single substitution survives."""
    wrong = code[:place] + other + code[place + 1 :]
    assert parse_credit_code(code) == code
    if wrong != code:
        with pytest.raises(CreditCodeError):
            parse_credit_code(wrong)


@given(credit_codes(), st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_found(code: str, place: int) -> None:
    """Neighbouring weights differ by a factor of 3."""
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(CreditCodeError):
            parse_credit_code(wrong)


@given(st.text(max_size=17) | st.text(ALPHABET + "iosvz -", min_size=18, max_size=18))
def test_any_text_is_either_a_code_or_refused_in_words(text: str) -> None:
    """Nothing else is raised, and both sentences can be made."""
    refused = refusal(text)
    if refused is None:
        assert parse_credit_code(text) == normalise_credit_code(text)
    else:
        assert "请对照营业执照" in refused.text("zh")
        assert "Compare it with the business licence" in refused.text("en")


def refusal(text: str) -> RegistryError | None:
    """Return the registry's refusal of a text as a credit code, if it refuses it."""
    try:
        parse_credit_code(text)
    except RegistryError as refused:
        return refused
    return None
