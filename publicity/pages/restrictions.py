"""Restrictions in force and entries on lists as pages show them, and the sheet of a signed answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sampling.stages import Stage


@dataclass(frozen=True, kw_only=True)
class RestrictionLine:
    """One restriction in force: what, on which basis, from when to when, and the record it rests on.

    ``source`` is the rule that it follows from, ``basis`` the law that the decision cites. ``until_on`` is the last
    day, where ``ends`` is ``on_day``. ``listed`` is the list, of a restriction that follows from one.
    """

    what: str
    what_en: str
    source: str
    from_on: date
    until_on: date | None
    ends: Literal["on_day", "for_life", "on_removal", "not_stated"]
    listed: Literal["abnormal", "serious"] | None
    authority: str
    decision_no: str
    decided_on: date
    basis: str
    record_id: str
    record_path: str
    log_index: int
    proof_path: str


@dataclass(frozen=True, kw_only=True)
class ListedLine:
    """One entry under which an operator stands on a list."""

    order_id: str
    list_name: str
    authority: str
    decision_no: str
    decided_on: date
    basis: str
    log_index: int
    proof_path: str
    evidence_path: str


@dataclass(frozen=True, kw_only=True)
class AnswerSheet:
    """A signed answer on paper.

    ``note`` is the signed text byte for byte, ``signature`` its last line, ``digest`` its SHA-256 in hex; ``address``
    is that of the operator's public page, where there is one.
    """

    authority: str
    stage: Stage
    asked: str
    code: str
    name: str | None
    state: str
    state_words: str
    state_words_en: str
    as_of: date
    made_at: datetime
    rests_on: str
    rests_on_en: str
    restrictions: list[RestrictionLine]
    merged_into: str | None
    problem: str | None
    log_size: int
    log_root: str
    note: str
    signature: str
    digest: str
    address: str | None
