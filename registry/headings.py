"""The headings of rosters as bureaus write them, and the words in their cells: data, read once.

A heading is recognised by its letters: spaces, brackets and what stands in them, marks for "required" and full width do
not count. What a spreadsheet calls a column is not ours to change; to have another taken, add it to
``data/headings.toml``, and a word to ``data/words.toml``.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType
from typing import Any

_DROPPED = re.compile(r"[\s*＊:：、,，.。·\"'“”_\u200b-\u200f\u2060\ufeff-]+")
_BRACKETS = str.maketrans("【[〔「<《】]〕」>》", "(((((())))))")
_IN_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, kw_only=True)
class RosterHeadings:
    """The columns of one kind of roster: each with its headings, the official one first."""

    name: str
    columns: Mapping[str, Sequence[str]]
    required: Sequence[str]
    ignored: Sequence[str]

    def column(self, written: str) -> str | None:
        """Return the column of a heading as written, or None; the name of a column is a heading of it too."""
        exact = self._columns.get(fold(written))
        return exact if exact is not None else self._columns.get(_bare(written))

    def ignores(self, written: str) -> bool:
        """Return whether a heading names a column that rosters have and the registry does not."""
        folded = {fold(word) for word in self.ignored}
        return fold(written) in folded or _bare(written) in folded

    def official(self, column: str) -> str:
        """Return the heading that the registry itself writes."""
        return self.columns[column][0]

    def nearest(self, written: str) -> str | None:
        """Return the official heading of the known one that looks most like a heading as written, or None."""
        close = get_close_matches(fold(written), self._columns, n=1, cutoff=0.6)
        return self.official(self._columns[close[0]]) if close else None

    @cached_property
    def _columns(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for column, headings in self.columns.items():
            for heading in (column, *headings):
                found[fold(heading)] = column
        return found


def fold(written: str) -> str:
    """Return what counts of a heading or a word: half-width, lower case, without spaces, marks and brackets' shapes.

    >>> fold(" ＊统一社会 信用代码【注册号】：")
    '统一社会信用代码(注册号)'
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKC", written).translate(_BRACKETS)).lower()


@cache
def roster_headings(name: str) -> RosterHeadings:
    """Return the headings of a roster: operators, inspectors, recusals, items or holidays."""
    data = _data("headings.toml")
    roster = data["rosters"][name]
    columns = {column: tuple(headings) for column, headings in roster["columns"].items()}
    return RosterHeadings(
        name=name,
        columns=MappingProxyType(columns),
        required=tuple(roster["required"]),
        ignored=tuple(data["ignored"]),
    )


@cache
def words_of(name: str) -> Mapping[str, str]:
    """Return the words taken in a column, folded, with the codes they stand for; empty where there are none.

    >>> words_of("status")[fold("吊销,未注销")]
    'revoked'
    """
    table: Mapping[str, Sequence[str]] = _data("words.toml").get(name, {})
    return MappingProxyType({fold(word): code for code, words in table.items() for word in words})


def _bare(written: str) -> str:
    return _IN_BRACKETS.sub("", fold(written))


@cache
def _data(file: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("registry").joinpath(f"data/{file}").read_text(encoding="utf-8"))
