"""What each kind of job does when its time has come.

Most of it is done in one transaction together with the mark that the job is done. What reaches outside, a relay or a
mail server, is done before that transaction and by no lock: so a relay that is slow holds up no command, and a mail
whose transaction failed afterwards is sent again (``outward``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from app.backlog import take_up_backlog
from app.beacon_client import fetch_round
from app.reminder_mail import mail_later, mail_reminders
from app.service import Service
from app.settings import Settings
from publicity.expiring import end_expired
from publicity.reminders import look_at
from registry.beacons import awaited_round, receive_beacon
from registry.journal import Act
from registry.openings import open_due
from registry.outbox import Job, Outcome, Upshot, Work

One = Callable[[Act, Job], Outcome]
Effect = Callable[[Act, Sequence[Job]], Sequence[Outcome]]
"""What jobs of one kind do in a transaction, and what comes of each."""


def always(_settings: Settings) -> bool:
    """Return True: what needs nothing that could be unset."""
    return True


@dataclass(frozen=True, kw_only=True)
class Handling:
    """How jobs of a kind are done: ``prepare`` acts outside, and returns what is left to the transaction.

    It is given their keys; what is ``outward`` is prepared one by one. ``able`` says whether these settings let it be
    done here at all; a job that nobody here can do waits untouched.
    """

    prepare: Callable[[Service, Sequence[str]], Effect]
    outward: bool = False
    able: Callable[[Settings], bool] = always


def each(one: One) -> Effect:
    """Return the effect of doing one thing for each of some jobs."""
    return lambda act, jobs: [one(act, job) for job in jobs]


def _open(_service: Service, _keys: Sequence[str]) -> Effect:
    return each(lambda act, job: open_due(act, job.key))


def _expire(_service: Service, _keys: Sequence[str]) -> Effect:
    return lambda act, jobs: end_expired(act, [job.key for job in jobs])


def _look(service: Service, _keys: Sequence[str]) -> Effect:
    def look(act: Act, jobs: Sequence[Job]) -> Sequence[Outcome]:
        known, ahead = service.deadlines.known_to(act.session), service.settings.remind_workdays
        outcomes = [look_at(act, job, known, ahead=ahead) for job in jobs]
        mail_later(act, service)
        return outcomes

    return look


def _fetch(service: Service, keys: Sequence[str]) -> Effect:
    (draw_id,) = keys
    with service.database.reading() as session:
        awaited = awaited_round(session, draw_id)
    if awaited is None:
        return each(lambda _act, _job: Upshot.NOTHING)
    settings = service.settings
    found = fetch_round(awaited, settings.relays, seconds=settings.drand_timeout)

    def receive(act: Act, _job: Job) -> Outcome:
        receive_beacon(act, draw_id, found.beacon, origin=found.origin)
        return Upshot.DONE

    return each(receive)


def _mail(service: Service, keys: Sequence[str]) -> Effect:
    (day,) = keys
    outcome = Upshot.DONE if mail_reminders(service, day) else Upshot.NOTHING
    return each(lambda _act, _job: outcome)


HANDLING: Mapping[Work, Handling] = {
    Work.BACKLOG: Handling(prepare=lambda service, _: each(partial(take_up_backlog, service.deadlines))),
    Work.OPENING: Handling(prepare=_open),
    Work.EXPIRY: Handling(prepare=_expire),
    Work.DUTY: Handling(prepare=_look),
    Work.ROUND: Handling(prepare=_fetch, outward=True, able=lambda settings: bool(settings.relays)),
    Work.MAIL: Handling(prepare=_mail, outward=True, able=lambda settings: bool(settings.reminded)),
}
"""One for each kind; the order says nothing: jobs have an order of their own."""


def able_kinds(settings: Settings) -> list[Work]:
    """Return the kinds of job that can be done with these settings."""
    return [kind for kind, handling in HANDLING.items() if handling.able(settings)]
