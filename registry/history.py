"""History: every record as of any day, and who changed what, when, in which fact, from which file.

The journal is the history. Each import, change and merging writes the whole record after it as a part with the record's
key, so the record as of a day is the newest such part up to the end of that day in Asia/Shanghai. What was erased
lawfully is a gap that is said. Facts from before records had keys, or were kept whole, are not found; a record's
history begins with its first change after that.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, and_, col, func, select

from registry.base import SHANGHAI, among, legal_day
from registry.errors import RegistryError
from registry.items import Item
from registry.journal import PARTS, Body, Fact, Kind
from registry.operator_entries import OperatorStatus
from sampling.wording import Words


class Subject(StrEnum):
    """What has a history."""

    OPERATOR = "operator"
    INSPECTOR = "inspector"
    RECUSAL = "recusal"
    ITEM = "item"
    PLAN = "plan"
    BATCH = "batch"
    LEAVE = "leave"
    LOAN = "loan"
    CAP = "cap"


KINDS: Mapping[Subject, tuple[Kind, ...]] = {
    Subject.OPERATOR: (
        Kind.OPERATORS_IMPORTED,
        Kind.OPERATOR_CHANGED,
        Kind.OPERATOR_MERGED,
        Kind.OPERATOR_UNMERGED,
    ),
    Subject.INSPECTOR: (Kind.INSPECTORS_IMPORTED,),
    Subject.RECUSAL: (
        Kind.RECUSALS_IMPORTED,
        Kind.RECUSAL_REQUESTED,
        Kind.RECUSAL_DECIDED,
        Kind.RECUSALS_DECIDED,
        Kind.RECUSAL_WITHDRAWN,
    ),
    Subject.ITEM: (Kind.ITEMS_IMPORTED, Kind.ITEM_ADDED, Kind.ITEM_CHANGED, Kind.ITEM_ENDED),
    Subject.PLAN: (Kind.PLAN_DRAFTED, Kind.PLAN_APPROVED, Kind.PLAN_CHANGE_DECIDED),
    Subject.BATCH: (Kind.BATCH_DRAFTED, Kind.BATCH_APPROVED, Kind.PLAN_CHANGE_REQUESTED, Kind.PLAN_CHANGE_DECIDED),
    Subject.LEAVE: (Kind.LEAVE_RECORDED, Kind.LEAVE_DECIDED, Kind.LEAVE_CANCELLED),
    Subject.LOAN: (Kind.LOAN_REQUESTED, Kind.LOAN_DECIDED),
    Subject.CAP: (Kind.CAP_DRAFTED, Kind.CAP_APPROVED),
}
"""The facts that hold a subject's records."""

WORDS: Mapping[Subject, Words] = {
    Subject.OPERATOR: ("经营者", "operator"),
    Subject.INSPECTOR: ("检查人员", "inspector"),
    Subject.RECUSAL: ("回避申请", "recusal"),
    Subject.ITEM: ("抽查事项", "item"),
    Subject.PLAN: ("计划", "plan"),
    Subject.BATCH: ("批次", "batch"),
    Subject.LEAVE: ("请假", "leave"),
    Subject.LOAN: ("借调", "loan"),
    Subject.CAP: ("频次上限", "cap"),
}
HEAD_BYTES = 4096
"""How much of an import's body is read: the canonical form sorts members, so all before ``parts`` stand within it."""

_FILE = re.compile(rb'"digest":"([0-9a-f]{64})"')


@dataclass(frozen=True, kw_only=True)
class Change:
    """One column of a record, before and after."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class Version:
    """A record as one fact left it; ``record`` is None where it was erased. ``file`` is the digest of an import."""

    key: str
    fact_id: int
    at: datetime
    by: str
    kind: str
    file: str | None
    record: Mapping[str, Any] | None
    changes: tuple[Change, ...]


class NotOnRecordError(RegistryError):
    """There was no such record on the day."""

    nature = "absent"
    zh = "{day} 时没有{what_zh} {key} 的记录。请核对编号和日期；整份留存之前登记的，自其后第一次变更起才有。"
    en = (
        "On {day} there was no record of {what_en} {key}. Check the number and the day; "
        "what was entered before records were kept whole has a history from its next change on."
    )


class ErasedError(RegistryError):
    """The record of the day was erased."""

    nature = "absent"
    zh = "{what_zh} {key} 在 {day} 的记录已依法删除，日志中只留其摘要；其他日期的记录不受影响。"
    en = "The record of {what_en} {key} on {day} was erased lawfully; only its digest is left. Other days stand."


def versions_of(session: Session, subject: Subject, keys: Iterable[str]) -> list[Version]:
    """Return every version of the records named, oldest first, each with what it changed of the one before it."""
    found: list[Version] = []
    for key in keys:
        found += _versions(session, subject, key)
    return sorted(found, key=lambda version: version.fact_id)


def record_as_of(session: Session, subject: Subject, key: str, day: date) -> Mapping[str, Any]:
    """Return a record as it stood at the end of a day. Raises NotOnRecordError, ErasedError."""
    what = {"what_zh": WORDS[subject][0], "what_en": WORDS[subject][1], "key": key, "day": day}
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), SHANGHAI)
    query = _parts(subject, key).where(Fact.at < end).order_by(col(Fact.fact_id).desc()).limit(1)
    newest = session.exec(query).first()
    erased = [fact for fact in _erased(session, subject, key) if fact.at < end]
    if erased and (newest is None or (erased[-1].fact_id or 0) > newest[1].fact_id):
        raise ErasedError(**what)
    if newest is None:
        raise NotOnRecordError(**what)
    record = _record(newest[1])
    if record is None:
        raise ErasedError(**what)
    return record


def first_days(session: Session, subject: Subject, keys: Sequence[str]) -> dict[str, date]:
    """Return key → the day on which its first record was written, of those that have one, in one question."""
    entered = (
        select(Body.key, func.min(Fact.at))
        .join(Fact, col(Fact.fact_id) == col(Body.fact_id))
        .where(among(session, col(Body.key), keys), col(Body.part) > 0, col(Fact.kind).in_(KINDS[subject]))
        .group_by(col(Body.key))
    )
    return {key: legal_day(at) for key, at in session.exec(entered)}


def status_as_of(session: Session, unit_id: str, day: date) -> OperatorStatus | None:
    """Return the registration status that an operator had on a day, by all that is known now; None when nothing is.

    A record that says since when its status holds speaks for the days before it was written too.
    """
    for version in reversed(_versions(session, Subject.OPERATOR, unit_id)):
        if version.record is None:
            continue
        since = version.record.get("status_on")
        if day >= (date.fromisoformat(since) if since else legal_day(version.at)):
            return OperatorStatus(version.record["status"])
    return None


def items_entered_on(session: Session) -> dict[tuple[str, date | None], date]:
    """Return (code, first day) → the day on which that version of an item was entered, for all that the journal holds.

    An item may be listed with a first day that is past: no batch was approved with it before it was entered.
    """
    parts = select(Body.key, Body.body, Fact.at).join(Fact, col(Fact.fact_id) == col(Body.fact_id))
    listed = col(Body.key).in_(select(Item.code))
    parts = parts.where(listed, col(Body.part) > 0, col(Fact.kind).in_(KINDS[Subject.ITEM]))
    found: dict[tuple[str, date | None], date] = {}
    for code, text, at in session.exec(parts.order_by(col(Fact.fact_id))):
        first = json.loads(text)["valid_from"] if text else None
        found.setdefault((code, date.fromisoformat(first) if first else None), legal_day(at))
    return found


def _versions(session: Session, subject: Subject, key: str) -> list[Version]:
    parts = [(fact, _record(body)) for fact, body in session.exec(_parts(subject, key).order_by(col(Fact.fact_id)))]
    rows = sorted(
        [*parts, *((fact, None) for fact in _erased(session, subject, key))], key=lambda row: row[0].fact_id or 0
    )
    files = _files(session, [fact.fact_id or 0 for fact, _ in rows if fact.kind.endswith(".imported")])
    found: list[Version] = []
    before: Mapping[str, Any] | None = {}
    for fact, record in rows:
        fact_id = fact.fact_id or 0
        found.append(
            Version(
                key=key,
                fact_id=fact_id,
                at=fact.at,
                by=fact.actor,
                kind=fact.kind,
                file=files.get(fact_id),
                record=record,
                changes=_changes(before, record),
            )
        )
        before = record
    return found


def _parts(subject: Subject, key: str) -> Any:  # noqa: ANN401 - a query for two tables, which has no short type
    joined = col(Fact.fact_id) == col(Body.fact_id)
    wanted = select(Fact, Body).join(Body, joined).where(Body.key == key, col(Body.part) > 0)
    return wanted.where(col(Fact.kind).in_(KINDS[subject]))


def _erased(session: Session, subject: Subject, key: str) -> Sequence[Fact]:
    """Return the facts about one record alone whose part is not there any more, oldest first.

    A fact that is there and never had a part, or had one without a key, is of before that and nothing was erased.
    """
    part = select(Body.fact_id).where(Body.fact_id == Fact.fact_id, col(Body.part) > 0, col(Body.key).in_([key, ""]))
    own = (
        select(Fact, Body.body)
        .outerjoin(Body, and_(col(Body.fact_id) == col(Fact.fact_id), col(Body.part) == 0))
        .where(Fact.subject == key, col(Fact.kind).in_(KINDS[subject]), ~part.correlate(Fact).exists())
        .order_by(col(Fact.fact_id))
    )
    return [fact for fact, text in session.exec(own) if not text or PARTS in json.loads(text)]


def _record(body: Body) -> Mapping[str, Any] | None:
    return json.loads(body.body) if body.body else None


def _files(session: Session, facts: Sequence[int]) -> dict[int, str]:
    """Return fact → SHA-256 of the file that an import read, from the head of its body, which may be very long."""
    head = func.substr(col(Body.body), 1, HEAD_BYTES)
    rows = session.exec(select(Body.fact_id, head).where(col(Body.fact_id).in_(facts), Body.part == 0))
    found = {fact_id: _FILE.search(bytes(text)) for fact_id, text in rows}
    return {fact_id: match[1].decode() for fact_id, match in found.items() if match}


def _changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Change, ...]:
    """Return what differs between two versions; nothing where either was erased."""
    if before is None or after is None:
        return ()
    names = dict.fromkeys([*before, *after])
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple(Change(column=name, before=old, after=new) for name, old, new in pairs if old != new)
