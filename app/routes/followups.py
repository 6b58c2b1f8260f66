"""What follows a problem: recorded by a reviewer's desk, closed by an approver, listed when it waits too long."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from app.auth import Allow, Caller, IdempotencyKey
from app.routes.callers import RESULTS, Approver, Reviewer
from app.routes.paging import PageAsked
from app.wire.followups import BoardOut, ClosingIn, FollowUpIn, FollowUpOut, MatterOut
from registry.base import legal_day
from registry.errors import AbsentError
from registry.followups import (
    Following,
    Matter,
    close_matter,
    follow_up,
    get_matter,
    readable_matters,
    visits_of,
)
from registry.journal import Act
from registry.sealed import found_visits, has_visit

router = APIRouter(prefix="/api/v1/followups", tags=["后续处理 follow-up"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]


@router.get("")
def list_matters(
    caller: Reader,
    page: PageAsked,
    overdue: Annotated[bool | None, Query(description="Only what waits too long, or only what does not.")] = None,
    open: Annotated[bool | None, Query(description="Only what is open, or only what is not.")] = None,  # noqa: A002
) -> list[MatterOut]:
    """Every problem with what was done about it, oldest inspection first (后续处理)."""
    today = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        chosen = [
            each
            for each in readable_matters(session, caller.person)
            if overdue in (None, each.overdue(today)) and open in (None, each.is_open)
        ]
        return _out(session, page.of(chosen, lambda each: f"{each.visit_id}/{each.item}"), today)


@router.get("/board")
def read_board(caller: Reader) -> BoardOut:
    """How many matters are open, overdue, closed, and what the overdue ones wait for (后续处理看板)."""
    today = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        found = readable_matters(session, caller.person)
    late = Counter(each.wait.step for each in found if each.wait and each.overdue(today))
    return BoardOut(
        open=sum(each.is_open for each in found),
        overdue=late.total(),
        closed=sum(each.closed_on is not None for each in found),
        overdue_by_step=dict(sorted(late.items())),
    )


@router.get("/{visit_id}/{item}")
def read_matter(visit_id: str, item: str, caller: Reader) -> MatterOut:
    """One matter (后续处理详情)."""
    today = legal_day(caller.service.clock.now())
    with caller.service.database.reading() as session:
        matter = get_matter(session, visit_id, item)
        if not has_visit(session, found_visits(caller.person), visit_id):
            raise AbsentError(what_zh="后续处理事项", what_en="matter to follow up", key=f"{visit_id}/{item}")
        return _out(session, [matter], today)[0]


@router.post("/{visit_id}/{item}/steps", status_code=201, response_model=MatterOut)
def post_step(visit_id: str, item: str, body: FollowUpIn, caller: Reviewer, key: IdempotencyKey) -> Response:
    """Record a step: case opened, handed on, receipt, outcome; nobody who took part in the visit (登记后续处理)."""
    following = Following(**body.model_dump())

    def command(act: Act) -> MatterOut:
        return _out(act.session, [follow_up(act, visit_id, item, following)], act.today)[0]

    return caller.record(command, key=key, body=body)


@router.post("/{visit_id}/{item}/closing", status_code=201, response_model=MatterOut)
def post_closing(visit_id: str, item: str, body: ClosingIn, caller: Approver, key: IdempotencyKey) -> Response:
    """Close an open matter with its day and how it ended; its published result says so (办结)."""

    def command(act: Act) -> MatterOut:
        closed = close_matter(act, visit_id, item, closed_on=body.closed_on, how=body.how)
        return _out(act.session, [closed], act.today)[0]

    return caller.record(command, key=key, body=body)


def _out(session: Session, chosen: Sequence[Matter], today: date) -> list[MatterOut]:
    visits = visits_of(session, chosen)
    return [
        MatterOut(
            visit_id=each.visit_id,
            item=each.item,
            finding_id=each.finding.finding_id,
            operator_name=visits[each.visit_id].operator_name,
            unit_id=visits[each.visit_id].unit_id,
            cause=visits[each.visit_id].cause,
            outcome=each.line.outcome,
            text=each.line.text,
            follow_up=each.line.follow_up,
            open=each.is_open,
            since=each.since,
            waits_on=each.wait.step if each.wait else None,
            due_on=each.due_on,
            limit_source=each.wait.source if each.wait else None,
            overdue=each.overdue(today),
            closed_on=each.closed_on,
            steps=[FollowUpOut.model_validate(step) for step in each.steps],
        )
        for each in chosen
    ]
