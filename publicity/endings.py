"""How a publication ends (停止公示): by its term, by repair (信用修复), by withdrawal (撤回); and what stands today.

What ends ends whole and at once. The stored projection, the text and salt of the fact that published it and every image
of its row are emptied by one fact, which says which texts went; so are those of the versions that it replaced. The
bureau's own case stays: decision, document and findings are kept by other laws (decision 0028). A term that is past
hides a publication from the first moment of the day after, whether or not anything was run.

Source: 市场监督管理行政处罚信息公示规定 (45号令) articles 11 and 12 (withdrawal), 13 (terms), 14 (early end).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from publicity.disclosure import Disclosure, Subject
from publicity.errors import PublicityError
from publicity.stated_terms import DisclosureTerm, kept_term
from publicity.terms import ONE_DAY
from publicity.withdrawals import ANNULLING, GROUND_WORDS, Ground, Withdrawal
from registry.base import Record, UtcDateTime, among
from registry.emptying import empty_texts
from registry.errors import AbsentError
from registry.images import image_key
from registry.journal import Act, Body, Kind
from registry.matters import SHOWN


class Way(StrEnum):
    """How a publication ended. Of the first two, which it was is never public."""

    EXPIRED = "expired"
    REPAIRED = "repaired"
    WITHDRAWN = "withdrawn"


class DisclosureEnding(Record, table=True):
    """The end of one publication; ``ended_on`` is the first day on which it is not shown.

    ``basis`` cites the rule. What follows it is of withdrawals alone; ``due_on`` is None where no law counts the days.
    """

    __tablename__ = "disclosure_endings"

    disclosure_id: str = Field(primary_key=True, foreign_key="disclosures.disclosure_id")
    way: str
    ended_on: date
    basis: str
    withdrawal_id: str | None = Field(default=None, foreign_key="withdrawals.withdrawal_id")
    ground: str | None = None
    reason: str | None = None
    event_on: date | None = None
    due_on: date | None = None
    ended_by: str
    ended_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", index=True)


class EndedError(PublicityError):
    """The publication has ended; ``way`` is not told."""

    nature = "gone"
    zh = "公示 {key} 已经结束，内容不再提供。如有疑问，请向公示机关查询。"
    en = "The publication {key} has ended; its content is no longer given. Ask the authority that published it."


class WithdrawnError(EndedError):
    """The publication was withdrawn, for a reason that the public is told (article 11)."""

    zh = "公示 {key} 已于 {ended_on} 撤回，内容不再提供。撤回理由：{ground_zh}。{reason}"
    en = "The publication {key} was withdrawn on {ended_on}; its content is no longer given: {ground_en}. {reason}"


class EndingStateError(PublicityError):
    """What was named cannot be ended now."""

    nature = "conflict"
    zh = "公示 {key} {problem_zh}。未作任何改动。"
    en = "The publication {key} {problem_en}. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Ended:
    """That a publication is over: how, since which day, and of a withdrawal the reason that the public reads.

    ``way`` is EXPIRED as soon as the term is past, before anything is emptied.
    """

    way: Way
    ended_on: date
    ground: Ground | None = None
    reason: str | None = None


def standing(subject: Subject, today: date) -> SelectOfScalar[Disclosure]:
    """Return a query for what is public on a day: not replaced, not ended, its term not past."""
    return select(Disclosure).where(Disclosure.subject == subject, stands(today))


def stands(today: date) -> ColumnElement[bool]:
    """Return the condition that a disclosure is public on a day."""
    return and_(is_newest(), ~has_ended(), ~is_past(today))


def is_newest() -> ColumnElement[bool]:
    """Return the condition that no later disclosure replaces one."""
    newer = aliased(Disclosure)
    return ~exists().where(col(newer.replaces) == col(Disclosure.disclosure_id)).correlate(Disclosure)


def is_past(today: date) -> ColumnElement[bool]:
    """Return the condition that the term of a disclosure is past on a day, whether or not its end is on record."""
    term = (col(DisclosureTerm.disclosure_id) == col(Disclosure.disclosure_id), col(DisclosureTerm.ends_on) < today)
    return exists().where(*term).correlate(Disclosure)


def has_ended() -> ColumnElement[bool]:
    """Return the condition that the end of a disclosure is on record."""
    return exists().where(col(DisclosureEnding.disclosure_id) == col(Disclosure.disclosure_id)).correlate(Disclosure)


def annulled_sources() -> SelectOfScalar[str]:
    """Return a query for what was published of decisions that were revoked or confirmed unlawful or void since.

    Source: 45号令 article 11; 行政处罚法 article 48.
    """
    return (
        select(Disclosure.source_id)
        .join(DisclosureEnding, col(DisclosureEnding.disclosure_id) == col(Disclosure.disclosure_id))
        .where(col(DisclosureEnding.ground).in_(ANNULLING))
    )


def ending_of(session: Session, disclosure_id: str) -> DisclosureEnding | None:
    """Return how a publication ended, as it is on record, or None; one whose term is past may still wait for it."""
    return session.get(DisclosureEnding, disclosure_id)


def ended(session: Session, disclosure_id: str, today: date) -> Ended | None:
    """Return that a publication is over on a day, on record or by its term, or None while it is not.

    What was replaced is over when what replaced it is.
    """
    ending = ending_of(session, disclosure_id)
    if ending is not None:
        ground = None if ending.ground is None else Ground(ending.ground)
        return Ended(way=Way(ending.way), ended_on=ending.ended_on, ground=ground, reason=ending.reason)
    newer = _newer(session, disclosure_id)
    if newer is not None:
        return ended(session, newer.disclosure_id, today)
    term = kept_term(session, disclosure_id)
    if term is None or term.ends_on is None or term.ends_on >= today:
        return None
    return Ended(way=Way.EXPIRED, ended_on=term.ends_on + ONE_DAY)


def is_ended(session: Session, disclosure_id: str, today: date) -> bool:
    """Return whether a publication is over on a day, by its term alone or on record."""
    return ended(session, disclosure_id, today) is not None


def refuse_ended(session: Session, disclosure_id: str, today: date) -> None:
    """Refuse what is over on a day; of a withdrawal its reason is told. Raises EndedError, WithdrawnError."""
    over = ended(session, disclosure_id, today)
    if over is None:
        return
    if over.ground is None:
        raise EndedError(key=disclosure_id)
    zh, en = GROUND_WORDS[over.ground]
    raise WithdrawnError(
        key=disclosure_id, ended_on=over.ended_on, ground_zh=zh, ground_en=en, reason=over.reason or ""
    )


def end_disclosures(
    act: Act, disclosures: Sequence[Disclosure], *, way: Way, basis: str, withdrawal: Withdrawal | None = None
) -> list[DisclosureEnding]:
    """End what stands, one or a block, with one fact: whatever was published of it, and of its earlier versions, goes.

    ``basis`` cites the rule; a ``withdrawal`` is of the one that it names. Raises EndingStateError.
    """
    session = act.session
    for each in disclosures:
        _refuse_over(act, each)
    over = [(version, _ended_on(act, each, way)) for each in disclosures for version in versions_of(session, each)]
    fact_id = empty_texts(
        act,
        _texts(session, [version for version, _ in over]),
        kind=Kind.DISCLOSURE_ENDED,
        subject=disclosures[0].disclosure_id if len(disclosures) == 1 else "",
        body={"way": way.value, "basis": basis, "disclosures": [version.disclosure_id for version, _ in over]},
    )
    own = {} if withdrawal is None else withdrawal.model_dump(include={*WITHDRAWN})
    rows = [
        DisclosureEnding(
            disclosure_id=version.disclosure_id,
            way=way,
            ended_on=ended_on,
            basis=basis,
            ended_by=act.person,
            ended_at=act.at,
            fact_id=fact_id,
            **own,
        )
        for version, ended_on in over
    ]
    session.add_all(rows)
    session.flush()
    for version, _ in over:
        version.content = ""
        session.add(version)
    session.flush()
    return rows


WITHDRAWN = ("withdrawal_id", "ground", "reason", "event_on", "due_on")
"""What an ending repeats of its withdrawal."""


def find_version(session: Session, disclosure_id: str) -> Disclosure:
    """Return the version of a publication that nothing replaced. Raises AbsentError."""
    found = session.get(Disclosure, disclosure_id)
    if found is None:
        raise AbsentError(what_zh="公示", what_en="disclosure", key=disclosure_id)
    while (newer := _newer(session, found.disclosure_id)) is not None:
        found = newer
    return found


def version_at(session: Session, disclosure_id: str, fact_id: int) -> Disclosure:
    """Return the version of a publication that was the newest when a fact was written."""
    version = session.get_one(Disclosure, disclosure_id)
    while (newer := _newer(session, version.disclosure_id)) is not None and newer.fact_id < fact_id:
        version = newer
    return version


def find_standing(session: Session, disclosure_id: str, today: date) -> Disclosure:
    """Return a publication that stands on a day. Raises AbsentError, EndedError, WithdrawnError, EndingStateError."""
    refuse_ended(session, disclosure_id, today)
    return _newest(session, disclosure_id)


def _newest(session: Session, disclosure_id: str) -> Disclosure:
    """Return a publication that nothing replaced. Raises AbsentError, EndingStateError."""
    newest = find_version(session, disclosure_id)
    if newest.disclosure_id != disclosure_id:
        raise EndingStateError(
            key=disclosure_id,
            problem_zh=f"已被 {newest.disclosure_id} 取代，请改为该编号",
            problem_en=f"was replaced by {newest.disclosure_id}; name that",
        )
    return newest


def _newer(session: Session, disclosure_id: str) -> Disclosure | None:
    return session.exec(select(Disclosure).where(Disclosure.replaces == disclosure_id)).first()


def versions_of(session: Session, disclosure: Disclosure) -> list[Disclosure]:
    """Return a publication and those that it replaced, the newest first, but for what has ended before."""
    found, version = [], disclosure
    while True:
        if ending_of(session, version.disclosure_id) is None:
            found.append(version)
        if version.replaces is None:
            return found
        version = session.get_one(Disclosure, version.replaces)


def _refuse_over(act: Act, disclosure: Disclosure) -> None:
    """Refuse what was replaced or has ended. Raises EndingStateError."""
    key = disclosure.disclosure_id
    _newest(act.session, key)
    if ending_of(act.session, key) is not None:
        raise EndingStateError(key=key, problem_zh="已经结束", problem_en="has ended already")


def _ended_on(act: Act, disclosure: Disclosure, way: Way) -> date:
    term = kept_term(act.session, disclosure.disclosure_id)
    past = None if term is None or term.ends_on is None else term.ends_on + ONE_DAY
    return past if way is Way.EXPIRED and past is not None else act.today


def _texts(session: Session, disclosures: Sequence[Disclosure]) -> list[Body]:
    """Return every text of the journal that holds what was published, in order of facts and parts."""
    images = [image_key(SHOWN, [each.disclosure_id]) for each in disclosures]
    own = and_(col(Body.fact_id).in_([each.fact_id for each in disclosures]), col(Body.part) == 0)
    imaged = and_(col(Body.part) < 0, among(session, col(Body.key), images))
    found = (text for condition in (own, imaged) for text in session.exec(select(Body).where(condition)))
    return sorted((text for text in found if text.body), key=lambda text: (text.fact_id, text.part))
