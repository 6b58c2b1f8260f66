"""Repair (信用修复、提前停止公示): whether a penalty may end early, by the term that it was published with.

The rules that the publication cites decide, as they were kept with it; their conditions come from the same file. What
the applicant says of a condition is a claim; staff check each, and where the register itself knows better (another
penalty for the same violation since, an entry on a list), it is asked. What stands against it is cited with its source.

Source: 市场监督管理行政处罚信息公示规定 (45号令) articles 11 and 14; 信用修复管理办法 (36号令).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import literal
from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure, Subject, penalty_source
from publicity.endings import annulled_sources
from publicity.errors import PublicityError
from publicity.stated_terms import DisclosureTerm, kept_term
from publicity.term_rules import NEED_WORDS, Need
from publicity.terms import NO_EARLY_END_WORDS, NoEarlyEnd, Refusal, TermBook, against_early_end
from registry.base import nfc
from registry.errors import FieldError
from registry.journal import Act
from registry.listings import ListingOrder, is_listed
from registry.merging import merged_codes
from registry.penalties import Penalty, get_penalty
from registry.petitioning import Answer
from registry.received import find_received


class NoRepairError(PublicityError):
    """What is published cannot end early at all."""

    nature = "forbidden"
    zh = "{key} 不能申请信用修复：{problem_zh}。未收取申请。"
    en = "{key} cannot be repaired: {problem_en}. Nothing was taken in."


class RepairBarredError(PublicityError):
    """Something stands against the early end that was proposed."""

    nature = "conflict"
    zh = "{key} 还不能提前停止公示：{problem_zh}。未作任何改动。"
    en = "The publication of {key} cannot end early yet: {problem_en}. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What stands against an early end on a day, worded with its source; and when it may be asked for again."""

    key: str
    against: tuple[tuple[str, str], ...]
    again_on: date | None


def refuse_hopeless(session: Session, disclosure: Disclosure, book: TermBook) -> tuple[Need, ...]:
    """Return the conditions of a repair, or refuse what can never end early. Raises NoRepairError."""
    key = disclosure.disclosure_id
    if disclosure.subject != Subject.PENALTY:
        raise NoRepairError(
            key=key,
            problem_zh="检查结果没有信用修复，认为有误的可以提出更正申请",
            problem_en="a result is not repaired; ask for a correction where it is wrong",
        )
    received = find_received(session, disclosure.source_id.removeprefix(penalty_source("")))
    if received is not None:
        raise NoRepairError(
            key=key,
            problem_zh=(
                f"处罚由{received.authority}作出，提前停止公示须向该机关申请"
                "（市场监督管理行政处罚信息公示规定第十四条）"
            ),
            problem_en=(
                f"{received.authority} decided it, and its early end is asked of that authority "
                "(State Administration for Market Regulation Order 45, article 14)"
            ),
        )
    term = kept_term(session, key)
    if term is None:
        raise NoRepairError(
            key=key,
            problem_zh="公示时未列明公示期，请以信函向公示机关提出",
            problem_en="it was published without a stated term; write to the authority",
        )
    if term.early_never is not None:
        zh, en = NO_EARLY_END_WORDS[NoEarlyEnd(term.early_never)]
        raise NoRepairError(
            key=key, problem_zh=f"{zh}（{term.early_source}）", problem_en=f"{en} ({term.early_source})"
        )
    return needs_of(book, term)


def needs_of(book: TermBook, term: DisclosureTerm) -> tuple[Need, ...]:
    """Return the conditions of the rules that a term was stated by."""
    return next(
        (each.repair.needs for each in book.rule_sets if each.rules_id == term.rules and each.repair is not None), ()
    )


def claims_checked(needs: tuple[Need, ...], claims: Mapping[str, str]) -> dict[str, str]:
    """Return what is claimed of each condition. Raises FieldError where one is missing or none of the rule's."""
    for need in needs:
        if not nfc(claims.get(need, "")):
            zh, en = NEED_WORDS[need]
            raise FieldError(
                ("claims", need.value),
                (f"没有说明怎样满足条件“{zh}”。", f"It is not said how this condition is met: {en}."),
                ("请逐项说明，并附材料。", "Say so of each, with evidence."),
            )
    for name in claims:
        if name not in needs:
            raise FieldError(
                ("claims", name),
                (f"“{name}”不是该公示期规则的条件。", f"{name!r} is no condition of the rules of this term."),
                (f"条件为：{'、'.join(needs)}。", f"The conditions are: {', '.join(needs)}."),
            )
    return {need.value: claims[need] for need in needs}


def judge(act: Act, disclosure: Disclosure, book: TermBook, *, met: frozenset[str], claimed: frozenset[str]) -> Judged:
    """Return what stands against an early end today, where staff found some conditions ``met``.

    Raises FieldError where a condition is called met that nobody claimed, or that the register knows is not.
    """
    term = kept_term(act.session, disclosure.disclosure_id)
    if term is None:
        raise NoRepairError(key=disclosure.disclosure_id, problem_zh="没有公示期", problem_en="it has no term")
    needs = needs_of(book, term)
    if unclaimed := sorted(met - claimed):
        raise FieldError(
            ("met",),
            (f"申请中没有这些条件：{'、'.join(unclaimed)}。", f"Nobody claims these: {', '.join(unclaimed)}."),
            ("请只填申请中的条件。", "Name conditions of the application alone."),
        )
    _check_repeated(act.session, disclosure, met)
    _check_listed(act.session, disclosure, met)
    found = against_early_end(
        never=None if term.early_never is None else NoEarlyEnd(term.early_never),
        from_on=term.early_from_on,
        needs=needs,
        is_shown=term.ends_on is None or act.today <= term.ends_on,
        day=act.today,
        met=frozenset(map(Need, met)),
    )
    missing = [need for need in needs if need not in met]
    waits = Refusal.TOO_EARLY in found or Refusal.UNMET in found
    again = max(act.today, term.early_from_on) if waits and term.early_from_on else None
    return Judged(
        key=disclosure.disclosure_id,
        against=tuple(_worded(each, term, missing) for each in found),
        again_on=again if Refusal.OVER not in found else None,
    )


def cite(judged: Judged, answer: Answer) -> Answer:
    """Return an answer with what stands against the repair and its sources, where it is refused.

    Raises RepairBarredError where it is granted against something, FieldError where it is refused against nothing.
    """
    zh = "；".join(each[0] for each in judged.against)
    if answer.upheld:
        if judged.against:
            raise RepairBarredError(
                key=judged.key, problem_zh=zh, problem_en="; ".join(each[1] for each in judged.against)
            )
        return answer
    if not judged.against:
        raise FieldError(
            ("upheld",),
            ("条件均已满足，没有不予修复的理由。", "Every condition is met; nothing stands against it."),
            ("请准予，或者去掉未满足的条件（met）。", "Grant it, or leave out of met what is not met."),
        )
    again = "" if judged.again_on is None else f"{judged.again_on} 起可以再次申请。"
    return replace(answer, text=f"{nfc(answer.text)}\n不予提前停止公示：{zh}。{again}", again_on=judged.again_on)


def _check_listed(session: Session, disclosure: Disclosure, met: frozenset[str]) -> None:
    """Refuse to call the operator not listed where the register has it on a list."""
    if Need.NOT_LISTED not in met:
        return
    codes = [disclosure.unit_id, *merged_codes(session, disclosure.unit_id)]
    entries = select(ListingOrder.decision_no).where(col(ListingOrder.unit_id).in_(codes), is_listed())
    if numbers := sorted(session.exec(entries)):
        raise FieldError(
            ("met",),
            (f"该经营者仍在名单中：{'、'.join(numbers)}。", f"The operator stands on a list: {', '.join(numbers)}."),
            ("请去掉 not_listed。", "Leave out not_listed."),
        )


def _check_repeated(session: Session, disclosure: Disclosure, met: frozenset[str]) -> None:
    """Refuse to call it not repeated where the register has a later penalty for the same violation.

    One whose decision was revoked or confirmed unlawful or void is none: the party was not punished by it.
    """
    if Need.NOT_REPEATED not in met:
        return
    own = get_penalty(session, disclosure.source_id.removeprefix(penalty_source("")))
    later = select(Penalty.decision_no).where(
        col(Penalty.unit_id).in_([own.unit_id, *merged_codes(session, own.unit_id)]),
        Penalty.violation == own.violation,
        col(Penalty.decided_on) > own.decided_on,
        (literal(penalty_source("")) + col(Penalty.penalty_id)).not_in(annulled_sources()),
    )
    if numbers := sorted(session.exec(later)):
        raise FieldError(
            ("met",),
            (
                f"该经营者因同类违法行为又受处罚：{'、'.join(numbers)}。",
                f"The operator was punished again for the same violation: {', '.join(numbers)}.",
            ),
            ("请去掉 not_repeated。", "Leave out not_repeated."),
        )


def _worded(found: Refusal | NoEarlyEnd, term: DisclosureTerm, missing: list[Need]) -> tuple[str, str]:
    if isinstance(found, NoEarlyEnd):
        zh, en = NO_EARLY_END_WORDS[found]
    elif found is Refusal.TOO_EARLY:
        zh, en = f"{term.early_from_on} 起方可申请", f"it may be asked for from {term.early_from_on} on"
    elif found is Refusal.OVER:
        zh, en = "公示期已经届满", "the term is over"
    else:
        words = [NEED_WORDS[need] for need in missing]
        zh = f"尚未满足：{'、'.join(each[0] for each in words)}"
        en = f"not met: {', '.join(each[1] for each in words)}"
    return f"{zh}（{term.early_source}）", f"{en} ({term.early_source})"
