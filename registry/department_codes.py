"""The unified credit codes of departments (部门统一社会信用代码), which statutory lists name beside the authority.

Stated by the register's officer, and again when it was wrong: each statement is a row, and the newest counts.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, col, select

from registry.base import Record, UtcDateTime
from registry.credit_code import CreditCodeError, parse_credit_code
from registry.departments import Department, get_department
from registry.errors import FieldError
from registry.journal import Act, Kind, write


class DepartmentCode(Record, table=True):
    """One statement of a department's code, in order from 1."""

    __tablename__ = "department_codes"

    department: str = Field(primary_key=True, foreign_key="departments.code")
    number: int = Field(primary_key=True)
    credit_code: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    fact_id: int = Field(foreign_key="journal.fact_id", unique=True)


def state_department_code(act: Act, department: str, *, credit_code: str) -> Department:
    """State the credit code of a department and return the department. Raises AbsentError, FieldError."""
    found = get_department(act.session, department)
    try:
        code = parse_credit_code(credit_code)
    except CreditCodeError as wrong:
        problem = tuple(str(wrong.data[f"problem_{side}"]) for side in ("zh", "en"))
        mend = tuple(str(wrong.data[f"mend_{side}"]) for side in ("zh", "en"))
        raise FieldError(("credit_code",), (problem[0], problem[1]), (mend[0], mend[1])) from None
    own = select(DepartmentCode).where(DepartmentCode.department == department)
    number = len(act.session.exec(own).all()) + 1
    values: dict[str, Any] = {"department": department, "number": number, "credit_code": code}
    fact_id = write(act, Kind.DEPARTMENT_CODE_STATED, subject=department, body=values)
    act.session.add(DepartmentCode(**values, recorded_by=act.person, recorded_at=act.at, fact_id=fact_id))
    act.session.flush()
    return found


def department_codes(session: Session) -> dict[str, str]:
    """Return department → its credit code, of those that have one."""
    rows = session.exec(select(DepartmentCode).order_by(col(DepartmentCode.number)))
    return {row.department: row.credit_code for row in rows}
