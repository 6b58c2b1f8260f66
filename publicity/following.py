"""What followers are told (变更流): what is published, changed, erased, ended, withdrawn, listed, delisted.

A follower asks for what came after the entry it knows. Entries never move and none is put in between, so that nobody
misses one or reads one twice. A line names operator and address only while the record that it tells of stands: of one
that is gone, the earlier lines too are left with its number, so that who copied it knows what to delete.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from heapq import merge
from typing import Any, Final, TypeVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from publicity.answers import listing_path
from publicity.disclosure import Disclosure, Subject
from publicity.endings import DisclosureEnding, Way, stands
from publicity.pages.following import ChangeList, PublicChange
from publicity.sequencer import Entry, read_head
from publicity.views.records import proof_path, record_path
from registry.erasing import ErasedRow
from registry.journal import Fact
from registry.listings import ListingConfirmation, ListingOrder, ListStep, is_listed

PATH: Final = "/changes.json"
MOST: Final = 1_000


Asked = TypeVar("Asked", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, kw_only=True)
class _Stretch:
    """A part of the log: entries after one, to another or to the end, and how many lines of it are wanted."""

    after: int
    today: date
    until: int | None = None
    limit: int | None = None

    def of(self, query: Asked) -> Asked:
        """Return a query for the lines of the stretch, in order."""
        within = query.where(col(Entry.index) > self.after)
        if self.until is not None:
            within = within.where(col(Entry.index) <= self.until)
        return within.order_by(col(Entry.index)).limit(self.limit)


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


def _lines(session: Session, stretch: _Stretch) -> list[PublicChange]:
    return list(merge(*(each(session, stretch) for each in SOURCES), key=lambda line: line.log_index))


def _disclosed(session: Session, stretch: _Stretch) -> Iterator[PublicChange]:
    query = select(Disclosure, Entry.index, stands(stretch.today)).join(
        Entry, col(Entry.fact_id) == col(Disclosure.fact_id)
    )
    for row, index, is_standing in session.exec(stretch.of(query)):
        yield PublicChange(
            change="published" if row.replaces is None else "changed",
            record_id=row.disclosure_id,
            subject=Subject(row.subject).value,
            replaces=row.replaces,
            operator_code=row.unit_id if is_standing else None,
            path=record_path(row) if is_standing else None,
            at=row.published_at,
            log_index=index,
            proof_path=proof_path(index),
        )


def _erased(session: Session, stretch: _Stretch) -> Iterator[PublicChange]:
    query = (
        select(Disclosure, Fact.at, Entry.index, stands(stretch.today))
        .join(ErasedRow, col(ErasedRow.key) == col(Disclosure.disclosure_id))
        .join(Fact, col(Fact.fact_id) == col(ErasedRow.fact_id))
        .join(Entry, col(Entry.fact_id) == col(ErasedRow.fact_id))
        .where(ErasedRow.name == Disclosure.__tablename__)
    )
    for row, at, index, is_standing in session.exec(stretch.of(query)):
        yield PublicChange(
            change="erased",
            record_id=row.disclosure_id,
            subject=Subject(row.subject).value,
            replaces=None,
            operator_code=row.unit_id if is_standing else None,
            path=record_path(row) if is_standing else None,
            at=at,
            log_index=index,
            proof_path=proof_path(index),
        )


def _ended(session: Session, stretch: _Stretch) -> Iterator[PublicChange]:
    """Yield what ended; whether by its term or by repair is not told."""
    query = (
        select(Disclosure, DisclosureEnding, Entry.index)
        .join(DisclosureEnding, col(DisclosureEnding.disclosure_id) == col(Disclosure.disclosure_id))
        .join(Entry, col(Entry.fact_id) == col(DisclosureEnding.fact_id))
    )
    for row, ending, index in session.exec(stretch.of(query)):
        yield PublicChange(
            change="withdrawn" if ending.way == Way.WITHDRAWN else "ended",
            record_id=row.disclosure_id,
            subject=Subject(row.subject).value,
            replaces=None,
            operator_code=None,
            path=None,
            at=ending.ended_at,
            log_index=index,
            proof_path=proof_path(index),
        )


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


SOURCES: Final[tuple[Callable[[Session, _Stretch], Iterator[PublicChange]], ...]] = (
    *(_disclosed, _erased, _ended, _listed),
)
