"""What may be recorded of an inspected item (抽查检查结果), and what follows: choices, never free text, dated.

Which choices there are on a day is data (``data/outcomes.toml``), with the reason why each counts as a problem or not.
An outcome is judged by the choices in force on the day of the inspection, not of the filing.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Protocol, TypeVar

from registry.errors import RegistryError


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One choice for the result of an item.

    ``problem``: counts as a finding with a problem. ``needs_text``: must be explained. ``clear``: excludes every other
    outcome of the item. ``open``: stays open until it is closed with a date.
    """

    code: str
    zh: str
    en: str
    problem: bool
    needs_text: bool
    clear: bool
    open: bool
    effective_from: date
    source: str
    reason: str
    effective_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """One choice for what follows an item's result (后续处理)."""

    code: str
    zh: str
    en: str
    effective_from: date
    effective_until: date | None = None


class OutcomeError(RegistryError):
    """No such outcome on that day; ``codes`` are those in force."""

    zh = "{day} 没有结果代码“{code}”。请从下列代码中选择：{codes}。"
    en = "There is no outcome {code!r} on {day}. Choose one of: {codes}."


def outcomes_on(day: date) -> Mapping[str, Outcome]:
    """Return code → outcome in force on a day, in the order in which they are offered."""
    return _in_force(_data().outcomes, day)


def outcome_on(code: str, day: date) -> Outcome:
    """Return one outcome in force on a day. Raises OutcomeError."""
    found = outcomes_on(day)
    if code not in found:
        raise OutcomeError(code=code, day=day, codes=", ".join(found))
    return found[code]


def follow_ups_on(day: date) -> Mapping[str, FollowUp]:
    """Return code → follow-up in force on a day, in the order in which they are offered."""
    return _in_force(_data().follow_ups, day)


class _Dated(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def effective_from(self) -> date: ...
    @property
    def effective_until(self) -> date | None: ...


_Entry = TypeVar("_Entry", bound=_Dated)


@dataclass(frozen=True)
class _Data:
    outcomes: tuple[Outcome, ...]
    follow_ups: tuple[FollowUp, ...]


@cache
def _data() -> _Data:
    data = tomllib.loads(resources.files("registry").joinpath("data/outcomes.toml").read_text(encoding="utf-8"))
    return _Data(
        outcomes=tuple(Outcome(**entry) for entry in data["outcome"]),
        follow_ups=tuple(FollowUp(**entry) for entry in data["follow_up"]),
    )


def _in_force(entries: Iterable[_Entry], day: date) -> Mapping[str, _Entry]:
    return MappingProxyType(
        {
            entry.code: entry
            for entry in entries
            if entry.effective_from <= day and (entry.effective_until is None or day <= entry.effective_until)
        }
    )
