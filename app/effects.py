"""What each kind of job does when its time has come.

Most of it is done in one transaction together with the mark that the job is done. What reaches outside, a relay or a
mail server, is done before that transaction and by no lock: so a relay that is slow holds up no command, and a mail
whose transaction failed afterwards is sent again (``outward``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from app.backlog import take_up_backlog
from app.beacon_client import fetch_round
from app.reminder_mail import mail_later, mail_reminders
from app.service import Service
from app.settings import Settings
from publicity.reminders import look_at
from registry.beacons import awaited_round, receive_beacon
from registry.journal import Act
from registry.openings import open_due
from registry.outbox import Ended, Job, Outcome, Work

Effect = Callable[[Act, Job], Outcome]


def always(_settings: Settings) -> bool:
    """Return True: what needs nothing that could be unset."""
    return True


@dataclass(frozen=True, kw_only=True)
class Handling:
    """How a kind of job is done: ``prepare`` acts outside, and returns what is left to the transaction.

    ``able`` says whether these settings let it be done here at all; a job that nobody here can do waits untouched.
    """

    prepare: Callable[[Service, str], Effect]
    outward: bool = False
    able: Callable[[Settings], bool] = always


def _open(_service: Service, draw_id: str) -> Effect:
    return lambda act, _: open_due(act, draw_id)


def _look(service: Service, _key: str) -> Effect:
    def look(act: Act, job: Job) -> Outcome:
        outcome = look_at(act, job, service.deadlines, ahead=service.settings.remind_workdays)
        mail_later(act, service)
        return outcome

    return look


def _fetch(service: Service, draw_id: str) -> Effect:
    with service.database.reading() as session:
        awaited = awaited_round(session, draw_id)
    if awaited is None:
        return lambda _act, _job: Ended.NOTHING
    settings = service.settings
    found = fetch_round(awaited, settings.relays, seconds=settings.drand_timeout)

    def receive(act: Act, _job: Job) -> Outcome:
        receive_beacon(act, draw_id, found.beacon, origin=found.origin)
        return Ended.DONE

    return receive


HANDLING: Mapping[Work, Handling] = {
    Work.BACKLOG: Handling(prepare=lambda service, _: partial(take_up_backlog, service.deadlines)),
    Work.OPENING: Handling(prepare=_open),
    Work.DUTY: Handling(prepare=_look),
    Work.ROUND: Handling(prepare=_fetch, outward=True, able=lambda settings: bool(settings.relays)),
    Work.MAIL: Handling(prepare=mail_reminders, outward=True, able=lambda settings: bool(settings.reminded)),
}
"""One for each kind; in the order in which they are named here nothing is done: jobs have an order of their own."""


def able_kinds(settings: Settings) -> list[Work]:
    """Return the kinds of job that can be done with these settings."""
    return [kind for kind, handling in HANDLING.items() if handling.able(settings)]
