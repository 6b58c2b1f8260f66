"""The records behind the clock of cases: those that wait for a decision, and those that ended.

Extensions and pauses move the last day, so that a case filed later may be due earlier: unlike other duties, cases are
read in the order of the last day that was stated last. While a pause lasts there is none, and the case comes last.
"""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func
from sqlalchemy import select as columns_of
from sqlalchemy.orm import aliased
from sqlmodel import Session, col
from sqlmodel.sql.expression import SelectOfScalar

from publicity.case_terms import CaseTerm, due_of
from registry.cases import Case, CaseEnding
from registry.visits import Visit

MAX_DIGITS = 9


class CaseRow(NamedTuple):
    """One case in the list of what is open; ``term`` is the number of the term that counts."""

    due: date
    event_on: date
    key: str
    unit_id: str
    operator_name: str
    term: int


class TermPlace(NamedTuple):
    """Where a case stood in that list under one of its terms, whatever was recorded of it since."""

    due: date
    event_on: date
    case_id: str


def open_cases(visits: SelectOfScalar[str]) -> Select[*tuple[Any, ...]]:
    """Return a query for the cases of some visits that have not ended, as ``CaseRow``."""
    ended = exists().where(col(CaseEnding.case_id) == col(Case.case_id))
    return (
        columns_of(
            func.coalesce(col(CaseTerm.due_on), date.max).label("due"),
            col(Case.filed_on).label("event_on"),
            col(Case.case_id).label("key"),
            col(Visit.unit_id),
            col(Visit.operator_name),
            col(CaseTerm.number).label("term"),
        )
        .join(CaseTerm, col(CaseTerm.case_id) == col(Case.case_id))
        .join(Visit, col(Visit.visit_id) == col(Case.visit_id))
        .where(_is_newest(), col(Case.visit_id).in_(visits), ~ended.correlate(Case))
    )


def ended_cases(visits: SelectOfScalar[str]) -> Select[Case, CaseTerm, CaseEnding, Visit]:
    """Return a query for the cases of some visits that ended, each with its term, its end and its visit."""
    return (
        columns_of(Case, CaseTerm, CaseEnding, Visit)
        .join(CaseTerm, col(CaseTerm.case_id) == col(Case.case_id))
        .join(CaseEnding, col(CaseEnding.case_id) == col(Case.case_id))
        .join(Visit, col(Visit.visit_id) == col(Case.visit_id))
        .where(_is_newest(), col(CaseTerm.due_on).is_not(None), col(Case.visit_id).in_(visits))
    )


def place_of_term(case_id: str, term: int) -> str:
    """Return the key of a place in the list of open cases."""
    return f"{case_id}.{term}"


def term_place(session: Session, key: str) -> TermPlace | None:
    """Return where a case stood under a term; None for a key of nothing."""
    case_id, _, number = key.rpartition(".")
    known = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
    term = session.get(CaseTerm, (case_id, int(number))) if known else None
    if term is None:
        return None
    return TermPlace(term.due_on or date.max, session.get_one(Case, case_id).filed_on, case_id)


def ended_due_on(session: Session, case_id: str) -> date | None:
    """Return the last day of a case that ended; None for a key of nothing."""
    return None if session.get(CaseEnding, case_id) is None else due_of(session, [case_id]).get(case_id)


def _is_newest() -> ColumnElement[bool]:
    later = aliased(CaseTerm)
    newer = and_(col(later.case_id) == col(CaseTerm.case_id), col(later.number) > col(CaseTerm.number))
    return ~exists().where(newer).correlate(CaseTerm)
