"""Petitions against what is published (更正、异议、答复、信用修复): who may ask, what is taken up, what follows.

Only what stands can be asked about. The operator proves to be one by the code of the record; a reply and a repair are
the operator's alone. Nothing of a petition is public before it was taken up; then the record shows that it is disputed
and by when it is answered, and never who asks or why.

Sources: 企业信息公示暂行条例 12, 13 (correction, twenty working days from receipt); 45号令 12, 14; 个人信息保护法 46.
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, func, select

from publicity.clocks import Deadlines, Duty
from publicity.disclosure import Disclosure
from publicity.endings import Way, end_disclosures, find_standing, find_version, versions_of
from publicity.errors import PublicityError
from publicity.repairs import Judged, cite, claims_checked, judge, refuse_hopeless
from publicity.replies import REPLY_LENGTH, Cut, shown_reply
from publicity.stated_terms import kept_term
from publicity.terms import TermBook
from publicity.workdays import CalendarYearError
from registry.base import legal_day
from registry.credit_code import normalise_credit_code
from registry.errors import FieldError
from registry.journal import Act
from registry.merging import merged_codes
from registry.operators import get_operator
from registry.outbox import watch
from registry.petitioning import (
    Answer,
    Asked,
    accept_petition,
    decide,
    enter_petition,
    in_state,
    proposal_to_decide,
    propose_answer,
)
from registry.petitions import (
    ANSWERED,
    OWN,
    PETITION_WORDS,
    Asker,
    Channel,
    Petition,
    PetitionAcceptance,
    PetitionDecision,
    PetitionKind,
    PetitionProposal,
    PetitionState,
    Remedy,
    Shown,
    claims_of,
    get_petition,
    undecided,
)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much may come by the public form: undecided ones of one record, and all in a day."""

    of_record: int
    of_day: int


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """An answer as its author hands it in; ``met`` are the conditions of a repair, ``cuts`` what a reply loses."""

    upheld: bool
    remedy: Remedy | None
    text: str
    met: frozenset[str]
    cuts: tuple[Cut, ...]


class ForeignAskerError(PublicityError):
    """Who calls themselves the operator gives a code that is not the record's."""

    nature = "forbidden"
    zh = "所填代码不是该公示所载经营者的代码，未收取申请。请核对代码；不是该经营者的，请选择“其他公民、法人或者组织”。"
    en = "The code is not that of the operator of this record. Nothing was taken in; check it, or ask as somebody else."


class OperatorOnlyError(PublicityError):
    """A reply and a repair are for the operator alone."""

    nature = "forbidden"
    zh = "“{kind_zh}”只能由该公示所载的经营者提出，未收取申请。认为公示有误的，可以提出更正申请或者异议申诉。"
    en = "A {kind_en} is for the operator of the record alone. Nothing was taken in; ask for a correction or object."


class SamePetitionError(PublicityError):
    """The same asker waits for an answer of the same kind."""

    nature = "conflict"
    zh = "该申请人对该公示已有同类申请 {other} 尚未办结，未再收取。请等待答复，补充材料请寄交公示机关。"
    en = "The same asker has the petition {other} of this kind open. Nothing was taken in; wait for its answer."


class TooManyPetitionsError(PublicityError):
    """More waits than the form takes."""

    nature = "unready"
    zh = "{what_zh}已达上限 {limit} 件，网上暂不收取。未作任何改动；请改日再试，或者以信函、到窗口提出。"
    en = "{what_en}: {limit}, as many as the form takes. Nothing was changed; try another day, or write to the bureau."


def receive_petition(
    act: Act, disclosure_id: str, asked: Asked, book: TermBook, bounds: Bounds | None = None
) -> Petition:
    """Take in a petition about what stands; ``bounds`` are of the public form.

    Raises AbsentError, EndedError, EndingStateError, ForeignAskerError, OperatorOnlyError, SamePetitionError,
    TooManyPetitionsError, NoRepairError, FieldError.
    """
    disclosure = find_standing(act.session, disclosure_id, act.today)
    asked = replace(asked, asker_code=normalise_credit_code(asked.asker_code))
    _check_asker(act.session, disclosure, asked)
    _check_day(act, disclosure, asked)
    if asked.kind is PetitionKind.REPAIR:
        needs = refuse_hopeless(act.session, disclosure, book)
        asked = replace(asked, claims=claims_checked(needs, asked.claims))
    elif asked.claims:
        raise FieldError(
            ("claims",),
            ("只有信用修复申请才写明条件。", "Only a repair has conditions."),
            ("请留空。", "Leave it out."),
        )
    if asked.kind is PetitionKind.REPLY and len(asked.text) > REPLY_LENGTH:
        raise FieldError(
            ("text",),
            (f"答复有 {len(asked.text)} 字。", f"The reply has {len(asked.text)} characters."),
            (f"请缩短到 {REPLY_LENGTH} 字以内。", f"Shorten it to {REPLY_LENGTH}."),
        )
    _check_others(act, disclosure, asked, bounds)
    petition = enter_petition(act, disclosure_id, asked)
    if asked.kind in ANSWERED:
        watch(act, Duty.CORRECTION, petition.petition_id)
    return petition


def take_up(act: Act, petition_id: str, *, shown: Shown, deadlines: Deadlines) -> PetitionAcceptance:
    """Take a petition up, whose asker has shown who they are; from now on the record shows it.

    Raises AbsentError, EndedError, EndingStateError, PetitionStateError, NoClockError.
    """
    petition = get_petition(act.session, petition_id)
    in_state(act.session, petition_id, (PetitionState.RECEIVED,), step=("受理", "taken up"))
    find_standing(act.session, find_version(act.session, petition.disclosure_id).disclosure_id, act.today)
    accepted = accept_petition(act, petition_id, shown=shown, due_on=_due_on(act, petition, deadlines))
    if petition.kind == PetitionKind.REPAIR:
        watch(act, Duty.REPAIR, petition_id)
    return accepted


def propose_decision(act: Act, petition_id: str, proposed: Proposed, book: TermBook) -> PetitionProposal:
    """Propose how a petition is answered; what stands against a repair is cited in the answer itself.

    Raises AbsentError, PetitionStateError, RepairBarredError, FieldError.
    """
    petition = get_petition(act.session, petition_id)
    kind = PetitionKind(petition.kind)
    if (proposed.remedy is not None) != (proposed.upheld and kind in ANSWERED):
        raise FieldError(
            ("remedy",),
            ("处置方式与决定不符。", "What is done does not go with the decision."),
            (
                "更正申请、异议申诉成立的，填 correct 或者 withdraw；其余不填。",
                "Give correct or withdraw where a correction or an objection is upheld, and nothing elsewhere.",
            ),
        )
    answer = Answer(upheld=proposed.upheld, remedy=proposed.remedy, text=proposed.text)
    if kind is PetitionKind.REPAIR:
        judged = _judged(act, petition, book, proposed.met)
        answer = replace(cite(judged, answer), met=tuple(proposed.met))
    elif proposed.met:
        raise FieldError(
            ("met",), ("只有信用修复才核对条件。", "Only a repair has conditions."), ("请留空。", "Leave it out.")
        )
    if kind is PetitionKind.REPLY and proposed.upheld:
        answer = replace(answer, shown_text=shown_reply(petition.text, proposed.cuts))
    return propose_answer(act, petition_id, answer)


def decide_petition(act: Act, petition_id: str, book: TermBook) -> PetitionDecision:
    """Decide as was proposed, as another person; a repair that is granted ends the publication by the same fact.

    Raises AbsentError, PetitionStateError, SamePersonError, EndedError, EndingStateError, RepairBarredError.
    """
    proposal, petition = proposal_to_decide(act, petition_id), get_petition(act.session, petition_id)
    if not proposal.upheld or petition.kind != PetitionKind.REPAIR:
        return decide(act, proposal)
    disclosure = find_standing(act.session, petition.disclosure_id, act.today)
    cite(_judged(act, petition, book, frozenset(proposal.met)), Answer(upheld=True, remedy=None, text=proposal.text))
    term = kept_term(act.session, petition.disclosure_id)
    basis = "" if term is None else term.early_source
    (ending, *_) = end_disclosures(act, [disclosure], way=Way.REPAIRED, basis=basis)
    return decide(act, proposal, fact_id=ending.fact_id)


def _judged(act: Act, petition: Petition, book: TermBook, met: frozenset[str]) -> Judged:
    disclosure = act.session.get_one(Disclosure, petition.disclosure_id)
    claimed = frozenset(each.need for each in claims_of(act.session, petition.petition_id))
    return judge(act, disclosure, book, met=met, claimed=claimed)


def _check_asker(session: Session, disclosure: Disclosure, asked: Asked) -> None:
    """Refuse an operator of another code, and what is for the operator alone.

    Raises ForeignAskerError, OperatorOnlyError, FieldError.
    """
    if asked.asker is Asker.OTHER:
        if asked.kind in OWN:
            zh, en = PETITION_WORDS[asked.kind]
            raise OperatorOnlyError(kind_zh=zh, kind_en=en)
        return
    operator = get_operator(session, disclosure.unit_id)
    kept = operator.merged_into or operator.unit_id
    known = {disclosure.unit_id, operator.credit_code, kept, *merged_codes(session, kept)} - {""}
    if asked.asker_code not in {normalise_credit_code(each) for each in known}:
        raise ForeignAskerError
    if not asked.asker_office.strip():
        raise FieldError(
            ("asker_office",),
            ("没有填写经办人职务。", "The office of the person is missing."),
            ("请填写，例如“法定代表人”或者“受委托人”。", "Fill it in, for example legal representative."),
        )


def _check_day(act: Act, disclosure: Disclosure, asked: Asked) -> None:
    first = legal_day(disclosure.published_at)
    if asked.channel is Channel.FORM:
        return
    if not first <= asked.received_on <= act.today:
        raise FieldError(
            ("received_on",),
            (f"收到日期 {asked.received_on} 不在可填范围内。", f"The day {asked.received_on} is out of range."),
            (f"请填 {first} 至 {act.today} 之间的日期。", f"Give a day from {first} to {act.today}."),
        )


def _check_others(act: Act, disclosure: Disclosure, asked: Asked, bounds: Bounds | None) -> None:
    """Refuse a second petition of one asker and kind, and more than the form takes.

    Nobody has shown to be the operator before a petition was taken up, so one that was not stands in nobody's way; and
    who sends a form is not told of another's name whether it waits here.
    """
    versions = [each.disclosure_id for each in versions_of(act.session, disclosure)]
    waiting = undecided(act.session, versions)
    for each in waiting:
        name = each.asker_name == asked.asker_name.strip() and each.asker_code == asked.asker_code
        is_own = asked.asker is Asker.OPERATOR and each.asker == Asker.OPERATOR
        is_taken_up = act.session.get(PetitionAcceptance, each.petition_id) is not None
        if each.kind == asked.kind and ((name and bounds is None) or (is_own and is_taken_up)):
            raise SamePetitionError(other=each.petition_id)
    if bounds is None:
        return
    if len(waiting) >= bounds.of_record:
        raise TooManyPetitionsError(
            what_zh="该公示未办结的申请", what_en="Petitions about this record that wait", limit=bounds.of_record
        )
    of_day = select(func.count()).where(Petition.channel == Channel.FORM, col(Petition.received_on) == act.today)
    if act.session.exec(of_day).one() >= bounds.of_day:
        raise TooManyPetitionsError(what_zh="今日网上申请", what_en="Petitions by the form today", limit=bounds.of_day)


def _due_on(act: Act, petition: Petition, deadlines: Deadlines) -> date | None:
    """Return the last day of the answer; None where no rule, or no holiday notice, says it. Raises NoClockError."""
    kind = PetitionKind(petition.kind)
    if kind is PetitionKind.REPLY or (kind is PetitionKind.REPAIR and deadlines.repair_workdays is None):
        return None
    duty, day = (Duty.REPAIR, act.today) if kind is PetitionKind.REPAIR else (Duty.CORRECTION, petition.received_on)
    try:
        return deadlines.known_to(act.session).due_on(duty, day)
    except CalendarYearError:
        return None
