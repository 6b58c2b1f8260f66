"""The whole check, in order: tree, facts and texts, state, tables, draws, pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import MetaData
from sqlmodel import Session

from publicity.fsck.draws import check_draws
from publicity.fsck.facts import check_facts
from publicity.fsck.heads import check_cosignatures, read_heads
from publicity.fsck.pages import check_pages
from publicity.fsck.report import OlderHead, Report
from publicity.fsck.state import opened
from publicity.fsck.tables import check_tables, find_rows
from publicity.fsck.tree import check_tree
from publicity.tlog.keys import VerifierKey

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What whoever checks has from elsewhere: older heads, and the keys that sign the log's heads."""

    heads: Sequence[OlderHead] = ()
    keys: Sequence[VerifierKey] = ()


NOTHING_KEPT = Kept()


def check_database(
    session: Session, tables: MetaData, kept: Kept = NOTHING_KEPT, progress: Progress = lambda _stage: None
) -> Report:
    """Check a database against its log, and its log against what was kept elsewhere; nothing is changed.

    ``tables`` are all that the service has: what is not among them is not compared. ``progress`` is told each stage
    before it begins: tree, facts, tables, draws, pages.
    """
    report = Report()
    progress("tree")
    check_tree(session, report, [*kept.heads, *read_heads(session, report, kept.keys)])
    check_cosignatures(session, report)
    with opened() as state:
        progress("facts")
        check_facts(session, report, state)
        progress("tables")
        find_rows(session, report, state, tables)
        state.settle()
        check_tables(session, report, state, tables)
        progress("draws")
        check_draws(session, report, state)
    progress("pages")
    check_pages(session, report)
    return report
