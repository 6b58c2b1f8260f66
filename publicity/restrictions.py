"""Restrictions in force (限制): what published penalties and standing list entries restrict on a day, and why.

Pure: records that are public today, a day, the rules → restrictions, each with its basis, its days and the record it
rests on. Nothing is known here but what the public may read; a record that ended, was repaired, withdrawn or removed
is none of the grounds, whatever day is asked about.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from publicity.restriction_rules import Consequence, EndRule
from registry.base import months_after
from registry.listings import OperatorList
from registry.penalties import PenaltyKind
from sampling.wording import Words


class Ends(StrEnum):
    """How long a restriction holds."""

    ON_DAY = "on_day"
    FOR_LIFE = "for_life"
    ON_REMOVAL = "on_removal"
    NOT_STATED = "not_stated"


ENDS_WORDS = {
    Ends.ON_DAY: ("至该日（含当日）", "until that day, which is included"),
    Ends.FOR_LIFE: ("终身", "for life"),
    Ends.ON_REMOVAL: ("至移出名录", "until removed from the list"),
    Ends.NOT_STATED: ("以决定书为准", "as the decision says"),
}


@dataclass(frozen=True, kw_only=True)
class Ban:
    """For how long a penalty bans a business or an occupation: to the end of a day, or for life."""

    until: date | None
    for_life: bool


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A public record that restrictions follow from: a penalty with its kinds, or an entry on a list.

    ``basis`` is the law that the decision itself cites; ``path`` and ``log_index`` lead to the record and its proof.
    """

    record_id: str
    unit_id: str
    listed: OperatorList | None = None
    kinds: frozenset[PenaltyKind] = frozenset()
    ban: Ban | None = None
    authority: str
    decision_no: str
    decided_on: date
    basis: str
    path: str
    log_index: int


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """One restriction in force; ``until_on`` is its last day where there is one."""

    words: Words
    source: str
    from_on: date
    until_on: date | None
    ends: Ends
    ground: Ground


def restrictions_on(grounds: Iterable[Ground], day: date, rules: Sequence[Consequence]) -> list[Restriction]:
    """Return what is restricted on a day, by the day of the decision, record and order of the rules."""
    ordered = sorted(grounds, key=lambda each: (each.decided_on, each.record_id))
    return [found for ground in ordered if ground.decided_on <= day for found in _of_ground(ground, day, rules)]


def _of_ground(ground: Ground, day: date, rules: Sequence[Consequence]) -> Iterator[Restriction]:
    for rule in rules:
        if not _follows(rule, ground, day):
            continue
        until_on, ends = _end(rule, ground)
        if until_on is None or day <= until_on:
            yield Restriction(
                words=rule.words,
                source=rule.source.words,
                from_on=ground.decided_on,
                until_on=until_on,
                ends=ends,
                ground=ground,
            )


def _follows(rule: Consequence, ground: Ground, day: date) -> bool:
    if rule.listed is not None:
        decides = ground.decided_on if rule.months is not None else day
        return rule.listed is ground.listed and rule.in_force.on(decides)
    return rule.penalty in ground.kinds and rule.in_force.on(ground.decided_on)


def _end(rule: Consequence, ground: Ground) -> tuple[date | None, Ends]:
    if rule.months is not None:
        return months_after(ground.decided_on, rule.months), Ends.ON_DAY
    if rule.ends is EndRule.REMOVAL:
        return None, Ends.ON_REMOVAL
    if rule.ends is EndRule.BAN and ground.ban is not None:
        return ground.ban.until, Ends.FOR_LIFE if ground.ban.for_life else Ends.ON_DAY
    return None, Ends.NOT_STATED
