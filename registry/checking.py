"""Checking one record as it was handed in, column by column, and keeping every problem instead of the first.

Used for import rows and for edits alike, so that a spreadsheet and the API are told the same in the same words.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from registry.base import nfc
from registry.errors import FieldError, RegistryError
from sampling.wording import Words

MAX_TEXT = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

T = TypeVar("T")


class Checker:
    """The texts of one record, normalised, and the problems found so far."""

    def __init__(self, raw: Mapping[str, str], columns: Iterable[str], required: Iterable[str]) -> None:
        self.text = {name: nfc(raw.get(name, "")) for name in columns}
        self.problems: list[FieldError] = []
        for name in required:
            if not self.text[name]:
                self.refuse(name, ("必填项为空。", "A required value is missing."), ("请填写。", "Fill it in."))
        for name, value in self.text.items():
            if len(value) > MAX_TEXT:
                self.refuse(
                    name, (f"超过 {MAX_TEXT} 字。", f"Longer than {MAX_TEXT} characters."), ("请缩短。", "Shorten it.")
                )
            if _CONTROL.search(value):
                self.refuse(
                    name,
                    ("含有换行或控制字符。", "It holds a line break or a control character."),
                    ("请删除该字符。", "Remove it."),
                )

    def refuse(self, name: str, problem: Words, mend: Words, *, withheld: bool = False) -> None:
        """Note one problem with a column; ``withheld`` when the value must not be said again."""
        self.problems.append(FieldError((name,), problem, mend, withheld=withheld))

    def parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return ``parse(text)``, or None with the parser's own words noted; an empty text was noted before."""
        if not self.text[name]:
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

    def word(self, name: str, words: Mapping[T, str]) -> T | None:
        """Return the code that a word or the code itself stands for."""
        value = self.text[name]
        for code, word in words.items():
            if value in (word, str(code)):
                return code
        if value:
            choices = "、".join(words.values())
            codes = ", ".join(str(code) for code in words)
            self.refuse(
                name,
                (f"“{value}”不在可选范围内。", f"{value!r} is not one of the choices."),
                (f"请填：{choices}。", f"Use one of: {codes}."),
            )
        return None

    def flag(self, name: str) -> bool | None:
        """Return whether 是 or 否 was given."""
        found = self.word(name, {"true": "是", "false": "否"})
        return None if found is None else found == "true"

    def month(self, name: str) -> str:
        """Return a month written YYYY-MM, or nothing."""
        value = self.text[name]
        if value and not re.fullmatch(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", value):
            self.refuse(
                name,
                (f"“{value}”不是有效月份。", f"{value!r} is not a month."),
                ("请按 2020-09 的格式填写。", "Write it as 2020-09."),
            )
        return value

    def day(self, name: str) -> date | None:
        """Return a date written YYYY-MM-DD."""
        value = self.text[name]
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        if value:
            self.refuse(
                name,
                (f"“{value}”不是有效日期。", f"{value!r} is not a date."),
                ("请按 2020-09-01 的格式填写。", "Write it as 2020-09-01."),
            )
        return None
