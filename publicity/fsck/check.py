"""The whole check, in order: tree, facts and texts, state, tables, draws, pages."""

from collections.abc import Callable, Sequence

from sqlalchemy import MetaData
from sqlmodel import Session

from publicity.fsck.draws import check_draws
from publicity.fsck.facts import check_facts
from publicity.fsck.pages import check_pages
from publicity.fsck.report import OlderHead, Report
from publicity.fsck.state import opened
from publicity.fsck.tables import check_tables, find_rows
from publicity.fsck.tree import check_tree

Progress = Callable[[str], None]


def check_database(
    session: Session, tables: MetaData, older: Sequence[OlderHead] = (), progress: Progress = lambda _stage: None
) -> Report:
    """Check a database against its log, and its log against heads kept elsewhere; nothing is changed.

    ``tables`` are all that the service has: what is not among them is not compared. ``progress`` is told each stage
    before it begins: tree, facts, tables, draws, pages.
    """
    report = Report()
    progress("tree")
    check_tree(session, report, older)
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
