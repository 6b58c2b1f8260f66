"""The mail of a working day: how many duties are due soon, overdue or arrived since the last one, and where they stand.

Numbers and addresses alone: no operator, no visit and no text leaves by mail, and what is sealed is not counted. It is
sent before the mark that it was sent, so at least once; a second copy bears the same Message-ID.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import structlog
from sqlalchemy import func
from sqlalchemy import select as columns_of
from sqlmodel import Session, select

from app.mailing import deliver
from app.service import Service
from publicity.clocks import DUTY_WORDS, Deadlines, Duty
from publicity.duties import overdue_counts
from publicity.reminders import NOTICE_WORDS, Reminder, ReminderState, reminders_for
from publicity.workdays import CalendarYearError
from registry.base import SHANGHAI, legal_day
from registry.journal import Act
from registry.outbox import Job, Work, enqueue
from registry.people import Role
from registry.sealed import found_visits

MAILED_FROM = time(8, 30)
"""The hour in China from which the mail of a day is sent."""
ONE_DAY = timedelta(days=1)
LOG = structlog.get_logger()
TEXT = """\
{authority}：

{zh}
清单：{reminders}（提醒）、{clocks}（期限）。本邮件只含数目。

{en}
Lists: {reminders} (reminders), {clocks} (terms). This mail holds numbers alone.
"""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a mail tells: how many of which duty were noted with which words, and how many are overdue in all."""

    noted: Mapping[tuple[Duty, ReminderState], int]
    overdue: Mapping[Duty, int]


def mail_later(act: Act, service: Service) -> None:
    """Have the mail of the next working day sent, where something was noted just now and somebody is to be told."""
    if not service.settings.reminded:
        return
    just_now = select(Reminder.reminder_id).where(Reminder.noted_at == act.at).limit(1)
    if act.session.exec(just_now).first() is not None:
        at = mailing_time(act.at, service.deadlines.known_to(act.session))
        enqueue(act, Work.MAIL, at.date().isoformat(), at)


def mail_reminders(service: Service, day: str) -> bool:
    """Send the mail of a day and return True, unless there is nothing to tell. Raises MailError."""
    now = service.clock.now()
    with service.database.reading() as session:
        told = what_to_tell(session, service.deadlines.known_to(session), now)
    if not told.noted:
        return False
    if refused := deliver(service.settings, _message(service, day, told)):
        LOG.warning("reminder_refused", recipients=refused)  # to mail again would tell the others twice
    return True


def mailing_time(at: datetime, deadlines: Deadlines) -> datetime:
    """Return when the next mail is sent; in a year without a calendar every day counts as a working day."""
    here = at.astimezone(SHANGHAI)
    day = here.date() if here.time() < MAILED_FROM else here.date() + ONE_DAY
    while not _may_be_worked(deadlines, day):
        day += ONE_DAY
    return datetime.combine(day, MAILED_FROM, SHANGHAI)


def what_to_tell(session: Session, deadlines: Deadlines, now: datetime) -> Told:
    """Count what was noted since the last mail, and what is overdue; a mail in between counts nothing twice."""
    last = session.exec(select(func.max(Job.done_at)).where(Job.kind == Work.MAIL)).one()
    rows = reminders_for(list(Role), found_visits()).subquery()
    query = columns_of(rows.c.duty, rows.c.state, func.count()).group_by(rows.c.duty, rows.c.state)
    query = query.where(rows.c.noted_at <= now)
    if last is not None:
        query = query.where(rows.c.noted_at > last)
    noted = {(Duty(duty), ReminderState(state)): count for duty, state, count in session.execute(query)}
    overdue = overdue_counts(session, deadlines, found_visits(), legal_day(now))
    return Told(noted=noted, overdue=overdue)


def _may_be_worked(deadlines: Deadlines, day: date) -> bool:
    try:
        return deadlines.calendar.is_workday(day)
    except CalendarYearError:
        return True


def _message(service: Service, day: str, told: Told) -> EmailMessage:
    settings, site = service.settings, service.settings.public_url or ""
    zh, en = ("\n".join(_lines(told, side)) for side in (0, 1))
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = ", ".join(settings.reminded)
    message["Subject"] = f"{service.stage.heading}双随机提醒 {day} / reminders"
    message["Message-ID"] = f"<reminders-{day}@{(settings.mail_from or '').rpartition('@')[2]}>"
    lists = {"reminders": f"{site}/api/v1/reminders", "clocks": f"{site}/api/v1/clocks?state=overdue"}
    message.set_content(TEXT.format(authority=settings.authority, zh=zh, en=en, **lists), cte="base64")
    return message


def _lines(told: Told, side: int) -> Iterator[str]:
    for (duty, notice), count in sorted(told.noted.items()):
        words, said = DUTY_WORDS[duty][side], NOTICE_WORDS[notice][side]
        yield f"{words}：{said} {count} 件" if side == 0 else f"{words}: {said}: {count}"
    for duty, count in sorted(told.overdue.items()):
        words = DUTY_WORDS[duty][side]
        yield f"{words}：目前逾期共 {count} 件" if side == 0 else f"{words}: overdue in all: {count}"
