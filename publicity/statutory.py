"""Statutory lists as files: what of the published records goes into one, judged row by row before it is written.

Good rows are written, .xlsx or CSV; the others stand in a report, each with its field, what is wrong with it and how it
is mended. In strict mode a list with one wrong row is refused whole. What no longer stands is in none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO, Final

from sqlmodel import Session, col

from publicity.disclosure import Disclosure
from publicity.double_publicity import LAYOUT as DOUBLE_PUBLICITY
from publicity.double_publicity import Sender, penalty_sources
from publicity.endings import standing
from publicity.errors import PublicityError
from publicity.origins import RECEIVED
from publicity.result_list import LAYOUT as RESULT_LIST
from publicity.result_list import result_sources
from publicity.standards import Fault, Layout, Source
from publicity.uploads import SUBJECTS, Platform, not_uploaded
from registry.base import legal_day
from registry.books import sheet_name, workbook, write_table
from registry.separated import write_separated
from registry.stages import stage_of
from sampling.wording import Words

REPORT_HEADINGS: Final = ("公示编号", "文号或结果编号", "栏目", "问题", "处理办法")


@dataclass(frozen=True, kw_only=True)
class Standard:
    """One statutory list: where it is handed in, its title and layout, and how the rows of publications are read."""

    platform: Platform
    title: Words
    layout: Layout
    sources: Callable[[Session, Sequence[str], Sender], Iterator[Source]]


STANDARDS: Final[Mapping[str, Standard]] = {
    each.platform.value: each
    for each in (
        Standard(
            platform=Platform.DOUBLE_PUBLICITY,
            title=("双公示行政处罚", "Penalties for the double publicity platform"),
            layout=DOUBLE_PUBLICITY,
            sources=penalty_sources,
        ),
        Standard(
            platform=Platform.RESULT_LIST,
            title=("抽查检查结果", "Results for the national publicity system"),
            layout=RESULT_LIST,
            sources=lambda session, keys, _sender: result_sources(session, keys),
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which records of a list: of one day, of one year, not uploaded yet; by the day of the decision or inspection."""

    on: date | None = None
    year: int | None = None
    not_uploaded: bool = False


class WrongRowsError(PublicityError):
    """A list that is wanted whole has rows that are wrong; ``faults`` lists what is wrong with them."""

    nature = "conflict"
    zh = "共 {rows} 行，其中 {wrong} 行有误，未导出。请逐项处理后重新导出，或去掉 strict 只导出无误的行。"
    en = (
        "{wrong} of {rows} rows are wrong, and nothing was exported. Mend them as listed and export again, or leave "
        "out strict to export the good ones."
    )

    def __init__(self, report: "Report") -> None:
        super().__init__(rows=report.rows, wrong=report.wrong)
        self.faults = report.faults


@dataclass
class Report:
    """What came of judging a list: how many rows, the records whose rows are all good, everything that is wrong."""

    rows: int = 0
    wrong: int = 0
    good: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One list as it is wanted now, for whoever hands it in."""

    session: Session
    standard: Standard
    wanted: Wanted
    sender: Sender
    at: datetime

    def good_rows(self, report: Report) -> Iterator[tuple[str, ...]]:
        """Yield the cells of the rows of good records in order, and note in the report what is left out and why.

        A record with one wrong row is left out whole: half of it would be uploaded as all of it.
        """
        for record, rows in _by_record(self._sources()):
            judged = [self.standard.layout.judge(each) for each in rows]
            faults = [fault for each in judged for fault in each.faults]
            report.rows += len(judged)
            if faults:
                report.wrong += len(judged)
                report.faults += faults
                continue
            report.good.append(record)
            yield from (each.cells for each in judged)

    def report(self) -> Report:
        """Judge all of it and write nothing."""
        report = Report()
        for _ in self.good_rows(report):
            pass
        return report

    def _sources(self) -> Iterator[Source]:
        standard, wanted = self.standard, self.wanted
        chosen = standing(SUBJECTS[standard.platform], legal_day(self.at)).where(Disclosure.cause != RECEIVED)
        if wanted.on is not None:
            chosen = chosen.where(Disclosure.event_on == wanted.on)
        if wanted.year is not None:
            first, last = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
            chosen = chosen.where(col(Disclosure.event_on).between(first, last))
        if wanted.not_uploaded:
            chosen = chosen.where(not_uploaded(standard.platform))
        in_order = chosen.order_by(col(Disclosure.event_on), col(Disclosure.disclosure_id))
        keys = self.session.scalars(in_order.with_only_columns(col(Disclosure.disclosure_id))).all()
        return standard.sources(self.session, keys, self.sender)


def write_workbook(out: BinaryIO, listing: Listing) -> Report:
    """Write the good rows as .xlsx, every cell text, and return the report."""
    report, layout = Report(), listing.standard.layout
    title, stage = listing.standard.title[0], stage_of(listing.session)
    with workbook(out, at=listing.at, stage=stage) as book:
        write_table(book, sheet_name(stage, title), layout.headings, listing.good_rows(report))
    return report


def write_csv(out: BinaryIO, listing: Listing) -> Report:
    """Write the good rows as CSV, no cell a formula, and return the report."""
    report = Report()
    write_separated(out, listing.standard.layout.headings, listing.good_rows(report))
    return report


WRITERS: Final = {"xlsx": write_workbook, "csv": write_csv}


def write_report(out: BinaryIO, listing: Listing, report: Report) -> None:
    """Write what is wrong as .xlsx, one line a field, in Chinese."""
    title, stage = f"{listing.standard.title[0]}核对", stage_of(listing.session)
    rows = ((each.record, each.named, each.field, each.problem[0], each.mend[0]) for each in report.faults)
    with workbook(out, at=listing.at, stage=stage) as book:
        write_table(book, sheet_name(stage, title), REPORT_HEADINGS, rows)


def _by_record(sources: Iterator[Source]) -> Iterator[tuple[str, list[Source]]]:
    """Yield the sources of each record together; they come one record after another."""
    own: list[Source] = []
    for each in sources:
        if own and own[0].record != each.record:
            yield own[0].record, own
            own = []
        own.append(each)
    if own:
        yield own[0].record, own
