"""Uploads (上报): which published records were handed to a national platform, when, under which receipt, in which file.

The platform is another authority's: what it holds is what it acknowledged. So an upload is recorded by its receipt and
the digest of the file, and a record that no longer stands here but was uploaded is listed until its taking down over
there is recorded as well (撤下). What was uploaded is recorded whenever it is told, whether it still stands or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from publicity.clocks import Deadlines, Duty
from publicity.disclosure import Disclosure, Subject, penalty_source
from publicity.endings import standing
from publicity.errors import PublicityError
from publicity.origins import RECEIVED
from registry.base import Record, UtcDateTime, among, legal_day, nfc
from registry.drafts import blocks
from registry.errors import AbsentError, FieldError
from registry.journal import Act, Kind, write
from registry.penalties import Penalty
from registry.people import next_number


class Platform(StrEnum):
    """Where records are handed in, by the list that they are handed in as."""

    DOUBLE_PUBLICITY = "double-publicity"
    RESULT_LIST = "result-list"


SUBJECTS = {Platform.DOUBLE_PUBLICITY: Subject.PENALTY, Platform.RESULT_LIST: Subject.RESULT}
"""What each platform takes."""


class UploadStep(StrEnum):
    """What was done at the platform."""

    UPLOADED = "uploaded"
    TAKEN_DOWN = "taken_down"


STEP_WORDS = {UploadStep.UPLOADED: ("上报", "uploaded"), UploadStep.TAKEN_DOWN: ("撤下", "taken down")}


class Upload(Record, table=True):
    """One handing in; ``digest`` is the SHA-256 of the file, in hex."""

    __tablename__ = "uploads"

    upload_id: str = Field(primary_key=True)
    platform: str = Field(index=True)
    step: str
    done_on: date
    receipt_no: str
    digest: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


class UploadedRecord(Record, table=True):
    """One record of a handing in; ``number`` counts what was done with it at that platform, from 1.

    ``due_on`` is the last day in time of what has one, ``done_on`` that of the handing in.
    """

    __tablename__ = "uploaded_records"

    platform: str = Field(primary_key=True)
    disclosure_id: str = Field(primary_key=True, foreign_key="disclosures.disclosure_id")
    number: int = Field(primary_key=True)
    upload_id: str = Field(foreign_key="uploads.upload_id", index=True)
    step: str
    due_on: date | None = Field(index=True)
    done_on: date


class UploadStateError(PublicityError):
    """What was named cannot be recorded so."""

    nature = "conflict"
    zh = "{key} {problem_zh}。未登记；请核对后重新提交。"
    en = "{key} {problem_en}. Nothing was recorded; correct the list and send it again."


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """A handing in as it is told of."""

    platform: Platform
    step: UploadStep
    records: Sequence[str]
    done_on: date
    receipt_no: str
    digest: str


def record_upload(act: Act, handed: HandedIn, deadlines: Deadlines) -> Upload:
    """Record that records were uploaded, or taken down where they were: all of the list or none.

    Raises AbsentError, FieldError, UploadStateError, CalendarYearError.
    """
    if not nfc(handed.receipt_no):
        raise FieldError(
            ("receipt_no",), ("回执号为空。", "The receipt is empty."), ("请填平台回执号。", "Fill it in.")
        )
    disclosures = _named(act.session, handed)
    _check_day(act, handed, disclosures)
    before = _last_steps(act.session, handed.platform, handed.records)
    _check_steps(handed, before)
    upload = Upload(
        upload_id=next_number(act.session, Upload.upload_id, "u"),
        platform=handed.platform,
        step=handed.step,
        done_on=handed.done_on,
        receipt_no=nfc(handed.receipt_no),
        digest=handed.digest,
        recorded_by=act.person,
        recorded_at=act.at,
        fact_id=0,
    )
    body = upload.model_dump(mode="json", exclude={"fact_id", "recorded_by", "recorded_at"})
    upload.fact_id = write(
        act, Kind.UPLOAD_RECORDED, subject=upload.upload_id, body=body | {"records": list(handed.records)}
    )
    act.session.add(upload)
    act.session.flush()
    known = deadlines.known_to(act.session)
    for each in disclosures:
        last = before.get(each.disclosure_id)
        act.session.add(
            UploadedRecord(
                platform=handed.platform,
                disclosure_id=each.disclosure_id,
                number=1 if last is None else last.number + 1,
                upload_id=upload.upload_id,
                step=handed.step,
                due_on=_due_on(known, handed, each) if last is None else None,
                done_on=handed.done_on,
            )
        )
    act.session.flush()
    return upload


def not_uploaded(platform: Platform) -> ColumnElement[bool]:
    """Return the condition that a disclosure was never uploaded to a platform, or was taken down there since."""
    return col(Disclosure.disclosure_id).not_in(_there(platform).with_only_columns(col(UploadedRecord.disclosure_id)))


def to_take_down(platform: Platform, today: date) -> SelectOfScalar[UploadedRecord]:
    """Return a query for what is at a platform and stands here no longer: replaced, ended, its term past."""
    here = standing(SUBJECTS[platform], today).with_only_columns(col(Disclosure.disclosure_id))
    return _there(platform).where(col(UploadedRecord.disclosure_id).not_in(here))


def named_by(session: Session, disclosure_ids: Sequence[str]) -> dict[str, str]:
    """Return publication → the number that people know it by: a decision's, or the finding's."""
    decided = select(Disclosure.disclosure_id, Disclosure.source_id, Penalty.decision_no).outerjoin(
        Penalty, col(Disclosure.source_id) == penalty_source("") + col(Penalty.penalty_id)
    )
    rows = session.exec(decided.where(col(Disclosure.disclosure_id).in_(disclosure_ids)))
    return {key: decision_no or source for key, source, decision_no in rows}


def sizes_of(session: Session, upload_ids: Sequence[str]) -> dict[str, int]:
    """Return upload → how many records it is of."""
    own = col(UploadedRecord.upload_id)
    rows = session.exec(select(own, func.count()).where(own.in_(upload_ids)).group_by(own))
    return dict(rows.all())


def _there(platform: Platform) -> SelectOfScalar[UploadedRecord]:
    """Return a query for what a platform holds: records whose last step is an upload."""
    newest = (
        select(UploadedRecord.disclosure_id, func.max(UploadedRecord.number).label("number"))
        .where(UploadedRecord.platform == platform)
        .group_by(col(UploadedRecord.disclosure_id))
        .subquery()
    )
    return (
        select(UploadedRecord)
        .join(
            newest,
            (col(UploadedRecord.disclosure_id) == newest.c.disclosure_id)
            & (col(UploadedRecord.number) == newest.c.number),
        )
        .where(UploadedRecord.platform == platform, UploadedRecord.step == UploadStep.UPLOADED)
    )


def _named(session: Session, handed: HandedIn) -> list[Disclosure]:
    """Return the publications that a handing in names, in its order. Raises AbsentError, UploadStateError."""
    found: dict[str, Disclosure] = {}
    for block in blocks(list(handed.records)):
        own = session.exec(select(Disclosure).where(among(session, col(Disclosure.disclosure_id), block)))
        found |= {each.disclosure_id: each for each in own}
    for key in handed.records:
        if key not in found:
            raise AbsentError(what_zh="公示", what_en="publication", key=key)
        if found[key].subject != SUBJECTS[handed.platform]:
            raise UploadStateError(
                key=key, problem_zh="不是该平台接收的公示内容", problem_en="is not what this platform takes"
            )
        if found[key].cause == RECEIVED:
            raise UploadStateError(
                key=key,
                problem_zh="由外省机关作出，由该机关上报",
                problem_en="was decided in another province, and is uploaded there",
            )
    return [found[key] for key in handed.records]


def _check_day(act: Act, handed: HandedIn, disclosures: Sequence[Disclosure]) -> None:
    first = max(legal_day(each.published_at) for each in disclosures)
    if not first <= handed.done_on <= act.today:
        raise FieldError(
            ("done_on",),
            (f"日期 {handed.done_on} 不在可填范围内。", f"The day {handed.done_on} is out of range."),
            (f"请填 {first} 至 {act.today} 之间的日期。", f"Give a day from {first} to {act.today}."),
        )


def _check_steps(handed: HandedIn, before: Mapping[str, UploadedRecord]) -> None:
    """Refuse what is there already, and the taking down of what is not. Raises UploadStateError."""
    there = {key: last.upload_id for key, last in before.items() if last.step == UploadStep.UPLOADED}
    for key in handed.records:
        if handed.step is UploadStep.TAKEN_DOWN and key not in there:
            raise UploadStateError(
                key=key, problem_zh="没有上报记录，无从撤下", problem_en="was not uploaded, so it is not there"
            )
        if handed.step is UploadStep.UPLOADED and key in there:
            raise UploadStateError(
                key=key, problem_zh=f"已在 {there[key]} 中登记上报", problem_en=f"was uploaded in {there[key]} already"
            )


def _last_steps(session: Session, platform: Platform, records: Sequence[str]) -> dict[str, UploadedRecord]:
    found: dict[str, UploadedRecord] = {}
    for block in blocks(list(records)):
        own = select(UploadedRecord).where(
            UploadedRecord.platform == platform, among(session, col(UploadedRecord.disclosure_id), block)
        )
        for each in session.exec(own.order_by(col(UploadedRecord.number))):
            found[each.disclosure_id] = each
    return found


def _due_on(deadlines: Deadlines, handed: HandedIn, disclosure: Disclosure) -> date | None:
    """Return the last day in time: penalties alone have one."""
    if handed.platform is not Platform.DOUBLE_PUBLICITY:
        return None
    return deadlines.due_on(Duty.UPLOAD, disclosure.event_on)
