"""Refusals say the same in both languages and are safe to print."""

from string import Formatter

import pytest

from sampling.errors import Fault, RefusedError, SamplingError, shown, within


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_both_sentences_say_the_same_values(fault: Fault) -> None:
    chinese, english = fault.value

    assert placeholders(chinese) == placeholders(english)
    assert not english.isascii() or chinese != english


def test_place_is_said_as_far_as_it_is_known() -> None:
    error = RefusedError(Fault.NOT_TEXT)
    assert (str(error), error.text("zh")) == ("must be text", "应为文本")

    error = RefusedError(Fault.NOT_TEXT, ("a", 0, "b"))
    assert (str(error), error.text("zh")) == ("key a[0].b: must be text", "键 a[0].b：应为文本")

    error = RefusedError(Fault.BLANK_LINE, file="x.csv", row=7)
    assert (str(error), error.text("zh")) == ("x.csv, row 7: is a blank line", "x.csv 第 7 行：是空行")


def test_place_is_completed_from_the_outside() -> None:
    with pytest.raises(SamplingError) as refused, within("team", file="a.json"), within(1, file="b.json"):
        raise RefusedError(Fault.NOT_TEXT, ("seats",))

    assert str(refused.value) == "b.json, key team[1].seats: must be text"


def test_stranger_can_neither_flood_nor_steer_a_terminal() -> None:
    assert shown("\x1b[2J\u202e\n") == "\\u001b[2J\\u202e\\u000a"
    assert shown("x" * 10**6) == "x" * 79 + "…"
    assert shown(10**5000) == "int"
    assert "{x}" in str(RefusedError(Fault.RATIO, value="{x}"))
    assert "\x1b" not in str(RefusedError(Fault.NOT_TEXT, ("\x1b[2J",), file="\x1b"))
