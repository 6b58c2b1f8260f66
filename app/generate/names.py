"""Names and addresses: as businesses of Shanxi are called, of words put together by lot, marked as fictional."""

from app.generate.lots import Lots
from app.generate.vocabulary import Vocabulary, city_word, place_name


def person_name(lots: Lots, words: Vocabulary) -> str:
    """Return the name of a person who does not exist: the given name begins with 拟."""
    return lots.one_of(words.surnames) + words.given_mark + lots.one_of(words.given)


def business_name(lots: Lots, words: Vocabulary, *, form: str, area: str) -> str:
    """Return the name of a company, a household business (个体工商户) or a cooperative (农民专业合作社)."""
    own = lots.one_of(words.names["first"]) + lots.one_of(words.names["second"])
    if form == "company":
        where = "山西" if lots.chance(350) else city_word(area)
        return f"{where}{own}{lots.one_of(words.names['trades'])}有限公司{words.mark}"
    if form == "cooperative":
        return f"{place_name(area)}{own}{lots.one_of(words.names['cooperatives'])}农民专业合作社{words.mark}"
    called = f"{lots.one_of(words.surnames)}记" if lots.chance(250) else own
    return f"{place_name(area)}{called}{lots.one_of(words.names['shops'])}{words.mark}"


def platform_name(number: int, words: Vocabulary) -> str:
    """Return what the n-th platform calls itself, without lots, so that its shops can name it.

    >>> from app.generate.vocabulary import vocabulary
    >>> platform_name(1, vocabulary())
    '晋盛优选（虚构平台）'
    """
    first, second, kinds = words.names["first"], words.names["second"], words.names["platforms"]
    turns = number // len(first)
    return (
        f"{first[number % len(first)]}{second[(number - 1 + turns) % len(second)]}"
        f"{kinds[(number - 1) % len(kinds)]}（虚构平台）"
    )


def address(lots: Lots, words: Vocabulary, *, form: str, area: str) -> str:
    """Return an address in an area, on a street or in a village that does not exist."""
    places = words.places
    if form == "cooperative" or lots.chance(80):
        return f"{place_name(area)}虚构{lots.one_of(places['villages'])}村{lots.between(1, 300)}号"
    street = f"{place_name(area)}虚构{lots.one_of(places['streets'])}{lots.one_of(places['street_kinds'])}"
    house = f"{lots.between(1, 400)}号"
    if form == "company" or lots.chance(400):
        building = lots.one_of(places["buildings"])
        return f"{street}{house}{building}{lots.between(1, 12)}幢{lots.between(1, 4)}单元{lots.between(101, 2604)}室"
    return street + house


def domain(lots: Lots, words: Vocabulary, number: int) -> str:
    """Return a domain that can never be registered, different for every number."""
    pinyin = words.pinyin
    return f"{lots.one_of(pinyin['first'])}{lots.one_of(pinyin['second'])}{number}.example"
