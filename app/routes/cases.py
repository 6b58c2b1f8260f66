"""Cases: filed and paused at a reviewer's desk, extended and closed by an approver, ended by a penalty."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, Approver, Reviewer
from app.routes.paging import PageAsked
from app.wire.base import read_off
from app.wire.cases import (
    CaseClosingIn,
    CaseEndingOut,
    CaseIn,
    CaseOut,
    ExtensionIn,
    ExtensionOut,
    PauseIn,
    PauseOut,
    ResumptionIn,
)
from publicity.case_terms import due_of, extend_term, file_with_term, pause_term, resume_term
from registry.case_endings import Closing, close_case
from registry.case_steps import Extension, Interruption
from registry.cases import Case, absent_case, cases_of, endings_of, extensions_of, get_case, pauses_of
from registry.journal import Act
from registry.sealed import found_visits, has_visit

router = APIRouter(prefix="/api/v1/cases", tags=["案件 cases"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]


@router.get("")
def list_cases(caller: Reader, page: PageAsked) -> list[CaseOut]:
    """Cases on record, newest first (案件)."""
    with caller.service.database.reading() as session:
        told = cases_of(found_visits(caller.person))
        return _outs(session, page.rows(session, told, Case.filed_at, Case.case_id, newest_first=True))


@router.get("/{case_id}")
def read_case(case_id: str, caller: Reader) -> CaseOut:
    """One case with its last day and what moved it (案件详情)."""
    with caller.service.database.reading() as session:
        case = get_case(session, case_id)
        if not has_visit(session, found_visits(caller.person), case.visit_id):
            raise absent_case(case_id)
        return _out(session, case)


@router.post("", status_code=201, response_model=CaseOut)
def post_case(body: CaseIn, caller: Reviewer, key: IdempotencyKey) -> Response:
    """File the case that a follow-up opened; its ninety days begin (立案)."""
    deadlines = caller.service.deadlines
    return caller.record(
        _told(lambda act: file_with_term(act, body.visit_id, body.item, deadlines)), key=key, body=body
    )


@router.post("/{case_id}/extensions", status_code=201, response_model=CaseOut)
def post_extension(case_id: str, body: ExtensionIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Add days to the term of a case; not by who filed it (延长办案期限)."""
    extension, deadlines = Extension(**body.model_dump()), caller.service.deadlines
    return caller.record(_told(lambda act: extend_term(act, case_id, extension, deadlines)), key=key, body=body)


@router.post("/{case_id}/pauses", status_code=201, response_model=CaseOut)
def post_pause(case_id: str, body: PauseIn, caller: Reviewer, key: IdempotencyKey) -> Response:
    """Leave days out: testing, inspection, quarantine, appraisal, hearing, announcement (不计入期限的时间)."""
    interruption, deadlines = Interruption(**body.model_dump()), caller.service.deadlines
    return caller.record(_told(lambda act: pause_term(act, case_id, interruption, deadlines)), key=key, body=body)


@router.post("/{case_id}/resumption", status_code=201, response_model=CaseOut)
def post_resumption(case_id: str, body: ResumptionIn, caller: Reviewer, key: IdempotencyKey) -> Response:
    """Record the last day of the pause that lasts (恢复计算期限)."""
    deadlines = caller.service.deadlines

    def command(act: Act) -> Case:
        return resume_term(act, case_id, last_on=body.last_on, deadlines=deadlines)

    return caller.record(_told(command), key=key, body=body)


@router.post("/{case_id}/closing", status_code=201, response_model=CaseOut)
def post_case_closing(case_id: str, body: CaseClosingIn, caller: Approver, key: IdempotencyKey) -> Response:
    """End a case without a penalty; not by who filed it (不予处罚、撤销案件)."""
    closing = Closing(**body.model_dump())

    def command(act: Act) -> Case:
        close_case(act, case_id, closing)
        return get_case(act.session, case_id)

    return caller.record(_told(command), key=key, body=body)


def _told(command: Callable[[Act], Case]) -> Callable[[Act], CaseOut]:
    """Return a command that answers with its case as it stands afterwards."""
    return lambda act: _out(act.session, command(act))


def _out(session: Session, case: Case) -> CaseOut:
    (found,) = _outs(session, [case])
    return found


def _outs(session: Session, cases: Sequence[Case]) -> list[CaseOut]:
    keys = [case.case_id for case in cases]
    due, endings = due_of(session, keys), endings_of(session, keys)
    extensions, pauses = extensions_of(session, keys), pauses_of(session, keys)
    return [
        CaseOut(
            **read_off(
                CaseOut,
                case,
                {
                    "due_on": due[case.case_id],
                    "extensions": [ExtensionOut.model_validate(each) for each in extensions.get(case.case_id, [])],
                    "pauses": [PauseOut.model_validate(each) for each in pauses.get(case.case_id, [])],
                    "ending": (
                        CaseEndingOut.model_validate(endings[case.case_id]) if case.case_id in endings else None
                    ),
                },
            )
        )
        for case in cases
    ]
