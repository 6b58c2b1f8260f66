"""Withdrawing (撤回): a publisher asks, a second person decides, and what is withdrawn ends at once and for good.

A penalty is withdrawn when its decision was changed, revoked, or confirmed unlawful or void, within three working days
of that; a penalty or a result when what was published is inaccurate. The reason is public where the record stood, so it
holds neither the party nor anything of a person; which document it rests on is for the bureau.

The early end that another province's authority granted of its own penalty is asked for and decided likewise; it ends as
a repair does, in whose words nothing tells it from a term that is over. Of what happened before any law counted the
days it has no last day, and the law of today is cited.

Sources: 行政处罚法 48 and 85; 市场监督管理行政处罚信息公示规定 (45号令) articles 11, 12 and 14; 企业信息公示暂行条例
article 12 (results).
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from publicity.clocks import Deadlines, Duty
from publicity.disclosure import Disclosure, Subject, content_of
from publicity.endings import EndingStateError, Way, end_disclosures, find_standing
from publicity.origins import RECEIVED
from publicity.redaction import propose
from publicity.rule_files import Source
from publicity.withdrawals import COUNTED, Ground, Withdrawal, WithdrawalDecision, get_withdrawal
from publicity.workdays import CalendarYearError
from registry.base import nfc
from registry.errors import FieldError
from registry.journal import Act, Kind, write
from registry.naming import name_key
from registry.operators import get_operator
from registry.outbox import watch
from registry.people import next_number, other_person
from registry.redactions import PRIVATE_WORDS
from sampling.wording import Words

INACCURATE = {
    Subject.PENALTY: Source(
        document="市场监督管理行政处罚信息公示规定", number="国家市场监督管理总局令第45号", article="第十二条"
    ),
    Subject.RESULT: Source(document="企业信息公示暂行条例", number="国务院令第654号", article="第十二条"),
}
"""Why what is inaccurate may not stay, by what it is."""
EARLY = Source(document="市场监督管理行政处罚信息公示规定", number="国家市场监督管理总局令第45号", article="第十四条")
"""By what the authority that decided a penalty ends its publication early."""
STEP = ("确认撤回", "Deciding on a withdrawal")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a publisher asks for: the ground, the day of what happened, the document that says so, the public reason."""

    ground: Ground
    event_on: date
    document_no: str
    reason: str


def request_withdrawal(act: Act, disclosure_id: str, wanted: Wanted, deadlines: Deadlines) -> Withdrawal:
    """Ask that what stands be withdrawn. Raises AbsentError, EndedError, EndingStateError, FieldError."""
    session, key = act.session, disclosure_id
    disclosure = find_standing(session, key, act.today)
    decided = select(WithdrawalDecision.withdrawal_id)
    waiting = select(Withdrawal.withdrawal_id).where(
        Withdrawal.disclosure_id == key, col(Withdrawal.withdrawal_id).not_in(decided)
    )
    if (other := session.exec(waiting).first()) is not None:
        raise EndingStateError(
            key=key,
            problem_zh=f"已有撤回申请 {other} 待确认",
            problem_en=f"is named by withdrawal {other}, which waits for a decision",
        )
    _check(act, disclosure, wanted)
    number = next_number(session, Withdrawal.withdrawal_id, "w")
    body = {"withdrawal_id": number, "disclosure_id": key, "ground": wanted.ground.value}
    fact_id = write(act, Kind.WITHDRAWAL_REQUESTED, subject=key, body=body)
    asked = Withdrawal(
        withdrawal_id=number,
        disclosure_id=key,
        ground=wanted.ground,
        event_on=wanted.event_on,
        due_on=_due_on(act, wanted, deadlines),
        document_no=nfc(wanted.document_no),
        reason=nfc(wanted.reason),
        asked_by=act.person,
        asked_at=act.at,
        fact_id=fact_id,
    )
    session.add(asked)
    watch(act, Duty.WITHDRAWAL, number)
    session.flush()
    return asked


def decide_withdrawal(
    act: Act, withdrawal_id: str, *, approved: bool, text: str, deadlines: Deadlines
) -> WithdrawalDecision:
    """Decide, as another person, on what was asked for: withdrawn, the publication ends; refused, it stands.

    Raises AbsentError, SamePersonError, EndingStateError, FieldError.
    """
    asked = get_withdrawal(act.session, withdrawal_id)
    other_person(act, asked.asked_by, step=STEP, did=("提出撤回", "asked for it"))
    if act.session.get(WithdrawalDecision, withdrawal_id) is not None:
        raise EndingStateError(
            key=asked.disclosure_id,
            problem_zh="的撤回申请已经办理",
            problem_en="has a withdrawal that was decided",
        )
    if not approved and not nfc(text):
        raise FieldError(
            ("text",), ("不予撤回没有理由。", "It is refused without a reason."), ("请写明理由。", "State it.")
        )
    fact_id = _withdraw(act, asked, deadlines) if approved else _keep(act, asked)
    decision = WithdrawalDecision(
        withdrawal_id=withdrawal_id,
        approved=approved,
        text=nfc(text),
        decided_by=act.person,
        decided_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(decision)
    act.session.flush()
    return decision


def _withdraw(act: Act, asked: Withdrawal, deadlines: Deadlines) -> int:
    """End what was asked for and return the number of the fact. Raises EndingStateError."""
    disclosure = act.session.get_one(Disclosure, asked.disclosure_id)
    if asked.ground == Ground.ENDED_EARLY:
        return end_disclosures(act, [disclosure], way=Way.REPAIRED, basis=EARLY.words)[0].fact_id
    rule = INACCURATE[Subject(disclosure.subject)]
    if asked.ground in COUNTED:
        counted = deadlines.counts(Duty.WITHDRAWAL, asked.event_on)
        rule = deadlines.rule_on(Duty.WITHDRAWAL, asked.event_on if counted else act.today).source
    return end_disclosures(act, [disclosure], way=Way.WITHDRAWN, basis=rule.words, withdrawal=asked)[0].fact_id


def _keep(act: Act, asked: Withdrawal) -> int:
    body = {"withdrawal_id": asked.withdrawal_id, "disclosure_id": asked.disclosure_id}
    return write(act, Kind.WITHDRAWAL_REFUSED, subject=asked.disclosure_id, body=body)


def _due_on(act: Act, wanted: Wanted, deadlines: Deadlines) -> date | None:
    """Return the last day in time; None where no law counts the days, or no notice has fixed them."""
    if wanted.ground not in COUNTED or not deadlines.counts(Duty.WITHDRAWAL, wanted.event_on):
        return None
    try:
        return deadlines.known_to(act.session).due_on(Duty.WITHDRAWAL, wanted.event_on)
    except CalendarYearError:
        return None


def _check(act: Act, disclosure: Disclosure, wanted: Wanted) -> None:
    """Check what is asked for against what stands. Raises FieldError."""
    if disclosure.subject == Subject.RESULT and wanted.ground is not Ground.INACCURATE:
        raise FieldError(
            ("ground",),
            ("检查结果没有处罚决定可以变更或撤销。", "A result has no decision that could be changed or revoked."),
            ("检查结果只能以“信息不准确”撤回（inaccurate）。", "Withdraw a result as inaccurate."),
        )
    if wanted.ground is Ground.ENDED_EARLY and disclosure.cause != RECEIVED:
        raise FieldError(
            ("ground",),
            (
                "该处罚不是外省机关作出的，提前停止公示由本机关决定。",
                "No other province decided this penalty; its early end is decided here.",
            ),
            ("请按信用修复申请办理。", "Go on with an application for repair."),
        )
    if not disclosure.event_on <= wanted.event_on <= act.today:
        raise FieldError(
            ("event_on",),
            (
                f"日期应在 {disclosure.event_on} 至今日之间。",
                f"The day must lie between {disclosure.event_on} and today.",
            ),
            ("请填写变更、撤销、确认或者发现之日。", "Give the day on which it happened, or was found."),
        )
    if wanted.ground is not Ground.INACCURATE and not nfc(wanted.document_no):
        raise FieldError(
            ("document_no",),
            ("没有所依据的文书文号。", "It names no document."),
            ("请填写变更、撤销或者确认的文书文号。", "Give the number of the document that says so."),
        )
    _check_reason(act, disclosure, nfc(wanted.reason))


def _check_reason(act: Act, disclosure: Disclosure, reason: str) -> None:
    """Refuse a public reason that says nothing, names the party however it is spelled, or tells of a person.

    Raises FieldError.
    """
    key = name_key(reason)
    if not key:
        raise FieldError(
            ("reason",), ("没有撤回理由。", "No reason is given."), ("请说明理由，将向社会公开。", "State it.")
        )
    party = (content_of(disclosure)["operator_name"], get_operator(act.session, disclosure.unit_id).name)
    if any(each in reason or name_key(each) in key for each in party if len(name_key(each)) > 1):
        raise _telling(("当事人名称", "the party"))
    if name_key(disclosure.unit_id) in key:
        raise _telling(("当事人代码", "the party's code"))
    if found := propose(reason):
        raise _telling(
            (
                "、".join(f"{PRIVATE_WORDS[each.kind][0]}（第 {each.start + 1} 字起）" for each in found),
                ", ".join(f"{PRIVATE_WORDS[each.kind][1]} (from character {each.start + 1})" for each in found),
            )
        )


def _telling(held: Words) -> FieldError:
    return FieldError(
        ("reason",),
        (f"撤回理由将向社会公开，其中有{held[0]}。", f"The reason is public, and holds {held[1]}."),
        ("请删去后重试。", "Take it out and try again."),
        withheld=True,
    )
