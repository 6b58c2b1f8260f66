"""What may be filed of a visit: the day, the certificate, one outcome for every item of the visit, none twice.

Checked against the visit's order and steps, the roster and the dated choices; nothing is stored here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from registry.base import legal_day, nfc
from registry.errors import FieldError, RegistryError
from registry.inspectors import get_inspector, holds_certificate
from registry.journal import Act
from registry.outcomes import Outcome, follow_ups_on, outcomes_on
from registry.people import Person
from registry.steps import ATTEMPTS, Step, VisitStep, latest_step
from registry.visits import Assignment

LED_TO: Mapping[Step, tuple[str, ...]] = {
    Step.REFUSED: ("uncooperative",),
    Step.NOT_FOUND: ("unreachable", "closed", "deregistered_or_moved"),
    Step.MOVED: ("deregistered_or_moved", "unreachable", "closed"),
}
"""What the team met → the outcomes it leads to: one item at least where it was refused, otherwise every item."""

Path = tuple[str | int, ...]
Choice = TypeVar("Choice")


@dataclass(frozen=True, kw_only=True)
class ItemFiling:
    """The outcome of one item as filed; ``text`` says what was found, and a problem needs it."""

    item: str
    outcome: str
    text: str = ""
    follow_up: str = "none"


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A finding as filed; ``corrects`` names the earlier record that this one replaces."""

    inspected_on: date
    outcomes: tuple[ItemFiling, ...]
    corrects: str | None = None


class CertificateError(RegistryError):
    """The inspector's certificate does not hold on the day."""

    nature = "forbidden"
    zh = "执法证件在 {day} 无效（有效期 {start} 至 {end}），不得实施检查或提交结果。请先更新名录中的证件。"
    en = "The certificate does not hold on {day} (valid {start} to {end}). Renew it in the roster first."


def check_day(act: Act, assignment: Assignment, filing: Filing, steps: Sequence[VisitStep]) -> None:
    """Refuse a day outside the period, before the team first set out, or in the future. Raises FieldError."""
    set_out = [legal_day(each.happened_at) for each in steps if each.step in ATTEMPTS]
    first = max([assignment.order.period_from, *set_out[:1]])
    last = min(assignment.order.period_to, act.today)
    if not first <= filing.inspected_on <= last:
        raise FieldError(
            ("inspected_on",),
            (f"检查日期 {filing.inspected_on} 不在可填范围内。", f"The day {filing.inspected_on} is out of range."),
            (
                f"请填 {first} 至 {last} 之间的实际检查日期。",
                f"Give the day of the visit, from {first} to {last}.",
            ),
        )


def check_path(steps: Sequence[VisitStep], filing: Filing) -> None:
    """Refuse outcomes that are not what the team met: refused, not found or moved. Raises FieldError."""
    met = latest_step(steps, *ATTEMPTS)
    codes = LED_TO.get(Step(met.step)) if met else None
    if codes is None:
        return
    named = [line.outcome in codes for line in filing.outcomes]
    fits = any(named) if met and met.step == Step.REFUSED else all(named)
    if not fits:
        raise FieldError(
            ("outcomes",),
            ("结果与已登记的检查经过不符。", "The outcomes are not what the recorded course of the visit leads to."),
            (f"可填结果：{'、'.join(codes)}。", f"Use: {', '.join(codes)}."),
        )


def check_certificate(act: Act, person: Person, filing: Filing) -> None:
    """Refuse a certificate that does not hold on the day of the visit and today. Raises CertificateError."""
    for day in (filing.inspected_on, act.today):
        check_holds(act, person, day)


def check_holds(act: Act, person: Person, day: date) -> None:
    """Refuse an inspector whose certificate does not hold on a day. Raises CertificateError."""
    inspector = get_inspector(act.session, str(person.inspector_no))
    if not holds_certificate(inspector, day, day):
        raise CertificateError(day=day, start=inspector.certificate_from, end=inspector.certificate_until)


def check_outcomes(assignment: Assignment, filing: Filing) -> bool:
    """Check one outcome for every item of the visit, and return whether any is a problem."""
    items = assignment.order.items
    chosen: dict[str, Outcome] = {}
    for place, line in enumerate(filing.outcomes):
        outcome = _check_line(("outcomes", place), line, items, filing.inspected_on)
        if line.item in chosen:
            raise _two_outcomes(("outcomes", place), line.item, chosen[line.item], outcome)
        chosen[line.item] = outcome
    for item in items:
        if item not in chosen:
            raise FieldError(
                ("outcomes",),
                (f"缺少事项 {item} 的结果。", f"Item {item} has no outcome."),
                ("检查的每个事项都须填写。", "Give an outcome for every item of the visit."),
            )
    return any(outcome.problem for outcome in chosen.values())


def _check_line(where: Path, line: ItemFiling, items: list[str], day: date) -> Outcome:
    if line.item not in items:
        raise FieldError(
            (*where, "item"),
            (f"本次检查没有事项 {line.item}。", f"The visit has no item {line.item}."),
            (f"本次检查的事项：{'、'.join(items)}。", f"Its items: {', '.join(items)}."),
        )
    outcome = _choice((*where, "outcome"), line.outcome, outcomes_on(day))
    _choice((*where, "follow_up"), line.follow_up, follow_ups_on(day))
    if outcome.needs_text and not nfc(line.text):
        raise FieldError(
            (*where, "text"),
            (f"结果“{outcome.zh}”没有说明。", f"The outcome {line.outcome} has no text."),
            ("请写明发现的问题。", "Say what was found."),
        )
    return outcome


def _choice(where: Path, code: str, choices: Mapping[str, Choice]) -> Choice:
    """Return what a code stands for on the day, or refuse it with the codes in force."""
    if code not in choices:
        raise FieldError(
            where,
            (f"没有代码 {code}。", f"There is no {code}."),
            (f"可选：{'、'.join(choices)}。", f"Choose one of: {', '.join(choices)}."),
        )
    return choices[code]


def _two_outcomes(where: Path, item: str, first: Outcome, second: Outcome) -> FieldError:
    clear = first.clear or second.clear
    return FieldError(
        (*where, "item"),
        (f"事项 {item} 填了两个结果。", f"Item {item} has two outcomes."),
        ("“未发现问题”与其他结果互斥，只能填一个。", "'No problem found' excludes every other; give one.")
        if clear
        else ("每个事项只填一个结果。", "Give one outcome for each item."),
    )
