"""Checking one record as it was handed in, column by column, and keeping every problem instead of the first.

Used for import rows and for edits alike, so that a spreadsheet and the API are told the same in the same words.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final, TypeVar

from registry.errors import FieldError, RegistryError
from registry.headings import fold, words_of
from registry.spelling import (
    NumberText,
    are_plain,
    clean_text,
    is_formula,
    is_serial,
    is_shortened,
    parse_day,
    parse_month,
    unfit_character,
)
from sampling.wording import Words

MAX_TEXT = 500
_FLAG: Final = {"true": "是", "false": "否"}
_CONTROL: Final[Words] = (
    "含有换行、控制字符、看不见的字符或自造字。",
    "It holds a line break, a control character, one that is not seen, or one of private use.",
)
_FORMULA: Final[Words] = (
    "以 = @ + 或 - 开头，表格软件会当作公式计算。",
    "It begins with = @ + or -, so a spreadsheet would compute it as a formula.",
)
_NUMBER: Final[Words] = (
    "表格软件已把它变成数值，原来的数字可能已丢失。",
    "The spreadsheet has made a number of it, and may have lost digits.",
)
_AS_TEXT: Final[Words] = (
    "请先把该列设为文本格式，再从原始资料重新填入。",
    "Set the column to text first, then fill it in again from the original.",
)

T = TypeVar("T")


class Checker:
    """The texts of one record, normalised, and the problems found so far."""

    def __init__(self, raw: Mapping[str, str], columns: Iterable[str], required: Iterable[str]) -> None:
        self.text = {name: raw.get(name, "") for name in columns}
        self.numbers = {name for name, value in self.text.items() if type(value) is NumberText}
        """Columns whose cell held a number."""
        self.problems: list[FieldError] = []
        if self.numbers or not are_plain(self.text.values()):
            self._clean()
        for name in required:
            self.require(name)
        for name, value in self.text.items():
            if len(value) > MAX_TEXT:
                self.refuse(
                    name, (f"超过 {MAX_TEXT} 字。", f"Longer than {MAX_TEXT} characters."), ("请缩短。", "Shorten it.")
                )

    def require(self, name: str) -> None:
        """Note a column that has to be filled and is not."""
        if not self.text[name]:
            self.refuse(name, ("必填项为空。", "A required value is missing."), ("请填写。", "Fill it in."))

    def refuse(self, name: str, problem: Words, mend: Words, *, withheld: bool = False) -> None:
        """Note one problem with a column; ``withheld`` when the value must not be said again."""
        self.problems.append(FieldError((name,), problem, mend, withheld=withheld))

    def parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return ``parse(text)``, or None with the parser's own words noted; a text refused before is left alone."""
        if not self.text[name] or self._is_refused(name):
            return None
        try:
            return parse(self.text[name])
        except RegistryError as wrong:
            words = wrong.data
            self.refuse(
                name,
                (str(words["problem_zh"]), str(words["problem_en"])),
                (str(words["mend_zh"]), str(words["mend_en"])),
            )
            return None

    def code(self, name: str) -> str:
        """Return the text of a code; a cell that held a number is refused, for its leading zeros are gone."""
        if name in self.numbers and not self._is_refused(name):
            self.refuse(name, _NUMBER, _AS_TEXT)
        return self.text[name]

    def word(self, name: str, words: Mapping[T, str]) -> T | None:
        """Return the code that a word, another way to say it (``data/words.toml``) or the code itself stands for."""
        return self._choice(name, words, words_of(name))

    def flag(self, name: str) -> bool | None:
        """Return whether 是 or 否 was given."""
        found = self._choice(name, _FLAG, words_of("flag"))
        return None if found is None else found == "true"

    def day(self, name: str) -> date | None:
        """Return a date, in any of its usual spellings."""
        value = self.text[name]
        found = parse_day(value)
        if found is None:
            self._refuse_date(name, ("日期", "date"), "2020-09-01")
        return found

    def month(self, name: str) -> str | None:
        """Return a month as YYYY-MM, in any of its usual spellings; of a date its month."""
        found = parse_month(self.text[name])
        if found is None:
            self._refuse_date(name, ("月份", "month"), "2020-09")
        return found

    def _clean(self) -> None:
        """Normalise every text, and note what none may be, whatever its column."""
        for name, value in self.text.items():
            text = self.text[name] = clean_text(value)
            if unfit_character(text) is not None:
                self.refuse(name, _CONTROL, ("请删除该字符。", "Remove it."))
            if is_formula(text):
                self.refuse(name, _FORMULA, ("请只填文字或数值。", "Put text or a value."))
            if is_shortened(value) or is_shortened(text):
                self.refuse(name, _NUMBER, _AS_TEXT)

    def _choice(self, name: str, words: Mapping[T, str], others: Mapping[str, str]) -> T | None:
        value = self.text[name]
        for code, word in words.items():
            if value in (word, str(code)):
                return code
        if not value or self._is_refused(name):
            return None
        meant = others.get(fold(value))
        for code in words:
            if str(code) == meant:
                return code
        choices = "、".join(words.values())
        codes = ", ".join(str(code) for code in words)
        self.refuse(
            name,
            (f"“{value}”不在可选范围内。", f"{value!r} is not one of the choices."),
            (f"请填：{choices}。", f"Use one of: {codes}."),
        )
        return None

    def _refuse_date(self, name: str, what: Words, example: str) -> None:
        value = self.text[name]
        if not value or self._is_refused(name):
            return
        if is_serial(value):
            problem = (
                f"“{value}”是表格软件内部的日期序号。",
                f"{value!r} is the number by which a spreadsheet keeps a date.",
            )
            mend = (
                f"请把该列设为日期格式，或按 {example} 的格式填写。",
                f"Set the column to a date format, or write it as {example}.",
            )
        else:
            problem = (f"“{value}”不是有效{what[0]}。", f"{value!r} is not a {what[1]}.")
            mend = (f"请按 {example} 的格式填写。", f"Write it as {example}.")
        self.refuse(name, problem, mend)

    def _is_refused(self, name: str) -> bool:
        return any(wrong.field == (name,) for wrong in self.problems)
