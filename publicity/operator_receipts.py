"""Receipts for the operator concerned (当事人的回执): of the finding and the penalty about them, once they were told.

The address stands on a paper that is handed over and nowhere else. It ends in 128 bits that are made from the salt of
that one text, which nobody but the service has before: who has not seen the paper has nothing to try but 2^128
endings, and no paper opens the text of others. Where the list is still sealed, the operator was not told, or the text
was erased, an address is answered like one that is none.

What it opens is the text as it was served on the party (送达), not the one that was reviewed for the public: whoever
hands the address on hands that text on. Once the publication has ended, by its term, repair or withdrawal, it opens
nothing from that day on and answers as the record does, because the register itself would otherwise go on giving to
anybody with the address what it has to stop showing; a receipt that was downloaded before verifies as it did.

Source: 市场监督管理行政处罚信息公示规定 (45号令) articles 6, 11, 13 and 14; 个人信息保护法 articles 19 and 47.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import Session, col, select

from publicity.disclosure import Disclosure, penalty_source
from publicity.endings import find_version, refuse_ended
from publicity.errors import PublicityError
from publicity.kinds import kind_words
from publicity.receipts import ErasedReceiptError, make_receipt
from publicity.sequencer import Entry
from publicity.tlog.receipts import Receipt
from registry.findings import Finding, FindingStateError, get_finding
from registry.grounds import own_finding
from registry.journal import Body, Fact, Kind
from registry.penalties import get_penalty
from registry.sealed import SealedError, has_visit, readable_visits
from registry.steps import Step, latest_step, steps_of_visit
from registry.visits import Visit, get_visit
from sampling.wording import Words

PATH: Final = "/door/receipt"
"""Beneath the addresses that are listed nowhere, kept by nobody and cut out of the service's own log."""
ENDING_DIGITS: Final = 32
FORM: Final = re.compile(r"(0|[1-9][0-9]{0,8})\.([0-9a-f]{32})")
NOBODY: Final = bytes(32)
"""Stands in for a salt that is not there, so that both are compared alike; it opens nothing."""


class NoReceiptHereError(PublicityError):
    """An address leads to no receipt: it is none, or not yet one, or not any more."""

    nature = "absent"
    zh = "回执地址 {token} 没有内容：地址有误，或者内容已依法删除。请核对纸面；此前下载的回执仍可核对。"
    en = (
        "There is nothing at the receipt's address {token}: it is wrong, or the text was erased as the law provides. "
        "Check the paper; a receipt that was downloaded before still verifies."
    )


@dataclass(frozen=True, kw_only=True)
class OperatorReceipt:
    """What the paper says: which entry, of what, about whom; ``token`` ends the address of the receipt itself."""

    token: str
    index: int
    digest: str
    words: Words
    key: str
    at: datetime
    operator_name: str
    operator_code: str


def receipt_of_visit(session: Session, visit_id: str, today: date) -> OperatorReceipt:
    """Return the receipt of the finding of which the operator was told last.

    Raises AbsentError, FindingStateError, SealedError, ErasedReceiptError, EndedError, WithdrawnError.
    """
    told = latest_step(steps_of_visit(session, visit_id), Step.TOLD)
    if told is None or told.finding_id is None:
        raise _untold(visit_id)
    return _about(session, Kind.FINDING_FILED, told.finding_id, today)


def receipt_of_penalty(session: Session, penalty_id: str, today: date) -> OperatorReceipt:
    """Return the receipt of a penalty.

    Raises AbsentError, FindingStateError, SealedError, ErasedReceiptError, EndedError, WithdrawnError.
    """
    return _about(session, Kind.PENALTY_DECIDED, get_penalty(session, penalty_id).penalty_id, today)


def find_operator_receipt(session: Session, token: str, today: date) -> OperatorReceipt:
    """Return what an address on a paper leads to on a day.

    Raises NoReceiptHereError, always the same; EndedError and WithdrawnError to the right address alone.
    """
    absent = NoReceiptHereError(token=token)
    found = FORM.fullmatch(token)
    if found is None:
        raise absent
    entry = session.get(Entry, int(found[1]))
    own = None if entry is None else session.get_one(Body, (entry.fact_id, 0))
    salt = own.salt if own is not None and own.body else NOBODY
    if not hmac.compare_digest(_ending(salt, int(found[1])), found[2]) or entry is None or salt == NOBODY:
        raise absent
    fact = session.get_one(Fact, entry.fact_id)
    if fact.kind not in (Kind.FINDING_FILED, Kind.PENALTY_DECIDED):
        raise absent
    try:
        return _about(session, Kind(fact.kind), fact.subject, today)
    except (FindingStateError, SealedError) as waiting:
        raise absent from waiting


def make_operator_receipt(session: Session, token: str, today: date) -> Receipt:
    """Return the receipt that an address on a paper gives on a day.

    Raises NoReceiptHereError, UnsignedEntryError, EndedError, WithdrawnError.
    """
    found = find_operator_receipt(session, token, today)
    return make_receipt(session, session.get_one(Entry, found.index))


def _about(session: Session, kind: Kind, key: str, today: date) -> OperatorReceipt:
    of_penalty = kind is Kind.PENALTY_DECIDED
    visit = _told_visit(session, own_finding(session, get_penalty(session, key)).finding_id if of_penalty else key)
    query = select(Fact, Entry).join(Entry).where(Fact.kind == kind, Fact.subject == key)
    fact, entry = session.exec(query).one()
    own = session.get_one(Body, (entry.fact_id, 0))
    if not own.body:
        raise ErasedReceiptError(index=entry.index)
    published = _published_of(session, kind, key, visit)
    if published is not None:
        refuse_ended(session, published.disclosure_id, today)
    return OperatorReceipt(
        token=f"{entry.index}.{_ending(own.salt, entry.index)}",
        index=entry.index,
        digest=fact.digest,
        words=kind_words(kind),
        key=key,
        at=fact.at,
        operator_name=visit.operator_name,
        operator_code=visit.unit_id,
    )


def _published_of(session: Session, kind: Kind, key: str, visit: Visit) -> Disclosure | None:
    """Return the newest version of what was published of a penalty, or of any finding of a visit, or None."""
    if kind is Kind.PENALTY_DECIDED:
        query = select(Disclosure).where(Disclosure.source_id == penalty_source(key))
    else:
        filed = select(Finding.finding_id).where(Finding.visit_id == visit.visit_id)
        query = select(Disclosure).where(col(Disclosure.source_id).in_(filed))
    found = session.exec(query).first()
    return None if found is None else find_version(session, found.disclosure_id)


def _told_visit(session: Session, finding_id: str) -> Visit:
    """Return the visit of a finding of which the operator was told, and whose draw is open.

    Raises FindingStateError, SealedError.
    """
    visit = get_visit(session, get_finding(session, finding_id).visit_id)
    if not has_visit(session, readable_visits(), visit.visit_id):
        raise SealedError(visit_id=visit.visit_id)
    steps = steps_of_visit(session, visit.visit_id)
    if not any(each.step == Step.TOLD and each.finding_id == finding_id for each in steps):
        raise _untold(visit.visit_id)
    return visit


def _untold(visit_id: str) -> FindingStateError:
    return FindingStateError(
        key=visit_id, problem_zh="尚未告知当事人检查结果", problem_en="has no finding of which the operator was told"
    )


def _ending(salt: bytes, index: int) -> str:
    text = f"double-random operator's receipt\n{index}\n"
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()[:ENDING_DIGITS]
