"""What a bureau may put into the register, column by column, and how it is called in public."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import FieldError
from registry.naming import grams_of, name_key
from registry.operator_entries import HEADINGS, OperatorEntry, as_text, check_operator, entry_from, record_of
from registry.operators import public_name
from registry.sites import SITE_COLUMNS, Site
from tests.registry.test_identity import NUMBER
from tests.rosters import credit_code, operator


def checked(**changes: str) -> OperatorEntry:
    """Return a record that must be right."""
    entry, problems = check_operator(operator(1, **changes))
    assert problems == []
    assert entry is not None
    return entry


def refused(**changes: str) -> list[FieldError]:
    """Return what is wrong with a record that must be."""
    entry, problems = check_operator(operator(1, **changes))
    assert entry is None
    return problems


def test_builder_and_headings_name_the_same_columns() -> None:
    """Every column of a row has a heading."""
    assert set(operator(1)) == set(HEADINGS.values())


def test_key_is_the_credit_code_or_else_the_register_number() -> None:
    """A record without either gets its number at import."""
    assert checked(register_no="TY-1").unit_id == credit_code(1)
    assert checked(credit_code="", register_no="TY-1").unit_id == "TY-1"
    assert checked(credit_code="").unit_id == ""


@pytest.mark.parametrize("column", ["register_no", "credit_code"])
@pytest.mark.parametrize("number", [NUMBER, NUMBER.lower(), "140105491231002"])
def test_identity_number_is_never_a_key_and_is_not_said_again(column: str, number: str) -> None:
    """The sentence tells what to do instead."""
    (problem,) = refused(**{"credit_code": "", "register_no": "", column: number})
    assert problem.field == (column,)
    assert problem.withheld
    assert number not in problem.text("zh") + problem.text("en")
    assert "名录不收身份证号" in problem.text("zh")


@pytest.mark.parametrize("number", ["张三", "a b", "x" * 33, "1/2"])
def test_register_number_has_a_form(number: str) -> None:
    """1 to 32 letters, digits or ``. _ -``."""
    assert [each.field for each in refused(credit_code="", register_no=number)] == [("register_no",)]


def test_natural_person_without_licence_is_masked_in_public_and_nobody_else() -> None:
    """With a credit code there is a licence, and the licence is public."""
    person = checked(credit_code="", register_no="R1", name="张三丰", natural_person="是")
    assert public_name(person) == "张**"
    assert public_name(replace(person, credit_code=credit_code(1))) == "张三丰"
    assert public_name(replace(person, natural_person=False)) == "张三丰"


def test_who_sells_on_a_platform_names_it_and_the_shop() -> None:
    """The number of the shop or its link."""
    assert [each.field for each in refused(kind="on_platform", platform_name="")] == [("platform_name",), ("shop_id",)]
    assert checked(kind="on_platform", shop_url="https://p.example/s/1").sites[0].shop_url


def test_own_site_has_a_domain() -> None:
    """Whoever runs their own site."""
    assert [each.field for each in refused(kind="own_site", domain="")] == [("domain",)]
    assert checked(kind="social", domain="", platform_name="").sites == ()


def test_risk_class_has_its_month() -> None:
    """The class is opaque; without its month nobody knows what it is worth."""
    assert [each.field for each in refused(risk_class="C")] == [("risk_month",)]
    assert [each.field for each in refused(risk_class="C", risk_month="2020-13")] == [("risk_month",)]
    assert checked(risk_class="三星", risk_month="2020-06").risk_month == "2020-06"


def test_days_may_be_unknown_but_not_wrong() -> None:
    """Lists, status and the last inspection."""
    assert checked(abnormal_on="2019-05-01").abnormal_on == date(2019, 5, 1)
    assert checked().serious_on is None
    assert [each.field for each in refused(status_on="2020-02-30")] == [("status_on",)]


def test_record_comes_back_from_the_journal_as_it_went() -> None:
    """With all its sites and dates."""
    entry = replace(
        checked(abnormal_on="2019-05-01", risk_class="A", risk_month="2020-01"),
        sites=(Site(domain="a.example"), Site(platform_name="平台", shop_id="1")),
    )
    assert entry_from(record_of(entry)) == entry


def test_record_is_checked_again_as_it_stands() -> None:
    """An edit starts from the text of the record."""
    entry = checked(abnormal_on="2019-05-01", natural_person="是")
    raw = as_text(entry) | {name: getattr(entry.sites[0], name) for name in SITE_COLUMNS}
    assert check_operator(raw) == (entry, [])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("（虚构）ＡＢ 商城·1店", "虚构ab商城1店"),
        ("Café 店", "café店"),
        ("①号", "1号"),
        ("——", ""),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_names_are_compared_by_their_letters_alone(name: str, key: str) -> None:
    """Width, case, brackets and spaces do not part what is the same."""
    assert name_key(name) == key


@given(st.one_of(st.text(), st.text("汾晋ABz09（）()《》、，。·—“”㈠ＡΣ ß龥鿿", max_size=12)))
def test_short_way_to_the_key_of_a_name_leads_to_the_same_key(name: str) -> None:
    assert name_key(name) == "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).lower()))


def test_every_pair_of_neighbours_is_looked_up_once() -> None:
    """A name of one character is found by itself."""
    assert grams_of("晋晋晋小") == ["晋晋", "晋小"]
    assert grams_of("晋") == ["晋"]
    assert grams_of("") == []
