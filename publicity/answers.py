"""Answers about restrictions (限制查询): for each code that is asked, what of it is known here and what is in force.

Codes are normalised first. "Known, none in force" is apart from "unknown to this register", and a code that can be none
has an answer of its own. An operator's answer holds what stands under every code that was merged into it.

Answers rest on what is public today, and say so each time: a ban may outlast the publication of the decision that made
it, so that none among what is public is not none. A day in the past is answered from the same records, so that one that
ended since then never comes back by asking about an earlier day; of a day before the operator was on the register
nothing is said but what public records themselves say. A day to come is refused, because nobody knows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure, content_of
from publicity.disclosure import Subject as Disclosed
from publicity.endings import stands
from publicity.restriction_rules import Consequence
from publicity.restrictions import Ban, Ground, Restriction, restrictions_on
from publicity.sequencer import Entry, entry_indexes
from publicity.views.records import record_path
from registry.base import among
from registry.credit_code import CreditCodeError, normalise_credit_code, parse_credit_code
from registry.departments import department_names
from registry.errors import FieldError
from registry.history import Subject, first_days
from registry.listings import ListingConfirmation, ListingOrder, OperatorList, is_listed
from registry.merging import merged_codes_of
from registry.operators import Operator, public_name
from registry.penalties import PENALTY_WORDS
from registry.register_numbers import is_register_no
from sampling.wording import Words

MOST_CODES: Final = 200
KIND_OF_WORDS: Final = {words: kind for kind, words in PENALTY_WORDS.items()}


class CodeState(StrEnum):
    """What is known of a code."""

    KNOWN_RESTRICTED = "known_restricted"
    KNOWN_NONE_IN_FORCE = "known_none_in_force"
    NOT_YET_KNOWN = "not_yet_on_record"
    UNKNOWN = "unknown_to_this_register"
    MERGED = "merged_into"
    MALFORMED = "malformed"


STATE_WORDS: Final = {
    CodeState.KNOWN_RESTRICTED: ("名录中有该经营者，有限制在效", "on record, with restrictions in force"),
    CodeState.KNOWN_NONE_IN_FORCE: (
        "名录中有该经营者，今天仍然公示的记录中没有限制在效；公示已经结束的不在查询之列",
        "on record, with no restriction in force among what is public today; what is public no more is not looked at",
    ),
    CodeState.NOT_YET_KNOWN: (
        "所问日期名录中还没有该经营者，不说明其有无限制",
        "not yet on this register on the day asked about, of which it says nothing about restrictions",
    ),
    CodeState.UNKNOWN: (
        "本名录没有该代码，不说明其有无限制",
        "not on this register, which says nothing about restrictions",
    ),
    CodeState.MERGED: ("该记录已并入另一代码，请查询该代码", "merged into another record: ask about that one"),
    CodeState.MALFORMED: (
        "不是统一社会信用代码或登记编号",
        "neither a unified social credit code nor a register number",
    ),
}
PUBLIC_ONLY: Final[Words] = (
    (
        "只查询今天仍然公示的处罚决定和名录；公示已经结束的（期满、修复、撤回或者移出名录）不在查询之列，"
        "其中的限制可能仍然有效，因此不能据此认定没有限制。"
    ),
    (
        "Answered from the penalties and list entries that are public today. What is public no more (its term over, "
        "repaired, withdrawn, removed) is not looked at, and what it restricts may still be in force: this does not "
        "show that nothing is restricted."
    ),
)
PAST: Final[Words] = (
    f"{PUBLIC_ONLY[0]}过去的日期按同样的记录回答：该日之后终止公示的，不再显示。",
    f"{PUBLIC_ONLY[1]} A day in the past is answered from the same records: what ended since is not shown for it.",
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is known of one code, ``name`` as the public sees it; ``problem`` says what is wrong with one that is none.

    ``merged_into`` is the code under which the operator stands now.
    """

    asked: str
    code: str
    state: CodeState
    name: str | None = None
    merged_into: str | None = None
    restrictions: tuple[Restriction, ...] = ()
    problem: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: codes, about the restrictions of a day, as of what is public today."""

    codes: Sequence[str]
    day: date
    today: date

    def __post_init__(self) -> None:
        if self.day > self.today:
            raise FieldError(
                ("as_of",),
                (
                    f"{self.day} 还没有到，那一天有无限制现在无从知道。",
                    f"{self.day} is to come, and what will be in force then nobody knows.",
                ),
                (f"请填 {self.today} 或者更早的日期。", f"Give {self.today} or a day before."),
            )

    @property
    def words(self) -> Words:
        """Return what the answers rest on."""
        return PUBLIC_ONLY if self.day == self.today else PAST


def answer_all(session: Session, question: Question, rules: Sequence[Consequence]) -> list[Answer]:
    """Return the answer to each code, in order; how many questions the database is asked does not hang on how many."""
    known = _known(session, question.codes)
    kept = [each.unit_id for each in known.values() if not each.merged_into]
    earlier = merged_codes_of(session, kept)
    every = [*kept, *(code for codes in earlier.values() for code in codes)]
    grounds = grounds_of(session, every, question.today)
    since = first_days(session, Subject.OPERATOR, every) if question.day < question.today else None

    def one(asked: str) -> Answer:
        operator = known.get(asked)
        if operator is None:
            return _unknown(asked)
        if operator.merged_into:
            last = _last(session, operator)
            return Answer(
                asked=asked, code=operator.unit_id, state=CodeState.MERGED, name=public_name(operator), merged_into=last
            )
        codes = (operator.unit_id, *earlier[operator.unit_id])
        restricted = tuple(
            restrictions_on([found for code in codes for found in grounds.get(code, [])], question.day, rules)
        )
        days = None if since is None else [since[code] for code in codes if code in since]
        if restricted:
            state = CodeState.KNOWN_RESTRICTED
        elif days is None or (days and min(days) <= question.day):
            state = CodeState.KNOWN_NONE_IN_FORCE
        else:
            state = CodeState.NOT_YET_KNOWN
        return Answer(
            asked=asked, code=operator.unit_id, state=state, name=public_name(operator), restrictions=restricted
        )

    return [one(asked) for asked in question.codes]


def grounds_of(session: Session, codes: Sequence[str], today: date) -> dict[str, list[Ground]]:
    """Return code → the public records that restrictions may follow from: penalties and entries on lists."""
    names = department_names(session)
    # by the operator alone, of whom there are few: SQLite would rather read every record of the kind
    public = session.exec(select(Disclosure).where(among(session, col(Disclosure.unit_id), codes), stands(today)))
    penalties = [row for row in public if row.subject == Disclosed.PENALTY]
    indexes = entry_indexes(session, [each.fact_id for each in penalties])
    found: dict[str, list[Ground]] = {}
    for each in penalties:
        found.setdefault(each.unit_id, []).append(_of_penalty(each, indexes[each.fact_id]))
    entries = (
        select(ListingOrder, Entry.index)
        .join(ListingConfirmation, col(ListingConfirmation.order_id) == col(ListingOrder.order_id))
        .join(Entry, col(Entry.fact_id) == col(ListingConfirmation.fact_id))
        .where(among(session, col(ListingOrder.unit_id), codes), is_listed())
    )
    for order, index in session.exec(entries):
        found.setdefault(order.unit_id, []).append(_of_entry(order, index, names[order.department]))
    return found


def listing_path(order: ListingOrder) -> str:
    """Return where an entry on a list stands: under its anchor on the operator's page."""
    return f"/operators/{order.unit_id}#list-{order.order_id}"


def _known(session: Session, asked: Sequence[str]) -> dict[str, Operator]:
    """Return what was asked → the operator it names, as it was written or normalised."""
    forms = {text: (text.strip(), normalise_credit_code(text)) for text in asked}
    wanted = sorted({form for each in forms.values() for form in each})
    rows = session.exec(select(Operator).where(among(session, col(Operator.unit_id), wanted)))
    there = {row.unit_id: row for row in rows}
    return {text: there[form] for text, each in forms.items() for form in reversed(each) if form in there}


def _unknown(asked: str) -> Answer:
    code = normalise_credit_code(asked)
    try:
        if not is_register_no(code):
            parse_credit_code(asked)
    except CreditCodeError as wrong:
        return Answer(asked=asked, code=code, state=CodeState.MALFORMED, problem=(wrong.text("zh"), wrong.text("en")))
    return Answer(asked=asked, code=code, state=CodeState.UNKNOWN)


def _last(session: Session, operator: Operator) -> str:
    """Return the code under which a merged operator stands now."""
    kept = operator
    while kept.merged_into:
        kept = session.get_one(Operator, kept.merged_into)
    return kept.unit_id


def _of_penalty(disclosure: Disclosure, index: int) -> Ground:
    content = content_of(disclosure)
    ban = content.get("ban")
    return Ground(
        record_id=disclosure.disclosure_id,
        unit_id=disclosure.unit_id,
        kinds=frozenset(KIND_OF_WORDS[words] for words in content["kinds"]),
        ban=None if ban is None else Ban(until=_day(ban["until"]), for_life=ban["for_life"]),
        authority=content["authority"],
        decision_no=content["decision_no"],
        decided_on=date.fromisoformat(content["decided_on"]),
        basis=content["basis"],
        path=record_path(disclosure),
        log_index=index,
    )


def _of_entry(order: ListingOrder, index: int, authority: str) -> Ground:
    return Ground(
        record_id=order.order_id,
        unit_id=order.unit_id,
        listed=OperatorList(order.listed),
        authority=authority,
        decision_no=order.decision_no,
        decided_on=order.decided_on,
        basis=order.basis,
        path=listing_path(order),
        log_index=index,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
