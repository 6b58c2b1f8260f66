"""What followers are told (变更流): what is published, changed, disputed, answered, erased, ended, listed.

A follower asks for what came after the entry it knows. Entries never move and none is put in between, so that nobody
misses one or reads one twice. A line names operator and address only while the record that it tells of stands: of one
that is gone, the earlier lines too are left with its number, so that who copied it knows what to delete.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from heapq import merge
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from publicity.answers import listing_path
from publicity.disclosure import Disclosure, Subject
from publicity.endings import DisclosureEnding, Way, stands, version_at
from publicity.pages.following import Change, ChangeFeed, ChangeList, PublicChange
from publicity.sequencer import Entry, read_head
from publicity.views.records import proof_path, record_path
from registry.erasing import ErasedRow
from registry.journal import Fact
from registry.listings import ListingConfirmation, ListingOrder, ListStep, is_listed
from registry.petitions import ANSWERED, Petition, PetitionAcceptance, PetitionDecision, PetitionKind

PATH: Final = "/changes.json"
FEED: Final = "/changes.atom"
MOST: Final = 1_000


Asked = TypeVar("Asked", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, kw_only=True)
class _Stretch:
    """A part of the log: entries after one, to another or to the end, and how many lines of it are wanted.

    ``newest_first`` is against the order of the log.
    """

    today: date
    after: int = -1
    until: int | None = None
    limit: int | None = None
    newest_first: bool = False

    def of(self, query: Asked) -> Asked:
        """Return a query for the lines of the stretch, in order."""
        within = query.where(col(Entry.index) > self.after)
        if self.until is not None:
            within = within.where(col(Entry.index) <= self.until)
        order = col(Entry.index).desc() if self.newest_first else col(Entry.index)
        return within.order_by(order).limit(self.limit)


class _Told(NamedTuple):
    """What an entry of the log tells of a record."""

    change: Change
    at: datetime
    entry: int


def changes_after(session: Session, after: int, limit: int, today: date) -> ChangeList:
    """Return what happened after an entry of the log, in its order; -1 begins at the first.

    At most ``limit`` lines, and what more the last entry among them tells: an entry is never split between two pages.
    """
    lines = _lines(session, _Stretch(after=after, today=today, limit=limit + 1))
    more = len(lines) > limit
    if more:
        last = lines[limit - 1].log_index
        lines = _lines(session, _Stretch(after=after, today=today, until=last))
    last = lines[-1].log_index if lines else after
    return ChangeList(
        changes=lines,
        last=None if last < 0 else last,
        next_path=f"{PATH}?after={last}&limit={limit}" if more else None,
        log_size=read_head(session).size,
    )


def changes_before(session: Session, before: int | None, limit: int, today: date) -> ChangeFeed:
    """Return what happened before an entry of the log, or up to now, the newest first: ``limit`` lines or a few more.

    An entry is never split between two pages. While nothing happened, the time is that of the log's first entry.
    """
    until = None if before is None else before - 1
    lines = _lines(session, _Stretch(today=today, until=until, limit=limit + 1, newest_first=True))
    older = None
    if len(lines) > limit:
        last = lines[limit - 1].log_index
        lines = _lines(session, _Stretch(today=today, after=last - 1, until=until, newest_first=True))
        older = f"{FEED}?before={last}&limit={limit}"
    first = select(Fact.at).join(Entry, col(Entry.fact_id) == col(Fact.fact_id)).where(Entry.index == 0)
    own = "" if before is None else f"?before={before}&limit={limit}"
    return ChangeFeed(
        changes=lines,
        path=FEED + own,
        older_path=older,
        updated=lines[0].at if lines else session.exec(first).one(),
    )


def _lines(session: Session, stretch: _Stretch) -> list[PublicChange]:
    lines = (each(session, stretch) for each in SOURCES)
    return list(merge(*lines, key=lambda line: line.log_index, reverse=stretch.newest_first))


def _disclosed(session: Session, stretch: _Stretch) -> Iterator[PublicChange]:
    query = select(Disclosure, Entry.index, stands(stretch.today)).join(
        Entry, col(Entry.fact_id) == col(Disclosure.fact_id)
    )
    for row, index, is_standing in session.exec(stretch.of(query)):
        change: Change = "published" if row.replaces is None else "changed"
        line = _of_record(_Told(change, row.published_at, index), row, is_standing=is_standing)
        yield replace(line, replaces=row.replaces)


def _erased(session: Session, stretch: _Stretch) -> Iterator[PublicChange]:
    query = (
        select(Disclosure, Fact.at, Entry.index, stands(stretch.today))
        .join(ErasedRow, col(ErasedRow.key) == col(Disclosure.disclosure_id))
        .join(Fact, col(Fact.fact_id) == col(ErasedRow.fact_id))
        .join(Entry, col(Entry.fact_id) == col(ErasedRow.fact_id))
        .where(ErasedRow.name == Disclosure.__tablename__)
    )
    for row, at, index, is_standing in session.exec(stretch.of(query)):
        yield _of_record(_Told("erased", at, index), row, is_standing=is_standing)


def _ended(session: Session, stretch: _Stretch) -> Iterator[PublicChange]:
    """Yield what ended; whether by its term or by repair is not told."""
    query = (
        select(Disclosure, DisclosureEnding, Entry.index)
        .join(DisclosureEnding, col(DisclosureEnding.disclosure_id) == col(Disclosure.disclosure_id))
        .join(Entry, col(Entry.fact_id) == col(DisclosureEnding.fact_id))
    )
    for row, ending, index in session.exec(stretch.of(query)):
        change: Change = "withdrawn" if ending.way == Way.WITHDRAWN else "ended"
        yield _of_record(_Told(change, ending.ended_at, index), row, is_standing=False)


def _disputed(session: Session, stretch: _Stretch) -> Iterator[PublicChange]:
    """Yield that a record bears a mark (申诉中): something about it was taken up, never who asks."""
    query = (
        select(Petition, PetitionAcceptance, Entry.index)
        .join(PetitionAcceptance, col(PetitionAcceptance.petition_id) == col(Petition.petition_id))
        .join(Entry, col(Entry.fact_id) == col(PetitionAcceptance.fact_id))
        .where(col(PetitionAcceptance.accepted), Petition.kind != PetitionKind.REPLY)
    )
    for petition, step, index in session.exec(stretch.of(query)):
        told = _Told("marked", step.decided_at, index)
        yield _of_version(session, told, version_at(session, petition.disclosure_id, step.fact_id), stretch.today)


def _answered(session: Session, stretch: _Stretch) -> Iterator[PublicChange]:
    """Yield what a decision shows: a mark that is gone or worded anew, a reply beside the record.

    A repair that was granted ended the record by the same entry, which tells that; a reply that was not released was
    never there.
    """
    query = (
        select(Petition, PetitionDecision, Entry.index)
        .join(PetitionDecision, col(PetitionDecision.petition_id) == col(Petition.petition_id))
        .join(Entry, col(Entry.fact_id) == col(PetitionDecision.fact_id))
        .where(
            or_(
                and_(col(Petition.kind) == PetitionKind.REPLY, col(PetitionDecision.upheld)),
                and_(col(Petition.kind) == PetitionKind.REPAIR, ~col(PetitionDecision.upheld)),
                col(Petition.kind).in_(ANSWERED),
            )
        )
    )
    for petition, step, index in session.exec(stretch.of(query)):
        is_reply = petition.kind == PetitionKind.REPLY
        change: Change = "replied" if is_reply else "marked" if step.upheld else "unmarked"
        told = _Told(change, step.decided_at, index)
        yield _of_version(session, told, version_at(session, petition.disclosure_id, step.fact_id), stretch.today)


def _listed(session: Session, stretch: _Stretch) -> Iterator[PublicChange]:
    query = (
        select(ListingOrder, ListingConfirmation.confirmed_at, Entry.index, is_listed())
        .join(ListingConfirmation, col(ListingConfirmation.order_id) == col(ListingOrder.order_id))
        .join(Entry, col(Entry.fact_id) == col(ListingConfirmation.fact_id))
        .where(col(ListingConfirmation.approved))
    )
    for row, at, index, is_standing in session.exec(stretch.of(query)):
        yield PublicChange(
            change="listed" if row.step == ListStep.ENTRY else "delisted",
            record_id=row.removes or row.order_id,
            subject="list",
            replaces=None,
            operator_code=row.unit_id if is_standing else None,
            path=listing_path(row) if is_standing else None,
            at=at,
            log_index=index,
            proof_path=proof_path(index),
        )


def _of_version(session: Session, told: _Told, version: Disclosure, today: date) -> PublicChange:
    own = select(Disclosure.disclosure_id).where(Disclosure.disclosure_id == version.disclosure_id, stands(today))
    return _of_record(told, version, is_standing=session.exec(own).first() is not None)


def _of_record(told: _Told, row: Disclosure, *, is_standing: bool) -> PublicChange:
    return PublicChange(
        change=told.change,
        record_id=row.disclosure_id,
        subject=Subject(row.subject).value,
        replaces=None,
        operator_code=row.unit_id if is_standing else None,
        path=record_path(row) if is_standing else None,
        at=told.at,
        log_index=told.entry,
        proof_path=proof_path(told.entry),
    )


SOURCES: Final[tuple[Callable[[Session, _Stretch], Iterator[PublicChange]], ...]] = (
    *(_disclosed, _erased, _ended, _disputed, _answered, _listed),
)
