"""Reminders (提醒): what is due soon, is overdue or has arrived, for those who can act on it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import col

from app.auth import Allow, Caller
from app.routes.callers import RESULTS
from app.routes.paging import PageAsked
from app.wire.work import ReminderOut
from publicity.clocks import DUTY_WORDS, Duty
from publicity.reminders import NOTICE_WORDS, Reminder, ReminderState, reminders_for
from registry.people import Role
from registry.sealed import found_visits

router = APIRouter(prefix="/api/v1/reminders", tags=["期限 clocks"])
Reminded = Annotated[Caller, Depends(Allow(*RESULTS))]


@router.get("")
def list_reminders(caller: Reminded, page: PageAsked) -> list[ReminderOut]:
    """Reminders of what the caller may read and has a part in, in the order in which they were noted (提醒)."""
    roles = [Role(each) for each in caller.person.roles]
    query = reminders_for(roles, found_visits(caller.person)).where(col(Reminder.reminder_id) > page.after_number)
    with caller.service.database.reading() as session:
        found = list(session.exec(query.order_by(col(Reminder.reminder_id)).limit(page.limit + 1)))
        return [_out(each) for each in page.cut(found, lambda each: str(each.reminder_id))]


def _out(reminder: Reminder) -> ReminderOut:
    duty, state = Duty(reminder.duty), ReminderState(reminder.state)
    return ReminderOut(
        reminder_id=reminder.reminder_id or 0,
        duty=duty,
        words=DUTY_WORDS[duty][0],
        state=state,
        state_words=NOTICE_WORDS[state][0],
        key=reminder.key,
        due_on=reminder.due_on,
        noted_at=reminder.noted_at,
    )
