"""How long a penalty is published (公示期), and when its publication may end early (提前停止公示、信用修复).

Pure: facts of the decision, dates and the bureau's setting → the term, with the rule it rests on. The rules are data
(``publicity.term_rules``). The rule in force on the day of publication decides; where two orders hold on that day, the
bureau's setting says which, and every record cites it.

Months are calendar months. A term of n months that an event starts ends with the day of the n-th month after it that
bears the same number, or that month's last day where it has none; that day is the last one of publication, and what
waits for a term to be full may be done from the day after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from publicity.errors import PublicityError
from publicity.rule_files import Source
from publicity.term_rules import CountedFrom, FineSize, Need, RepairRule, RuleChoiceError, RuleSet, TermRule, WaitRule
from registry.base import months_after
from registry.gravity import Gravity
from registry.penalties import BANS, PenaltyKind

ONE_DAY = timedelta(days=1)


class NoEarlyEnd(StrEnum):
    """Why a publication never ends early."""

    BLOCKED = "blocked"
    ENDS_FIRST = "ends_first"
    NO_RULE = "no_rule"


NO_EARLY_END_WORDS = {
    NoEarlyEnd.BLOCKED: ("该类处罚不得提前停止公示", "penalties of this kind do not end early"),
    NoEarlyEnd.ENDS_FIRST: ("可以申请之前公示期已经届满", "the term is over before an early end could be asked for"),
    NoEarlyEnd.NO_RULE: ("所依据的规定没有提前停止公示的内容", "the rules that apply know no early end"),
}


class Refusal(StrEnum):
    """What stands against an application on a day, beside a kind of penalty that never ends early."""

    TOO_EARLY = "too_early"
    OVER = "over"
    UNMET = "unmet"


@dataclass(frozen=True, kw_only=True)
class Penalized:
    """What of a decision its term hangs on."""

    kinds: frozenset[PenaltyKind]
    fine_fen: int
    decided_on: date
    gravity: Gravity


@dataclass(frozen=True, kw_only=True)
class EarlyEnd:
    """When an early end may be asked for, or why never; ``source`` is the rule that says so."""

    from_on: date | None
    never: NoEarlyEnd | None
    needs: tuple[Need, ...]
    source: Source


@dataclass(frozen=True, kw_only=True)
class Term:
    """From when to when a penalty is published, both days included; ``ends_on`` is None for a ban for life."""

    rules_id: str
    name: str
    source: Source
    counted_from: CountedFrom
    starts_on: date
    ends_on: date | None
    early_end: EarlyEnd

    def is_shown(self, day: date) -> bool:
        """Return whether the penalty stands on the public page on a day, if nothing else ends it."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class NoTermError(PublicityError):
    """No rule gives a term; the ``problem`` texts say why and what to do."""

    nature = "conflict"
    zh = "不能确定公示期：{problem_zh}。未公示。"
    en = "The term of publication cannot be told: {problem_en}. Nothing was published."


class TermOverError(PublicityError):
    """The term was over before the day of publication."""

    nature = "conflict"
    zh = "公示期已于 {ended_on} 届满（{source}，自决定之日起算），不再公示。未作任何改动。"
    en = (
        "The term of publication ended on {ended_on}, counted from the decision ({source}), so it is not published "
        "any more. Nothing was changed."
    )


@dataclass(frozen=True, kw_only=True)
class TermBook:
    """The rules as a bureau applies them: ``chosen`` where several hold, and what a lower fine is at most, in fen.

    Without a ``lower_fine_fen`` no fine is a lower one. Raises RuleChoiceError when made.
    """

    rule_sets: Sequence[RuleSet]
    chosen: str
    lower_fine_fen: int | None = None

    def __post_init__(self) -> None:
        known = [each.rules_id for each in self.rule_sets]
        if self.chosen not in known:
            raise RuleChoiceError(chosen=self.chosen, known="、".join(known))

    def term_of(self, penalized: Penalized, published_on: date) -> Term:
        """Return the term of a penalty that is published on a day. Raises NoTermError, TermOverError."""
        rules = self._in_force(published_on)
        rule = self._rule(rules, penalized, published_on)
        start = _counted(rule, penalized, published_on)
        ends_on = _ends_on(rule, penalized, months_after(start, rule.months))
        if ends_on is not None and ends_on < published_on:
            raise TermOverError(ended_on=ends_on, source=rule.source.words)
        return Term(
            rules_id=rules.rules_id,
            name=rule.name,
            source=rule.source,
            counted_from=rule.counted_from,
            starts_on=published_on,
            ends_on=ends_on,
            early_end=_early_end(rules, penalized, published_on, ends_on),
        )

    def _in_force(self, day: date) -> RuleSet:
        speaking = [each for each in self.rule_sets if each.in_force.on(day)]
        chosen = [each for each in speaking if len(speaking) == 1 or each.rules_id == self.chosen]
        if not chosen:
            names = "、".join(each.rules_id for each in speaking)
            raise NoTermError(
                problem_zh=(
                    f"{day} 有几部规定同时有效（{names}），请用设置 DOUBLE_RANDOM_TERMS 选定其一"
                    if speaking
                    else f"{day} 没有有效的公示期规则，请补充规则文件"
                ),
                problem_en=(
                    f"on {day} several orders hold ({names}); choose one by the setting DOUBLE_RANDOM_TERMS"
                    if speaking
                    else f"on {day} no rules are in force; add a file of rules"
                ),
            )
        return chosen[0]

    def _rule(self, rules: RuleSet, penalized: Penalized, day: date) -> TermRule:
        for rule in rules.terms:
            if rule.in_force.on(day) and self._applies(rule, penalized):
                return rule
        raise NoTermError(
            problem_zh=f"{rules.source.words}按违法程度定公示期，该处罚没有填写违法程度（severity）。请先补填",
            problem_en=(
                f"{rules.source.number or rules.source.document} goes by how grave the violation is, and the decision "
                "does not say (severity). State it first"
            ),
        )

    def _applies(self, rule: TermRule, penalized: Penalized) -> bool:
        """Return whether every condition of a rule holds."""
        return (
            (not rule.only or penalized.kinds <= rule.only)
            and (rule.fine is not FineSize.LOWER or self._is_lower(penalized.fine_fen))
            and rule.severity in (None, penalized.gravity.severity)
            and (rule.banned_beyond is None or _banned_beyond(penalized, rule.banned_beyond))
        )

    def _is_lower(self, fine_fen: int) -> bool:
        return fine_fen == 0 or (self.lower_fine_fen is not None and fine_fen <= self.lower_fine_fen)


def objections(term: Term, day: date, met: frozenset[Need]) -> tuple[Refusal | NoEarlyEnd, ...]:
    """Return what stands against an early end asked for on a day by who meets some needs; without any it is granted."""
    early = term.early_end
    return against_early_end(
        never=early.never, from_on=early.from_on, needs=early.needs, is_shown=term.is_shown(day), day=day, met=met
    )


def against_early_end(  # noqa: PLR0913 - what the rules said, and what is so
    *,
    never: NoEarlyEnd | None,
    from_on: date | None,
    needs: Sequence[Need],
    is_shown: bool,
    day: date,
    met: frozenset[Need],
) -> tuple[Refusal | NoEarlyEnd, ...]:
    """Return the same of a term as it was stated, by its parts."""
    if never is not None:
        return (never,)
    if not is_shown:
        return (Refusal.OVER,)
    found: list[Refusal] = []
    if from_on is None or day < from_on:
        found.append(Refusal.TOO_EARLY)
    if not set(needs) <= met:
        found.append(Refusal.UNMET)
    return tuple(found)


def _counted(rule: TermRule | WaitRule, penalized: Penalized, published_on: date) -> date:
    return published_on if rule.counted_from is CountedFrom.PUBLICATION else penalized.decided_on


def _banned_beyond(penalized: Penalized, months: int) -> bool:
    gravity = penalized.gravity
    ends = gravity.restricted_until
    longer = gravity.restricted_for_life or (ends is not None and ends > months_after(penalized.decided_on, months))
    return bool(penalized.kinds & BANS) and longer


def _ends_on(rule: TermRule, penalized: Penalized, full_on: date) -> date | None:
    """Return the last day: where the term follows the ban, the ban's end, and never before the months are full."""
    if not rule.until_ban_ends:
        return full_on
    until = penalized.gravity.restricted_until
    return None if until is None else max(until, full_on)


def _early_end(rules: RuleSet, penalized: Penalized, published_on: date, ends_on: date | None) -> EarlyEnd:
    repair = rules.repair
    wait = None if repair is None else _wait(repair, penalized, published_on)
    if repair is None or wait is None:
        return EarlyEnd(from_on=None, never=NoEarlyEnd.NO_RULE, needs=(), source=rules.source)
    if penalized.kinds & repair.blocked:
        return EarlyEnd(from_on=None, never=NoEarlyEnd.BLOCKED, needs=(), source=repair.blocked_source)
    start = _counted(wait, penalized, published_on)
    from_on = max(months_after(start, wait.months) + ONE_DAY if wait.months else start, published_on)
    if ends_on is not None and from_on > ends_on:
        return EarlyEnd(from_on=None, never=NoEarlyEnd.ENDS_FIRST, needs=(), source=wait.source)
    return EarlyEnd(from_on=from_on, never=None, needs=repair.needs, source=wait.source)


def _wait(repair: RepairRule, penalized: Penalized, day: date) -> WaitRule | None:
    for each in repair.waits:
        applies = (not each.sectors or penalized.gravity.sector in each.sectors) and each.severity in (
            None,
            penalized.gravity.severity,
        )
        if applies and each.in_force.on(day):
            return each
    return None
