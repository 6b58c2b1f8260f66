"""Leave, loans, caps and recusals as of any day: the bureau's own, beside the lists they stand in."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path
from sqlmodel import Session

from app.auth import Caller
from app.routes.callers import Bureau
from app.routes.operators import AsOf
from app.values import LegalDate
from app.wire.base import Answer
from app.wire.register import RecusalOut
from app.wire.staffing import CapOut, LeaveOut, LoanOut
from registry.caps import get_cap
from registry.history import Subject, record_as_of
from registry.leaves import get_leave
from registry.loans import get_loan
from registry.recusals import get_recusal
from registry.sealed import readable_recusal

router = APIRouter(prefix="/api/v1", tags=["派员 staffing"])
Number = Annotated[str, Path(max_length=64)]
Out = TypeVar("Out", bound=Answer)


@router.get("/leaves/{leave_id}")
def read_leave(leave_id: Number, caller: Bureau, as_of: AsOf = None) -> LeaveOut:
    """One leave, today or as of a day (请假)."""
    return read_on(caller, LeaveOut, (Subject.LEAVE, leave_id), as_of, get_leave)


@router.get("/loans/{loan_id}")
def read_loan(loan_id: Number, caller: Bureau, as_of: AsOf = None) -> LoanOut:
    """One loan, today or as of a day (借调)."""
    return read_on(caller, LoanOut, (Subject.LOAN, loan_id), as_of, get_loan)


@router.get("/caps/{cap_id}")
def read_cap(cap_id: Number, caller: Bureau, as_of: AsOf = None) -> CapOut:
    """One cap, today or as of a day (检查频次上限)."""
    return read_on(caller, CapOut, (Subject.CAP, cap_id), as_of, get_cap)


@router.get("/recusals/{recusal_id}")
def read_recusal(recusal_id: Number, caller: Bureau, as_of: AsOf = None) -> RecusalOut:
    """One recusal, today or as of a day, to those who may read it today (回避)."""
    with caller.service.database.reading() as session:
        readable_recusal(session, recusal_id, caller.person)
    return read_on(caller, RecusalOut, (Subject.RECUSAL, recusal_id), as_of, get_recusal)


def read_on(
    caller: Caller,
    out: type[Out],
    record: tuple[Subject, str],
    as_of: LegalDate | None,
    get: Callable[[Session, str], object],
) -> Out:
    """Return a record as it is, or as the journal holds it for the end of a day.

    Raises AbsentError, NotOnRecordError, ErasedError.
    """
    subject, key = record
    with caller.service.database.reading() as session:
        return out.model_validate(get(session, key) if as_of is None else record_as_of(session, subject, key, as_of))
