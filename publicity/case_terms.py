"""By when a case is to be decided (办案期限): every fact that changes the term states its last day anew.

Ninety days from the filing, extensions added, time that does not count left out (``Deadlines.case_due_on``). A later
case may be due earlier, so the day stands in a row of its own, from which lists are read; the newest row of a case
counts, and it is made from the register's rows alone. Source: 行政处罚法 60.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Field, Session, col, func, select

from publicity.clocks import Deadlines, Duty, Pause
from registry.base import Record, among
from registry.case_filing import file_case
from registry.case_steps import Extension, Interruption, extend_case, pause_case, resume_case
from registry.cases import Case, CaseStateError, extensions_of, get_case, pauses_of
from registry.journal import Act
from registry.outbox import watch


class CaseTerm(Record, table=True):
    """The last day of a case as a fact left it, in order from 1; None while a pause lasts."""

    __tablename__ = "case_terms"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    number: int = Field(primary_key=True)
    due_on: date | None = Field(default=None, index=True)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


def file_with_term(act: Act, visit_id: str, item: str, deadlines: Deadlines) -> Case:
    """File the case that a follow-up opened, and begin its term.

    Raises SealedError, AbsentError, SamePersonError, CaseStateError, NoClockError.
    """
    case = file_case(act, visit_id, item)
    _state_term(act, case, deadlines, fact_id=case.fact_id)
    return case


def extend_term(act: Act, case_id: str, extension: Extension, deadlines: Deadlines) -> Case:
    """Add days to the term of a case that is not over when they are approved.

    Raises AbsentError, SealedError, CaseStateError, SamePersonError, FieldError.
    """
    due_on = due_of(act.session, [case_id]).get(case_id)
    if due_on is not None and extension.approved_on > due_on:
        raise CaseStateError(
            key=case_id,
            problem_zh=f"的办案期限已于 {due_on} 届满，其后批准的延长不计",
            problem_en=f"was to be decided by {due_on}, and what is approved afterwards lengthens nothing",
            mend_zh="期间有不计入期限的时间的，请先登记。",
            mend_en="If there was time that does not count, record that first.",
        )
    row = extend_case(act, case_id, extension)
    return _state_term(act, get_case(act.session, case_id), deadlines, fact_id=row.fact_id)


def pause_term(act: Act, case_id: str, interruption: Interruption, deadlines: Deadlines) -> Case:
    """Leave time out of the term of a case. Raises as ``registry.case_steps.pause_case``."""
    row = pause_case(act, case_id, interruption)
    return _state_term(act, get_case(act.session, case_id), deadlines, fact_id=row.fact_id)


def resume_term(act: Act, case_id: str, *, last_on: date, deadlines: Deadlines) -> Case:
    """Let the term of a case go on after a pause. Raises as ``registry.case_steps.resume_case``."""
    row = resume_case(act, case_id, last_on=last_on)
    return _state_term(act, get_case(act.session, case_id), deadlines, fact_id=row.fact_id)


def due_of(session: Session, case_ids: Sequence[str]) -> dict[str, date | None]:
    """Return case → its last day as it stands; None while a pause lasts."""
    terms = select(CaseTerm).where(among(session, col(CaseTerm.case_id), case_ids))
    ordered = terms.order_by(col(CaseTerm.case_id), col(CaseTerm.number))
    return {each.case_id: each.due_on for each in session.exec(ordered)}


def _state_term(act: Act, case: Case, deadlines: Deadlines, *, fact_id: int) -> Case:
    session, key = act.session, case.case_id
    spans = pauses_of(session, [key]).get(key, [])
    due_on = deadlines.case_due_on(
        case.filed_on,
        extended=[each.days for each in extensions_of(session, [key]).get(key, [])],
        pauses=[Pause(first=each.first_on, last=each.last_on) for each in spans],
    )
    newest = session.exec(select(func.max(CaseTerm.number)).where(CaseTerm.case_id == key)).one()
    session.add(CaseTerm(case_id=key, number=1 + (newest or 0), due_on=due_on, fact_id=fact_id))
    session.flush()
    if due_on is not None:
        watch(act, Duty.CASE, key)
    return case
