"""Area codes have the form of GB/T 2260, and the draw protocol gets them without their trailing zeros."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.areas import AreaCode, AreaError, area_name, area_names, parse_area, protocol_area

CITIES = {
    "140100": "太原市",
    "140200": "大同市",
    "140300": "阳泉市",
    "140400": "长治市",
    "140500": "晋城市",
    "140600": "朔州市",
    "140700": "晋中市",
    "140800": "运城市",
    "140900": "忻州市",
    "141000": "临汾市",
    "141100": "吕梁市",
}
NAMED = st.sampled_from(sorted(area_names()))


def test_shanxi_has_its_11_cities_and_117_counties() -> None:
    """26 districts, 11 county-level cities, 80 counties, each under a listed city."""
    names = area_names()
    assert names[AreaCode("140000")] == "山西省"
    assert {code: name for code, name in names.items() if code[4:] == "00" and code != "140000"} == CITIES
    counties = {code: name for code, name in names.items() if code[4:] != "00"}
    kinds = [name[-1] for name in counties.values()]
    assert (kinds.count("区"), kinds.count("市"), kinds.count("县"), len(kinds)) == (26, 11, 80, 117)
    assert all(code[:4] + "00" in CITIES for code in counties)
    assert list(names) == sorted(names)


@pytest.mark.parametrize(
    ("code", "short"), [("140000", "14"), ("140100", "1401"), ("141000", "1410"), ("140110", "140110")]
)
def test_the_protocol_drops_whole_pairs_of_zeros(code: str, short: str) -> None:
    """141000 is the city 1410, and the zero that ends 140110 stays."""
    assert protocol_area(code) == short


@given(NAMED, NAMED)
def test_an_area_lies_within_another_when_the_protocol_area_is_a_prefix(one: str, two: str) -> None:
    """A province covers its cities, a city its counties, and nothing else."""
    within = protocol_area(two).startswith(protocol_area(one))
    levels = {two, two[:4] + "00", two[:2] + "0000"}
    assert within == (one in levels)


@given(NAMED)
def test_a_protocol_area_has_the_name_of_its_code(code: str) -> None:
    """Short and long are one area."""
    assert area_name(protocol_area(code)) == area_name(code)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("140000", "山西省"),
        ("140100", "太原市"),
        ("140302", "阳泉市城区"),
        ("140502", "晋城市城区"),
        ("140171", "太原市(140171)"),
        ("149900", "山西省(149900)"),
        ("310101", "310101"),
    ],
)
def test_a_name_tells_areas_apart(code: str, name: str) -> None:
    """Two counties are called 城区; a code without a name is shown under what is above it."""
    assert area_name(code) == name


@pytest.mark.parametrize("text", ["140171", "140402", "310101", " 140100\n", "\uff11\uff14\uff10\uff11\uff10\uff10"])
def test_a_code_is_judged_by_its_form(text: str) -> None:
    """Development zones, retired codes and other provinces are codes too; blanks and width are normalised."""
    assert parse_area(text).isdigit()
    assert parse_area(text) in {"140171", "140402", "310101", "140100"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "应为 6 位数字"),
        ("1401", "应为 6 位数字"),
        ("1401000", "应为 6 位数字"),
        ("14O100", "应为 6 位数字"),
        ("١٤٠١٠٠", "应为 6 位数字"),
        ("太原市", "应为 6 位数字"),
        ("000000", "没有以 00 开头的省级行政区"),
        ("160100", "没有以 16 开头的省级行政区"),
        ("140005", "中间两位为 00 时，末两位也应为 00"),
    ],
)
def test_what_is_no_code_is_refused_with_an_example_of_one(text: str, problem: str) -> None:
    """In both languages, by both functions."""
    for refuse in (parse_area, protocol_area):
        with pytest.raises(AreaError) as refused:
            refuse(text)
        assert problem in refused.value.text("zh")
        assert "140100（太原市）" in refused.value.text("zh")
        assert "140100 (Taiyuan)" in refused.value.text("en")
