"""The words and shares that a fictional province is made of, read once from ``data/province.toml``."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from app.generate.lots import Shares
from registry.areas import area_name, area_names, parse_area

COUNTY_WEIGHTS = {"区": 3, "市": 2, "县": 1}
"""How the residents of a city are spread over its districts, county-level cities and counties: an assumption."""


@dataclass(frozen=True, kw_only=True)
class Department:
    """A department that sends inspectors, and its share of them in a thousand."""

    code: str
    name: str
    share: int


@dataclass(frozen=True, kw_only=True)
class Festival:
    """A fictional holiday: the month and day it begins, and how many weekdays are off."""

    name: str
    month: int
    day: int
    weekdays: int


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Everything in the file, with the shares prepared for drawing lots."""

    cities: Shares[str]
    counties: Shares[str]
    places: Mapping[str, Sequence[str]]
    surnames: str
    given_mark: str
    given: str
    names: Mapping[str, Any]
    pinyin: Mapping[str, Sequence[str]]
    elsewhere: Mapping[str, Sequence[str]]
    kinds: Mapping[str, Shares[str]]
    forms: Mapping[str, Shares[str]]
    shares: Mapping[str, int]
    statuses: Shares[str]
    risk_classes: Shares[str]
    risk_sources: Sequence[str]
    fields: Sequence[str]
    tags: Sequence[str]
    departments: Sequence[Department]
    recusal_reasons: Sequence[str]
    items: Sequence[Mapping[str, str]]
    festivals: Sequence[Festival]

    @property
    def mark(self) -> str:
        """The mark that every fictional name ends in."""
        return str(self.names["mark"])


@cache
def vocabulary() -> Vocabulary:
    """Return the words and shares, read once."""
    data = tomllib.loads(resources.files("app.generate").joinpath("data/province.toml").read_text(encoding="utf-8"))
    words, people = data["words"], data["people"]
    return Vocabulary(
        cities=Shares(data["population"]),
        counties=Shares(_residents_by_county(data["population"])),
        places=data["places"],
        surnames=people["surnames"],
        given_mark=people["given_mark"],
        given=people["given"],
        names=data["names"],
        pinyin=data["pinyin"],
        elsewhere=data["elsewhere"],
        kinds={group: Shares(shares) for group, shares in data["kinds"].items()},
        forms={kind: Shares(shares) for kind, shares in data["forms"].items()},
        shares=data["shares"],
        statuses=Shares(words["statuses"]),
        risk_classes=Shares(words["risk_classes"]),
        risk_sources=words["risk_sources"],
        fields=words["fields"],
        tags=words["tags"],
        departments=[
            Department(code=code, name=name, share=share) for code, (name, share) in data["departments"].items()
        ],
        recusal_reasons=data["recusals"]["reasons"],
        items=data["items"],
        festivals=[
            Festival(name=name, month=month, day=day, weekdays=weekdays)
            for name, (month, day, weekdays) in data["festivals"].items()
        ],
    )


@cache
def place_name(area: str) -> str:
    """Return the name of a county after its city's, as an address begins."""
    return area_name(area)


@cache
def city_word(area: str) -> str:
    """Return a city's name as the name of a company begins: 太原 for 140105."""
    return area_names()[parse_area(area[:4] + "00")].removesuffix("市")


def _residents_by_county(cities: Mapping[str, int]) -> dict[str, int]:
    """Return county → residents: those of its city, by the weight of what it is."""
    found: dict[str, int] = {}
    for city, residents in cities.items():
        weights = {
            code: COUNTY_WEIGHTS[name[-1]]
            for code, name in area_names().items()
            if code.startswith(city[:4]) and code != city
        }
        whole = sum(weights.values())
        found |= {code: residents * weight // whole for code, weight in weights.items()}
    return found
