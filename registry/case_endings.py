"""How cases end (结案): by the penalty that follows from the visit, or without one, by another person than who filed.

While a pause lasts nobody can say by when the case was to be decided, so its last day is recorded first.
"""

from dataclasses import dataclass
from datetime import date

from registry.base import nfc
from registry.case_steps import check_day, refuse_lasting, take_up
from registry.cases import CaseEnding, CaseWay, open_case_of
from registry.errors import FieldError
from registry.journal import Act, Kind, write
from registry.people import other_person


@dataclass(frozen=True, kw_only=True)
class Closing:
    """The end of a case without a penalty: 不予处罚 or 撤销案件, its day and why."""

    way: CaseWay
    ended_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class Punished:
    """A penalty as the case of its visit is ended by it."""

    penalty_id: str
    decided_on: date
    fact_id: int


def close_case(act: Act, case_id: str, closing: Closing) -> CaseEnding:
    """End a case without a penalty.

    Raises AbsentError, SealedError, CaseStateError, SamePersonError, FieldError.
    """
    step = ("结案", "Closing a case")
    case = take_up(act, case_id, step=step)
    other_person(act, case.filed_by, step=step, did=("立案", "filed it"))
    refuse_lasting(act, case_id)
    if closing.way is CaseWay.PENALTY:
        raise FieldError(
            ("way",),
            ("处罚决定另行登记。", "A penalty is recorded as such."),
            ("请登记处罚决定，案件随之结案。", "Record the decision; the case ends with it."),
        )
    if not nfc(closing.reason):
        raise FieldError(("reason",), ("内容为空。", "It is empty."), ("请填写。", "Fill it in."))
    check_day(act, "ended_on", closing.ended_on, earliest=case.filed_on)
    values = {"way": closing.way.value, "reason": nfc(closing.reason)}
    body = values | {"ended_on": closing.ended_on.isoformat()}
    fact_id = write(act, Kind.CASE_CLOSED, subject=case_id, body=body)
    row = CaseEnding(
        **values,
        case_id=case_id,
        ended_on=closing.ended_on,
        ended_by=act.person,
        ended_at=act.at,
        fact_id=fact_id,
    )
    act.session.add(row)
    act.session.flush()
    return row


def check_decidable(act: Act, visit_id: str) -> None:
    """Refuse a decision while a pause of the visit's case lasts. Raises CaseStateError."""
    case = open_case_of(act.session, visit_id)
    if case is not None:
        refuse_lasting(act, case.case_id)


def end_by_penalty(act: Act, visit_id: str, punished: Punished) -> None:
    """End the case of a visit with a penalty that was decided since it was filed; the penalty's fact tells of it."""
    case = open_case_of(act.session, visit_id)
    if case is None or punished.decided_on < case.filed_on:
        return
    act.session.add(
        CaseEnding(
            case_id=case.case_id,
            way=CaseWay.PENALTY.value,
            ended_on=punished.decided_on,
            penalty_id=punished.penalty_id,
            ended_by=act.person,
            ended_at=act.at,
            fact_id=punished.fact_id,
        )
    )
    act.session.flush()
