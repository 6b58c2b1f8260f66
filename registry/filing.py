"""What may be filed of a visit: the day, the certificate, one outcome for every item of the batch, none twice.

Checked against the batch, the roster and the dated choices; nothing is stored here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from registry.base import legal_day, nfc
from registry.draws import DrawExecution
from registry.errors import FieldError, RegistryError
from registry.inspectors import get_inspector, holds_certificate
from registry.journal import Act
from registry.outcomes import Outcome, follow_ups_on, outcomes_on
from registry.people import Person
from registry.visits import Assignment

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


def check_day(act: Act, assignment: Assignment, filing: Filing) -> None:
    """Refuse a day outside the period, before the operator was drawn, or in the future. Raises FieldError."""
    executed = act.session.get_one(DrawExecution, assignment.visit.draw_id)
    first = max(assignment.batch.period_from, legal_day(executed.executed_at))
    last = min(assignment.batch.period_to, act.today)
    if not first <= filing.inspected_on <= last:
        raise FieldError(
            ("inspected_on",),
            (f"检查日期 {filing.inspected_on} 不在可填范围内。", f"The day {filing.inspected_on} is out of range."),
            (
                f"请填 {first} 至 {last} 之间的实际检查日期。",
                f"Give the day of the visit, from {first} to {last}.",
            ),
        )


def check_certificate(act: Act, person: Person, filing: Filing) -> None:
    """Refuse a certificate that does not hold on the day of the visit and today. Raises CertificateError."""
    inspector = get_inspector(act.session, str(person.inspector_no))
    for day in (filing.inspected_on, act.today):
        if not holds_certificate(inspector, day, day):
            raise CertificateError(day=day, start=inspector.certificate_from, end=inspector.certificate_until)


def check_outcomes(assignment: Assignment, filing: Filing) -> bool:
    """Check one outcome for every item of the batch, and return whether any is a problem."""
    items = assignment.batch.items
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
                ("批次中的每个事项都须填写。", "Give an outcome for every item of the batch."),
            )
    return any(outcome.problem for outcome in chosen.values())


def _check_line(where: Path, line: ItemFiling, items: list[str], day: date) -> Outcome:
    if line.item not in items:
        raise FieldError(
            (*where, "item"),
            (f"本批次没有事项 {line.item}。", f"The batch has no item {line.item}."),
            (f"本批次的事项：{'、'.join(items)}。", f"Its items: {', '.join(items)}."),
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
