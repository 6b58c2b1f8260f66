"""Proposals (拟遮盖内容): a stretch of a text that may have to be removed before it is published, and why.

A proposal changes nothing: a person confirms, adds or rejects, and what nobody decided stays hidden.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from registry.redactions import PrivateKind
from sampling.wording import Words


class Why(StrEnum):
    """By what something was recognised."""

    CHECKED = "checked"
    FORM = "form"
    LABEL = "label"
    REGISTER = "register"
    AGAIN = "again"


WHY_WORDS: dict[Why, Words] = {
    Why.CHECKED: ("校验位相符", "the check digit fits"),
    Why.FORM: ("形式相符", "the form fits"),
    Why.LABEL: ("前后文表明", "the words beside it say so"),
    Why.REGISTER: ("名录中有此内容", "the register has it"),
    Why.AGAIN: ("他处已识别的同一内容", "the same words were recognised elsewhere"),
}


@dataclass(frozen=True, kw_only=True, order=True)
class Proposal:
    """Characters ``start`` to ``end`` (exclusive, in code points from 0) of a text, what they are, and why."""

    start: int
    end: int
    kind: PrivateKind
    why: Why


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register says of the party: words to be hidden wherever they stand, with their kind; public words.

    ``masked``: it is a natural person without a licence, whose own name and domicile are private too.
    """

    masked: bool = False
    hidden: tuple[tuple[str, PrivateKind], ...] = ()
    public: tuple[str, ...] = ()


@cache
def private_words() -> dict[str, Any]:
    """Return the words by which private data are recognised (``words/private.toml``)."""
    return tomllib.loads(resources.files("publicity").joinpath("words/private.toml").read_text(encoding="utf-8"))
