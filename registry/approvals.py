"""Approval of visits (检查审批): before anything else, by somebody who neither asked for the visit nor goes on it.

The visits of a draw are approved as the list that came out of it, whole; nobody can leave one of them out. A visit that
no draw caused is approved or rejected by itself, and can be cancelled, with the reason, until its team has arrived.
Source: 司法部 行政检查文书基本格式文本 (2025), 检查审批.
"""

from collections.abc import Iterable

from sqlmodel import col, select

from registry.base import nfc
from registry.draws import get_draw, refuse_voided
from registry.errors import AbsentError, FieldError, RegistryError
from registry.journal import Act, Kind, write
from registry.people import Person, SamePersonError, other_person
from registry.recusals import standing_for
from registry.steps import (
    Step,
    Taken,
    VisitState,
    VisitStep,
    add_step,
    latest_step,
    steps_of_visit,
    take_step,
    visit_state,
)
from registry.visits import Assignment, Visit, VisitRequest, get_assignment, with_teams

APPROVING = ("检查审批", "Approving a visit")
CANCELLING = ("撤销检查", "Cancelling a visit")


class NothingToApproveError(RegistryError):
    """No visit of the draw waits for approval."""

    nature = "conflict"
    zh = "抽取 {draw_id} 没有待审批的检查。未作任何改动；请先摇号，或核对是否已经审批。"
    en = "No visit of the draw {draw_id} waits for approval. Nothing was changed; execute it, or look whether it was."


def approve_visits(act: Act, draw_id: str) -> list[Visit]:
    """Approve every visit of a draw at once, by another person than who executed it, and return those approved.

    One fact for the whole list. Raises AbsentError, DrawStateError, NothingToApproveError, SamePersonError.
    """
    draw = get_draw(act.session, draw_id)
    refuse_voided(draw)
    visits = act.session.exec(select(Visit).where(Visit.draw_id == draw_id).order_by(col(Visit.number))).all()
    waiting = [each for each in visits if visit_state(act.session, each.visit_id) is VisitState.ASSIGNED]
    if draw.executed is None or not waiting:
        raise NothingToApproveError(draw_id=draw_id)
    other_person(act, draw.executed.executed_by, step=APPROVING, did=("摇号", "executed the draw"))
    refuse_team(act, with_teams(act.session, waiting))
    body = {"draw_id": draw_id, "outcome_root": draw.executed.outcome_root, "visits": len(waiting)}
    fact_id = write(act, Kind.VISITS_APPROVED, subject=draw_id, body=body)
    for visit in waiting:
        add_step(act, visit, Step.APPROVED, Taken(), fact_id=fact_id)
    return waiting


def decide_visit(act: Act, visit_id: str, *, approved: bool, reason: str = "") -> VisitStep:
    """Approve or reject, with a reason, a visit that no draw caused and that another person asked for.

    Raises AbsentError, VisitStateError, SamePersonError, FieldError.
    """
    assignment = _undrawn(act, visit_id)
    request = act.session.get_one(VisitRequest, visit_id)
    other_person(act, request.requested_by, step=APPROVING, did=("提出该检查", "asked for it"))
    refuse_team(act, [assignment])
    if approved:
        _refuse_recused(act, assignment)
    else:
        need_reason(reason)
    step = Step.APPROVED if approved else Step.REJECTED
    return take_step(act, assignment, step, Taken(text=nfc(reason)), Kind.VISIT_DECIDED)


def cancel_visit(act: Act, visit_id: str, *, reason: str) -> VisitStep:
    """Cancel a visit that no draw caused, before its team arrives, by another person than who approved it.

    Raises AbsentError, VisitStateError, SamePersonError, FieldError.
    """
    assignment = _undrawn(act, visit_id)
    refuse_team(act, [assignment])
    need_reason(reason)
    approval = latest_step(steps_of_visit(act.session, visit_id), Step.APPROVED)
    if approval is not None:
        other_person(act, approval.taken_by, step=CANCELLING, did=("审批该检查", "approved it"))
    return take_step(act, assignment, Step.CANCELLED, Taken(text=nfc(reason)), Kind.VISIT_DECIDED)


def need_reason(reason: str) -> None:
    """Refuse a step that has to say why and does not. Raises FieldError."""
    if not nfc(reason):
        raise FieldError(("reason",), ("没有写明理由。", "No reason is given."), ("请写明理由。", "State the reason."))


def refuse_team(act: Act, assignments: Iterable[Assignment]) -> None:
    """Refuse a person who goes on one of the visits, or bears the name of somebody who does. Raises SamePersonError."""
    person = act.session.get(Person, act.person)
    seats = [seat for each in assignments for seat in each.seats]
    if person and any(seat.inspector_no == person.inspector_no or seat.inspector_name == person.name for seat in seats):
        raise SamePersonError(
            person=act.person,
            step_zh=APPROVING[0],
            step_en=APPROVING[1],
            first_zh="参加检查",
            first_en="go on it",
        )


def _refuse_recused(act: Act, assignment: Assignment) -> None:
    """Refuse a team one of whom is recused, which whoever asked for the visit may not have been told.

    Raises FieldError.
    """
    standing = standing_for(act.session, assignment.visit.unit_id)
    recused = {each.inspector_no for each in act.session.exec(standing)}
    for seat in assignment.seats:
        if seat.inspector_no in recused:
            raise FieldError(
                ("approved",),
                (
                    f"{seat.inspector_no} 对该经营者已决定回避。",
                    f"{seat.inspector_no} is recused from this operator.",
                ),
                ("请不予批准，由经办人另派人员。", "Reject it, and let it be asked for with another team."),
            )


def _undrawn(act: Act, visit_id: str) -> Assignment:
    """Return a visit that no draw caused; one that was drawn is decided with its list. Raises AbsentError."""
    assignment = get_assignment(act.session, visit_id)
    if assignment.drawn:
        raise AbsentError(what_zh="非抽取检查", what_en="visit without a draw", key=visit_id)
    return assignment
