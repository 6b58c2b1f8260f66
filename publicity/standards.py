"""Statutory lists (法定数据标准) as data: which fields, in which order, of what form, how long, when required.

A standard is declared and never programmed: each field names the form that its value takes, the words of another field
that make it required, and where a wrong value is mended. A row is judged whole before anything is written; what is
wrong with it is said field by field, as the remarks on an imported roster are.

Lengths count characters: code points of the text in NFC, as it is stored, so that one ideograph, one letter and one
line feed are one each. No identity number leaves in any field, whatever a review kept.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from publicity.private_numbers import private_numbers
from registry.credit_code import CreditCodeError, parse_credit_code
from registry.redactions import PrivateKind
from sampling.wording import Words

BETWEEN: Final = "；"
"""What stands between several words in one field."""
WAN_IN_FEN: Final = 1_000_000
"""万元 in fen: its six decimals are the fen, exactly."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_MISSING: Words = ("必填项为空。", "It is required and empty.")
_IDENTITY: Words = ("含公民身份号码。", "It holds an identity number.")
_CONTROLS: Words = ("含控制字符。", "It holds a control character.")


class Form(Protocol):
    """What a field may hold: how a value is written, and what is wrong with it as written."""

    def text(self, value: Any) -> str:  # noqa: ANN401 - each form has its own values
        """Return a value as the field has it."""
        ...

    def wrong(self, text: str) -> Words | None:
        """Return what is wrong with a text that is not empty."""
        ...


@dataclass(frozen=True)
class Text:
    """A text of so many characters at most (C200); without a length, of any."""

    length: int | None = None

    def text(self, value: str) -> str:
        """Return it as it is."""
        return value

    def wrong(self, text: str) -> Words | None:
        """Return whether it is too long, or holds what may not leave."""
        if self.length is not None and len(text) > self.length:
            return (
                f"有 {len(text)} 个字符，限 {self.length} 个。",
                f"It has {len(text)} characters; {self.length} are allowed.",
            )
        if _CONTROL.search(text):
            return _CONTROLS
        return _IDENTITY if any(each.kind is PrivateKind.IDENTITY for each in private_numbers(text)) else None


@dataclass(frozen=True)
class Code:
    """A unified social credit code (C18), its check character right."""

    def text(self, value: str) -> str:
        """Return it as it is."""
        return value

    def wrong(self, text: str) -> Words | None:
        """Return what is wrong with the code."""
        try:
            parse_credit_code(text)
        except CreditCodeError as wrong:
            return wrong.text("zh"), wrong.text("en")
        return None


@dataclass(frozen=True)
class Choice:
    """One or several words of a table, with ``；`` between."""

    table: frozenset[str]

    def text(self, value: str | Sequence[str]) -> str:
        """Return the words."""
        return value if isinstance(value, str) else BETWEEN.join(value)

    def wrong(self, text: str) -> Words | None:
        """Return which words are not in the table."""
        strange = [word for word in text.split(BETWEEN) if word not in self.table]
        return (
            (f"“{BETWEEN.join(strange)}”不在代码表中。", f"{', '.join(strange)} is not in the table of words.")
            if strange
            else None
        )


@dataclass(frozen=True)
class Money:
    """An amount in 万元 with six decimals, from integer fen."""

    def text(self, value: int) -> str:
        """Return fen as 万元, exactly.

        >>> Money().text(2_000_001), Money().text(1)
        ('2.000001', '0.000001')
        """
        return f"{value // WAN_IN_FEN}.{value % WAN_IN_FEN:06d}"

    def wrong(self, text: str) -> Words | None:  # noqa: ARG002 - what fen make is always an amount
        """Return nothing."""
        return None


@dataclass(frozen=True)
class Day:
    """A day, as ISO 8601 writes it."""

    def text(self, value: date) -> str:
        """Return it in ISO form."""
        return value.isoformat()

    def wrong(self, text: str) -> Words | None:  # noqa: ARG002 - what a day makes is always a day
        """Return nothing."""
        return None


@dataclass(frozen=True, kw_only=True)
class When:
    """When a field is required: whenever the field ``heading`` holds one of ``words``."""

    heading: str
    words: frozenset[str]

    def holds(self, cells: Mapping[str, str]) -> bool:
        """Return whether it is required in a row."""
        return not self.words.isdisjoint(cells[self.heading].split(BETWEEN))


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: its heading, form, whether it is required (always, never or when), its source, where it is mended."""

    heading: str
    form: Form
    read: Callable[[Any], object]
    required: bool | When = False
    mend: Words

    def is_required(self, cells: Mapping[str, str]) -> bool:
        """Return whether it has to be filled in a row."""
        return self.required.holds(cells) if isinstance(self.required, When) else self.required


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with one field of one record: ``record`` is the publication, ``named`` its number."""

    record: str
    named: str
    field: str
    problem: Words
    mend: Words


@dataclass(frozen=True, kw_only=True)
class Source:
    """What one row is made of: the publication that it tells of, the number people know it by, what is read."""

    record: str
    named: str
    of: object


@dataclass(frozen=True, kw_only=True)
class Row:
    """One judged row: its cells in the order of the fields; it is good where it has no faults."""

    record: str
    cells: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The fields of a standard in order; ``orders`` are pairs of days of which the second may not come first."""

    fields: tuple[Field, ...]
    orders: tuple[tuple[str, str], ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings in order."""
        return tuple(each.heading for each in self.fields)

    def judge(self, source: Source) -> Row:
        """Return the row of a source, with everything that is wrong with it."""
        cells = {each.heading: _written(each, source.of) for each in self.fields}
        faults = tuple(
            Fault(record=source.record, named=source.named, field=each.heading, problem=problem, mend=each.mend)
            for each, problem in self._wrongs(cells)
        )
        return Row(record=source.record, cells=tuple(cells.values()), faults=faults)

    def _wrongs(self, cells: Mapping[str, str]) -> Iterator[tuple[Field, Words]]:
        for each in self.fields:
            text = cells[each.heading]
            if not text:
                if each.is_required(cells):
                    yield each, _MISSING
            elif problem := each.form.wrong(text):
                yield each, problem
            for earlier, later in self.orders:
                if later == each.heading and text and cells[earlier] and text < cells[earlier]:
                    yield (
                        each,
                        (f"{text} 早于{earlier} {cells[earlier]}。", f"{text} comes before {cells[earlier]}."),
                    )


def _written(field: Field, source: object) -> str:
    value = field.read(source)
    return "" if value is None else field.form.text(value)
