"""What is due and overdue, and what was done in time or late (期限), for those who read of results."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.auth import Allow, Caller
from app.routes.callers import RESULTS
from app.routes.paging import PageAsked, nowhere
from app.wire.clocks import ClockOut
from publicity.clock_lines import Asked, Clock
from publicity.clocks import DUTY_WORDS, Duty, State
from publicity.done_duties import done_clocks
from publicity.duties import open_clocks
from registry.base import legal_day
from registry.sealed import found_visits

router = APIRouter(prefix="/api/v1/clocks", tags=["期限 clocks"])
Reader = Annotated[Caller, Depends(Allow(*RESULTS))]
DONE = (State.IN_TIME, State.LATE)


@router.get("")
def list_clocks(
    caller: Reader,
    page: PageAsked,
    duty: Annotated[Duty | None, Query(description="Only one duty.")] = None,
    state: Annotated[State | None, Query(description="Only what stands so; by default what is not done yet.")] = None,
) -> list[ClockOut]:
    """What is not done yet, most urgent first; or what was done in time or late, the latest due first (期限)."""
    today, deadlines = legal_day(caller.service.clock.now()), caller.service.deadlines
    asked = Asked(visits=found_visits(caller.person), rows=page.limit + 1, after=page.after, duty=duty, state=state)
    with caller.service.database.reading() as session:
        if state in DONE:
            found = done_clocks(session, deadlines, asked)
        else:
            found = open_clocks(session, deadlines, today, asked)
    if found is None:
        raise nowhere(page.after)
    return _out(page.cut(found, lambda each: each.place))


def _out(clocks: Sequence[Clock]) -> list[ClockOut]:
    return [
        ClockOut(
            place=each.place,
            duty=each.rule.duty,
            words=DUTY_WORDS[each.rule.duty][0],
            key=each.key,
            unit_id=each.unit_id,
            operator_name=each.operator_name,
            event_on=each.event_on,
            due_on=each.due_on,
            done_on=each.done_on,
            state=each.state,
            days_left=each.days_left,
            missing_year=each.missing_year,
            basis=each.rule.words,
        )
        for each in clocks
    ]
