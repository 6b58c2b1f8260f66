"""Inspectors lent to a neighbouring area (异地借调), by name, for one batch.

Where too few may visit a unit, a named inspector of another area is lent to the unit's area: one person asks, the
head of the agency (an approver) decides, with a reason, before the draw is committed. In the draw the lent one bears
the area they are lent to, and no other. Source: 国发〔2019〕5号 (inspectors of neighbouring areas, on record).
"""

from datetime import datetime

from sqlmodel import Field, Session, col, select

from registry.areas import AreaCode, parse_area, protocol_area
from registry.base import Record, UtcDateTime, nfc
from registry.batches import Batch, get_batch
from registry.draws import standing_draw
from registry.errors import AbsentError, FieldError, RegistryError
from registry.inspectors import Inspector, get_inspector
from registry.journal import Act, Kind, write
from registry.people import next_number, not_concerned, other_person


class Loan(Record, table=True):
    """A loan and, once decided, by whom and how; ``approved`` is None until then."""

    __tablename__ = "inspector_loans"

    loan_id: str = Field(primary_key=True)
    task_no: str = Field(foreign_key="batches.task_no", index=True)
    inspector_no: str = Field(foreign_key="inspectors.inspector_no")
    area: str
    reason: str
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    approved: bool | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoanStateError(RegistryError):
    """The loan cannot be asked for or decided any more."""

    nature = "conflict"
    zh = "借调未办理：{problem_zh}。未作任何改动。"
    en = "The loan was not made: {problem_en}. Nothing was changed."


def request_loan(act: Act, task_no: str, *, inspector_no: str, area: str, reason: str) -> Loan:
    """Ask for an inspector to be lent to an area of a batch. It lends nobody until an approver has decided.

    Raises AbsentError, FieldError, LoanStateError.
    """
    batch = get_batch(act.session, task_no)
    _check_open(act.session, task_no)
    inspector = get_inspector(act.session, inspector_no)
    code = _check_area(batch, inspector, area)
    if not nfc(reason):
        raise FieldError(("reason",), ("没有理由。", "No reason is given."), ("请写明借调理由。", "State the reason."))
    _check_single(act.session, task_no, inspector_no)
    loan = Loan(
        loan_id=next_number(act.session, Loan.loan_id, "j"),
        task_no=task_no,
        inspector_no=inspector_no,
        area=code,
        reason=nfc(reason),
        requested_by=act.person,
        requested_at=act.at,
    )
    act.session.add(loan)
    record = loan.model_dump(mode="json")
    write(act, Kind.LOAN_REQUESTED, subject=loan.loan_id, body=record, parts=[(loan.loan_id, record)])
    return loan


def decide_loan(act: Act, loan_id: str, *, approved: bool) -> Loan:
    """Decide a loan that another person asked for. Raises AbsentError, LoanStateError, SamePersonError."""
    loan = get_loan(act.session, loan_id)
    if loan.approved is not None:
        raise LoanStateError(problem_zh=f"{loan_id} 已有决定", problem_en=f"{loan_id} was decided before")
    _check_open(act.session, loan.task_no)
    step = ("借调决定", "Deciding a loan")
    other_person(act, loan.requested_by, step=step, did=("提出申请", "asked for it"))
    not_concerned(act, loan.inspector_no, step=step)
    loan.approved = approved
    loan.decided_by = act.person
    loan.decided_at = act.at
    act.session.add(loan)
    body = {"loan_id": loan_id, "approved": approved}
    write(act, Kind.LOAN_DECIDED, subject=loan_id, body=body, parts=[(loan_id, loan.model_dump(mode="json"))])
    return loan


def get_loan(session: Session, loan_id: str) -> Loan:
    """Return a loan or raise AbsentError."""
    loan = session.get(Loan, loan_id)
    if loan is None:
        raise AbsentError(what_zh="借调申请", what_en="loan", key=loan_id)
    return loan


def lent_areas(session: Session, task_no: str) -> dict[str, AreaCode]:
    """Return inspector number → area for all who are lent for a batch."""
    approved = select(Loan).where(Loan.task_no == task_no, col(Loan.approved).is_(True))
    return {each.inspector_no: AreaCode(each.area) for each in session.exec(approved)}


def lending_areas(session: Session, task_no: str) -> dict[str, AreaCode]:
    """Return inspector number → the area that lends them, for all who are lent for a batch."""
    own = select(Inspector).where(col(Inspector.inspector_no).in_(list(lent_areas(session, task_no))))
    return {each.inspector_no: AreaCode(each.area) for each in session.exec(own)}


def _check_open(session: Session, task_no: str) -> None:
    if standing_draw(session, task_no):
        raise LoanStateError(
            problem_zh=f"批次 {task_no} 已经锁定，派员范围不能再变",
            problem_en=f"batch {task_no} was committed, and who may be sent stands",
        )


def _check_area(batch: Batch, inspector: Inspector, area: str) -> AreaCode:
    code = parse_area(area)
    lent, own = protocol_area(code), protocol_area(inspector.area)
    scopes = [protocol_area(each) for each in batch.areas]
    if not any(lent.startswith(scope) or scope.startswith(lent) for scope in scopes):
        raise FieldError(
            ("area",),
            ("该地区不在本批次的地域之内。", "The area lies outside the batch's areas."),
            ("请填批次地域内的地区。", "Give an area within the batch's."),
        )
    if lent.startswith(own):
        raise FieldError(
            ("area",),
            ("该人员本来就可以在该地区检查。", "The inspector works in the area anyway."),
            ("不需要借调。", "No loan is needed."),
        )
    if inspector.department not in batch.departments:
        raise FieldError(
            ("inspector_no",),
            (
                f"该人员所属部门 {inspector.department} 不在检查组中。",
                f"The inspector's department {inspector.department} is not in the team.",
            ),
            ("请选择检查组所列部门的人员。", "Choose somebody of a department of the team."),
        )
    return code


def _check_single(session: Session, task_no: str, inspector_no: str) -> None:
    """Refuse a second loan of one inspector for one batch: in a draw everybody stands once, with one area."""
    standing = select(Loan.loan_id).where(
        Loan.task_no == task_no, Loan.inspector_no == inspector_no, col(Loan.approved).is_not(False)
    )
    earlier = session.exec(standing).first()
    if earlier is not None:
        raise LoanStateError(
            problem_zh=f"该人员在本批次已有借调 {earlier}，一人一批次只借调一次",
            problem_en=f"the inspector has the loan {earlier} in this batch, and is lent once a batch",
        )
