"""Rules of law as dated data (``rules/*.toml``), read strictly: what a file says is taken whole, or refused by name.

A name that is unknown, missing, of another type or out of range stops the start with a sentence that says where: a rule
that is read halfway would end a publication on a wrong day. A source without its article is marked ``check``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import TypeVar

from publicity.errors import PublicityError
from sampling.wording import Words

Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)

SHIPPED = "rules"
"""The folder of the rules that come with the program."""
MISSING: Words = ("缺少该项", "it is missing")


class RuleFileError(PublicityError):
    """A file of rules cannot be what it should; ``file`` and ``place`` say where, the two ``problem`` texts what."""

    zh = "规则文件 {file} 中 {place} 有误：{problem_zh}。该文件未采用。请对照所引文件改正后重试。"
    en = "The rule file {file} is wrong at {place}: {problem_en}. It was not used. Correct it from the text it cites."


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a rule comes from; ``check`` where its text was not read in the original."""

    document: str
    number: str
    article: str = ""
    check: bool = False

    @property
    def words(self) -> str:
        """Return the source as a page cites it."""
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.document}》{number}{self.article}{'（待核）' if self.check else ''}"


@dataclass(frozen=True, kw_only=True)
class InForce:
    """The days on which a rule holds, both included; None is no end."""

    first: date
    last: date | None = None

    def on(self, day: date) -> bool:
        """Return whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


class Entry:
    """One table of a file; each name is taken once, and ``done`` refuses what nobody took."""

    def __init__(self, file: str, place: str, table: Mapping[str, object]) -> None:
        self.file = file
        self.place = place
        self._left = dict(table)

    def maybe(self, name: str, kind: type[Value]) -> Value | None:
        """Return a value of exactly one type, or None where the name is not there."""
        value = self._left.pop(name, None)
        if value is not None and type(value) is not kind:
            raise self.wrong((f"应为{_TYPES[kind][0]}", f"it must be {_TYPES[kind][1]}"), name)
        return value if isinstance(value, kind) else None

    def need(self, name: str, kind: type[Value]) -> Value:
        """Return a value that has to be there."""
        value = self.maybe(name, kind)
        if value is None or value == "":
            raise self.wrong(MISSING, name)
        return value

    def flag(self, name: str) -> bool:
        """Return a yes or no; no where it is not there."""
        return self.maybe(name, bool) or False

    def whole(self, name: str, *, least: int) -> int:
        """Return a whole number, not below the least."""
        value = self.need(name, int)
        if value < least:
            raise self.wrong((f"不能小于 {least}", f"it must not be below {least}"), name)
        return value

    def word(self, name: str, words: type[Word]) -> Word:
        """Return a word of a closed list."""
        return self._word(name, self.need(name, str), words)

    def maybe_word(self, name: str, words: type[Word]) -> Word | None:
        """Return a word of a closed list, or None where the name is not there."""
        value = self.maybe(name, str)
        return None if value is None else self._word(name, value, words)

    def words(self, name: str, words: type[Word]) -> tuple[Word, ...]:
        """Return words of a closed list, each once; none where the name is not there."""
        listed = self.maybe(name, list) or []
        if not all(type(each) is str for each in listed) or len(set(listed)) < len(listed):
            raise self.wrong(("应为不重复的词", "it must list words, each once"), name)
        return tuple(self._word(name, each, words) for each in listed)

    def in_force(self, default: InForce | None = None) -> InForce:
        """Return the days on which it holds, those of the whole file where it says none of its own."""
        first, last = self.maybe("effective_from", date), self.maybe("effective_until", date)
        if first is None and default is None:
            raise self.wrong(MISSING, "effective_from")
        if first is None and default is not None:
            first = default.first
            last = last or default.last
        found = InForce(first=first or date.min, last=last)
        if last is not None and last < found.first:
            raise self.wrong(("早于 effective_from", "it is before effective_from"), "effective_until")
        return found

    def source(self, default: Source | None = None) -> Source:
        """Return where it comes from: a document of its own, or an article of the file's."""
        own = self.maybe("document", str)
        if own is None and default is not None:
            document, number, check = default.document, default.number, default.check
        else:
            document, number, check = own or self.need("document", str), self.maybe("number", str) or "", False
        article = self.maybe("article", str) or ""
        return Source(document=document, number=number, article=article, check=self.flag("check") or check)

    def entry(self, name: str) -> "Entry | None":
        """Return a table within this one, or None."""
        table = self.maybe(name, dict)
        return None if table is None else Entry(self.file, f"{self.place}.{name}".lstrip("."), table)

    def entries(self, name: str) -> list["Entry"]:
        """Return the tables of a list within this one."""
        listed = self.maybe(name, list) or []
        if not all(type(each) is dict for each in listed):
            raise self.wrong(("应为若干表", "it must be tables"), name)
        place = f"{self.place}.{name}".lstrip(".")
        return [Entry(self.file, f"{place}[{number}]", each) for number, each in enumerate(listed, start=1)]

    def cited(self, source: Source, name: str = "article") -> Source:
        """Return a source that names its article or is marked as one to be checked; refuse any other."""
        if not source.article and not source.check:
            raise self.wrong(
                ("没有条款，也没有标明待核（check = true）", "it names no article and is not marked check = true"), name
            )
        return source

    def done(self) -> None:
        """Refuse what nobody took."""
        for name in self._left:
            raise self.wrong(("没有这一项", "there is no such name"), name)

    def wrong(self, problem: Words, name: str) -> RuleFileError:
        """Return the error that says what is wrong with a name of the file."""
        place = f"{self.place}.{name}".lstrip(".")
        return RuleFileError(file=self.file, place=place, problem_zh=problem[0], problem_en=problem[1])

    def _word(self, name: str, value: str, words: type[Word]) -> Word:
        if value not in set(words):
            known = "、".join(words)
            raise self.wrong((f"没有“{value}”，可用 {known}", f"{value!r} is none of {', '.join(words)}"), name)
        return words(value)


_TYPES: Mapping[type, tuple[str, str]] = {
    str: ("文字", "text"),
    int: ("整数", "a whole number"),
    bool: ("true 或 false", "true or false"),
    date: ("日期，如 2021-09-01", "a date such as 2021-09-01"),
    dict: ("表", "a table"),
    list: ("列表", "a list"),
}


def rule_files(pattern: str, folder: Path | None = None) -> list[Entry]:
    """Return the files of a folder, or those shipped, whose name begins and ends as ``pattern`` says, in order.

    Raises RuleFileError.
    """
    begin, _, end = pattern.partition("*")
    here = folder if folder is not None else resources.files("publicity").joinpath(SHIPPED)
    found = sorted(
        (each for each in here.iterdir() if each.name.startswith(begin) and each.name.endswith(end)),
        key=lambda each: each.name,
    )
    if not found:
        raise RuleFileError(
            file=pattern, place="rules", problem_zh="没有这样的文件", problem_en="there is no such file"
        )
    return [_read(each.name, each.read_bytes()) for each in found]


def _read(name: str, text: bytes) -> Entry:
    try:
        return Entry(name, "", tomllib.loads(text.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleFileError(
            file=name, place="TOML", problem_zh=f"不是 TOML 文件（{error}）", problem_en=f"it is no TOML: {error}"
        ) from error
