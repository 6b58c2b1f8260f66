"""Rows that are plainly right, taken by the column: as the roster's check would take them, or not at all.

Nothing is refused here. A cell that is not plainly right is a ``MISS``, and its row goes to the check, which has the
sentences. Codes are looked at as one array of digits; words, areas and days by each distinct text once, through the
very parser of the check; other texts by one expression over the whole column.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from registry.areas import parse_area
from registry.checking import MAX_TEXT, Checker
from registry.credit_code import ALPHABET, AREA_PLACES, BASE, LENGTH, WEIGHTS
from registry.drafts import Block, Taken
from registry.identity import is_identity_number
from registry.operator_entries import COLUMNS, KIND_WORDS, REGISTER_NO, STATUS_WORDS, OperatorKind
from registry.sites import MAX_DOMAIN, SITE_COLUMNS
from registry.spelling import are_plain


class _Miss:
    """A cell that is not plainly right."""


MISS: Final = _Miss()
Cells = list[Any]
Parse = Callable[[Checker, str], object]

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})+)?")
_DIGITS = 10

_VALUES = np.full(256, 255, dtype=np.uint8)
_VALUES[[ord(character) for character in ALPHABET]] = range(BASE)
_WEIGHTS = np.array(WEIGHTS, dtype=np.int64)


class Memory:
    """What each distinct text of a column was read as, by the check's own parser."""

    def __init__(self, name: str, parse: Parse, *, empty: object = MISS) -> None:
        self._name = name
        self._parse = parse
        self._known: dict[str, object] = {"": empty}

    def read(self, values: Sequence[str]) -> Cells:
        """Return what the texts stand for."""
        known = self._known
        for text in set(values).difference(known):
            known[text] = self._judge(text)
        return [known[text] for text in values]

    def _judge(self, text: str) -> object:
        check = Checker({self._name: text}, (self._name,), ())
        value = self._parse(check, self._name) if check.text[self._name] else None
        return MISS if check.problems or value is None else value


def texts(values: Sequence[str]) -> Cells:
    """Return the texts that stay as they are."""
    if not any(values):
        return list(values)
    if are_plain(values) and len(max(values, key=len)) <= MAX_TEXT:
        return list(values)
    return [text if len(text) <= MAX_TEXT and are_plain((text,)) else MISS for text in values]


def domains(values: Sequence[str]) -> Cells:
    """Return the domains that are in their one form already."""
    return [text if len(text) <= MAX_DOMAIN and _DOMAIN.fullmatch(text) else MISS for text in values]


def register_numbers(values: Sequence[str]) -> Cells:
    """Return the register numbers in form; a column is mostly empty."""
    if not any(values):
        return list(values)
    return [
        text if not text or (REGISTER_NO.fullmatch(text) and not is_identity_number(text)) else MISS for text in values
    ]


def credit_codes(values: Sequence[str]) -> Cells:
    """Return the valid credit codes, and the empty cells; GB 32100 over all codes at once."""
    fit = [at for at, text in enumerate(values) if len(text) == LENGTH and text.isascii()]
    found: Cells = [text if not text else MISS for text in values]
    if not fit:
        return found
    raw = np.frombuffer("".join([values[at] for at in fit]).encode(), dtype=np.uint8).reshape(-1, LENGTH)
    digits = _VALUES[raw]
    good = (digits < BASE).all(axis=1)
    good &= (digits[:, AREA_PLACES.start : AREA_PLACES.stop] < _DIGITS).all(axis=1)
    total = digits[:, :-1].astype(np.int64) @ _WEIGHTS
    good &= (-total % BASE) == digits[:, -1]
    good &= ~(digits[:, :-1] < _DIGITS).all(axis=1)  # it could be an identity number: the check looks
    for at, right in zip(fit, good.tolist(), strict=True):
        if right:
            found[at] = values[at]
    return found


class QuickOperators:
    """Takes the rows of operators that are plainly right; remembers words, areas and days from block to block."""

    def __init__(self) -> None:
        def day(name: str) -> Callable[[Sequence[str]], Cells]:
            return Memory(name, Checker.day, empty=None).read

        readers: dict[str, Callable[[Sequence[str]], Cells]] = {
            "credit_code": credit_codes,
            "register_no": register_numbers,
            "natural_person": Memory("natural_person", Checker.flag, empty=False).read,
            "kind": Memory("kind", lambda check, name: check.word(name, KIND_WORDS)).read,
            "status": Memory("status", lambda check, name: check.word(name, STATUS_WORDS)).read,
            "trading": Memory("trading", Checker.flag).read,
            "area": Memory("area", lambda check, name: check.parsed(name, parse_area)).read,
            "risk_month": Memory("risk_month", Checker.month, empty="").read,
            "domain": domains,
        }
        readers |= {name: day(name) for name in ("status_on", "abnormal_on", "serious_on", "last_inspected_on")}
        self._readers = {name: readers.get(name, texts) for name in (*COLUMNS, *SITE_COLUMNS)}

    def look(self, block: Block) -> list[Taken | None]:
        """Return the rows taken, None for the others."""
        cells = {
            name: read(block[name]) if set(map(type, block[name])) == {str} else [MISS] * len(block[name])
            for name, read in self._readers.items()
        }
        taken: list[Taken | None] = list(_taken(cells))
        for at in _unclear(cells):
            taken[at] = None
        return taken

    def again(self, block: Block) -> list[Taken]:
        """Return rows that were taken before: what stays as it is is not looked at again."""
        return list(
            _taken(
                {
                    name: block[name] if read in _UNCHANGING else read(block[name])
                    for name, read in self._readers.items()
                }
            )
        )


_UNCHANGING = (texts, credit_codes, register_numbers, domains)
"""Readers that let a text pass as it is, or not at all."""


def _taken(cells: Mapping[str, Sequence[Any]]) -> Iterator[Taken]:
    heads = zip(*(cells[name] for name in COLUMNS), strict=True)
    lines = zip(*(cells[name] for name in SITE_COLUMNS), strict=True)
    for head, line in zip(heads, lines, strict=True):
        yield Taken(head[0] or head[1], head, line if any(line) else None)


def _unclear(cells: dict[str, Cells]) -> set[int]:
    """Return the places of the rows that the check must look at: a miss, no key, or what one column asks of others."""
    found: set[int] = set()
    for column in cells.values():
        if MISS in column:
            found.update(at for at, value in enumerate(column) if value is MISS)
    for name in ("name", "address"):
        if "" in cells[name]:
            found.update(at for at, value in enumerate(cells[name]) if not value)
    columns = ("credit_code", "register_no", "kind", "platform_name", "shop_id", "shop_url", "domain")
    for at, (code, number, kind, platform, shop, url, domain) in enumerate(zip(*map(cells.get, columns), strict=True)):
        if (
            not (code or number)
            or (kind is OperatorKind.ON_PLATFORM and not (platform and (shop or url)))
            or (kind is OperatorKind.OWN_SITE and not domain)
        ):
            found.add(at)
    for at, (risk, month) in enumerate(zip(cells["risk_class"], cells["risk_month"], strict=True)):
        if risk and not month:
            found.add(at)
    return found
