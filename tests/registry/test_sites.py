"""Domains come in one form, however they were copied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.sites import DomainError, domain_start, parse_domain


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("shop.example", "shop.example"),
        (" HTTPS://WWW.Shop.Example/index.html?a=1#top ", "www.shop.example"),
        ("http://user@shop.example:8080/", "shop.example"),
        ("ｓｈｏｐ．ｅｘａｍｐｌｅ", "shop.example"),
        ("shop。example", "shop.example"),
        ("shop.example.", "shop.example"),
        ("商城.中国", "xn--czru2d.xn--fiqs8s"),
        ("10.0.0.1", "10.0.0.1"),
        ("my_shop.example", "my_shop.example"),
    ],
)
def test_domain_has_one_form(text: str, domain: str) -> None:
    """Without scheme, user, port and path, in lower case, Chinese in its ASCII form; real rows hold addresses too."""
    assert parse_domain(text) == domain


def test_one_form_is_kept() -> None:
    """What is stored is taken again as it is."""
    assert parse_domain(parse_domain("https://商城.中国/")) == parse_domain("商城.中国")


@pytest.mark.parametrize("text", ["shop", "无", "-shop.example", "shop..example", "a" * 64 + ".example", "/", "."])
def test_what_is_no_domain_is_refused(text: str) -> None:
    """With an example of one."""
    with pytest.raises(DomainError) as refused:
        parse_domain(text)
    assert "www.example.cn" in refused.value.text("zh")


@pytest.mark.parametrize("text", ["a.example b.example", "a.example;b.example", "a.example、b.example"])
def test_several_domains_in_one_cell_are_refused_with_the_remedy(text: str) -> None:
    """One site a row."""
    with pytest.raises(DomainError) as refused:
        parse_domain(text)
    assert "每行填一个网站" in refused.value.text("zh")


@given(st.text(max_size=80))
def test_any_text_is_a_domain_or_refused_in_words(text: str) -> None:
    """Nothing else is raised, and the form is stable."""
    try:
        domain = parse_domain(text)
    except RegistryError:
        return
    assert parse_domain(domain) == domain == domain_start(domain)
